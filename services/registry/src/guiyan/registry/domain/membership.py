"""Membership status: what each decision makes of a record (domain.md §2.11); no timer and no policy ever changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from guiyan.events import Event
from guiyan.events.codes import MembershipStatus, PersonCategory
from guiyan.events.registry.membership import (
    CorrectionPeriodEnded,
    CorrectionPeriodSet,
    MemberConverted,
    MemberJoinedAnew,
    MembershipDecision,
    MembershipDecisionAnnulled,
    MembershipEnded,
    MembershipReinstated,
    MembershipRemoved,
    MembershipSuspended,
)

ENDED: Final = frozenset(MembershipStatus) - {MembershipStatus.NORMAL, MembershipStatus.SUSPENDED}

UNDECIDED: Final[Mapping[str, Any]] = {"correction_until": None}
"""What decisions set besides the fields of a record, before there was any."""

Changes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """A decision that stands: which event it is, its business date, and what it changed from what."""

    event_id: str
    decided_on: date
    before: Changes


@dataclass(frozen=True, slots=True)
class Stop:
    """From a day (None: since ever) until the day before another nothing falls due here.

    The membership was suspended or had ended, or the relation was with an organisation outside.
    """

    since: date | None
    until: date | None

    def covers(self, day: date) -> bool:
        """Whether this day is one of them."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


def status_after(decision: MembershipDecision) -> MembershipStatus | None:
    """The status a decision gives; None when it leaves the status as it is (R1 Art. 24, 30, 31)."""
    match decision:
        case MembershipSuspended():
            return MembershipStatus.SUSPENDED
        case MembershipReinstated() | MemberJoinedAnew():
            return MembershipStatus.NORMAL
        case MembershipRemoved():
            return MembershipStatus.REMOVED
        case MembershipEnded():
            return MembershipStatus(decision.how.value)
        case MembershipDecisionAnnulled():
            return decision.status
        case _:
            return None


def changes_of(decision: MembershipDecision, on: date) -> Changes:
    """The fields of a record that a decision sets; an annulment sets none of its own, it gives back what was before."""
    match decision:
        case CorrectionPeriodSet():
            return {"correction_until": decision.ends_on}
        case CorrectionPeriodEnded():
            return {"correction_until": None}
        case MemberJoinedAnew():
            begun = {"joined_on": decision.joined_on, "full_on": None, "probation_ends_on": None}
            return {**_status(decision, on), **begun, "person_category": PersonCategory.PROBATIONARY}
        case MemberConverted():
            return {"person_category": PersonCategory.FULL, "full_on": decision.full_on}
        case MembershipDecisionAnnulled():
            return {}
        case _:
            return _status(decision, on)


def _status(decision: MembershipDecision, on: date) -> Changes:
    return {"membership_status": status_after(decision), "status_since": on, "correction_until": None}


def decided(standing: tuple[Standing, ...], now: Changes, event: Event) -> tuple[tuple[Standing, ...], Changes]:
    """The decisions that stand after one more, and the fields it changes; `now` are the record's fields before it.

    Decisions are taken back newest first, so what was before the one taken back is what stands again.
    """
    decision = event.payload
    assert isinstance(decision, MembershipDecision)  # noqa: S101 - callers give decisions only
    if isinstance(decision, MembershipDecisionAnnulled):
        kept = next((one for one in standing if one.event_id == decision.annulled_id), None)
        left = tuple(one for one in standing if one.event_id != decision.annulled_id)
        return left, kept.before if kept else {}
    changes = changes_of(decision, event.occurredon)
    before = {name: now[name] for name in changes}
    return (*standing, Standing(event.id, event.occurredon, before)), changes
