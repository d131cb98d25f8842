"""Lost contact: watch, search by a closed list of means; people decide the rest (R1 Art. 24, §2.7)."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P1, P2, P3
from guiyan.events.codes import (
    ContactChannel,
    FoundOutcome,
    LostCause,
    LostEnd,
    LostStep,
    MembershipStatus,
    SearchMeans,
    SearchResult,
)
from guiyan.events.fields import BranchCode, DecidedBy, DecisionNo, MemberId
from guiyan.events.payload import Payload
from guiyan.events.values import Count, DocumentNo, Id, OrgCode


class LostContactEvent(Payload, abstract=True):
    """What all events of a lost-contact case share."""

    service: ClassVar[str] = "contact"
    aggregate: ClassVar[str] = "lost_contact"
    member_id: MemberId


class LostContactWatchOpened(LostContactEvent):
    """Two quarters missed in a row, or five months of silence: a case to watch, on the township officer's desk."""

    branch: BranchCode
    departure_id: Annotated[Id | None, P1("The departure it belongs to.")] = None
    missed_in_a_row: Annotated[Count, P2("Quarters missed in a row.")]
    last_seen_on: Annotated[date | None, P2("The last attendance or dues payment: since when it counts.")] = None


class LostContactOpened(LostContactEvent):
    """A person confirmed that contact is lost for now; the departure stands as LOST_CONTACT (domain.md §2.2)."""

    branch: BranchCode
    since: Annotated[date, P2("Since the last attendance or dues payment.")]
    cause: Annotated[LostCause, P2("The cause, 1 to 7 of the office's form.")]


class SearchStarted(LostContactEvent):
    """The branch began to search, in the fifth month at the latest."""

    branch: BranchCode


class SearchStepDone(LostContactEvent):
    """One permitted means was tried on the business date."""

    means: Annotated[SearchMeans, P1("Which means of the closed list.")]
    result: Annotated[SearchResult, P2("What it gave.")]


class ContactRegained(LostContactEvent):
    """The member was found or came back; what follows is decided by people."""

    channel: Annotated[ContactChannel, P1("Which way.")]


class OutcomeDecided(LostContactEvent):
    """Branch and committee decided what follows for a member found again (domain.md §2.7)."""

    outcome: Annotated[FoundOutcome, P2("What.")]
    decision_no: DecisionNo
    decided_by: DecidedBy
    months: Annotated[Count | None, P2("With CORRECTION_PERIOD: how many months.")] = None
    until: Annotated[date | None, P2("With CORRECTION_PERIOD: its last day.")] = None


class LostContactConfirmed(LostContactEvent):
    """Six months and every means tried: branch and basic committee confirm; nothing is proposed by itself (Art. 24)."""

    since: Annotated[date, P2("Since when contact is lost.")]
    confirmed_by: Annotated[OrgCode, P1("The basic committee.")]
    document_no: Annotated[DocumentNo | None, P1("The number of the paper, if any.")] = None


class SuspensionProposed(LostContactEvent):
    """The branch meeting proposed to suspend the membership; the decision is registry's event with its number."""

    proposed_by: Annotated[OrgCode, P1("The branch.")]
    document_no: Annotated[DocumentNo, P1("The number of the proposal.")]


class ReinstatementProposed(LostContactEvent):
    """On the member's written request the branch proposed to reinstate the membership."""

    proposed_by: Annotated[OrgCode, P1("The branch.")]
    document_no: Annotated[DocumentNo, P1("The number of the proposal.")]
    requested_on: Annotated[date | None, P2("The day of the member's written request.")] = None


class RemovalProposed(LostContactEvent):
    """Two years after the suspension people proposed the removal; never by a timer (Art. 24)."""

    proposed_by: Annotated[OrgCode, P1("The branch.")]
    document_no: Annotated[DocumentNo, P1("The number of the proposal.")]


class LostMembershipNoted(LostContactEvent):
    """Registry recorded what people decided about the membership: the case goes on from there, and decides nothing."""

    status: Annotated[MembershipStatus, P3("The status that stands by it.")]
    decision_no: DecisionNo
    decided_on: Annotated[date, P1("The day of the decision.")]
    decision_id: Annotated[Id, P1("The event of the decision.")]
    annulled_id: Annotated[Id | None, P1("The event of the decision that it takes back, if it does.")] = None


class LostContactDue(LostContactEvent):
    """A day has come on which people may or should act; it is told once, and nothing follows by itself."""

    branch: BranchCode
    step: Annotated[LostStep, P1("What.")]
    due_on: Annotated[date, P1("From which day on.")]


class LostContactClosed(LostContactEvent):
    """The case is closed."""

    how: Annotated[LostEnd, P2("How.")]
