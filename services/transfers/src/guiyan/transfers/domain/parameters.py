"""The figures that an office may set otherwise (domain.md §2.14), each with its source."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self


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
    dues_prepay_max_months: int = 6
    """dues.prepay_max, local practice: how far ahead of today a member can have paid."""

    @classmethod
    def of(cls, value: Callable[[str], Any]) -> Self:
        """The values that `value` tells by their keys in the table (domain.md §2.14)."""
        cap = value("letter.valid_days_cap")
        return cls(
            letter_valid_days=min(value("letter.valid_days"), cap),
            letter_valid_days_cap=cap,
            receipt_within_months=value("letter.receipt_within"),
            stub_kept_years=value("letter.stub_retention"),
            dues_prepay_max_months=value("dues.prepay_max"),
        )


def by_default(_: date) -> Parameters:
    """What is valid on a day where no document has changed anything."""
    return DEFAULTS


DEFAULTS = Parameters()
ParametersOn = Callable[[date], Parameters]
