"""The providers of one channel: each message goes to one of them by weight, health and rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from aiolimiter import AsyncLimiter

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.channels.health import Course, Health
from guiyan.notifications.channels.port import ADDRESS_OF, Outcome, Provider
from guiyan.notifications.domain.notice import Deferred, Lost

LEAST_WEIGHT: Final = 1


def a_rate(per_second: float) -> AsyncLimiter:
    """So many a second kept up; less than one a second means one in so many seconds."""
    most = max(1.0, per_second)
    return AsyncLimiter(most, most / per_second)


@dataclass(slots=True)
class Member:
    """A provider in its pool: its weight against the others, its rate, its health."""

    provider: Provider
    weight: int = LEAST_WEIGHT
    rate: AsyncLimiter | None = None
    health: Health = field(default_factory=Health)
    in_hand: int = 0
    turn: float = 0.0

    def open(self, now: datetime) -> bool:
        """Whether it may be handed a message, its rate aside."""
        return self.health.share(now) > 0 and not (self.health.probing and self.in_hand)

    @property
    def in_time(self) -> bool:
        """Whether its rate allows one more at once."""
        return self.rate is None or self.rate.has_capacity()


class Pool:
    """Smooth weighted turns: over any stretch each open provider gets its share, never many in a row."""

    def __init__(self, members: Sequence[Member]) -> None:
        if not members:
            raise ValueError("a pool needs a provider")
        self._members = {one.provider.name: one for one in members}
        self.channel: NoticeChannel = members[0].provider.channel

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())

    def find(self, name: str) -> Member | None:
        """The member of that name."""
        return self._members.get(name)

    def open(self, now: datetime) -> bool:
        """Whether anybody here may be handed a message."""
        return any(one.open(now) for one in self._members.values())

    def choose(self, now: datetime, *, rather_not: str | None = None) -> Member | None:
        """Whose turn it is, or None when none may be handed one at once; `rather_not` failed it the last time."""
        able = [one for one in self._members.values() if one.open(now) and one.in_time]
        able = [one for one in able if one.provider.name != rather_not] or able
        if not able:
            return None
        shares = {one.provider.name: one.weight * one.health.share(now) for one in able}
        for one in able:
            one.turn += shares[one.provider.name]
        chosen = max(able, key=lambda one: one.turn)
        chosen.turn -= sum(shares.values())
        return chosen

    @contextmanager
    def in_hand(self, member: Member) -> Iterator[Provider]:
        """Count a message that a member has in hand: one that is being tried gets no second."""
        member.in_hand += 1
        try:
            yield member.provider
        finally:
            member.in_hand -= 1

    @staticmethod
    def note(member: Member, outcome: Outcome, now: datetime) -> Course:
        """Count what came of a message; what is the message's own fault says nothing about the provider."""
        failed = isinstance(outcome, Lost) or (isinstance(outcome, Deferred) and outcome.provider_at_fault)
        return member.health.note(not failed, now)


class Pools:
    """The pools by channel, in the order in which they stand in for a channel that has none."""

    def __init__(self, *members: Member) -> None:
        by_channel: dict[NoticeChannel, list[Member]] = {}
        for one in members:
            by_channel.setdefault(one.provider.channel, []).append(one)
        self._pools = {channel: Pool(found) for channel, found in by_channel.items()}
        names = [one.provider.name for one in members]
        if not members or len(set(names)) != len(names):
            raise ValueError("the providers need names of their own, and there has to be one")

    def __iter__(self) -> Iterator[Pool]:
        return iter(self._pools.values())

    @property
    def first(self) -> NoticeChannel:
        """The channel of the provider named first."""
        return next(iter(self._pools))

    @property
    def channels(self) -> Sequence[NoticeChannel]:
        """The channels that have a provider, in the order in which they are tried."""
        return list(self._pools)

    def channels_of(self, pool: Pool) -> Sequence[str]:
        """The channels whose notices a pool takes: its own, and the first pool's those that nobody else serves."""
        stands_in = pool.channel is self.first
        return [str(one) for one in ADDRESS_OF if one is pool.channel or (stands_in and one not in self._pools)]

    def find(self, name: str) -> tuple[Pool, Member] | None:
        """A provider by name, wherever it is."""
        found = ((pool, pool.find(name)) for pool in self)
        return next(((pool, member) for pool, member in found if member is not None), None)
