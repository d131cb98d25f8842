"""Dues as months paid, never income (R7, domain.md §2.9); one stream per member, under the member's id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from guiyan.events import Event
from guiyan.events.codes import DuesPayer
from guiyan.events.registry.dues import DuesPaid, DuesPaidAtHost, DuesProxyPaid, PaymentFacts
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, month_number, month_of, require_happened
from guiyan.registry.domain.parameters import DEFAULTS, Parameters


@dataclass(frozen=True, slots=True)
class Dues:
    """The months a member has paid for."""

    months: frozenset[str] = frozenset()

    @property
    def paid_to(self) -> str | None:
        """The last month paid for."""
        return max(self.months, default=None)


@dataclass(frozen=True, slots=True)
class RecordDues:
    """Record a payment for whole months, to the formal branch or, with a certificate, to `host_branch`."""

    member_id: str
    branch: str
    months: tuple[str, ...]
    paid_by: DuesPayer
    when: Occasion
    host_branch: str | None = None
    parameters: Parameters = DEFAULTS


def require_payable(command: RecordDues) -> None:
    """At most six months back and six ahead of the day of payment (R7; the ahead limit is local)."""
    paid_in = month_number(month_of(command.when.occurred_on))
    for month in command.months:
        distance = month_number(month) - paid_in
        if distance < -command.parameters.dues_backpay_max_months:
            raise Refused("dues_too_far_back", pointer="/months", months=command.parameters.dues_backpay_max_months)
        if distance > command.parameters.dues_prepay_max_months:
            raise Refused("dues_too_far_ahead", pointer="/months", months=command.parameters.dues_prepay_max_months)


def require_unpaid(command: RecordDues, state: Dues) -> None:
    """No month is paid twice."""
    if len(set(command.months)) != len(command.months):
        raise Refused("month_named_twice", pointer="/months")
    paid = sorted(set(command.months) & state.months)
    if paid:
        raise Refused("month_already_paid", pointer="/months", status=409, month=paid[0])


def decide(command: RecordDues, state: Dues) -> Sequence[Draft]:
    """The event of one payment; raises Refused."""
    require_happened(command.when)
    if not command.months:
        raise Refused("no_months", pointer="/months")
    require_payable(command)
    require_unpaid(command, state)
    return [Draft(_payment(command), command.when.occurred_on)]


def _payment(command: RecordDues) -> DuesPaid | DuesProxyPaid | DuesPaidAtHost:
    """The kind of payment: at the host, by somebody else, or plainly to the branch."""
    months = sorted(command.months)
    if command.host_branch is not None:
        return DuesPaidAtHost(
            member_id=command.member_id, months=months, paid_by=command.paid_by, host_branch=command.host_branch
        )
    kind = DuesPaid if command.paid_by == DuesPayer.SELF else DuesProxyPaid
    return kind(member_id=command.member_id, months=months, paid_by=command.paid_by, branch=command.branch)


def evolve(state: Dues, event: Event) -> Dues:
    """The months paid after one more event."""
    payload = event.payload
    if isinstance(payload, PaymentFacts):
        return replace(state, months=state.months | set(payload.months))
    return state


DUES: Decider[Dues, RecordDues] = Decider("registry", "dues", Dues, evolve, decide)
