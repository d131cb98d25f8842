"""Dues as months, rate class and agreed amount, never income (R7, domain.md §2.9); one stream per member."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P1, P2
from guiyan.events.codes import DuesCaseAnswer, DuesCycle, DuesError, DuesPayer, DuesRateClass
from guiyan.events.fields import BranchCode, DecidedBy, DecisionNo, HostBranch, MemberId
from guiyan.events.payload import Facts, Payload
from guiyan.events.values import Count, DocumentNo, Id, MoneyFen, Month, OrgCode, Year

PaidMonths = Annotated[tuple[Month, ...], P2("The months paid for, in order; at most 6 back and 6 ahead (R7).")]


class DuesEvent(Payload, abstract=True):
    """What all events of a member's dues share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "dues"
    member_id: MemberId


class PaymentFacts(Facts):
    """What is known of a payment: for which months, by whom."""

    months: PaidMonths
    paid_by: Annotated[DuesPayer, P2("Who handed it in.")] = DuesPayer.SELF


class PaidUp(Facts):
    """What a payment leaves: the last month with nothing unpaid before it, as a letter tells it (§2.3)."""

    paid_to: Annotated[Month | None, P2("The last month paid for with no month unpaid before it.")] = None


class DuesAmountSet(DuesEvent):
    """The rate class and monthly amount were agreed for the year (R7: fixed at its start)."""

    branch: BranchCode
    year: Annotated[Year, P1("The year.")]
    rate_class: Annotated[DuesRateClass, P2("Which rate applies.")]
    monthly_amount_fen: Annotated[MoneyFen, P2("The agreed amount a month, in fen.")]
    from_month: Annotated[Month, P1("From which month on.")]
    decision_no: Annotated[DocumentNo | None, P1("With EXEMPT: the number of the approval.")] = None
    decided_by: Annotated[OrgCode | None, P1("With EXEMPT: the committee that approved.")] = None


class DuesCycleAgreed(DuesEvent):
    """The branch agreed how often the member hands dues in: monthly, or quarterly by its consent (R7)."""

    branch: BranchCode
    cycle: Annotated[DuesCycle, P2("How often.")]
    from_month: Annotated[Month, P1("From which month on.")]


class DuesPaid(PaymentFacts, PaidUp, DuesEvent):
    """Dues were paid to the formal branch (S-41)."""

    branch: BranchCode


class DuesPaidAtHost(PaymentFacts, PaidUp, DuesEvent):
    """Dues were paid to the host organisation, as an activity certificate allows (R7)."""

    host_branch: HostBranch
    certificate_id: Annotated[Id | None, P1("The activity certificate shown.")] = None


class DuesProxyPaid(PaymentFacts, PaidUp, DuesEvent):
    """A relative or another member paid to the formal branch (R7)."""

    branch: BranchCode


class DuesExempted(DuesEvent):
    """Less or no dues were agreed: the branch studied it, the committee above approved (R7)."""

    months: Annotated[tuple[Month, ...], P2("The months exempted.")]
    decision_no: DecisionNo
    decided_by: DecidedBy
    monthly_amount_fen: Annotated[MoneyFen, P2("What is left to pay a month, in fen; 0: none.")] = 0


class DuesPaymentWithdrawn(DuesEvent):
    """A payment that should not stand in this account is taken out of it: a correction of the record, no refund.

    It counts from the business date of the payment that it takes back; both stay in the history.
    """

    branch: BranchCode
    payment_id: Annotated[Id, P1("The event of the payment taken back.")]
    months: Annotated[tuple[Month, ...], P2("The months it had paid for, which are open again.")]
    error: Annotated[DuesError, P1("What was wrong with the entry.")]
    paid_to: Annotated[
        Month | None, P2("The last month paid for, with none unpaid before it, without this payment.")
    ] = None


class DuesTermsWithdrawn(DuesEvent):
    """An amount, an exemption or a pay cycle that should not stand in this account is taken out of it.

    It counts from the business date of what it takes back; both stay in the history.
    """

    branch: BranchCode
    entry_id: Annotated[Id, P1("The event of the amount, exemption or cycle taken back.")]
    error: Annotated[DuesError, P1("What was wrong with the entry.")]


class DuesArrearsNoted(DuesEvent):
    """A month ended unpaid: how many in a row now; a warning, never a change of status."""

    branch: BranchCode
    months_in_arrears: Annotated[Count, P2("Unpaid months in a row.")]
    paid_to: Annotated[Month | None, P2("The last month paid for with no month unpaid before it.")] = None


class DuesArrearsReduced(DuesEvent):
    """What was told later - a payment, an exemption, a correction - left fewer months in arrears than were noted."""

    branch: BranchCode
    months_in_arrears: Annotated[Count, P2("Unpaid months in a row that are left; 0: none.")]
    paid_to: Annotated[Month | None, P2("The last month paid for with no month unpaid before it.")] = None


class DuesReminded(DuesEvent):
    """The member is to be reminded of dues."""

    months_in_arrears: Annotated[Count, P2("Unpaid months in a row.")]


class DuesReportedUpward(DuesEvent):
    """Three months unpaid were reported to the organisation above, where local rule asks for it."""

    to_org: Annotated[OrgCode, P1("The organisation told.")]


class SixMonthCaseOpened(DuesEvent):
    """Six months in a row unpaid: a case for the branch meeting, which asks first for a good reason (Art. 31(6))."""

    branch: BranchCode
    since: Annotated[date, P2("Since when.")]


class SixMonthCaseDecided(DuesEvent):
    """The branch meeting answered the case; a decision on membership would be an event of its own."""

    answer: Annotated[DuesCaseAnswer, P2("What it found.")]
    decision_no: Annotated[DocumentNo | None, P1("The number of the minutes, if any.")] = None
