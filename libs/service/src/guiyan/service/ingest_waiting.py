"""What waits in INGEST: whether a reported event is there still, so that "not yet" is told apart from "never heard of".

INGEST keeps a message until it is handled and is read by subject, not by event id: so the organisation's messages are
looked through, a page at a time, one such search at a time.
"""

import asyncio
import time
from typing import Final

from guiyan.service.bus import Bus
from guiyan.service.direct import get_many, sequence_of
from guiyan.service.ingest_event import id_in, id_of_unnamed
from guiyan.service.problems import Unavailable

PAGE: Final = 200
PAGE_BYTES: Final = 4_194_304
SEARCH_SECONDS: Final = 2.0


class Waiting:
    """Looks through the messages of INGEST."""

    def __init__(self, bus: Bus, stream: str, *, search_seconds: float = SEARCH_SECONDS) -> None:
        self._bus = bus
        self._stream = stream
        self._search_seconds = search_seconds
        self._one_at_a_time = asyncio.Lock()

    async def find(self, org: str, ingest_id: str) -> int | None:
        """The ingest sequence of an event that waits, None when there is none.

        Raises Unavailable (503) when so much waits that it cannot be told in time.
        """
        deadline = time.monotonic() + self._search_seconds
        async with self._one_at_a_time:
            sequence, left = 0, 1
            while left:
                if time.monotonic() > deadline:
                    raise Unavailable
                found = await get_many(self._bus, self._stream, self._question(org, sequence + 1))
                for message in found.messages:
                    sequence = sequence_of(message)
                    if _is_named(message.data, org, sequence, ingest_id):
                        return sequence
                left = found.left
        return None

    def _question(self, org: str, first: int) -> dict[str, object]:
        subject = self._bus.subject(f"ingest.{org}.>")
        return {"seq": first, "next_by_subj": subject, "batch": PAGE, "max_bytes": PAGE_BYTES}


def _is_named(body: bytes, org: str, sequence: int, ingest_id: str) -> bool:
    """Whether a message bears this id: its event's own, or without one that of its sequence."""
    if ingest_id.encode() in body:
        return id_in(body) == ingest_id
    return id_of_unnamed(org, sequence) == ingest_id and id_in(body) is None
