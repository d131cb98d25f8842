"""A member's dues as they stand: payments, amounts, exemptions, what was noted, and the case (domain.md §2.9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from guiyan.events import Event, Payload
from guiyan.events.codes import DuesPayer
from guiyan.events.registry.dues import (
    DuesAmountSet,
    DuesArrearsNoted,
    DuesArrearsReduced,
    DuesCycleAgreed,
    DuesExempted,
    DuesPaidAtHost,
    DuesPaymentWithdrawn,
    DuesReportedUpward,
    DuesTermsWithdrawn,
    PaymentFacts,
    SixMonthCaseDecided,
    SixMonthCaseOpened,
)
from guiyan.registry.domain.dates import month_of
from guiyan.registry.domain.dues_months import Amount, Cycle, DuesFacts, month_after
from guiyan.registry.domain.standing import Membership


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment that stands; `org` took it, `id` is the event."""

    id: str
    on: date
    months: tuple[str, ...]
    org: str
    at_host: bool
    paid_by: DuesPayer


@dataclass(frozen=True, slots=True)
class Exemption:
    """Months for which less or nothing is asked: `left_fen` a month."""

    id: str
    on: date
    months: tuple[str, ...]
    left_fen: int
    decision_no: str


@dataclass(frozen=True, slots=True)
class Case:
    """A six-month case that nobody has answered yet (R1 Art. 31(6))."""

    opened_on: date
    since: date


@dataclass(frozen=True, slots=True)
class Dues:
    """One member's account; `noted` months in a row were last noted, up to the month `noted_through`.

    `case_through` is the last month that an answered case was about.
    """

    payments: tuple[Payment, ...] = ()
    amounts: tuple[Amount, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    terms_on: tuple[tuple[str, date], ...] = ()
    noted: int = 0
    noted_through: str | None = None
    reported_on: date | None = None
    case: Case | None = None
    case_through: str | None = None

    @property
    def months(self) -> frozenset[str]:
        """The months paid for."""
        return frozenset(month for one in self.payments for month in one.months)

    def paid_to(self, membership: Membership) -> str | None:
        """The last month paid for with no month unpaid before it."""
        return self.facts(membership).paid_to

    @property
    def exempted(self) -> frozenset[str]:
        """The months of every exemption and reduction."""
        return frozenset(month for one in self.exemptions for month in one.months)

    def facts(self, membership: Membership) -> DuesFacts:
        """What the state of every month follows from."""
        return DuesFacts(
            paid=self.months,
            paid_at_host=frozenset(month for one in self.payments if one.at_host for month in one.months),
            exempt=frozenset(month for one in self.exemptions if not one.left_fen for month in one.months),
            amounts=self.amounts,
            cycles=self.cycles,
            membership=membership,
        )


def evolve(state: Dues, event: Event) -> Dues:
    """The account after one more event."""
    return after(state, event.payload, event.id, event.occurredon)


def after(state: Dues, payload: Payload, id_: str, on: date) -> Dues:  # noqa: PLR0911 - one return an event
    """The account after something that happened on a day; types that change nothing here leave it as it is."""
    match payload:
        case PaymentFacts():
            return replace(state, payments=(*state.payments, _payment(payload, id_, on)))
        case DuesPaymentWithdrawn():
            kept = tuple(one for one in state.payments if one.id != payload.payment_id)
            return replace(state, payments=kept)
        case DuesArrearsNoted():
            through = month_after(month_of(on), -1)
            return replace(state, noted=payload.months_in_arrears, noted_through=through)
        case DuesArrearsReduced():
            return replace(state, noted=payload.months_in_arrears)
        case DuesReportedUpward():
            return replace(state, reported_on=on)
        case SixMonthCaseOpened():
            return replace(state, case=Case(on, payload.since))
        case SixMonthCaseDecided():
            return replace(state, case=None, case_through=month_after(month_of(on), -1))
        case _:
            return _after_terms(state, payload, id_, on)


def _after_terms(state: Dues, payload: Payload, id_: str, on: date) -> Dues:
    match payload:
        case DuesAmountSet():
            amount = Amount(id_, payload.year, payload.rate_class, payload.monthly_amount_fen, payload.from_month)
            changed = replace(state, amounts=(*state.amounts, amount))
        case DuesCycleAgreed():
            changed = replace(state, cycles=(*state.cycles, Cycle(id_, payload.cycle, payload.from_month)))
        case DuesExempted():
            exemption = Exemption(id_, on, payload.months, payload.monthly_amount_fen, payload.decision_no)
            changed = replace(state, exemptions=(*state.exemptions, exemption))
        case DuesTermsWithdrawn():
            return _without(state, payload.entry_id)
        case _:
            return state
    return replace(changed, terms_on=(*state.terms_on, (id_, on)))


def _without(state: Dues, entry_id: str) -> Dues:
    return replace(
        state,
        amounts=tuple(one for one in state.amounts if one.id != entry_id),
        cycles=tuple(one for one in state.cycles if one.id != entry_id),
        exemptions=tuple(one for one in state.exemptions if one.id != entry_id),
        terms_on=tuple(one for one in state.terms_on if one[0] != entry_id),
    )


def _payment(payload: PaymentFacts, id_: str, on: date) -> Payment:
    at_host = isinstance(payload, DuesPaidAtHost)
    org: str = getattr(payload, "host_branch" if at_host else "branch")
    return Payment(id_, on, payload.months, org, at_host, payload.paid_by)
