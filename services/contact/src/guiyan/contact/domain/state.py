"""The state of one member's duty in one quarter and how each event changes it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from guiyan.events import Event, Payload
from guiyan.events.codes import ContactChannel, ContactLeg, ContactOutcome, ContactState
from guiyan.events.contact import (
    ContactAttempted,
    ContactClosed,
    ContactCompleted,
    ContactEscalated,
    ContactExempted,
    ContactMissed,
    ContactPaused,
    ContactPlanned,
    ContactReassigned,
    ContactReminderSent,
    ContactResumed,
    ContactStopped,
    HostOrgContacted,
)

OPEN: Final = frozenset({ContactState.PLANNED, ContactState.ATTEMPTED, ContactState.PARTIAL})
"""States in which the member still has to be reached, and the clock runs."""
PAUSED: Final = frozenset({ContactState.PAUSED})
"""The clock stands still while a transfer is open: not due, neither reminded nor missed (ADR 0022)."""
COMPLETED: Final = frozenset({ContactState.REACHED})
MISSED: Final = frozenset({ContactState.MISSED, ContactState.ESCALATED, ContactState.CLOSED})
EXEMPTED: Final = frozenset({ContactState.EXEMPTED})
STOPPED: Final = frozenset({ContactState.STOPPED})
"""With OPEN and PAUSED, the six parts that every planned duty falls into: each is in exactly one (reconciliation)."""
UNSETTLED: Final = OPEN | PAUSED
"""States in which a duty may still be done, handed over or stopped."""


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt to reach the member, as far as the rule of an early miss asks for it."""

    on: date
    channel: ContactChannel
    reached: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """What the rules need to know of a duty; `state` is None before it was planned.

    PARTIAL means that the host organisation answered and the member has not been reached yet; REACHED that the
    member was (domain.md §2.6, leg MEMBER), whatever became of the other leg. `paused_on` is since when the clock
    stands still, `paused_by` because of which transfer; without one, because the host keeps contact by agreement.
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
    paused_on: date | None = None
    paused_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the member still has to be reached."""
        return self.state in OPEN

    @property
    def is_unsettled(self) -> bool:
        """Whether nothing has settled it yet, be it that its clock runs or stands still."""
        return self.state in UNSETTLED


def evolve(duty: Duty, event: Event) -> Duty:
    """The duty after an event."""
    return _apply(duty, event.payload, event.occurredon)


def _apply(duty: Duty, payload: Payload, on: date) -> Duty:  # noqa: C901, PLR0911, PLR0912 - one case an event
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
        case ContactPaused():
            since = duty.paused_on or on
            return replace(duty, state=ContactState.PAUSED, paused_on=since, paused_by=payload.transfer_id)
        case ContactResumed():
            return replace(duty, state=_running(duty), closes_on=payload.closes_on, paused_on=None, paused_by=None)
        case ContactExempted():
            return replace(duty, state=ContactState.EXEMPTED)
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


def _running(duty: Duty) -> ContactState:
    """The state it goes on in, by what had been done of it."""
    if duty.host_contacted:
        return ContactState.PARTIAL
    return ContactState.ATTEMPTED if duty.tries else ContactState.PLANNED


def _tried(duty: Duty, payload: ContactAttempted, on: date) -> Duty:
    if payload.leg is not ContactLeg.MEMBER:
        return duty
    state = ContactState.ATTEMPTED if duty.state is ContactState.PLANNED else duty.state
    return replace(
        duty, state=state, tries=(*duty.tries, Try(on, payload.channel, payload.outcome is ContactOutcome.REACHED))
    )
