"""The state of one member's duty in one quarter and how each event changes it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from guiyan.events import Event, Payload
from guiyan.events.codes import ContactChannel, ContactLeg, ContactState
from guiyan.events.contact import (
    ContactAttempted,
    ContactClosed,
    ContactCompleted,
    ContactEscalated,
    ContactMissed,
    ContactPlanned,
    ContactReassigned,
    ContactReminderSent,
    ContactStopped,
    HostOrgContacted,
)

OPEN: Final = frozenset({ContactState.PLANNED, ContactState.ATTEMPTED, ContactState.PARTIAL})
"""States in which the member still has to be reached."""
COMPLETED: Final = frozenset({ContactState.REACHED})
MISSED: Final = frozenset({ContactState.MISSED, ContactState.ESCALATED, ContactState.CLOSED})
STOPPED: Final = frozenset({ContactState.STOPPED, ContactState.PAUSED, ContactState.EXEMPTED})
"""With OPEN, the four parts that every planned duty falls into: each duty is in exactly one (reconciliation)."""


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt to reach the member, as far as the rule of an early miss asks for it."""

    on: date
    channel: ContactChannel


@dataclass(frozen=True, slots=True)
class Duty:
    """What the rules need to know of a duty; `state` is None before it was planned.

    PARTIAL means that the host organisation answered and the member has not been reached yet; REACHED that the
    member was (domain.md §2.6, leg MEMBER), whatever became of the other leg.
    """

    state: ContactState | None = None
    member_id: str = ""
    departure_id: str = ""
    branch: str = ""
    contact_person_id: str | None = None
    host_branch: str | None = None
    quarter: str = ""
    opens_on: date = date.min
    closes_on: date = date.max
    tries: tuple[Try, ...] = ()
    host_contacted: bool = False
    reminded: frozenset[int] = frozenset()
    missed_in_a_row: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the member still has to be reached."""
        return self.state in OPEN


def evolve(duty: Duty, event: Event) -> Duty:
    """The duty after an event."""
    return _apply(duty, event.payload, event.occurredon)


def _apply(duty: Duty, payload: Payload, on: date) -> Duty:  # noqa: C901, PLR0911 - one case an event
    match payload:
        case ContactPlanned():
            return _planned(payload)
        case ContactAttempted():
            return _tried(duty, payload, on)
        case HostOrgContacted():
            state = ContactState.PARTIAL if duty.is_open else duty.state
            return replace(duty, state=state, host_contacted=True)
        case ContactCompleted():
            return replace(duty, state=ContactState.REACHED)
        case ContactReminderSent():
            return replace(duty, reminded=duty.reminded | {payload.day})
        case ContactReassigned():
            return replace(duty, branch=payload.branch, contact_person_id=payload.contact_person_id)
        case ContactMissed():
            return replace(duty, state=ContactState.MISSED, missed_in_a_row=payload.missed_in_a_row)
        case ContactEscalated():
            return replace(duty, state=ContactState.ESCALATED)
        case ContactStopped():
            return replace(duty, state=ContactState.STOPPED)
        case ContactClosed():
            return replace(duty, state=ContactState.CLOSED)
        case _:
            return duty


def _planned(payload: ContactPlanned) -> Duty:
    return Duty(
        state=ContactState.PLANNED,
        member_id=payload.member_id,
        departure_id=payload.departure_id,
        branch=payload.branch,
        contact_person_id=payload.contact_person_id,
        host_branch=payload.host_branch,
        quarter=payload.quarter,
        opens_on=payload.opens_on,
        closes_on=payload.closes_on,
    )


def _tried(duty: Duty, payload: ContactAttempted, on: date) -> Duty:
    if payload.leg is not ContactLeg.MEMBER:
        return duty
    state = ContactState.ATTEMPTED if duty.state is ContactState.PLANNED else duty.state
    return replace(duty, state=state, tries=(*duty.tries, Try(on, payload.channel)))
