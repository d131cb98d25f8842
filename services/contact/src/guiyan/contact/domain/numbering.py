"""Which stream a duty has: derived from member and quarter, so that whoever plans it twice writes it once."""

from datetime import UTC, date, datetime
from typing import Final

from guiyan.events import derived_id
from guiyan.ledger import Refused
from guiyan.ledger.calendar import Quarter, moment_of

FIRST_YEAR: Final = 1971
"""No id can be made for a time before 1970, and nobody kept contact by this product then."""


def duty_id(member_id: str, quarter: Quarter) -> str:
    """The id of a member's duty in a quarter; its time part is the quarter's first moment in Shanghai.

    Raises Refused for a quarter in which there cannot have been one.
    """
    if quarter.year < FIRST_YEAR:
        raise Refused("duty_not_found", status=404)
    return derived_id(moment_of(quarter.first_day), "duty", member_id, str(quarter))


def window_duty_id(member_id: str, first: date, last: date) -> str:
    """The id of a member's duty in a window that is no quarter, named by the months in which it begins and ends."""
    if first.year < FIRST_YEAR:
        raise Refused("duty_not_found", status=404)
    return derived_id(moment_of(first), "duty", member_id, f"{first:%Y-%m}/{last:%Y-%m}")


NUMBERING_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""An id must not depend on when it was asked for; this is the time part of all cases' ids."""


def lost_contact_id(member_id: str, ordinal: int) -> str:
    """The id of the member's lost-contact case number `ordinal` (1, 2, 3 …; closed ones count), as transfers have."""
    assert ordinal >= 1, "cases of a member are counted from 1"  # noqa: S101 - programmer error
    return derived_id(NUMBERING_EPOCH, "lost_contact", member_id, str(ordinal))
