"""A township system for tests of the ingest door: reports, sends them over NATS, reads its receipts."""

import json
from datetime import UTC, datetime
from typing import Any

from nats.aio.client import Client

from guiyan.events import new_id
from guiyan.service.ingest import Ingest
from guiyan.service.settings import Settings
from guiyan.service.testing import until

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
MEMBER = new_id(NOW)


class RegistrySettings(Settings):
    """Settings of the service whose door is tested."""

    service = "registry"


def report(event_id: str | None = None, **changes: Any) -> dict[str, Any]:
    """A township's event: a member came home."""
    return {
        "specversion": "1.0",
        "id": event_id or new_id(NOW),
        "type": "MemberReturned",
        "source": "township-system",
        "time": "2026-03-01T12:00:00+08:00",
        "occurredon": "2026-03-01",
        "data": {"member_id": MEMBER},
    } | changes


class Township:
    """A township system: publishes events and reads its receipts."""

    def __init__(self, client: Client, prefix: str, org: str) -> None:
        self._jetstream = client.jetstream()
        self.prefix = prefix
        self.org = org

    async def send(self, body: dict[str, Any] | bytes, type_: str = "MemberReturned", org: str | None = None) -> int:
        """Publish; gives the sequence of the acknowledgement."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        subject = f"{self.prefix}ingest.{org or self.org}.{type_}"
        return (await self._jetstream.publish(subject, raw)).seq

    async def receipts(self, count: int, *, seconds: float = 10) -> list[dict[str, Any]]:
        """All receipts so far, in order, once there are `count`."""
        stream = f"{self.prefix}RECEIPTS"

        async def enough() -> bool:
            return (await self._jetstream.stream_info(stream)).state.messages >= count

        await until(enough, seconds=seconds)
        last = (await self._jetstream.stream_info(stream)).state.last_seq
        found = [await self._jetstream.get_msg(stream, seq) for seq in range(1, last + 1)]
        for one in found:
            assert (one.subject or "").startswith(f"{self.prefix}receipt.{self.org}.")
        return [json.loads(one.data or b"") for one in found]

    async def settled(self, ingest: Ingest) -> None:
        """Wait until nothing is left for this door."""

        async def nothing_left() -> bool:
            return not (ingest.in_hand or await ingest.waiting())

        await until(nothing_left)
