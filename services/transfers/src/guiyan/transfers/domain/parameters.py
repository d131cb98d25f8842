"""The figures that an office may set otherwise (domain.md §2.14), each with its source."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from guiyan.events.codes import TransferChannel


@dataclass(frozen=True, slots=True)
class Parameters:
    """Policy parameters of transfers; the defaults are those of domain.md §2.14."""

    letter_valid_days: int = 30
    """letter.valid_days, R5 and local practice."""
    letter_valid_days_cap: int = 90
    """The most days a letter may be valid for (R5: at most 3 months)."""
    receipt_within_months: int = 1
    """letter.receipt_within, the note on the form (R4)."""
    stub_kept_years: int = 10
    """letter.stub_retention, local rule."""
    letter_valid_days_province: int = 30
    """letter.valid_days_province: of a transfer inside the province's system, local practice."""
    letter_valid_days_national: int = 30
    """letter.valid_days_national: of one through the national system."""
    remind_before_days: tuple[int, ...] = (0, 3, 10)
    """letter.remind_before: days before a letter's last day on which both sides are reminded (§2.3)."""
    remind_after_days: tuple[int, ...] = (7,)
    """letter.remind_after: days after it, while nobody has decided on the expired letter (§2.3)."""
    reissue_graduate_months: int = 6
    """letter.reissue_window_graduate: since the transfer-out on the old letter (R6)."""
    last_months_of_probation: int = 3
    """probation.last_months: a move so late needs an agreement on who converts (§2.8)."""
    branch_answer_working_days: int = 5
    """transfer.branch_answer_within (§2.3)."""
    step_working_days: int = 10
    """transfer.step_within: every other step of a committee; no national figure was found (§2.3)."""
    dues_prepay_max_months: int = 6
    """dues.prepay_max, local practice: how far ahead of today a member can have paid."""
    dues_backpay_max_months: int = 6
    """dues.backpay_max (R7): how far back dues may be paid afterwards."""
    must_transfer_months: int = 6
    """transfer.must_after: so long at a fixed place, and the relation has to follow (R1 Art. 25)."""
    check_every_months: int = 12
    """cert.check_every (R4)."""
    return_within_days: int = 30
    """cert.return_within: a certificate is handed in so soon after coming home (§2.4)."""
    certificate_step_working_days: int = 10
    """cert.step_within: each step before a certificate is handed out, and after one was lost (§2.4)."""
    certificate_number_digits: int = 4
    """cert.number_digits: the present form of the number is not verified (§9.4)."""

    @property
    def reminder_offsets(self) -> tuple[int, ...]:
        """Days after a letter's last day on which is reminded of it; negative before it."""
        return (*sorted(-days for days in self.remind_before_days), *sorted(self.remind_after_days))

    def valid_days(self, channel: TransferChannel) -> int:
        """How long a letter is valid where nobody says otherwise."""
        return {
            TransferChannel.ONLINE_PROVINCE: self.letter_valid_days_province,
            TransferChannel.ONLINE_NATIONAL: self.letter_valid_days_national,
        }.get(channel, self.letter_valid_days)

    @classmethod
    def of(cls, value: Callable[[str], Any]) -> Self:
        """The values that `value` tells by their keys in the table (domain.md §2.14)."""
        cap = value("letter.valid_days_cap")
        return cls(
            letter_valid_days=min(value("letter.valid_days"), cap),
            letter_valid_days_cap=cap,
            letter_valid_days_province=min(value("letter.valid_days_province"), cap),
            letter_valid_days_national=min(value("letter.valid_days_national"), cap),
            remind_before_days=value("letter.remind_before"),
            remind_after_days=value("letter.remind_after"),
            reissue_graduate_months=value("letter.reissue_window_graduate"),
            last_months_of_probation=value("probation.last_months"),
            branch_answer_working_days=value("transfer.branch_answer_within"),
            step_working_days=value("transfer.step_within"),
            receipt_within_months=value("letter.receipt_within"),
            stub_kept_years=value("letter.stub_retention"),
            dues_prepay_max_months=value("dues.prepay_max"),
            dues_backpay_max_months=value("dues.backpay_max"),
            must_transfer_months=value("transfer.must_after"),
            check_every_months=value("cert.check_every"),
            return_within_days=value("cert.return_within"),
            certificate_step_working_days=value("cert.step_within"),
            certificate_number_digits=value("cert.number_digits"),
        )


def by_default(_: date) -> Parameters:
    """What is valid on a day where no document has changed anything."""
    return DEFAULTS


DEFAULTS = Parameters()
ParametersOn = Callable[[date], Parameters]
