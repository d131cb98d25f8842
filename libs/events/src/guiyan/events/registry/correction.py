"""Correction of a record: requested, then approved and applied, or rejected; never an edit (domain.md §3.6)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel

from guiyan.events.classes import P1
from guiyan.events.codes import CorrectionReason, CorrectionRefusal
from guiyan.events.fields import MemberId
from guiyan.events.payload import Payload, Pii
from guiyan.events.registry.member import MemberCodeChange, MemberTextChange
from guiyan.events.values import Code, DocumentNo, OrgCode


class CorrectionEvent(Payload, abstract=True):
    """What all events of a correction share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "correction"
    member_id: MemberId


class CorrectionRequested(MemberCodeChange, CorrectionEvent):
    """Someone asked for fields of a record to be changed, naming the new values and the proof."""

    person_field: ClassVar[str] = "member_id"
    personal: ClassVar[type[BaseModel] | None] = MemberTextChange
    fields: Annotated[tuple[Code, ...], P1("The names of the fields to be changed.", ["education_code"])]
    branch: Annotated[OrgCode | None, P1("The branch that holds the formal relation.")] = None
    reason: Annotated[CorrectionReason | None, P1("Why it is to be changed.")] = None
    proof: Annotated[DocumentNo | None, P1("The paper that proves it, by its number.")] = None
    pii: Pii = None


class CorrectionApproved(CorrectionEvent):
    """The organisation above agreed; the change itself follows as MemberDetailsCorrected."""


class CorrectionRejected(CorrectionEvent):
    """The organisation above refused, with a coded reason."""

    reason: Annotated[CorrectionRefusal, P1("Why it was refused.")]


class CorrectionApplied(CorrectionEvent):
    """The member's record now says what was asked for."""
