"""A transfer of the member is open: duties stand still. It waits or ended without moving: they go on (ADR 0022)."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from guiyan.contact.commands.desk import Desk, clock_of
from guiyan.contact.domain.commands import Act, Pause, Resume
from guiyan.contact.projections import people
from guiyan.ledger import Call, Document, Fact, Policy, business_date


class PausesWhileTransferOpen(Policy):
    """The clock of a duty goes by what the office knew: it stops and runs again on the day of record.

    What is done follows from what is known of the member by now, not from this one event: told again, or late, it
    does not stop a clock whose transfer has ended meanwhile. Where the relation moved, `StopsAtTheEnd` answers.
    """

    name: ClassVar[str] = "pauses_while_transfer_open"
    handles: ClassVar[frozenset[str]] = people.TRANSFER_OPENS | people.TRANSFER_RESTS

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Pause or take up again what the member has that is not settled."""
        member_id, day = people.person_id(fact), business_date(fact.event.time)
        person = await self._desk.find_person(member_id)
        if person is None:
            return []
        act = self._act(fact, person, day)
        found = await self._desk.unsettled_duties(member_id=member_id) if act else []
        return [Call(self._desk.decider, duty["_id"], act) for duty in found]

    def _act(self, fact: Fact, person: Document, day: date) -> Act | None:
        """What the clock does now; None where another transfer is open than the one that is told of."""
        now, told = person["open_transfer"], fact.aggregate_id if fact.type in people.TRANSFER_OPENS else None
        if now != told:
            return None
        if now is None and not (person["away"] or {}).get("agreed"):
            return Resume(on=day, today=day, transfer_id=fact.aggregate_id)
        return Pause(on=day, today=day, transfer_id=now)


class GoesOnWithoutHost(Policy):
    """The host that kept contact has the member no more, or another one has: the branch keeps contact again."""

    name: ClassVar[str] = "goes_on_without_host"
    handles: ClassVar[frozenset[str]] = frozenset({"HostAccepted", "HostEnded"})

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Where nothing else stops the clock, it runs again from the day of record."""
        member_id, day = people.person_id(fact), business_date(fact.event.time)
        person = await self._desk.find_person(member_id)
        act = None if person is None else clock_of(person, day)
        found = await self._desk.unsettled_duties(member_id=member_id) if isinstance(act, Resume) else []
        return [Call(self._desk.decider, duty["_id"], act) for duty in found if duty["part"] == "paused"]
