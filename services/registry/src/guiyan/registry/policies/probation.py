"""A probation follows the member's record: it begins, moves, ends and goes on with it (domain.md §2.8, §2.11).

Conversion and cancellation decided on a probation are written to both at once (ADR 0002). Whatever is decided on the
membership itself, or corrected in the record, the probation follows from here: it never refuses, so the two never
disagree for longer than this takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from guiyan.events import Event
from guiyan.events.codes import MembershipEnd, PersonCategory, ProbationClosing
from guiyan.events.registry.member import BranchAssigned, MemberDetailsCorrected, MemberImported, MemberRegistered
from guiyan.events.registry.membership import (
    MemberJoinedAnew,
    MembershipDecision,
    MembershipDecisionAnnulled,
    MembershipEnded,
)
from guiyan.events.transfers.transfer import RelationTransferred
from guiyan.ledger import Call, Fact, Ledger, Policy
from guiyan.registry.domain.admission import admissions, standing_admission
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.parameters import Parameters
from guiyan.registry.domain.probation import PROBATION
from guiyan.registry.domain.probation_following import (
    CloseProbation,
    FollowAnnulment,
    FollowCancellation,
    FollowCommand,
    FollowCorrection,
    FollowRecord,
    ReopenProbation,
)
from guiyan.registry.domain.probation_record import probation_id
from guiyan.service.rulebook import Rulebook


class ProbationFollows(Policy):
    """Whatever comes twice or late leads to the same end: what is asked for follows from the ledger as it stands."""

    name: ClassVar[str] = "probation_follows"
    handles: ClassVar[frozenset[str]] = frozenset(
        {
            "MemberRegistered", "MemberImported", "MemberDetailsCorrected", "MemberJoinedAnew", "MembershipEnded",
            "MembershipRemoved", "MembershipDecisionAnnulled", "RelationTransferred", "ProbationDecisionAnnulled",
            "BranchAssigned",
        }
    )  # fmt: skip

    def __init__(self, ledger: Ledger, rulebook: Rulebook) -> None:
        self._ledger = ledger
        self._rulebook = rulebook

    async def react(self, fact: Fact) -> Sequence[Call]:
        """The commands for the probations of the member's admissions."""
        told = fact.payload
        if not _matters(told):
            return []
        member_id: str = getattr(told, "member_id")  # noqa: B009 - every type handled names its member
        events = (await self._ledger.read(MEMBER.subject(member_id), fresh=True)).events
        match told:
            case MembershipDecisionAnnulled():
                calls = _after_annulment(fact, told, events)
            case RelationTransferred():
                calls = _after_move(told, events)
            case MembershipDecision() if not isinstance(told, MemberJoinedAnew):
                calls = _after_end(fact, told, events)
            case _:
                calls = []
        return [*calls, *await self._as_recorded(fact, events)]

    async def _as_recorded(self, fact: Fact, events: Sequence[Event]) -> Sequence[Call]:
        """The probation of the admission that stands, as the record has it now; of a full member none begins.

        What was decided stays decided, but a correction of the record is followed by what is over as well. As long as
        the relation is outside, probation is the business of the organisation there.
        """
        state = MEMBER.fold(events)
        core = state.core
        if core is None or core.joined_on is None:
            return []
        await self._rulebook.refresh()
        valid = self._rulebook.valid(Parameters, core.joined_on)
        on, end = max(fact.event.occurredon, core.joined_on), core.probation_ends_on
        follows: list[FollowCommand] = []
        if not state.ended and not state.outside and core.person_category == PersonCategory.PROBATIONARY:
            follows.append(FollowRecord(state.id, core.branch, core.joined_on, end, on, valid))
        if isinstance(fact.payload, MemberDetailsCorrected):
            follows.append(FollowCorrection(core.joined_on, end, core.full_on, on, valid))
        return [Call(PROBATION, probation_id(state.id, standing_admission(events)), one) for one in follows]


def _matters(told: object) -> bool:
    """Most entries and corrections are no business of a probation: nothing is read for them."""
    match told:
        case BranchAssigned():
            return told.from_branch is None  # come from outside
        case MemberRegistered() | MemberImported():
            return told.person_category == PersonCategory.PROBATIONARY
        case MemberDetailsCorrected():
            return any(day is not None for day in (told.joined_on, told.probation_ends_on, told.full_on))
        case _:
            return True


def _for_each(events: Sequence[Event], command: FollowCommand) -> list[Call]:
    if not events:
        return []
    member_id = events[0].aggregate_id
    return [Call(PROBATION, probation_id(member_id, n), command) for n in range(1, len(admissions(events)) + 1)]


def _after_end(fact: Fact, told: MembershipDecision, events: Sequence[Event]) -> list[Call]:
    """Cancelled by the same paper, or closed; unless the decision was taken back meanwhile."""
    if any(getattr(one.payload, "annulled_id", None) == fact.event.id for one in events):
        return []
    on = fact.event.occurredon
    if isinstance(told, MembershipEnded) and told.how == MembershipEnd.PROBATION_CANCELLED:
        return _for_each(events, FollowCancellation(told.decision_no, told.decided_by, on))
    return _for_each(events, CloseProbation(ProbationClosing.MEMBERSHIP_ENDED, on))


def _after_annulment(fact: Fact, told: MembershipDecisionAnnulled, events: Sequence[Event]) -> list[Call]:
    """What the decision had done to a probation is undone; an admission that was none has no probation."""
    event = next((one for one in events if one.id == told.annulled_id), None)
    if event is None:
        return []
    on = fact.event.occurredon
    if isinstance(event.payload, MemberJoinedAnew):
        number = next(n for n, one in enumerate(admissions(events), 1) if one.id == event.id)
        close = CloseProbation(ProbationClosing.ENTERED_IN_ERROR, on)
        return [Call(PROBATION, probation_id(told.member_id, number), close)]
    causes = frozenset({event.id, event.causationid})
    undo = FollowAnnulment(causes, told.error, told.decision_no, told.decided_by, on)
    reopen = ReopenProbation(ProbationClosing.MEMBERSHIP_ENDED, event.id, on)
    return [*_for_each(events, undo), *_for_each(events, reopen)]


def _after_move(told: RelationTransferred, events: Sequence[Event]) -> list[Call]:
    """Who left the city is converted elsewhere; who comes back goes on here."""
    on, out = told.transferred_on, ProbationClosing.TRANSFERRED_OUT
    if told.to_branch is None:
        return _for_each(events, CloseProbation(out, on))
    if not events:
        return []
    number = standing_admission(events)
    return [Call(PROBATION, probation_id(told.member_id, number), ReopenProbation(out, None, on))]
