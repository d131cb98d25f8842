"""Corrections of a record: requested, then approved and applied, or rejected; never an edit (domain.md §2.12, §3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from guiyan.events import Event
from guiyan.events.codes import CorrectionRefusal, CorrectionState
from guiyan.events.registry.correction import (
    CorrectionApplied,
    CorrectionApproved,
    CorrectionRejected,
    CorrectionRequested,
)
from guiyan.events.registry.member import MemberTextChange
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, require_happened
from guiyan.registry.domain.kinds import COMMITTEES
from guiyan.registry.domain.organisation import Organisation


@dataclass(frozen=True, slots=True)
class Correction:
    """One request now; `state` is None while there is none under this id.

    `requested_by` is who asked, `requested_org` for which organisation: the member's branch, when it was the member.
    """

    state: CorrectionState | None = None
    member_id: str = ""
    requested_by: str = ""
    requested_org: str = ""
    requested_on: date | None = None


@dataclass(frozen=True, slots=True)
class RequestCorrection:
    """Ask for fields of a record to be changed; `needed` unless the record says so already."""

    facts: CorrectionRequested
    text: MemberTextChange | None
    when: Occasion
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers a request: the person, the organisation, and the organisations that may (`answering`)."""

    by: str
    org: str
    may: frozenset[str]
    when: Occasion


@dataclass(frozen=True, slots=True)
class ApproveCorrection:
    """Agree: the record is changed in the same breath."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class RejectCorrection:
    """Do not agree, with a coded reason."""

    answer: Answer
    reason: CorrectionRefusal


Command = RequestCorrection | ApproveCorrection | RejectCorrection


def answering(requested_org: str, above: Sequence[Organisation]) -> frozenset[str]:
    """Who answers a request: one level above the organisation that asks, or the top (domain.md §3.6).

    `above` are the organisations over it, nearest first. A level is a committee: a general branch has no office of its
    own. Where there is nothing above, the top answers itself, by another person.
    """
    committees = [one.code for one in above if one.kind in COMMITTEES]
    return frozenset({*committees[:1], *committees[-1:]}) or frozenset({requested_org})


def _request(command: RequestCorrection, state: Correction) -> Sequence[Draft]:
    if state.state is not None:
        raise Refused("correction_state", state=state.state)
    require_happened(command.when)
    if not command.facts.fields or not command.needed:
        raise Refused("nothing_to_correct")
    return [Draft(command.facts, command.when.occurred_on, command.text)]


def require_answerable(state: Correction, answer: Answer) -> None:
    """Open, by the level above or the top, and not by whoever asked (domain.md §3.6)."""
    if state.state is None:
        raise Refused("correction_unknown", status=404)
    if state.state != CorrectionState.REQUESTED:
        raise Refused("correction_state", state=state.state)
    if answer.org not in answer.may:
        raise Refused("for_the_level_above")
    if answer.by == state.requested_by:
        raise Refused("own_request")
    require_happened(answer.when, not_before=state.requested_on)


def decide(command: Command, state: Correction) -> Sequence[Draft]:
    """The events of a command on one correction; raises Refused."""
    if isinstance(command, RequestCorrection):
        return _request(command, state)
    require_answerable(state, command.answer)
    on = command.answer.when.occurred_on
    if isinstance(command, RejectCorrection):
        return [Draft(CorrectionRejected(member_id=state.member_id, reason=command.reason), on)]
    agreed = (CorrectionApproved(member_id=state.member_id), CorrectionApplied(member_id=state.member_id))
    return [Draft(one, on) for one in agreed]


def asked_for(event: Event, facts: CorrectionRequested) -> str:
    """For which organisation somebody asked: a member asks from the branch, whatever the token names."""
    return facts.branch or event.actororg if event.actor == facts.member_id else event.actororg


def evolve(state: Correction, event: Event) -> Correction:
    """The correction after one more event."""
    match event.payload:
        case CorrectionRequested() as facts:
            return Correction(
                state=CorrectionState.REQUESTED,
                member_id=facts.member_id,
                requested_by=event.actor,
                requested_org=asked_for(event, facts),
                requested_on=event.occurredon,
            )
        case CorrectionRejected():
            return replace(state, state=CorrectionState.REJECTED)
        case CorrectionApplied():
            return replace(state, state=CorrectionState.APPLIED)
        case _:
            return state


CORRECTION: Decider[Correction, Command] = Decider("registry", "correction", Correction, evolve, decide)
