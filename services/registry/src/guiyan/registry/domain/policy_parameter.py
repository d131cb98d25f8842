"""A policy parameter's changes: each names a rule and holds from a day on; none rewrites the past (domain.md §2.14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from guiyan.events import Event
from guiyan.events.registry.policy import PolicyParameterChanged
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.policy_document import PolicyDocument, require_in_force
from guiyan.service.parameters import ASCENDING, PARAMETERS


@dataclass(frozen=True, slots=True)
class PolicyParameter:
    """The changes so far, as they were recorded: from which day, to which text."""

    changes: tuple[tuple[date, str], ...] = ()

    def value_on(self, day: date) -> str | None:
        """The text valid on a day, of two changes from the same day the later told; None where none has begun."""
        begun = [change for change in self.changes if change[0] <= day]
        last = max((from_on for from_on, _ in begun), default=None)
        return next((text for from_on, text in reversed(begun) if from_on == last), None)


@dataclass(frozen=True, slots=True)
class ChangeParameter:
    """Give a parameter another value from a day on; `document` is the rule as the library has it.

    `others` are the parameters that are one rule with it (`neighbours`).
    """

    key: str
    value: str
    from_on: date
    document_no: str
    document: PolicyDocument
    when: Occasion
    others: Mapping[str, PolicyParameter]


_PAIRS: Final = tuple(pair for row in ASCENDING for pair in pairwise(row))


def neighbours(key: str) -> frozenset[str]:
    """The parameters that stand right before or after this one in a rule of several."""
    return frozenset(one for pair in _PAIRS for one in pair if key in pair) - {key}


def require_in_order(command: ChangeParameter, after: PolicyParameter) -> None:
    """From its first day on, on no day does the value contradict those that are one rule with it (domain.md §2.14)."""
    known = {**command.others, command.key: after}
    for lower, upper in (pair for pair in _PAIRS if command.key in pair):
        days = {from_on for one in (lower, upper) for from_on, _ in known[one].changes}
        for day in sorted(one for one in days if one >= command.from_on):
            least, most = _number_on(day, lower, known[lower]), _number_on(day, upper, known[upper])
            if least > most:
                below, above = f"{lower} = {least}", f"{upper} = {most}"
                raise Refused("parameters_cross", pointer="/value", lower=below, upper=above, on=day.isoformat())


def _number_on(day: date, key: str, state: PolicyParameter) -> int:
    told = state.value_on(day)
    return int(PARAMETERS[key].text(PARAMETERS[key].default) if told is None else told)


def parameter_id(key: str) -> str:
    """The aggregate's id: the key as one token of a subject."""
    return key.replace(".", "-")


def require_not_past(from_on: date, today: date) -> None:
    """A change never rewrites the past: it holds from today on at the earliest (domain.md §2.14)."""
    if from_on < today:
        raise Refused("rewrites_the_past", pointer="/from_on", earliest=today.isoformat())


def decide(command: ChangeParameter, state: PolicyParameter) -> Sequence[Draft]:
    """The event of a change; none when the value is valid on that day already. Raises Refused."""
    require_not_past(command.from_on, command.when.today)
    require_in_force(command.document, command.from_on, "/document_no")
    if state.value_on(command.from_on) == command.value:
        return []
    require_in_order(command, PolicyParameter((*state.changes, (command.from_on, command.value))))
    changed = PolicyParameterChanged(
        key=command.key, value=command.value, from_on=command.from_on, document_no=command.document_no
    )
    return [Draft(changed, command.when.today)]


def evolve(state: PolicyParameter, event: Event) -> PolicyParameter:
    """The changes after one more event."""
    match event.payload:
        case PolicyParameterChanged(org_code=None) as facts:
            return PolicyParameter((*state.changes, (facts.from_on, facts.value)))
        case _:
            return state


PARAMETER: Decider[PolicyParameter, ChangeParameter] = Decider("registry", "policy", PolicyParameter, evolve, decide)
