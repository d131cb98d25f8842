"""What can be asked of a duty: one data class per act of domain.md §2.6.

`on` is the business date of the act and `today` that of the installation: an act may be recorded late, never ahead.
"""

from dataclasses import dataclass
from datetime import date

from guiyan.events.codes import (
    ContactChannel,
    ContactExemption,
    ContactLeg,
    ContactOutcome,
    ContactStop,
    DuesAnswer,
    EscalationLevel,
    OrgLifeAnswer,
    Wish,
    WorkAnswer,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What every act has."""

    on: date
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Act):
    """The quarter's duty begins: on its first day, or when the member leaves in the middle of it.

    While a transfer of the member is open (`open_transfer`), or the host keeps contact (`agreed`), it begins paused.
    `cycle_from` is the first day of its window where that is no quarter. `told_late_on` is the day on which the leaving
    was told, where the window that it lies in was over by then.
    """

    member_id: str
    departure_id: str
    branch: str
    quarter: str
    opens_on: date
    closes_on: date
    contact_person_id: str | None = None
    host_branch: str | None = None
    open_transfer: str | None = None
    agreed: bool = False
    cycle_from: date | None = None
    away_since: date | None = None
    told_late_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(Act):
    """Somebody tried: by which channel, with which outcome; codes only."""

    channel: ContactChannel
    outcome: ContactOutcome
    leg: ContactLeg = ContactLeg.MEMBER
    contact_point_id: str | None = None
    of_host: bool = False
    """Told by the host, who has numbers of its own: one that it does not name is none of the origin's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(Act):
    """The member was reached and gave the three coded answers (leg MEMBER)."""

    channel: ContactChannel
    work: WorkAnswer = WorkAnswer.UNSAID
    org_life: OrgLifeAnswer = OrgLifeAnswer.UNSAID
    dues: DuesAnswer = DuesAnswer.UNSAID
    dues_paid_to: str | None = None
    wishes: tuple[Wish, ...] = ()
    of_host: bool = False
    """Told by the host, who speaks for the member as far as the duty was agreed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactHost(Act):
    """The organisation at the destination was asked (leg HOST_ORG)."""

    channel: ContactChannel
    attendance: OrgLifeAnswer = OrgLifeAnswer.UNSAID
    dues: DuesAnswer = DuesAnswer.UNSAID
    dues_paid_to: str | None = None
    host_branch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind(Act):
    """The timer of day 45, 75 or 85."""

    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss(Act):
    """Somebody calls the contact missed within the quarter, after enough attempts."""

    missed_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Act):
    """The timer of the quarter's end: what was not reached is missed."""

    missed_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate(Act):
    """A miss goes up: to whom depends on how many there were in a row."""

    level: EscalationLevel
    to_org: str
    missed_in_a_row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassign(Act):
    """Another branch or contact person has the duty."""

    branch: str
    contact_person_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Act):
    """The clock of the duty stands still: a transfer is open (`transfer_id`), or the host keeps contact (None)."""

    transfer_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agree(Act):
    """People agree with the host organisation that it keeps contact from now on."""

    host_branch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAgreement(Act):
    """People say that the host organisation keeps contact no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exempt(Act):
    """People say that this once no contact is needed, for a coded reason."""

    reason: ContactExemption


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleAgreed(Act):
    """The next window has begun while the host kept contact by agreement: nothing was due in this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Act):
    """The transfer waits or has ended without moving anybody: the clock runs again; None: whichever it was."""

    transfer_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Act):
    """The duty ends because its cause ended: the member is back, has moved, or is no member any more."""

    reason: ContactStop
    departure_id: str | None = None
    transfer_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Act):
    """A person closes a missed duty: nothing is left to do in it."""
