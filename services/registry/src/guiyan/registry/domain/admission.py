"""A member's admissions: the entry into the register, and each time somebody joined anew (R1 Art. 24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from guiyan.events import Event
from guiyan.events.registry.member import MemberImported, MemberRegistered
from guiyan.events.registry.membership import MemberJoinedAnew, MembershipDecisionAnnulled
from guiyan.ledger import Refused
from guiyan.registry.domain.probation_following import term_of

_ENTRIES = (MemberRegistered, MemberImported, MemberJoinedAnew)


def admissions(events: Sequence[Event]) -> list[Event]:
    """The events of a member's stream that admitted; the first is number 1."""
    return [event for event in events if isinstance(event.payload, _ENTRIES)]


def standing_admission(events: Sequence[Event]) -> int:
    """The number of the newest admission that was not taken out of the record."""
    annulled = {one.payload.annulled_id for one in events if isinstance(one.payload, MembershipDecisionAnnulled)}
    found = [number for number, one in enumerate(admissions(events), 1) if one.id not in annulled]
    return max(found, default=1)


@dataclass(frozen=True, slots=True)
class Lived:
    """What is recorded of this membership, besides the record: the first day of it, and a meeting on conversion."""

    first_on: date | None = None
    voted_on: date | None = None


NOTHING: Final = Lived()
"""Of somebody of whom nothing else is recorded."""


def require_joined_before(joined_on: date | None, lived: Lived) -> None:
    """Nobody leaves, or is discussed by a branch, before joining; a meeting stays after the end (§2.8, R8 Art. 33)."""
    if joined_on is None:
        return
    if lived.first_on is not None and joined_on > lived.first_on:
        raise Refused("after_what_happened", pointer="/joined_on", on=lived.first_on.isoformat())
    if lived.voted_on is not None:
        ends_on, _ = term_of(joined_on, None)  # of an extended one the first meeting is no bound
        if lived.voted_on < ends_on:
            on, until = lived.voted_on.isoformat(), ends_on.isoformat()
            raise Refused("meeting_before_end", pointer="/joined_on", on=on, ends_on=until)
