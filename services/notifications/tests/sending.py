"""A sender at work in a small town, and a channel that answers as it is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from services.notifications.tests.town import NoticeTown

from guiyan.events.codes import NoticeChannel
from guiyan.ledger.grouping import Grouped
from guiyan.ledger.lease import Leases
from guiyan.notifications.channels.pool import Member, Pools
from guiyan.notifications.channels.port import Message, Outcome, Provider
from guiyan.notifications.domain.notice import Lost, Taken
from guiyan.notifications.receiving import Receiving
from guiyan.notifications.sender import Sender
from guiyan.service.testing import until

Answer = Outcome | Exception


class Scripted:
    """A channel that answers as it is told, then takes everything; it keeps what it was handed.

    While it is `stuck` no answer comes: a process that dies then has claimed, and perhaps delivered.
    """

    channel = NoticeChannel.EMAIL
    answers = False
    patience_seconds = 0.0

    def __init__(self, *answers: Answer, name: str = "scripted", repeatable: bool = False, stuck: bool = False) -> None:
        self.name = name
        self.repeatable = repeatable
        self.stuck = stuck
        self.handed: list[Message] = []
        self._answers = list(answers)

    async def deliver(self, message: Message) -> Outcome:
        """Be handed one."""
        self.handed.append(message)
        if self.stuck:
            await asyncio.Event().wait()
        answer = self._answers.pop(0) if self._answers else Taken("r-1")
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ask(self, reference: str) -> Outcome:
        """Say nothing."""
        return Lost()

    async def open(self) -> None:
        """Nothing is heard."""

    async def close(self) -> None:
        """Nothing is open."""


def a_sender(town: NoticeTown, *providers: Provider, owner: str = "one", **more: Any) -> Sender:
    """A replica's sender, with a lease of its own."""
    parts = town.town.parts
    leases = Leases(parts.database, owner, patience_seconds=0.5)
    commands = more.pop("commands", None) or Grouped(parts.ledger, parts.commands)
    receiving = Receiving(parts.commands, parts.clock, town.notices)
    pools = more.pop("pools", None) or Pools(*(Member(one) for one in providers))
    return Sender(commands, parts.clock, town.notices, town.planner, town.writer, pools, leases, receiving, **more)


@contextlib.asynccontextmanager
async def at_work(*senders: Sender) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Senders at work as processes; whoever is not killed is stopped at the end."""
    tasks = [asyncio.create_task(sender.run()) for sender in senders]
    try:
        yield tasks
    finally:
        for sender in senders:
            await sender.stop()
        await asyncio.gather(*tasks, return_exceptions=True)


async def becomes(town: NoticeTown, id_: str, state: str) -> dict[str, Any]:
    """Wait until a notice is in a state; gives its row."""
    row: dict[str, Any] = {}

    async def reached() -> bool:
        row.update(await town.row(id_))
        return bool(row["state"] == state)

    await until(reached)
    return row


def story(row: dict[str, Any]) -> list[str]:
    """What happened to a notice, oldest first."""
    return [line["event"] for line in row["changes"]]


class Gated(Scripted):
    """A channel that keeps those in `held` in hand until it is `opened`."""

    def __init__(self, *held: str) -> None:
        super().__init__()
        self.held = frozenset(held)
        self.opened = asyncio.Event()

    async def deliver(self, message: Message) -> Outcome:
        """Be handed one."""
        if message.reference in self.held:
            await self.opened.wait()
        return await super().deliver(message)


async def in_story(town: NoticeTown, id_: str, event: str) -> bool:
    """Whether something happened to a notice."""
    return event in story(await town.row(id_))
