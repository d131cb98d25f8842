"""Where a notice stands: QUEUED → SENDING → SENT → …; one that leaves in a digest HELD → GATHERED → as the digest."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from guiyan.events.codes import Settlement


class NoticeState(StrEnum):
    """Where a notice stands."""

    NONE = "NONE"
    QUEUED = "QUEUED"
    HELD = "HELD"
    """It waits for the recipient's digest; no sender takes it."""
    GATHERED = "GATHERED"
    """It is in a digest that has not left yet."""
    SENDING = "SENDING"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    BOUNCED = "BOUNCED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    SUPPRESSED = "SUPPRESSED"


TEXT_IS_PAST: Final = frozenset(
    {
        NoticeState.SENT,
        NoticeState.DELIVERED,
        NoticeState.BOUNCED,
        NoticeState.FAILED,
        NoticeState.UNKNOWN,
        NoticeState.SUPPRESSED,
    }
)
"""States in which nobody is going to send it, so that its text is not needed."""


def settled_state(settlement: Settlement, *, gathered: bool = False) -> NoticeState:
    """What a person's word on an unknown outcome makes of it: not arrived means it may be sent again, as it was."""
    return {
        Settlement.ARRIVED: NoticeState.DELIVERED,
        Settlement.NOT_ARRIVED: NoticeState.GATHERED if gathered else NoticeState.QUEUED,
        Settlement.GIVEN_UP: NoticeState.FAILED,
    }[settlement]
