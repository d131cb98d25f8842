"""Personal text of a member, opened from the events that told it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guiyan.events import Event
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.member import MEMBER


async def read_text(tools: Tools, member_id: str) -> dict[str, Any]:
    """A member's personal text as last told, by field."""
    _, history = await tools.commands.load(MEMBER, member_id)
    return await text_of(tools, history.events)


async def text_of(tools: Tools, events: Iterable[Event]) -> dict[str, Any]:
    """The personal text that these events of one member left, by field; of an erased person there is none."""
    told = [event for event in events if event.data.get("pii") is not None]
    opened = await tools.sealer.open(told)
    text: dict[str, Any] = {}
    for event in told:
        pii = opened.get(event.id)
        if pii is not None:
            text |= pii.model_dump(mode="json", exclude_none=True)
    return text
