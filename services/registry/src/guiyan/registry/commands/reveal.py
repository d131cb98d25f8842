"""Showing what is masked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guiyan.registry.commands.members import get_member
from guiyan.registry.commands.texts import read_text
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.access import ACCESS, RevealFields
from guiyan.registry.domain.member import MEMBER
from guiyan.service.problems import NotFound


async def reveal_fields(  # noqa: PLR0913 - whose record, what of it, why, for whom
    tools: Tools, asker: Asker, member_id: str, fields: Iterable[str], reason: str, *, own: str | None = None
) -> dict[str, Any]:
    """The fields in clear, after the act has been recorded; a field that was never told, or was erased, is None.

    `own` is the member who asks about the own record, the only one that is then shown.
    """
    wanted = tuple(str(field) for field in fields)
    await _require_shown(tools, asker, member_id, own)
    record = RevealFields(member_id, wanted, reason, tools.when(None))
    await tools.commands.execute(ACCESS, asker.new_id("access"), record, asker.context)
    text = await read_text(tools, member_id)
    return {field: text.get(field) for field in wanted}


async def _require_shown(tools: Tools, asker: Asker, member_id: str, own: str | None) -> None:
    """Raise NotFound for a record outside the scope, or for a member's request about somebody else's."""
    if own is None:
        await get_member(tools, asker, member_id)
        return
    state, _ = await tools.load(MEMBER, member_id)
    if own != member_id or state.core is None:
        raise NotFound
