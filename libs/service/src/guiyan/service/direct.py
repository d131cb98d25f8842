"""Batched direct gets: many messages of a stream in one round trip, from whichever replica is near (ADR-31 of NATS)."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nats.aio.msg import Msg

from guiyan.service.bus import Bus, headers_of

FIND_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Found:
    """The messages of one answer, and how many more would fit the question."""

    messages: list[Msg]
    left: int


async def get_many(bus: Bus, stream: str, question: Mapping[str, Any]) -> Found:
    """Ask for messages (`next_by_subj` or `multi_last`, with `batch`); raises TimeoutError without a whole answer."""
    inbox = bus.client.new_inbox()
    subscription = await bus.client.subscribe(inbox)
    found: list[Msg] = []
    try:
        request = json.dumps(question).encode()
        await bus.client.publish(f"$JS.API.DIRECT.GET.{bus.stream(stream)}", request, reply=inbox)
        async with asyncio.timeout(FIND_SECONDS):
            async for message in subscription.messages:
                if _is_status(message):
                    return Found(found, int(headers_of(message).get("Nats-Num-Pending", "0")) if found else 0)
                found.append(message)
    finally:
        await subscription.unsubscribe()
    raise TimeoutError


def sequence_of(message: Msg) -> int:
    """The stream sequence of a message that came by direct get."""
    return int(headers_of(message)["Nats-Sequence"])


def _is_status(message: Msg) -> bool:
    """The end of a batch (204), or nothing found (404): a message with a status and no body."""
    return not message.data and bool(headers_of(message).get("Status"))
