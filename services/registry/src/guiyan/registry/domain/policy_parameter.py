"""A policy parameter's changes: each names a rule and holds from a day on; none rewrites the past (domain.md §2.14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guiyan.events import Event
from guiyan.events.registry.policy import PolicyParameterChanged
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.policy_document import PolicyDocument, require_in_force


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
    """Give a parameter another value from a day on; `document` is the rule as the library has it."""

    key: str
    value: str
    from_on: date
    document_no: str
    document: PolicyDocument
    when: Occasion


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
