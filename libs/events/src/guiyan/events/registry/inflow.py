"""Inflow records: the host's view of a member from elsewhere, paired with the outflow when known (§2.2)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel

from guiyan.events.classes import P1, P2, P3
from guiyan.events.codes import Credential, FlowReason, MobileMemberKind, PersonCategory, Sex
from guiyan.events.fields import DepartureId, HostBranch, MemberId, PersonId
from guiyan.events.payload import Facts, Payload, Pii
from guiyan.events.values import AreaCode, Code, IdNo, OrgCode, Phone, Text


class InflowEvent(Payload, abstract=True):
    """What all events of an inflow record share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "inflow"
    person_id: Annotated[PersonId, P1("The person; the member id when the member is in the register.")]


class InflowText(Facts):
    """Who came and from where, in words; sealed with the person's key."""

    name: Annotated[Text, P3("The name.", "王示例")]
    id_no: Annotated[IdNo | None, P3("The ID number, GB 11643.")] = None
    mobile: Annotated[Phone | None, P3("The mobile number.", "14000000001")] = None
    origin_title: Annotated[Text | None, P3("The organisation that holds the relation, as told.")] = None
    origin_phone: Annotated[Phone | None, P3("Its phone, as told.")] = None


class InflowRegistered(InflowEvent):
    """Someone whose relation is elsewhere reported in; the origin may be unknown to this installation (S-14)."""

    person_field: ClassVar[str] = "person_id"
    personal: ClassVar[type[BaseModel] | None] = InflowText
    host_branch: HostBranch
    member_id: Annotated[MemberId | None, P1("The member, when in the register.")] = None
    origin_org: Annotated[OrgCode | None, P1("The organisation that holds the relation.")] = None
    origin_area_code: Annotated[AreaCode | None, P2("Where that is, GB/T 2260.")] = None
    reason: Annotated[FlowReason | None, P2("Why the person came.")] = None
    person_category: Annotated[PersonCategory | None, P2("Probationary or full.")] = None
    sex: Annotated[Sex | None, P2("GB/T 2261.1.")] = None
    member_kind: Annotated[MobileMemberKind | None, P2("Which group of people away.")] = None
    occupation_code: Annotated[Code | None, P2("工作岗位, the organisation's own list.", "0253")] = None
    credential: Annotated[Credential | None, P2("What the person carries.")] = None
    pii: Pii = None


class InflowPaired(InflowEvent):
    """The inflow record and an outflow record were found to be the same trip."""

    departure_id: DepartureId
    member_id: MemberId


class InflowOriginAsked(InflowEvent):
    """The origin was asked by letter or notice about an unpaired record."""

    origin_org: Annotated[OrgCode | None, P1("The organisation asked, when it has a code here.")] = None


class InflowGroupAssigned(InflowEvent):
    """The person was put into a branch or group for organised life (screen 3)."""

    host_branch: HostBranch
    group: Annotated[OrgCode | None, P1("The group inside the branch.")] = None


class InflowEnded(InflowEvent):
    """The person left again, or the relation followed."""

    relation_followed: Annotated[bool, P1("The relation was transferred here.")] = False
