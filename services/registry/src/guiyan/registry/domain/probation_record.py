"""A probation's state: what its events make of it (domain.md §2.8; R8 Art. 32, 33).

One stream for each admission of a member: the first, and one more each time somebody joined anew (R1 Art. 24). The id
follows from the member's id and the admission's number, as trips' ids do (ADR 0011).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from guiyan.events import Event, derived_id, time_of
from guiyan.events.codes import ProbationClosing, ProbationState, ProbationVote
from guiyan.events.registry import probation as facts
from guiyan.ledger import Refused

State = ProbationState

BEFORE_APPLICATION = frozenset({State.IN_PROBATION, State.EXTENDED, State.APPLICATION_DUE})
ASKED = frozenset(
    {State.APPLIED, State.GROUP_OPINION, State.OPINIONS_COLLECTED, State.COMMITTEE_REVIEWED, State.PUBLIC_NOTICE}
)
OPEN = BEFORE_APPLICATION | ASKED | {State.BRANCH_VOTED}


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that stands: its event, what caused that, and the probation as it was before it."""

    event_id: str
    caused_by: str
    decided_on: date
    before: Probation


@dataclass(frozen=True, slots=True)
class Probation:
    """One probation now; `state` is None while there is none under this id.

    EXTENDED is IN_PROBATION by extension. `record_at` is who has the record of training and assessment. `since` is the
    day of the last step towards a decision, `first_act_on` of the first thing recorded here. `reminded` are the
    reminders given for this end, `said_*` what timers said of it: each once for each end.
    """

    id: str = ""
    member_id: str = ""
    state: State | None = None
    record_at: str = ""
    joined_on: date | None = None
    ends_on: date | None = None
    months_extended: int = 0
    quarters: frozenset[str] = frozenset()
    reports: frozenset[str] = frozenset()
    first_act_on: date | None = None
    since: date | None = None
    notice_until: date | None = None
    vote: ProbationVote | None = None
    voted_on: date | None = None
    reminded: frozenset[int] = frozenset()
    said_ended: bool = False
    said_overdue: bool = False
    said_escalated: bool = False
    said_undecided: bool = False
    decided: tuple[Decided, ...] = ()
    full_on: date | None = None
    closed_from: Probation | None = None
    closed_by: str | None = None
    closed_for: ProbationClosing | None = None

    @property
    def open(self) -> bool:
        """A decision is still to come."""
        return self.state in OPEN


def probation_id(member_id: str, number: int) -> str:
    """The id of the probation of a member's n-th admission, 1 for the first; as old as the member's own id."""
    return derived_id(time_of(member_id), "probation", member_id, str(number))


def require_state(state: Probation, allowed: frozenset[State]) -> State:
    """The probation is in one of these states."""
    if state.state is None:
        raise Refused("probation_unknown", status=404)
    if state.state not in allowed:
        raise Refused("probation_state", state=state.state)
    return state.state


def evolve(state: Probation, event: Event) -> Probation:
    """The probation after one more event; types that change nothing here leave it as it is."""
    change = _CHANGES.get(type(event.payload))
    return state if change is None else change(state, event, event.payload)


def _started(_: Probation, event: Event, begun: facts.ProbationStarted) -> Probation:
    return Probation(
        id=event.aggregate_id,
        member_id=begun.member_id,
        state=State.EXTENDED if begun.months_extended else State.IN_PROBATION,
        record_at=begun.branch,
        joined_on=begun.joined_on,
        ends_on=begun.ends_on,
        months_extended=begun.months_extended,
    )


def _redated(state: Probation, _: Event, right: facts.ProbationDatesCorrected) -> Probation:
    early = State.EXTENDED if right.months_extended else State.IN_PROBATION
    dates: dict[str, Any] = {
        "joined_on": right.joined_on,
        "ends_on": right.ends_on,
        "months_extended": right.months_extended,
        "full_on": right.full_on or state.full_on,
    }
    return _unsaid(replace(state, state=early if state.state in BEFORE_APPLICATION else state.state, **dates))


def _unsaid(state: Probation) -> Probation:
    """Another end: what timers said of the old one has not been said of this one."""
    silent: dict[str, Any] = dict.fromkeys(("said_ended", "said_overdue", "said_escalated", "said_undecided"), False)
    return replace(state, reminded=frozenset(), **silent)


def _discussed(state: Probation, event: Event, told: facts.ProbationQuarterDiscussed) -> Probation:
    return replace(_acted(state, event), quarters=state.quarters | {told.quarter})


def _reported(state: Probation, event: Event, told: facts.ProbationReportGiven) -> Probation:
    return replace(_acted(state, event), reports=state.reports | {told.half_year})


