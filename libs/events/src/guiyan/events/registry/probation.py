"""Probation: one year from admission, one extension at most, each step by people (R8 Art. 32, 33; domain.md §2.8)."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P1, P2
from guiyan.events.codes import ProbationClosing, ProbationVote, RecordError
from guiyan.events.fields import BranchCode, DecidedBy, DecisionNo, DueOn, MemberId
from guiyan.events.payload import Payload
from guiyan.events.values import Count, Days, HalfYear, Id, Months, OrgCode, Quarter


class ProbationEvent(Payload, abstract=True):
    """What all events of a probation share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "probation"
    member_id: MemberId


class ProbationStarted(ProbationEvent):
    """Probation began on the day of the branch meeting that admitted the person (R8 Art. 32)."""

    branch: BranchCode
    joined_on: Annotated[date, P2("The day of admission.")]
    ends_on: Annotated[date, P2("The last day of probation.")]
    months_extended: Annotated[Months, P2("By how many months it had been extended before it was entered here.")] = 0


class ProbationDatesCorrected(ProbationEvent):
    """The record's day of admission was set right, and the end of probation with it (domain.md §3.6)."""

    joined_on: Annotated[date, P2("The day of admission.")]
    ends_on: Annotated[date, P2("The last day of probation.")]
    months_extended: Annotated[Months, P2("By how many months it has been extended.")] = 0
    full_on: Annotated[date | None, P2("The day of full membership as the record has it, of a converted one.")] = None


class ProbationQuarterDiscussed(ProbationEvent):
    """The branch discussed the probationary member this quarter; that it did, not what was said."""

    quarter: Annotated[Quarter, P1("The quarter.")]


class ProbationReportGiven(ProbationEvent):
    """The member away gave the half-yearly written report; that it was given, not what it says."""

    half_year: Annotated[HalfYear, P1("The half year.")]


class ProbationReminded(ProbationEvent):
    """Member and branch are to be reminded: 60, 30 and 7 days before the end (domain.md §2.8)."""

    days_left: Annotated[Days, P1("Days left until the end.")]
    ends_on: Annotated[date, P2("The last day of probation.")]


class ProbationEnded(ProbationEvent):
    """The last day of probation has passed; nothing changes by itself, the branch has to decide."""

    ends_on: Annotated[date, P2("The last day of probation.")]


class ProbationApplicationReceived(ProbationEvent):
    """The member applied for conversion (R8 Art. 33)."""

    branch: BranchCode


class ProbationApplicationOverdue(ProbationEvent):
    """The end passed without an application: a task for the branch, nothing more (P-08)."""

    due_on: DueOn


class ProbationEscalated(ProbationEvent):
    """Thirty days after the end without an application the organisation above is told."""

    to_org: Annotated[OrgCode, P1("The organisation told.")]


class ProbationGroupOpinionGiven(ProbationEvent):
    """The group gave its opinion."""


class ProbationOpinionsCollected(ProbationEvent):
    """Opinions of members and others were collected."""


class ProbationCommitteeReviewed(ProbationEvent):
    """The branch committee reviewed the conversion."""


class ProbationPublicNoticePosted(ProbationEvent):
    """The conversion was put up for public notice, where local rule asks for it."""

    until: Annotated[date, P1("The last day of the notice.")]


class ProbationBranchVoted(ProbationEvent):
    """The branch meeting resolved, not before the end of probation (R8 Art. 33)."""

    vote: Annotated[ProbationVote, P2("What it resolved.")]
    in_favour: Annotated[Count | None, P1("Votes in favour.")] = None
    against: Annotated[Count | None, P1("Votes against.")] = None
    abstained: Annotated[Count | None, P1("Abstentions.")] = None


class ProbationDecisionOverdue(ProbationEvent):
    """Three months after the branch meeting there is no decision: a task for the deciding organisation (R8)."""

    due_on: DueOn
    to_org: Annotated[OrgCode | None, P1("The organisation that has to decide.")] = None


class ProbationConverted(ProbationEvent):
    """The committee approved: a full member; seniority counts from the day probation ended (R8)."""

    full_on: Annotated[date, P2("The day of becoming a full member.")]
    decision_no: DecisionNo
    decided_by: DecidedBy


class ProbationExtended(ProbationEvent):
    """Probation was extended, once only, by 6 to 12 months (R8 Art. 32)."""

    months: Annotated[Months, P2("By how many months, 6 to 12.")]
    ends_on: Annotated[date, P2("The new last day.")]
    decision_no: DecisionNo
    decided_by: DecidedBy


class ProbationCancelled(ProbationEvent):
    """Probationary status was cancelled by decision (R8 Art. 32)."""

    decision_no: DecisionNo
    decided_by: DecidedBy


class ProbationRecordHandedOver(ProbationEvent):
    """The origin handed the record of training and assessment to the receiving organisation (domain.md §2.8)."""

    to_org: Annotated[OrgCode, P1("The receiving organisation.")]


class ProbationDecisionAnnulled(ProbationEvent):
    """A decision that should not stand in this record is taken back by a correction of the record (domain.md §2.11).

    It counts from the business date of the decision that it takes back; both stay in the history.
    """

    annulled_id: Annotated[Id, P1("The event of the decision taken back, in this stream.")]
    error: Annotated[RecordError, P1("What was wrong with the entry.")]
    decision_no: DecisionNo
    decided_by: DecidedBy


class ProbationClosed(ProbationEvent):
    """There is nothing to decide here any more: the membership ended otherwise, or the relation left the city."""

    reason: Annotated[ProbationClosing, P2("Why.")]


class ProbationReopened(ProbationEvent):
    """What had closed it was taken back, or the relation came back: probation goes on where it was."""

    reason: Annotated[ProbationClosing, P2("What it had been closed for.")]
