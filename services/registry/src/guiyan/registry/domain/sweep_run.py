"""One sweep now: what its events make of it (domain.md §2.12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from guiyan.events import Event, Payload
from guiyan.events.codes import SweepState
from guiyan.events.registry.sweep import (
    SweepCancelled,
    SweepCityClosed,
    SweepCityOverdue,
    SweepCounts,
    SweepExtended,
    SweepOpened,
    SweepPlanned,
    SweepReported,
    SweepTownshipChecked,
    SweepTownshipOverdue,
)
from guiyan.ledger import Refused

COUNTERS = tuple(SweepCounts.model_fields)


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep now; `state` is None while there is none under this id.

    `townships` are those that take part with their number of sheets, `checked` the sums of those that have checked,
    `overdue` who was told of which last day already.
    """

    state: SweepState | None = None
    facts: SweepPlanned | None = None
    planned_on: date | None = None
    townships: Mapping[str, int] = field(default_factory=dict)
    checked: Mapping[str, SweepCounts] = field(default_factory=dict)
    since: date | None = None
    overdue: frozenset[tuple[str, date]] = frozenset()

    @property
    def root_org(self) -> str:
        """Whose sweep it is."""
        return self.facts.root_org if self.facts else ""


def summed(counts: Iterable[SweepCounts]) -> dict[str, int]:
    """The sum of some counters, one by one: a township's of its branches, a city's of its townships (§8)."""
    each = list(counts)
    return {name: sum(getattr(one, name) for one in each) for name in COUNTERS}


def require_open(state: Sweep) -> None:
    """The window has been opened, and the city has not closed it."""
    if state.state is None:
        raise Refused("sweep_unknown", status=404)
    if state.state != SweepState.OPEN:
        raise Refused("sweep_state", state=state.state)


def evolve(state: Sweep, event: Event) -> Sweep:  # noqa: PLR0911 - one return an event
    """The sweep after one more event."""
    on = event.occurredon
    match event.payload:
        case SweepPlanned() as facts:
            return Sweep(SweepState.PLANNED, facts, planned_on=on, since=on)
        case SweepOpened() as facts:
            taking_part = {one.township: one.branches for one in facts.townships}
            return _settled(replace(state, state=SweepState.OPEN, townships=taking_part, since=on))
        case SweepTownshipChecked() as facts:
            return _settled(replace(state, checked={**state.checked, facts.township: facts}))
        case SweepExtended() as facts if state.facts is not None:
            days = facts.model_dump(exclude={"document_no"})
            return replace(state, facts=state.facts.model_copy(update=days))
        case SweepTownshipOverdue() as facts:
            return replace(state, overdue=state.overdue | {(facts.township, facts.due_on)})
        case SweepCityOverdue() as facts:
            return replace(state, overdue=state.overdue | {("", facts.due_on)})
        case _:
            return replace(state, state=_TO.get(type(event.payload), state.state), since=on)


def _settled(state: Sweep) -> Sweep:
    """All townships have checked: now the city may close. A sweep that nobody takes part in has nothing to check."""
    done = state.townships.keys() <= state.checked.keys()
    return replace(state, state=SweepState.TOWNSHIP_CHECKED) if done else state


_TO: dict[type[Payload], SweepState] = {
    SweepCancelled: SweepState.CANCELLED,
    SweepCityClosed: SweepState.CITY_CLOSED,
    SweepReported: SweepState.REPORTED,
}