def _acted(state: Probation, event: Event) -> Probation:
    on = event.occurredon
    return replace(state, first_act_on=min(on, state.first_act_on or on))


def _reminded(state: Probation, _: Event, told: facts.ProbationReminded) -> Probation:
    return replace(_due(state), reminded=state.reminded | {told.days_left})


def _due(state: Probation) -> Probation:
    return replace(state, state=State.APPLICATION_DUE if state.state in BEFORE_APPLICATION else state.state)


def _step(to: State) -> Callable[[Probation, Event, Any], Probation]:
    def change(state: Probation, event: Event, told: Any) -> Probation:
        until = getattr(told, "until", state.notice_until)
        return replace(_acted(state, event), state=to, since=event.occurredon, notice_until=until)

    return change


def _voted(state: Probation, event: Event, told: facts.ProbationBranchVoted) -> Probation:
    on = event.occurredon
    voted: dict[str, Any] = {"vote": told.vote, "voted_on": on, "said_undecided": False}
    return replace(_acted(state, event), state=State.BRANCH_VOTED, since=on, **voted)


def _decision(state: Probation, event: Event) -> tuple[Decided, ...]:
    return (*state.decided, Decided(event.id, event.causationid, event.occurredon, state))


def _converted(state: Probation, event: Event, told: facts.ProbationConverted) -> Probation:
    decided = _decision(state, event)
    return replace(state, state=State.APPROVED_FULL, since=event.occurredon, decided=decided, full_on=told.full_on)


def _extended(state: Probation, event: Event, told: facts.ProbationExtended) -> Probation:
    again: dict[str, Any] = {"vote": None, "voted_on": None, "notice_until": None, "since": event.occurredon}
    longer: dict[str, Any] = {
        "ends_on": told.ends_on,
        "months_extended": told.months,
        "decided": _decision(state, event),
    }
    return replace(_unsaid(state), state=State.EXTENDED, **again, **longer)


def _cancelled(state: Probation, event: Event, _: facts.ProbationCancelled) -> Probation:
    return replace(state, state=State.CANCELLED, since=event.occurredon, decided=_decision(state, event))


def _annulled(state: Probation, _: Event, told: facts.ProbationDecisionAnnulled) -> Probation:
    """As before that decision; what was learnt since stays known."""
    kept = next((one for one in state.decided if one.event_id == told.annulled_id), None)
    return state if kept is None else _again(kept.before, state)


def _again(before: Probation, now: Probation) -> Probation:
    known: dict[str, Any] = {"quarters": now.quarters, "reports": now.reports, "record_at": now.record_at}
    return replace(before, **known, first_act_on=now.first_act_on)


def _closed(state: Probation, event: Event, told: facts.ProbationClosed) -> Probation:
    closed: dict[str, Any] = {"closed_from": state, "closed_by": event.causationid, "closed_for": told.reason}
    return replace(state, state=State.CLOSED, **closed)


def _reopened(state: Probation, _: Event, __: facts.ProbationReopened) -> Probation:
    return state if state.closed_from is None else _again(state.closed_from, state)


_CHANGES: dict[type, Callable[[Probation, Event, Any], Probation]] = {
    facts.ProbationStarted: _started,
    facts.ProbationDatesCorrected: _redated,
    facts.ProbationQuarterDiscussed: _discussed,
    facts.ProbationReportGiven: _reported,
    facts.ProbationReminded: _reminded,
    facts.ProbationEnded: lambda state, _, __: replace(_due(state), said_ended=True),
    facts.ProbationApplicationOverdue: lambda state, _, __: replace(state, said_overdue=True),
    facts.ProbationEscalated: lambda state, _, __: replace(state, said_escalated=True),
    facts.ProbationDecisionOverdue: lambda state, _, __: replace(state, said_undecided=True),
    facts.ProbationApplicationReceived: _step(State.APPLIED),
    facts.ProbationGroupOpinionGiven: _step(State.GROUP_OPINION),
    facts.ProbationOpinionsCollected: _step(State.OPINIONS_COLLECTED),
    facts.ProbationCommitteeReviewed: _step(State.COMMITTEE_REVIEWED),
    facts.ProbationPublicNoticePosted: _step(State.PUBLIC_NOTICE),
    facts.ProbationBranchVoted: _voted,
    facts.ProbationConverted: _converted,
    facts.ProbationExtended: _extended,
    facts.ProbationCancelled: _cancelled,
    facts.ProbationDecisionAnnulled: _annulled,
    facts.ProbationRecordHandedOver: lambda state, _, told: replace(state, record_at=told.to_org),
    facts.ProbationClosed: _closed,
    facts.ProbationReopened: _reopened,
}
