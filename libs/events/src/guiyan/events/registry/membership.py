"""Membership status: changed by human decision with its document number only, never by a timer (domain.md §2.11)."""

from datetime import date
from typing import Annotated

from guiyan.events.classes import P1, P2, P3
from guiyan.events.codes import MembershipEnd, MembershipStatus, RecordError, RemovalGround, SuspensionGround
from guiyan.events.fields import BranchCode, DecidedBy, DecisionNo
from guiyan.events.registry.member import MemberEvent
from guiyan.events.values import Id, Months


class MembershipDecision(MemberEvent, abstract=True):
    """What all decisions on a membership share: who decided, when, on which paper."""

    branch: BranchCode
    decision_no: DecisionNo
    decided_on: Annotated[date, P1("The day of the decision.")]
    decided_by: DecidedBy


class MembershipSuspended(MembershipDecision):
    """停止党籍: after six months and a failed search, or abroad (R1 Art. 24); its day starts the two-year clock."""

    ground: Annotated[SuspensionGround, P3("What the decision rests on.")]
    since: Annotated[date | None, P3("Since when contact is lost, or the member is abroad.")] = None


class MembershipReinstated(MembershipDecision):
    """恢复党籍: on written request within two years of the suspension, approved above (R1 Art. 24)."""

    requested_on: Annotated[date, P2("The day of the member's written request.")]


class MembershipRemoved(MembershipDecision):
    """除名: no return but by joining anew; only the article is kept, no reason in words (R1 Art. 24, 31)."""

    ground: Annotated[RemovalGround, P3("The article it rests on.")]


class MembershipEnded(MembershipDecision):
    """The membership ended otherwise: withdrew, expelled, probation cancelled, deceased (domain.md §2.11)."""

    how: Annotated[MembershipEnd, P3("How it ended.")]


class MemberConverted(MembershipDecision):
    """转正: a probationary member became a full member, by decision after the branch meeting (R8 Art. 32, 33)."""

    full_on: Annotated[date, P2("The day probation ended: full membership and seniority count from it.")]
    probation_id: Annotated[Id | None, P1("The probation it ends.")] = None


class CorrectionPeriodSet(MembershipDecision):
    """限期改正: a period to set one's conduct right, at most one year (R1 Art. 30)."""

    months: Annotated[Months, P3("How long, at most 12.")]
    ends_on: Annotated[date, P3("Its last day.")]


class CorrectionPeriodEnded(MembershipDecision):
    """At the end of the period the branch found whether conduct was set right; a removal is another decision."""

    corrected: Annotated[bool, P3("The conduct was set right.")]


class MemberJoinedAnew(MembershipDecision):
    """Someone whose membership had ended joined anew: a new probation, no reinstatement (R1 Art. 24)."""

    joined_on: Annotated[date, P2("The day of the branch meeting that admitted the person.")]


class MembershipDecisionAnnulled(MembershipDecision):
    """A decision that should not stand in this record is taken back by a correction of the record: no reinstatement.

    It counts from the business date of the decision that it takes back; both stay in the history.
    """

    annulled_id: Annotated[Id, P1("The event of the decision taken back.")]
    error: Annotated[RecordError, P1("What was wrong with the entry.")]
    status: Annotated[MembershipStatus, P3("The status that stands again.")]
