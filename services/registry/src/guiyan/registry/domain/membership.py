"""Membership status: what each decision makes of it (domain.md §2.11); no timer and no policy ever changes it."""

from __future__ import annotations

from guiyan.events.codes import MembershipStatus
from guiyan.events.registry.membership import (
    MembershipDecision,
    MembershipEnded,
    MembershipReinstated,
    MembershipRemoved,
    MembershipSuspended,
)

ENDED = frozenset(MembershipStatus) - {MembershipStatus.NORMAL, MembershipStatus.SUSPENDED}


def status_after(decision: MembershipDecision) -> MembershipStatus | None:
    """The status a decision gives; None when it leaves the status as it is (R1 Art. 24, 30, 31)."""
    match decision:
        case MembershipSuspended():
            return MembershipStatus.SUSPENDED
        case MembershipReinstated():
            return MembershipStatus.NORMAL
        case MembershipRemoved():
            return MembershipStatus.REMOVED
        case MembershipEnded():
            return MembershipStatus(decision.how.value)
        case _:
            return None
