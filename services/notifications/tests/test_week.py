"""A week of simulated time with two providers that fail in turns: every notice arrives once, and soon."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from services.notifications.tests.sending import Scripted, a_sender, at_work
from services.notifications.tests.test_accounts import get, missed
from services.notifications.tests.town import FAR, NoticeTown, a_town

from guiyan.events.notifications.delivery import ProviderResumed, ProviderSuspended
from guiyan.ledger import Subject
from guiyan.notifications.channels.port import Message, Outcome
from guiyan.notifications.domain.notice import Deferred, Taken
from guiyan.notifications.domain.provider import provider_id
from guiyan.service.testing import until
from guiyan.service.twins import START

DAYS, STEP_HOURS, SPELL_HOURS, A_STEP = 7, 6, 12, 16


class InTurns(Scripted):
    """Down for a quarter of a day each day, the other one half a day later; both are up in between."""

    def __init__(self, town: NoticeTown, name: str, *, first: bool) -> None:
        super().__init__(name=name)
        self._town = town
        self._first = first
        self.taken: list[tuple[datetime, str]] = []
        self.refused = 0

    @property
    def down(self) -> bool:
        """By the office's clock."""
        hours = (self._town.world.clock.now() - START) / timedelta(hours=1)
        spell, into = divmod(hours, SPELL_HOURS)
        return into >= STEP_HOURS and (spell % 2 == 0) == self._first

    async def deliver(self, message: Message) -> Outcome:
        """Take it, or be down."""
        if self.down:
            self.refused += 1
            return Deferred(status="no_connection")
        self.taken.append((self._town.world.clock.now(), message.reference))
        return Taken(f"{self.name}-{len(self.taken)}")


async def test_a_week_with_two_providers_that_fail_in_turns(tmp_path: Path) -> None:
    """Each leaves once, within its step; who is down is left alone, that is told; it has its share when it is up."""
    async with a_town(tmp_path) as town:
        one, two = InTurns(town, "one", first=True), InTurns(town, "two", first=False)
        sender = a_sender(town, one, two)
        person, ids = await town.officer(), dict[str, datetime]()
        async with at_work(sender):
            for step in range(DAYS * 24 // STEP_HOURS):
                for number in range(A_STEP):
                    name = f"{step}-{number}"
                    id_ = await town.queued(name, to=person, rule="by_hand")  # of no table: it keeps no hours
                    ids[id_] = town.world.clock.now()
                await until(sender.at_rest, seconds=30)
                await town.town.advance(hours=STEP_HOURS)
            await until(sender.at_rest, seconds=30)
        arrived = {reference: at for at, reference in (*one.taken, *two.taken)}
        assert Counter(reference for _, reference in (*one.taken, *two.taken)) == Counter(list(ids)), "each once"
        assert max(arrived[id_] - at for id_, at in ids.items()) <= timedelta(hours=STEP_HOURS)
        for provider in (one, two):
            assert len(provider.taken) > len(ids) / 4, "it had its share again"
            assert provider.refused < len(ids) / 4, "it was left alone while it was down"
            history = await town.world.ledger.read(Subject("notifications", "provider", provider_id(provider.name)))
            told = [type(event.payload) for event in history.events]
            assert told == [ProviderSuspended, ProviderResumed] * (len(told) // 2) + [ProviderSuspended] * (
                len(told) % 2
            )
            assert len(told) >= 2 * DAYS - 1, "suspended and resumed in turns"
        print(f"refused {one.refused} and {two.refused} of {len(ids)}, taken {len(one.taken)} and {len(two.taken)}")  # noqa: T201 - the figures


class DayByDay(InTurns):
    """Down on every other day, the other one on those between."""

    @property
    def down(self) -> bool:
        """By the office's clock."""
        days = (self._town.world.clock.now() - START) // timedelta(days=1)
        return (days % 2 == 0) == self._first


async def test_each_day_of_such_a_week_adds_up_and_whatever_was_not_sent_says_why(tmp_path: Path) -> None:
    """What events called for, in and out of office hours: each day's difference is 0, each unsent one says why."""
    async with a_town(tmp_path) as town:
        one, two = DayByDay(town, "one", first=True), DayByDay(town, "two", first=False)
        sender = a_sender(town, one, two)
        await town.officer()
        arrive, gaps = set[str](), set[str]()
        async with at_work(sender):
            for step in range(DAYS * 24 // STEP_HOURS):
                arrive |= {await missed(town, f"{step}-{number}") for number in range(3)}
                gaps.add(await missed(town, f"{step}-gap", FAR))
                await until(sender.at_rest, seconds=30)
                await town.town.advance(hours=STEP_HOURS)
            await until(sender.at_rest, seconds=30)
            await town.town.advance(days=1)  # the office opens once more
            await until(sender.at_rest, seconds=30)
            await town.town.advance(days=1)  # and the last day is told
        assert Counter(reference for _, reference in (*one.taken, *two.taken)) == Counter(list(arrive)), "each once"
        days = sorted({(START + timedelta(hours=8, days=day)).date() for day in range(DAYS + 1)})
        due = 0
        for day in days:
            account = await get(town, "/v1/notices/reconciliation", day=day.isoformat(), recount="true")
            assert (account["difference"], account["lost"], account["pending"]) == (0, 0, 0), day
            assert account["due"] == account["sent"] + account["suppressed"], day
            assert account["reasons"] == ({"NO_CONTACT_POINT": account["suppressed"]} if account["suppressed"] else {})
            due += account["due"]
        assert due == len(arrive) + len(gaps)
        for id_ in gaps:
            row = await town.row(id_)
            assert (row["state"], row["changes"][-1]["reason"]) == ("SUPPRESSED", "NO_CONTACT_POINT")
        assert min(one.refused, two.refused) > 0, "both had their bad hours"
