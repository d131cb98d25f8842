"""What lost contact does of itself: opens a watch, closes it when the member is seen, follows decisions (§2.7).

It never proposes and never decides: a policy's commands are watch, seen, end, and noting what registry recorded.
"""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Final

from guiyan.contact.commands.lost_contacts import LostDesk
from guiyan.contact.domain.lost_acts import EndCase, LostAct, NoteDecision, Seen
from guiyan.contact.projections import lost_people as people
from guiyan.contact.projections.lost_rows import LOST_CONTACTS
from guiyan.contact.projections.people import TRANSFER_RESTS, person_id
from guiyan.events import registry
from guiyan.events.codes import DepartureEnd, LostEnd, MembershipStatus
from guiyan.events.contact import ContactMissed, LostContactWatchOpened
from guiyan.events.registry.membership import MembershipDecision, MembershipDecisionAnnulled
from guiyan.ledger import Call, Fact, Policy, business_date

_STATUS: Final = {
    registry.MembershipSuspended: MembershipStatus.SUSPENDED,
    registry.MembershipReinstated: MembershipStatus.NORMAL,
    registry.MembershipRemoved: MembershipStatus.REMOVED,
}


class WatchesAfterMisses(Policy):
    """Two quarters missed in a row: a watch, on the township officer's desk (§2.6).

    Where contact is due each month, two missed months are not two quarters.
    """

    name: ClassVar[str] = "watches_after_misses"
    handles: ClassVar[frozenset[str]] = frozenset({"ContactMissed"})

    def __init__(self, desk: LostDesk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Open the member's next case, unless one is open or this very miss has opened one."""
        missed = fact.payload
        assert isinstance(missed, ContactMissed)  # noqa: S101 - the one type handled
        on = fact.event.occurredon
        if not await self._desk.missed_long_enough(missed.member_id, on, missed.missed_in_a_row):
            return []
        call = await self._desk.watch_by_system(missed.member_id, on, missed.missed_in_a_row, fact.event.id)
        return [] if call is None else [call]


class WatchesAfterTransfers(Policy):
    """While a transfer is open no silence is watched (ADR 0022); when it rests or moved nobody, it is looked at."""

    name: ClassVar[str] = "watches_after_transfers"
    handles: ClassVar[frozenset[str]] = TRANSFER_RESTS

    def __init__(self, desk: LostDesk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Open the watch that would have been opened meanwhile; before its day the clock does so."""
        return await self._desk.silence_after_transfer(person_id(fact), business_date(fact.event.time), fact.event.id)


class FollowsSigns(Policy):
    """A member who took part, paid, was spoken with or reported is seen: a watch ends with it, a search has found."""

    name: ClassVar[str] = "follows_signs"
    handles: ClassVar[frozenset[str]] = people.SEEN - {"ContactRegained", "MembershipReinstated", "MemberJoinedAnew"}

    def __init__(self, desk: LostDesk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Tell the open case, if there is one."""
        if not people.is_sign(fact):
            return []
        person = await self._desk.find_person(person_id(fact))
        if person is None or person["case"] is None:
            return []
        today = business_date(fact.event.time)
        _, channel = people.sign_of(fact.payload)
        seen = Seen(
            on=fact.event.occurredon,
            today=today,
            channel=channel,
            in_person=channel is not None,
            last_seen_on=people.since(person),
        )
        return [Call(self._desk.decider, person["case"], seen)]


class FollowsDecisions(Policy):
    """What registry recorded about the member moves the case on, or ends it."""

    name: ClassVar[str] = "follows_decisions"
    handles: ClassVar[frozenset[str]] = frozenset(
        {
            "MemberReturned",
            "DepartureClosed",
            "RelationTransferred",
            "MembershipSuspended",
            "MembershipReinstated",
            "MembershipRemoved",
            "MembershipEnded",
            "MembershipDecisionAnnulled",
        }
    )

    def __init__(self, desk: LostDesk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Tell the open case, if there is one; a trip that is not the member's of now tells nothing."""
        person = await self._desk.find_person(person_id(fact))
        act = _act(fact)
        if person is None or person["case"] is None or act is None:
            return []
        if fact.event.aggregate == "departure" and person["away"] is not None:
            row = await self._desk.lost.get(LOST_CONTACTS, person["case"])
            if row is None or row["departure_id"] != fact.aggregate_id:
                return []
        return [Call(self._desk.decider, person["case"], act)]


def _act(fact: Fact) -> LostAct | None:
    payload, on = fact.payload, fact.event.occurredon
    if isinstance(payload, registry.DepartureClosed):
        in_error = payload.reason is DepartureEnd.ENTERED_IN_ERROR
        return EndCase(on=on, today=on, how=LostEnd.OPENED_IN_ERROR) if in_error else None
    if isinstance(payload, MembershipDecision):
        return NoteDecision(
            on=on,
            today=on,
            status=_status(payload),
            decision_no=payload.decision_no,
            decision_id=fact.event.id,
            annulled_id=payload.annulled_id if isinstance(payload, MembershipDecisionAnnulled) else None,
        )
    home = isinstance(payload, registry.MemberReturned)
    return EndCase(on=on, today=on, how=LostEnd.RETURNED if home else LostEnd.TRANSFERRED)


def _status(payload: MembershipDecision) -> MembershipStatus:
    if isinstance(payload, MembershipDecisionAnnulled):
        return payload.status
    if isinstance(payload, registry.MembershipEnded):
        return MembershipStatus(str(payload.how))
    return _STATUS[type(payload)]


class LooksAgain(Policy):
    """A watch was opened while its cause was ending: it looks once at what is known by now."""

    name: ClassVar[str] = "looks_again"
    handles: ClassVar[frozenset[str]] = frozenset({"LostContactWatchOpened"})

    def __init__(self, desk: LostDesk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """End it when the member is home, or was seen since; one that an officer opened stands."""
        opened = fact.payload
        assert isinstance(opened, LostContactWatchOpened)  # noqa: S101 - the one type handled
        person = await self._desk.find_person(opened.member_id)
        row = await self._desk.lost.get(LOST_CONTACTS, fact.aggregate_id)
        if person is None or row is None or not row["open"] or opened.departure_id is None:
            return []
        today = business_date(fact.event.time)
        since, seen_on = people.since(person), people.last_seen_on(person)
        if person["away"] is None:
            ended = EndCase(on=today, today=today, how=LostEnd.RETURNED)
            return [Call(self._desk.decider, fact.aggregate_id, ended)]
        if seen_on is None:
            return []
        on = date.fromisoformat(seen_on)
        seen = Seen(on=on, today=today, channel=None, in_person=False, last_seen_on=since)
        return [Call(self._desk.decider, fact.aggregate_id, seen)]
