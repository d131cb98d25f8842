"""The bodies of requests about lost contact: codes, days, document numbers; no words about a person."""

from datetime import date
from typing import Annotated

from pydantic import Field

from guiyan.contact.doors.bodies import Body
from guiyan.events.codes import ContactChannel, FoundOutcome, LostCause, SearchMeans, SearchResult
from guiyan.events.document_numbers import DocumentNumber
from guiyan.events.values import Id, OrgCode


class NewWatch(Body):
    """An officer opens a watch; the last sign of the member when the records here do not tell it."""

    member_id: Id
    last_seen_on: Annotated[date | None, Field(description="Last attendance or dues payment, when not known here")] = (
        None
    )


class Step(Body):
    """One means of the closed list and what it gave."""

    means: SearchMeans
    result: Annotated[SearchResult, Field(description="NOT_APPLICABLE where the organisation does not have the means")]
    channel: Annotated[ContactChannel | None, Field(description="With REACHED only: which way")] = None


class Cause(Body):
    """By which of the seven causes contact is lost."""

    cause: LostCause


class Confirmation(Body):
    """The basic committee's confirmation."""

    document_no: DocumentNumber | None = None


class Found(Body):
    """Which way contact was regained."""

    channel: ContactChannel


class Proposal(Body):
    """The number of the paper with which the branch meeting proposes it."""

    document_no: DocumentNumber


class ReinstatementProposal(Proposal):
    """With the day of the member's written request."""

    requested_on: date


class OutcomeBody(Body):
    """What branch and committee decided for a member found again."""

    outcome: FoundOutcome
    decision_no: DocumentNumber
    decided_by: Annotated[
        OrgCode | None, Field(description="The branch or a committee above; the branch's when absent")
    ] = None
    months: Annotated[int | None, Field(ge=1, le=99, description="With CORRECTION_PERIOD only")] = None
