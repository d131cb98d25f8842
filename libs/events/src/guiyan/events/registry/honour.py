"""Commendations and the reserve list: by people and with consent, never computed (S-45 to S-48)."""

from typing import Annotated, ClassVar

from guiyan.events.classes import P0, P1, P2
from guiyan.events.codes import CommendationKind
from guiyan.events.fields import DecidedBy, DecisionNo, MemberId
from guiyan.events.payload import Payload
from guiyan.events.values import Code, Id, OrgCode, Year


class CommendationEvent(Payload, abstract=True):
    """What all events of a commendation share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "commendation"
    member_id: MemberId


class CommendationProposed(CommendationEvent):
    """A branch proposed a member (S-45)."""

    branch: Annotated[OrgCode, P1("The branch that proposes.")]
    kind: Annotated[CommendationKind, P1("What for.")]
    year: Annotated[Year, P1("Of which year.")]


class CommendationChecked(CommendationEvent):
    """The organisation above checked the proposal."""

    upheld: Annotated[bool, P1("It goes on.")]


class CommendationNoticed(CommendationEvent):
    """The proposal was put up for notice inside the organisation."""


class CommendationAwarded(CommendationEvent):
    """The commendation was awarded by decision."""

    decision_no: DecisionNo
    decided_by: DecidedBy


class CommendationPublished(CommendationEvent):
    """The commendation was published, which the member had consented to (S-46, PIPL Art. 25)."""

    consent_id: Annotated[Id, P1("The consent it rests on.")]
    where: Annotated[Code, P0("Which list or page.", "notice_board")]


class CommendationDropped(CommendationEvent):
    """The proposal went no further."""


class ReserveEvent(Payload, abstract=True):
    """What all events of the reserve list share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "reserve"
    member_id: MemberId


class ReserveListed(ReserveEvent):
    """A person named a member for the reserve list, with the member's consent (S-48)."""

    named_by_org: Annotated[OrgCode, P1("The organisation that names.")]
    consent_id: Annotated[Id, P1("The consent it rests on.")]
    for_org: Annotated[OrgCode | None, P2("The village or community in view.")] = None


class ReserveUnlisted(ReserveEvent):
    """The member left the reserve list."""

    consent_withdrawn: Annotated[bool, P1("Because the consent was withdrawn.")] = False
