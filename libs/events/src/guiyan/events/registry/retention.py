"""Retained relations: graduates, members abroad, demobilised soldiers waiting (R1 Art. 34, R6; domain.md §2.10)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel

from guiyan.events.classes import P1, P2, P3
from guiyan.events.codes import RetentionEnd, RetentionKind
from guiyan.events.fields import DueOn, MemberId
from guiyan.events.payload import Facts, Payload, Pii
from guiyan.events.values import DocumentNo, Id, Month, Months, OrgCode, Text


class RetentionEvent(Payload, abstract=True):
    """What all events of a retention share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "retention"
    member_id: MemberId


class RetentionText(Facts):
    """Where someone abroad or placed elsewhere can be found; sealed with the member's key."""

    country: Annotated[Text | None, P3("The country or region.")] = None
    school: Annotated[Text | None, P3("The school or employer.")] = None
    contact: Annotated[Text | None, P3("How to reach the member there.")] = None


class RetentionRequested(RetentionEvent):
    """The member asked in writing for the relation to be kept (R6)."""

    person_field: ClassVar[str] = "member_id"
    personal: ClassVar[type[BaseModel] | None] = RetentionText
    kind: Annotated[RetentionKind, P2("On what ground.")]
    holding_org: Annotated[OrgCode, P1("The organisation asked to keep it.")]
    from_on: Annotated[date, P2("From when.")]
    relay_person_id: Annotated[Id | None, P1("The contact person at home whom the member named.")] = None
    pii: Pii = None


class RelationRetained(RetentionEvent):
    """The organisation keeps the relation and is responsible meanwhile; graduates normally two years (R1 Art. 34)."""

    kind: Annotated[RetentionKind, P2("On what ground.")]
    holding_org: Annotated[OrgCode, P1("The organisation that keeps it, responsible meanwhile.")]
    branch: Annotated[OrgCode, P1("The branch the member is put into.")]
    from_on: Annotated[date, P2("From when.")]
    retain_until: Annotated[date, P2("Until when at most.")]
    dues_paid_to: Annotated[Month | None, P2("The last month for which dues are paid.")] = None
    contact_person_id: Annotated[Id | None, P1("The contact person of the branch, named for this member (R6).")] = None


class RetentionReminded(RetentionEvent):
    """Member and holder are to be reminded: at 12, 18, 21, 23 and 24 months."""

    after_months: Annotated[Months, P1("Months since it began.")]
    retain_until: Annotated[date, P2("Until when at most.")]


class RetentionExtended(RetentionEvent):
    """The holder decided, on paper and near the end, to keep the relation longer."""

    retain_until: Annotated[date, P2("The new last day.")]
    decision_no: Annotated[DocumentNo | None, P1("The number of the document it rests on.")] = None


class RetentionMoved(RetentionEvent):
    """It is kept elsewhere: the holder or the branch was merged or split, or the holder chose another branch."""

    holding_org: Annotated[OrgCode, P1("The organisation that keeps it from now on.")]
    branch: Annotated[OrgCode | None, P1("The branch of it that the member is put into.")] = None


class RetentionOverdue(RetentionEvent):
    """The last day passed without a decision: a task, nothing more."""

    due_on: DueOn


class RetentionEnded(RetentionEvent):
    """The relation is no longer retained."""

    how: Annotated[RetentionEnd, P2("How it ended.")]
    transfer_id: Annotated[Id | None, P1("The transfer that ended it.")] = None


class RetentionReopened(RetentionEvent):
    """The decision that had ended it was taken out of the record: it goes on as it was (domain.md §2.11)."""

    annulled_id: Annotated[Id, P1("The event of the decision taken back.")]
    holding_org: Annotated[OrgCode | None, P1("The organisation that keeps it again; absent: only asked for.")] = None
