"""The figures that an office may set otherwise (domain.md §2.14), each with its source."""

from dataclasses import dataclass


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


DEFAULTS = Parameters()
