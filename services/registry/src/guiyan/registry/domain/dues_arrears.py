"""Months that ended unpaid: noted, reminded of, told upward, and at six in a row a case for people (R1 Art. 31(6)).

Nothing here changes a membership: the clock says what is so, and people answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guiyan.events import Payload
from guiyan.events.codes import DuesCaseAnswer
from guiyan.events.registry.dues import (
    DuesArrearsNoted,
    DuesReminded,
    DuesReportedUpward,
    SixMonthCaseDecided,
    SixMonthCaseOpened,
)
from guiyan.ledger import Draft, Refused
from guiyan.registry.domain.dates import Occasion, month_number, require_happened
from guiyan.registry.domain.dues_account import Dues
from guiyan.registry.domain.dues_months import Arrears, DuesFacts, arrears, first_day, month_after, next_over
from guiyan.registry.domain.parameters import DEFAULTS, Parameters
from guiyan.registry.domain.standing import Membership


@dataclass(frozen=True, slots=True)
class NoteArrears:
    """The clock: the time to pay was over on the day before `due_on`; `above` is the organisation above the branch."""

    member_id: str
    branch: str
    above: str | None
    due_on: date
    membership: Membership
    parameters: Parameters = DEFAULTS


@dataclass(frozen=True, slots=True)
class DecideCase:
    """The branch meeting answered the case; first of all, was there a good reason."""

    member_id: str
    answer: DuesCaseAnswer
    decision_no: str | None
    when: Occasion
    membership: Membership


def note(command: NoteArrears, state: Dues) -> Sequence[Draft]:
    """What is to be told on that day; nothing when it was told already, or has been paid, exempted or stopped."""
    found = arrears(state.facts(command.membership), command.due_on)
    if not found.in_a_row or is_noted(state.noted, state.noted_through, found):
        return []
    who, n, paid_to = command.member_id, found.in_a_row, state.paid_to(command.membership)
    told: list[Payload] = [
        DuesArrearsNoted(member_id=who, branch=command.branch, months_in_arrears=n, paid_to=paid_to),
        DuesReminded(member_id=who, months_in_arrears=n),
    ]
    if command.above is not None and _report_due(found, state, command.parameters):
        told.append(DuesReportedUpward(member_id=who, to_org=command.above))
    since = _case_since(found, state, command.parameters)
    if since is not None:
        told.append(SixMonthCaseOpened(member_id=who, branch=command.branch, since=since))
    return [Draft(one, command.due_on) for one in told]


def is_noted(noted: int, noted_through: str | None, found: Arrears) -> bool:
    """Whether just this was noted already."""
    return noted_through is not None and (
        noted_through > found.through or (noted_through, noted) == (found.through, found.in_a_row)
    )


def next_note(
    facts: DuesFacts, noted: int, noted_through: str | None, recorded_on: date
) -> tuple[date | None, date | None]:
    """(at once, later): the day of what is to be noted now, or the first day of the next month that can end unpaid.

    What was told late makes one note, of the last time to pay that was over, and not one a month.
    """
    found = arrears(facts, recorded_on)
    if found.in_a_row and not is_noted(noted, noted_through, found):
        return first_day(month_after(found.through)), None
    return None, next_over(facts, found.through)


def _report_due(found: Arrears, state: Dues, valid: Parameters) -> bool:
    """Told upward once in a row of unpaid months, where local rule asks for it."""
    if not valid.dues_report_upward or found.in_a_row < valid.dues_report_upward_after_months:
        return False
    assert found.since is not None  # noqa: S101 - there is a row
    return state.reported_on is None or state.reported_on <= first_day(found.since)


def _case_since(found: Arrears, state: Dues, valid: Parameters) -> date | None:
    """Since when six months in a row are unpaid, of which no answered case was about; None while they are not.

    One case at a time; a new one only by as many new months (R1 Art. 31(6)).
    """
    counted = found.in_a_row
    if state.case_through is not None:
        counted = min(counted, month_number(found.through) - month_number(state.case_through))
    if state.case is not None or counted < valid.selfleft_threshold_months:
        return None
    return first_day(month_after(found.through, 1 - counted))


def decide_case(command: DecideCase, state: Dues) -> Sequence[Draft]:
    """A person's answer; a decision on the membership would be an act of its own, with its document."""
    if state.case is None:
        raise Refused("no_dues_case")
    require_happened(command.when, not_before=state.case.opened_on)
    if command.answer == DuesCaseAnswer.PAID_UP:
        left = arrears(state.facts(command.membership), command.when.occurred_on).in_a_row
        if left:
            raise Refused("case_not_paid_up", pointer="/answer", status=409, months=left)
    elif command.decision_no is None:
        raise Refused("case_needs_minutes", pointer="/decision_no")
    decided = SixMonthCaseDecided(member_id=command.member_id, answer=command.answer, decision_no=command.decision_no)
    return [Draft(decided, command.when.occurred_on)]
