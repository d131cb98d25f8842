"""Which stream a transfer or a letter has: derived from what makes it unique, so that two writers meet on one stream.

The n-th transfer of a member, and the n-th letter of an issuer in a year, each have exactly one id. Whoever is first
writes the stream's first commit (expected sequence 0); everybody else finds it there. No reservation has to be
released, and a crash leaves nothing behind.
"""

from datetime import UTC, datetime
from typing import Final

from guiyan.events import derived_id

# An id must not depend on when it was asked for; this is the time part of all of them.
NUMBERING_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)


def transfer_id(member_id: str, ordinal: int) -> str:
    """The id of the member's transfer number `ordinal` (1, 2, 3 …; ended ones count)."""
    assert ordinal >= 1, "transfers of a member are counted from 1"  # noqa: S101 - programmer error
    return derived_id(NUMBERING_EPOCH, "transfer", member_id, str(ordinal))


def letter_id(issuer: str, year: int, serial: int) -> str:
    """The id of the letter `serial` (1, 2, 3 …) of an issuing committee in a year."""
    assert serial >= 1, "letters are counted from 1"  # noqa: S101 - programmer error
    return derived_id(NUMBERING_EPOCH, "letter", issuer, str(year), str(serial))
