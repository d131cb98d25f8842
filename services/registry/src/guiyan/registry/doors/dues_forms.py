"""The bodies of `/v1/dues`: classes, months and amounts in fen, never income (R7)."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from guiyan.events.codes import DuesCaseAnswer, DuesCycle, DuesError, DuesPayer, DuesRateClass
from guiyan.events.document_numbers import DocumentNumber
from guiyan.events.values import Id, MoneyFen, Month, OrgCode, Year
from guiyan.registry.commands.dues import Told
from guiyan.registry.doors.memberships import DecisionAsk
from guiyan.registry.doors.parts import given
from guiyan.service.asks import Ask, DatedAsk

PaidMonths = Annotated[list[Month], Field(min_length=1, max_length=12)]


class Proxy(StrEnum):
    """Who may hand dues in for a member (R7)."""

    RELATIVE = "RELATIVE"
    OTHER_MEMBER = "OTHER_MEMBER"


class AmountAsk(DatedAsk):
    """Class and amount of a year; EXEMPT needs the approval's number and organisation."""

    year: Year
    rate_class: DuesRateClass
    monthly_amount_fen: MoneyFen
    from_month: Month
    decision_no: DocumentNumber | None = None
    decided_by: OrgCode | None = None

    def told(self) -> Told:
        """As the handler takes it."""
        return Told(given(self, set(type(self).model_fields) - {"occurred_on"}), self.occurred_on)


class CycleAsk(DatedAsk):
    """How often, from which month on."""

    cycle: DuesCycle
    from_month: Month

    def told(self) -> Told:
        """As the handler takes it."""
        return Told({"cycle": self.cycle, "from_month": self.from_month}, self.occurred_on)


class ExemptionAsk(DecisionAsk):
    """For which months, and what is left to pay a month: nothing when absent."""

    months: Annotated[list[Month], Field(min_length=1, max_length=36)]
    monthly_amount_fen: MoneyFen = 0


class PaymentAsk(DatedAsk):
    """The months paid for."""

    months: PaidMonths


class ProxyAsk(PaymentAsk):
    """The months, and who handed the dues in."""

    paid_by: Proxy


class HostPaymentAsk(PaymentAsk):
    """The months, which host took them, and the certificate shown where no hosting was accepted."""

    host_branch: OrgCode
    certificate_id: Id | None = None
    paid_by: DuesPayer = DuesPayer.SELF


class PaymentWithdrawal(DatedAsk):
    """Which payment (its event id), and what was wrong with the entry."""

    payment_id: Id
    error: DuesError


class TermsWithdrawal(DatedAsk):
    """Which amount, exemption or cycle (its event id), and what was wrong with the entry."""

    entry_id: Id
    error: DuesError


class CaseAnswer(Ask):
    """What the branch meeting found, on its day; the number of the minutes unless everything was paid."""

    answer: DuesCaseAnswer
    decided_on: date
    decision_no: DocumentNumber | None = None
