"""A transfer of the member is open: duties stand still. It waits or ended without moving: they go on (ADR 0022)."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from guiyan.contact.commands.desk import Desk
from guiyan.contact.domain.commands import Pause, Resume
from guiyan.contact.projections import people
from guiyan.ledger import Call, Fact, Policy, business_date


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
        act = self._act(fact, person["open_transfer"], day)
        found = await self._desk.unsettled_duties(member_id=member_id) if act else []
        return [Call(self._desk.decider, duty["_id"], act) for duty in found]

    def _act(self, fact: Fact, open_transfer: str | None, day: date) -> Pause | Resume | None:
        transfer_id = fact.aggregate_id
        if fact.type in people.TRANSFER_OPENS:
            return Pause(on=day, today=day, transfer_id=transfer_id) if open_transfer == transfer_id else None
        return Resume(on=day, today=day, transfer_id=transfer_id) if open_transfer is None else None
