"""Moves the manual clock from due time to due time, so that everything happens at its own time (ADR 0009)."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from nats.aio.client import Client
from nats.errors import Error as NatsError

from guiyan.cli.failures import ClockStuck

BUCKET_SUBJECT = "$KV.CLOCK.now"
BUCKET_STREAM = "KV_CLOCK"
SETTLE_SECONDS = 300.0
ANSWER_SECONDS = 5.0
PAUSE_SECONDS = 0.1
STEADY_SECONDS = 1.0
Step = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the services stand: when the next timer is due, and the ledger's head when all are at rest."""

    next_due_at: datetime | None
    head: int


class ManualClockMover:
    """Reads and moves the installation's manual clock."""

    def __init__(self, client: Client, services: Sequence[str]) -> None:
        self._client = client
        self._services = tuple(services)

    async def read(self) -> datetime | None:
        """The installation's time, None when it has none."""
        try:
            found = await self._client.jetstream().get_last_msg(BUCKET_STREAM, BUCKET_SUBJECT, direct=True)
        except NatsError:
            return None
        return datetime.fromisoformat((found.data or b"").decode())

    async def set(self, at: datetime) -> None:
        """Set the time, later than it is now."""
        await self._client.jetstream().publish(BUCKET_SUBJECT, at.astimezone(UTC).isoformat().encode())

    async def advance(self, by: timedelta, on_step: Step = lambda _: None) -> datetime:
        """Move on by a span, stopping at each due time until every service is at rest; gives the time reached."""
        start = await self.read()
        if start is None:
            raise ClockStuck(
                "This installation runs by the machine's clock, which nobody moves. A sample run has a manual one.",
                "本系统使用机器时钟,不能手动推进;只有样例运行才有手动时钟。",
                code="no_manual_clock",
            )
        target = start + by
        now = start
        while True:
            standing = await self.settle()
            due = standing.next_due_at
            now = min(target, max(due, now)) if due is not None else target
            await self.set(now)
            on_step(now)
            if now >= target:
                await self.settle()
                return now

    async def settle(self) -> Standing:
        """Wait until every service has followed, fired and sent what there is; raises ClockStuck.

        One round of answers decides: who is idle says so of one sequence of the ledger, and when all say so of the
        same, none has written anything for another while they were asked (ADR 0018).
        """
        deadline = time.monotonic() + SETTLE_SECONDS
        idle_since: float | None = None
        while True:
            asked_at = time.monotonic()
            answers = await asyncio.gather(*(self._ask(service) for service in self._services))
            heads = {answer["head"] for answer in answers}
            idle = all(answer["idle"] for answer in answers)
            idle_since = (idle_since or asked_at) if idle else None
            steady = idle_since is not None and time.monotonic() - idle_since >= STEADY_SECONDS
            if (idle and len(heads) == 1) or steady:  # a city that people work in meanwhile never stands at one head
                dues = [datetime.fromisoformat(one["next_due_at"]) for one in answers if one["next_due_at"]]
                return Standing(min(dues, default=None), max(heads))
            if time.monotonic() > deadline:
                busy = ", ".join(answer["service"] for answer in answers if not answer["idle"])
                raise ClockStuck(
                    f"After {SETTLE_SECONDS:.0f} s these services are still busy: {busy}. See their /readyz.",
                    f"{SETTLE_SECONDS:.0f} 秒后以下服务仍在忙:{busy}。请查看其 /readyz。",
                )

    async def _ask(self, service: str) -> dict[str, Any]:
        """How one service stands; one that is just being restarted is asked again until the deadline."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            try:
                reply = await self._client.request(f"svc.{service}.settle", b"{}", timeout=ANSWER_SECONDS)
            except NatsError:
                if self._client.is_closed or time.monotonic() > deadline:
                    raise ClockStuck(
                        f"{service} does not answer. See that it runs, and its log.",
                        f"{service} 没有应答。请确认它正在运行,并查看其日志。",
                    ) from None
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            answer: dict[str, Any] = json.loads(reply.data)
            if answer.get("clock") == "system":
                raise ClockStuck(
                    f"{service} runs by the machine's clock and refuses. Only a sample run has a manual clock.",
                    f"{service} 使用机器时钟,拒绝推进。只有样例运行才有手动时钟。",
                    code="no_manual_clock",
                )
            if "idle" in answer:
                return answer
            await asyncio.sleep(PAUSE_SECONDS)
