"""What the steps of all the smaller processes have in common: a day in order, and a state they are allowed in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from guiyan.contact.domain.happened import require_happened
from guiyan.events.codes import Code
from guiyan.ledger import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step told on `today` that was taken on the business date `on`."""

    on: date
    today: date


def require_day(step: Step, earliest: date) -> None:
    """Not in the future, and not before what it follows."""
    require_happened(step.on, step.today)
    if step.on < earliest:
        raise Refused("date_before_last", pointer="/occurred_on", earliest=earliest.isoformat())


def require_state(state: Code | None, wanted: Collection[Code]) -> None:
    """The record is there, and in one of these states."""
    if state is None:
        raise Refused("record_not_found", status=404)
    if state not in wanted:
        raise Refused("wrong_step", state=state, wanted=", ".join(wanted))


def require_new(state: Code | None) -> None:
    """There is no such record yet."""
    if state is not None:
        raise Refused("record_exists", status=409)
