"""The figures of a lost-contact case (domain.md §2.7, §2.14), each with its source in the table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class LostParameters:
    """Policy parameters of lost contact; the defaults are those of domain.md."""

    misses_to_township: int = 2
    """Missed quarters in a row that open a watch (§2.6)."""
    watch_after_months: int = 5
    """Months of silence that open a watch (§2.7)."""
    abroad_cycle_months: int = 6
    """Months after which contact is due with members abroad (R1 Art. 34): their silence is none before."""
    confirm_after_months: int = 6
    """Months of silence before lost contact may be confirmed (R1 Art. 24)."""
    remove_after_months: int = 24
    """Months of suspension before people may propose a removal (R1 Art. 24)."""
    reinstate_within_months: int = 24
    """Months of suspension within which reinstatement may be asked for (R1 Art. 24)."""
    correction_max_months: int = 12
    """Months that a correction period has at most (R1 Art. 30)."""
    search_within_days: int = 14
    """Days after the watch began within which the search should begin (§6 no. 1)."""

    @classmethod
    def of(cls, value: Callable[[str], Any]) -> Self:
        """The values that `value` tells by their keys in the table (domain.md §2.14)."""
        return cls(
            misses_to_township=value("contact.misses_to_township"),
            watch_after_months=value("lost.watch_after"),
            abroad_cycle_months=value("contact.abroad_cycle"),
            confirm_after_months=value("lost.confirm_after"),
            remove_after_months=value("lost.remove_after_suspension"),
            reinstate_within_months=value("lost.reinstate_within"),
            correction_max_months=value("correction.max"),
            search_within_days=value("desk.act_within"),
        )

    def watch_after(self, *, abroad: bool) -> int:
        """Months of silence that open a watch; abroad not before contact was due at all."""
        return max(self.watch_after_months, self.abroad_cycle_months) if abroad else self.watch_after_months


LOST_DEFAULTS = LostParameters()
LostParametersOn = Callable[[date], LostParameters]


def lost_by_default(_: date) -> LostParameters:
    """What is valid on a day where no document has changed anything."""
    return LOST_DEFAULTS
