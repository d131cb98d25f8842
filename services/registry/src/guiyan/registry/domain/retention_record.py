"""A retained relation's state: what its events make of it (domain.md §2.10; R1 Art. 34, R6).

A member's retentions are numbered as trips are (ADR 0011): one at a time, the next after the last one's end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from guiyan.events import Event, derived_id, time_of
from guiyan.events.codes import RetentionKind, RetentionState
from guiyan.events.registry.retention import (
    RelationRetained,
    RetentionEnded,
    RetentionExtended,
    RetentionMoved,
    RetentionOverdue,
    RetentionReminded,
    RetentionReopened,
    RetentionRequested,
)
from guiyan.ledger import Refused

State = RetentionState
KEPT = frozenset({State.RETAINED, State.REMINDED, State.EXTENDED, State.OVERDUE})
OPEN = KEPT | {State.REQUESTED}


@dataclass(frozen=True, slots=True)
class Retention:
    """One retained relation now; `state` is None while there is none under this id.

    `since` is the day of the last act of people. `reminded` are the months of which somebody was reminded,
    `ended_from` what it was before it ended, `ended_by` what caused that.
    """

    id: str = ""
    member_id: str = ""
    kind: RetentionKind | None = None
    state: State | None = None
    holding_org: str = ""
    placed_in: str | None = None
    from_on: date | None = None
    retain_until: date | None = None
    since: date | None = None
    reminded: frozenset[int] = frozenset()
    ended_on: date | None = None
    ended_from: Retention | None = None
    ended_by: str | None = None

    @property
    def open(self) -> bool:
        """Asked for, or kept."""
        return self.state in OPEN


def retention_id(member_id: str, number: int) -> str:
    """The id of a member's n-th retention, 1 for the first; as old as the member's own id (ADR 0011)."""
    return derived_id(time_of(member_id), "retention", member_id, str(number))


def require_state(state: Retention, allowed: frozenset[State]) -> None:
    """The retention is in one of these states."""
    if state.state is None:
        raise Refused("retention_unknown", status=404)
    if state.state not in allowed:
        raise Refused("retention_state", state=state.state)


def evolve(state: Retention, event: Event) -> Retention:  # noqa: PLR0911 - one case an event
    """The retention after one more event; types that change nothing here leave it as it is."""
    on = event.occurredon
    match event.payload:
        case RetentionRequested() as asked:
            return Retention(
                id=event.aggregate_id,
                member_id=asked.member_id,
                kind=asked.kind,
                state=State.REQUESTED,
                holding_org=asked.holding_org,
                from_on=asked.from_on,
                since=on,
            )
        case RelationRetained() as kept:
            org, until = kept.holding_org, kept.retain_until
            term = replace(state, holding_org=org, from_on=kept.from_on, retain_until=until)
            return replace(term, state=State.RETAINED, placed_in=kept.branch, since=on)
        case RetentionMoved() as moved:
            return replace(state, holding_org=moved.holding_org, placed_in=moved.branch)
        case RetentionReminded() as told_:
            return replace(state, state=State.REMINDED, reminded=state.reminded | {told_.after_months})
        case RetentionExtended() as longer:
            return replace(state, state=State.EXTENDED, retain_until=longer.retain_until, since=on)
        case RetentionOverdue():
            return replace(state, state=State.OVERDUE)
        case RetentionEnded() as ended:
            end = replace(state, ended_on=on, ended_by=event.causationid)
            return replace(end, state=State(ended.how.value), ended_from=state)
        case RetentionReopened():
            return state.ended_from or state
        case _:
            return state
