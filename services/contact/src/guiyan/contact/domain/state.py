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

LEADS_TO: Final[dict[type[Payload], ContactState]] = {
    ContactPlanned: ContactState.PLANNED,
    ContactPaused: ContactState.PAUSED,
    ContactCompleted: ContactState.REACHED,
    ContactMissed: ContactState.MISSED,
    ContactEscalated: ContactState.ESCALATED,
    ContactExempted: ContactState.EXEMPTED,
    ContactStopped: ContactState.STOPPED,
    ContactClosed: ContactState.CLOSED,
}
"""The state of those events that lead to one whatever was before."""


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
    agreed_on: date | None = None
    """Since when the host keeps contact by agreement, also while a transfer stops the clock meanwhile."""

    @property
    def is_open(self) -> bool:
        """Whether the member still has to be reached."""
        return self.state in OPEN

    @property
    def was_reached(self) -> bool:
        """Whether an attempt says that the member was spoken with; the answers may follow."""
        return any(one.reached for one in self.tries)

    @property
    def is_unsettled(self) -> bool:
        """Whether nothing has settled it yet, be it that its clock runs or stands still."""
        return self.state in UNSETTLED


def state_after(
    before: ContactState | None, payload: Payload, *, tried: bool, host_contacted: bool
) -> ContactState | None:
    """The state that an event leads to, for the duty and for its row alike; `tried` and `host_contacted` until then.

    After a pause it goes on in the state that follows from what had been done of it.
    """
    if type(payload) in LEADS_TO:
        return LEADS_TO[type(payload)]
    match payload:
        case ContactResumed() if host_contacted:
            return ContactState.PARTIAL
        case ContactResumed():
            return ContactState.ATTEMPTED if tried else ContactState.PLANNED
        case HostOrgContacted() if before in OPEN:
            return ContactState.PARTIAL
        case ContactAttempted(leg=ContactLeg.MEMBER) if before == ContactState.PLANNED:
            return ContactState.ATTEMPTED
        case _:
            return before


def evolve(duty: Duty, event: Event) -> Duty:
    """The duty after an event."""
    payload = event.payload
    state = state_after(duty.state, payload, tried=bool(duty.tries), host_contacted=duty.host_contacted)
    return replace(_apply(duty, payload, event.occurredon), state=state)


def _apply(duty: Duty, payload: Payload, on: date) -> Duty:  # noqa: PLR0911 - one case an event
    match payload:
        case ContactPlanned():
            return _planned(payload)
        case ContactAttempted(leg=ContactLeg.MEMBER):
            return replace(duty, tries=(*duty.tries, _try(payload, on)))
        case HostOrgContacted():
            return replace(duty, host_contacted=True)
        case ContactReminderSent():
            return replace(duty, reminded=duty.reminded | {payload.day})
        case ContactReassigned():
            return replace(duty, branch=payload.branch, contact_person_id=payload.contact_person_id)
        case ContactMissed():
            return replace(duty, missed_in_a_row=payload.missed_in_a_row)
        case ContactPaused():
            agreed_on = duty.agreed_on or (on if payload.transfer_id is None else None)
            return replace(duty, paused_on=duty.paused_on or on, paused_by=payload.transfer_id, agreed_on=agreed_on)
        case ContactResumed():
            return replace(duty, closes_on=payload.closes_on, paused_on=None, paused_by=None, agreed_on=None)
        case _:
            return duty


def _try(payload: ContactAttempted, on: date) -> Try:
    return Try(on, payload.channel, payload.outcome is ContactOutcome.REACHED)


def _planned(payload: ContactPlanned) -> Duty:
    return Duty(
        member_id=payload.member_id,
        departure_id=payload.departure_id,
        branch=payload.branch,
        contact_person_id=payload.contact_person_id,
        host_branch=payload.host_branch,
        quarter=payload.quarter,
        opens_on=payload.opens_on,
        closes_on=payload.closes_on,
    )
