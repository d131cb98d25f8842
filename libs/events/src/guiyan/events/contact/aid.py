"""Aid cases: raised, assessed, approved, visited, closed (S-47, S-50, domain.md §2.12)."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P1, P3
from guiyan.events.codes import AidKind, AidOccasion, AidOutcome, AidRaisedBy
from guiyan.events.fields import DecidedBy, MemberId
from guiyan.events.payload import Payload
from guiyan.events.values import DocumentNo, Id, MoneyFen, OrgCode


class AidEvent(Payload, abstract=True):
    """What all events of an aid case share."""

    service: ClassVar[str] = "contact"
    aggregate: ClassVar[str] = "aid"
    member_id: MemberId


class AidRaised(AidEvent):
    """Help was asked for; families are contacted with the member's written wish only (S-50)."""

    org_code: Annotated[OrgCode, P1("The organisation that looks after it.")]
    kind: Annotated[AidKind, P3("What kind of help.")]
    raised_by: Annotated[AidRaisedBy, P1("Who asked.")]
    consent_id: Annotated[Id | None, P1("The member's written wish, when the family is to be visited.")] = None


class AidAssessed(AidEvent):
    """The need was looked at."""

    upheld: Annotated[bool, P3("Help is proposed.")]


class AidApproved(AidEvent):
    """Help was approved."""

    decided_by: DecidedBy
    document_no: Annotated[DocumentNo | None, P1("The number of the paper, if any.")] = None
    amount_fen: Annotated[MoneyFen | None, P3("The amount granted, in fen.")] = None


class AidVisited(AidEvent):
    """Someone visited: before New Year, Spring Festival or 1 July, or when it was needed."""

    by_org: Annotated[OrgCode, P1("Who visited.")]
    family: Annotated[bool, P3("The family was visited.")] = False


class AidVisitDue(AidEvent):
    """A visit is due before New Year and Spring Festival, or before 1 July: a reminder, once an occasion."""

    org_code: Annotated[OrgCode, P1("The organisation that looks after it.")]
    occasion: Annotated[AidOccasion, P1("Which of the two times of the year.")]
    due_on: Annotated[date, P1("The last day before it.")]


class AidClosed(AidEvent):
    """The case is closed."""

    outcome: Annotated[AidOutcome, P3("How.")]
