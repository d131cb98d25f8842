"""What an open case waits for: a person who is named, or a day that the clock tells (domain.md §2.7)."""

from datetime import date, timedelta
from typing import Final

from guiyan.contact.domain.lost_parameters import LostParameters
from guiyan.contact.domain.lost_state import Case
from guiyan.events.codes import FoundOutcome, LostState, LostStep
from guiyan.ledger.calendar import add_months

BRANCH, COMMITTEE, REGISTRY = "BRANCH", "COMMITTEE", "DECISION"
WAITS_FOR: Final = {
    LostState.WATCH: BRANCH,
    LostState.SEARCHING: BRANCH,
    LostState.FOUND: COMMITTEE,
    LostState.CONFIRMED_LOST: BRANCH,
    LostState.SUSPENSION_PROPOSED: REGISTRY,
    LostState.SUSPENDED: BRANCH,
    LostState.REINSTATEMENT_PROPOSED: REGISTRY,
    LostState.REMOVAL_PROPOSED: REGISTRY,
}
"""Who acts next: the branch, the basic committee, or whoever decides about the membership and has it recorded."""


def due_step(case: Case) -> LostStep | None:
    """Of which day the clock will tell in this state; None where the case waits for people alone."""
    if case.state is LostState.FOUND:
        return LostStep.CORRECTION_OVER if case.outcome is FoundOutcome.CORRECTION_PERIOD else None
    steps = {
        LostState.WATCH: LostStep.START_SEARCH,
        LostState.SEARCHING: LostStep.MAY_CONFIRM,
        LostState.SUSPENDED: LostStep.MAY_PROPOSE_REMOVAL,
    }
    return steps.get(case.state) if case.state is not None else None


def due_on(case: Case, since: date | None, parameters: LostParameters) -> date | None:
    """The day of that step: month five, month six, the end of the correction period, two years after the suspension."""
    match due_step(case):
        case LostStep.START_SEARCH:
            soon = case.opened_on + timedelta(days=parameters.search_within_days)
            return soon if since is None else max(soon, add_months(since, parameters.watch_after_months))
        case LostStep.MAY_CONFIRM:
            begun = case.searching_since or case.opened_on
            return None if since is None else max(begun, add_months(since, parameters.confirm_after_months))
        case LostStep.CORRECTION_OVER:
            return None if case.correction_until is None else case.correction_until + timedelta(days=1)
        case LostStep.MAY_PROPOSE_REMOVAL:
            assert case.suspended_on is not None  # noqa: S101 - the state says so
            return add_months(case.suspended_on, parameters.remove_after_months)
        case _:
            return None
