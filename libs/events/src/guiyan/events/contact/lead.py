"""Leads for the home place and return-home entrepreneurship (S-43, S-44)."""

from typing import Annotated, ClassVar

from guiyan.events.classes import P1, P2
from guiyan.events.codes import EntrepreneurshipStage, LeadAssessment, LeadKind, SupportKind
from guiyan.events.fields import MemberId
from guiyan.events.payload import Payload
from guiyan.events.values import OrgCode


class LeadEvent(Payload, abstract=True):
    """What all events of a lead share."""

    service: ClassVar[str] = "contact"
    aggregate: ClassVar[str] = "lead"
    member_id: MemberId


class LeadSubmitted(LeadEvent):
    """The member gave a business or investment lead; at least one useful one a year is hoped for (S-43)."""

    kind: Annotated[LeadKind, P1("What kind.")]
    to_org: Annotated[OrgCode, P1("The township, street, village or community it is for.")]


class LeadAssessed(LeadEvent):
    """The lead was looked at."""

    assessment: Annotated[LeadAssessment, P1("What was found.")]


class LeadForwarded(LeadEvent):
    """The lead went to whoever can use it."""

    to_org: Annotated[OrgCode | None, P1("To whom, when it has a code here.")] = None


class LeadAdopted(LeadEvent):
    """The lead was taken up."""


class LeadNotAdopted(LeadEvent):
    """The lead was not taken up."""


class EntrepreneurshipEvent(Payload, abstract=True):
    """What all events of a return-home venture share."""

    service: ClassVar[str] = "contact"
    aggregate: ClassVar[str] = "entrepreneurship"
    member_id: MemberId


class EntrepreneurshipInterestRecorded(EntrepreneurshipEvent):
    """The member said they would like to start something at home (S-44)."""

    org_code: Annotated[OrgCode, P1("The organisation that looks after it.")]


class EntrepreneurshipStageReached(EntrepreneurshipEvent):
    """The venture came to a new stage."""

    stage: Annotated[EntrepreneurshipStage, P2("Which stage.")]


class EntrepreneurshipSupportGiven(EntrepreneurshipEvent):
    """Support was given."""

    support: Annotated[SupportKind, P2("What kind.")]
    by_org: Annotated[OrgCode, P1("By whom.")]


class EntrepreneurshipEnded(EntrepreneurshipEvent):
    """The record was closed."""

    started: Annotated[bool, P2("The venture had started.")]
