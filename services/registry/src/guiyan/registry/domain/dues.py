"""Dues as months, class and amount, never income (R7, domain.md §2.9); one stream per member, under the member's id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from guiyan.events.codes import DuesError, DuesPayer
from guiyan.events.registry.dues import (
    DuesArrearsReduced,
    DuesPaid,
    DuesPaidAtHost,
    DuesPaymentWithdrawn,
    DuesProxyPaid,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, month_number, month_of, require_happened
from guiyan.registry.domain.dues_account import Dues, after, evolve
from guiyan.registry.domain.dues_arrears import DecideCase, NoteArrears, decide_case, note
from guiyan.registry.domain.dues_months import arrears, is_exempt
from guiyan.registry.domain.dues_terms import (
    TermsCommand,
    decide_terms,
    refuse_exempted,
    refuse_paid,
    require_months,
)
from guiyan.registry.domain.parameters import DEFAULTS, Parameters
from guiyan.registry.domain.standing import ALWAYS, Membership

YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class RecordDues:
    """Record a payment for whole months, to the formal branch or to `host_branch`.

    `entitled`: an accepted hosting there, or a certificate, stood on that day (R7).
    """

    member_id: str
    branch: str
    months: tuple[str, ...]
    paid_by: DuesPayer
    when: Occasion
    host_branch: str | None = None
    parameters: Parameters = DEFAULTS
    membership: Membership = ALWAYS
    entitled: bool = False
    certificate_id: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawPayment:
    """Take a payment out of an account in which it should never have stood."""

    member_id: str
    branch: str
    payment_id: str
    error: DuesError
    when: Occasion
    membership: Membership = ALWAYS


Changing = RecordDues | WithdrawPayment | TermsCommand
Command = Changing | NoteArrears | DecideCase


def require_payable(command: RecordDues) -> None:
    """At most six months back and six ahead of the day of payment (R7; the ahead limit is local)."""
    valid, paid_in = command.parameters, month_of(command.when.occurred_on)
    for month in command.months:
        distance = month_number(month) - month_number(paid_in)
        if distance < -valid.dues_backpay_max_months:
            raise Refused("dues_too_far_back", pointer="/months", months=valid.dues_backpay_max_months)
        if distance > valid.dues_prepay_max_months:
            _require_year_allowed(command, month, paid_in)


def _require_year_allowed(command: RecordDues, month: str, paid_in: str) -> None:
    """Dues of the year at hand may be paid at once only where a local rule allows it (finding 5); default: not."""
    valid, of_year = command.parameters, month[:4] == paid_in[:4]
    if of_year and valid.dues_annual_prepay_allowed:
        return
    whole_year = sum(one[:4] == month[:4] for one in command.months) == YEAR_MONTHS
    code = "dues_year_not_at_once" if whole_year else "dues_too_far_ahead"
    raise Refused(code, pointer="/months", months=valid.dues_prepay_max_months)


def _pay(command: RecordDues, state: Dues) -> Sequence[Draft]:
    require_happened(command.when)
    require_months(command.months)
    require_payable(command)
    refuse_paid(command.months, state)
    facts = state.facts(command.membership)
    refuse_exempted(command.months, frozenset(month for month in command.months if is_exempt(facts, month)))
    if command.host_branch is not None and not command.entitled:
        raise Refused("not_hosted_there", pointer="/host_branch")
    paid = replace(facts, paid=facts.paid | set(command.months))
    return [Draft(_payment(command, paid.paid_to), command.when.occurred_on)]


def _payment(command: RecordDues, paid_to: str | None) -> DuesPaid | DuesProxyPaid | DuesPaidAtHost:
    """The kind of payment: at the host, by somebody else, or plainly to the branch."""
    known = {
        "member_id": command.member_id,
        "months": sorted(command.months),
        "paid_by": command.paid_by,
        "paid_to": paid_to,
    }
    if command.host_branch is not None:
        where = {"host_branch": command.host_branch, "certificate_id": command.certificate_id}
        return DuesPaidAtHost.model_validate({**known, **where})
    kind = DuesPaid if command.paid_by == DuesPayer.SELF else DuesProxyPaid
    return kind.model_validate({**known, "branch": command.branch})


def _withdraw(command: WithdrawPayment, state: Dues) -> Sequence[Draft]:
    """It counts from the day of the payment, as if that had never been in this account; both stay in the history."""
    meant = next((one for one in state.payments if one.id == command.payment_id), None)
    if meant is None:
        raise Refused("dues_entry_unknown", pointer="/payment_id")
    require_happened(command.when, not_before=meant.on)
    left = replace(state, payments=tuple(one for one in state.payments if one.id != meant.id))
    facts = DuesPaymentWithdrawn(
        member_id=command.member_id,
        branch=command.branch,
        payment_id=meant.id,
        months=meant.months,
        error=command.error,
        paid_to=left.paid_to(command.membership),
    )
    return [Draft(facts, meant.on)]


def _reduced(command: Changing, state: Dues, drafts: Sequence[Draft], today: date) -> Sequence[Draft]:
    """What was noted stays noted; that less is left of it is told besides, as of the day it was learnt."""
    if not drafts or not state.noted:
        return []
    now = state
    for draft in drafts:
        now = after(now, draft.payload, "", draft.occurred_on)
    left = arrears(now.facts(command.membership), today).in_a_row
    if left >= state.noted:
        return []
    told = DuesArrearsReduced(
        member_id=command.member_id,
        branch=command.branch,
        months_in_arrears=left,
        paid_to=now.paid_to(command.membership),
    )
    return [Draft(told, today)]


def decide(command: Command, state: Dues) -> Sequence[Draft]:
    """The events of an act on one member's dues, of the clock or of people; raises Refused."""
    if isinstance(command, NoteArrears):
        return note(command, state)
    if isinstance(command, DecideCase):
        return decide_case(command, state)
    if isinstance(command, RecordDues):
        drafts = _pay(command, state)
    elif isinstance(command, WithdrawPayment):
        drafts = _withdraw(command, state)
    else:
        drafts = decide_terms(command, state)
    return [*drafts, *_reduced(command, state, drafts, command.when.today)]


DUES: Decider[Dues, Command] = Decider("registry", "dues", Dues, evolve, decide)

__all__ = ["DUES", "Dues", "RecordDues", "WithdrawPayment", "decide", "evolve"]
