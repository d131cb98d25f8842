"""The quarterly contact duty: one stream per member and quarter, two legs, coded answers (S-22, domain.md §2.6)."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P1, P2
from guiyan.events.codes import (
    ContactChannel,
    ContactExemption,
    ContactLeg,
    ContactOutcome,
    ContactPause,
    ContactStop,
    DuesAnswer,
    EscalationLevel,
    OrgLifeAnswer,
    Wish,
    WorkAnswer,
)
from guiyan.events.fields import BranchCode, DepartureId, MemberId, OfQuarter
from guiyan.events.payload import Facts, Payload
from guiyan.events.values import Count, Days, Id, Month, OrgCode

ContactPerson = Annotated[Id | None, P1("The contact person who has it; absent is a gap that is alarmed.")]


class DutyEvent(Payload, abstract=True):
    """What all events of a duty share. There is no text on a contact: facts and codes only (guard rails)."""

    service: ClassVar[str] = "contact"
    aggregate: ClassVar[str] = "duty"
    member_id: MemberId
    quarter: OfQuarter


class AttemptFacts(Facts):
    """One attempt: which way, and what came of it."""

    channel: Annotated[ContactChannel, P1("Which way.")]
    outcome: Annotated[ContactOutcome, P2("What came of it.")]
    leg: Annotated[ContactLeg, P1("Whom it was meant for.")] = ContactLeg.MEMBER


class AnswerFacts(Facts):
    """What the member answered, as codes."""

    channel: Annotated[ContactChannel, P1("Which way.")]
    work: Annotated[WorkAnswer, P2("Work.")] = WorkAnswer.UNSAID
    org_life: Annotated[OrgLifeAnswer, P2("Organised life.")] = OrgLifeAnswer.UNSAID
    dues: Annotated[DuesAnswer, P2("Dues.")] = DuesAnswer.UNSAID
    dues_paid_to: Annotated[Month | None, P2("With PAID_TO: the last month paid for.")] = None
    wishes: Annotated[tuple[Wish, ...], P2("What help was wished for; each becomes an inquiry or aid case.")] = ()


class HostAnswerFacts(Facts):
    """What the organisation at the destination answered, as codes (S-22)."""

    channel: Annotated[ContactChannel, P1("Which way.")]
    attendance: Annotated[OrgLifeAnswer, P2("Does the member attend.")] = OrgLifeAnswer.UNSAID
    dues: Annotated[DuesAnswer, P2("Are dues paid there.")] = DuesAnswer.UNSAID
    dues_paid_to: Annotated[Month | None, P2("With PAID_TO: the last month paid for.")] = None


class ContactPlanned(DutyEvent):
    """A member away is to be contacted in this quarter; opened on its first day, or on the day of leaving."""

    departure_id: DepartureId
    branch: BranchCode
    contact_person_id: ContactPerson = None
    host_branch: Annotated[OrgCode | None, P1("The branch at the destination, for the second leg.")] = None
    opens_on: Annotated[date, P1("The first day.")]
    closes_on: Annotated[date, P1("The last day.")]
    cycle_from: Annotated[date | None, P1("The first day of its cycle, where that is no quarter (§2.5, P-03).")] = None
    away_since: Annotated[date | None, P2("The first day away, as was known.")] = None
    told_late_on: Annotated[
        date | None, P2("The day on which the leaving was told, where its window was over by then.")
    ] = None


class ContactAttempted(AttemptFacts, DutyEvent):
    """Someone tried; three attempts on two channels on two days count before it may be called missed early."""

    contact_point_id: Annotated[Id | None, P1("The contact point used; a wrong number closes it at once.")] = None
    by_person_id: Annotated[Id | None, P1("Who tried.")] = None


class ContactCompleted(AnswerFacts, DutyEvent):
    """The member was reached: the first leg is done (R1 Art. 32)."""

    branch: BranchCode
    by_person_id: Annotated[Id | None, P1("Who reached the member.")] = None


class HostOrgContacted(HostAnswerFacts, DutyEvent):
    """The organisation at the destination was reached: the second leg is done (S-22)."""

    host_branch: Annotated[OrgCode | None, P1("The branch at the destination, when it has a code here.")] = None


class ContactReminderSent(DutyEvent):
    """The contact person is to be reminded: on day 45, 75 and 85 of the quarter."""

    branch: BranchCode
    contact_person_id: ContactPerson = None
    day: Annotated[Days, P1("Which day of the quarter.")]
    days_left: Annotated[Days, P1("Days left until the last day.")]


class ContactMissed(DutyEvent):
    """The quarter ended without a contact and its answers: a fact about the duty, not about the member."""

    branch: BranchCode
    contact_person_id: ContactPerson = None
    departure_id: DepartureId
    attempts: Annotated[Count, P1("How many attempts were made.")]
    missed_in_a_row: Annotated[Count, P2("Quarters missed in a row, this one counted; 0: reached, without answers.")]


class ContactEscalated(DutyEvent):
    """A missed contact went up: once to the branch secretary, twice in a row to the township officer."""

    branch: BranchCode
    level: Annotated[EscalationLevel, P1("To whom.")]
    to_org: Annotated[OrgCode, P1("Of which organisation.")]
    missed_in_a_row: Annotated[Count, P2("Quarters missed in a row.")]


class ContactReassigned(DutyEvent):
    """Another contact person has the duty from now on."""

    branch: BranchCode
    from_person_id: Annotated[Id | None, P1("Who had it.")] = None
    contact_person_id: ContactPerson = None


class ContactPaused(DutyEvent):
    """The clock of the duty stands still while a cause holds."""

    reason: Annotated[ContactPause, P2("Why.")]
    transfer_id: Annotated[Id | None, P1("The open transfer, if that is why.")] = None


class ContactResumed(DutyEvent):
    """The clock of the duty runs again."""

    closes_on: Annotated[date, P1("The last day now.")]


class ContactExempted(DutyEvent):
    """This quarter needs no contact, for a coded reason."""

    branch: BranchCode
    reason: Annotated[ContactExemption, P2("Why.")]


class ContactStopped(DutyEvent):
    """The duty ended before its quarter: the member came home, the relation moved, or the membership changed."""

    branch: BranchCode
    reason: Annotated[ContactStop, P2("Why.")]
    transfer_id: Annotated[Id | None, P1("The transfer, if that is why.")] = None


class ContactClosed(DutyEvent):
    """An escalated duty was closed by a person; nothing is left to do in it."""
