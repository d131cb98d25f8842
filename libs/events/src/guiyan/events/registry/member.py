"""Members: entered, imported, corrected, assigned to a branch (domain.md §3.4, S-06 to S-09)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel

from guiyan.events.classes import P1, P2, P3
from guiyan.events.codes import MembershipStatus, MemberSource, MobileMemberKind, PersonCategory, RelationHolding, Sex
from guiyan.events.fields import BranchCode, IdIndex, MatchIndex, MemberId, MobileIndex
from guiyan.events.payload import Facts, Payload, Pii
from guiyan.events.values import AreaCode, Code, Count, Digest, DocumentNo, Id, IdNo, OrgCode, Phone, Text


class MemberEvent(Payload, abstract=True):
    """What all events of a member share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "member"
    member_id: MemberId


class MemberCore(Facts):
    """The codes and dates of a member's record, in clear: no name, number, address or birth date among them."""

    branch: BranchCode
    group: Annotated[OrgCode | None, P1("The group inside the branch.")] = None
    person_category: Annotated[PersonCategory, P2("Probationary or full.")]
    sex: Annotated[Sex, P2("GB/T 2261.1.")] = Sex.UNKNOWN
    education_code: Annotated[Code | None, P2("GB/T 4658-2006.", "21")] = None
    degree_code: Annotated[Code | None, P2("GB/T 6864-2003.", "4")] = None
    joined_on: Annotated[date | None, P2("The day of the branch meeting that admitted the member (R8 Art. 32).")] = None
    probation_ends_on: Annotated[date | None, P2("The last day of probation.")] = None
    full_on: Annotated[date | None, P2("The day of becoming a full member.")] = None
    admitting_branch: Annotated[OrgCode | None, P2("The branch that admitted the member.")] = None
    membership_status: Annotated[MembershipStatus, P3("How the membership stands.")] = MembershipStatus.NORMAL
    status_since: Annotated[date | None, P3("Since when it stands so.")] = None
    post_code: Annotated[Code | None, P2("工作岗位, the organisation's own list (domain.md §4.1).", "0164")] = None
    relation_holding: Annotated[RelationHolding, P2("Where the relation is held.")] = RelationHolding.NORMAL
    source: Annotated[MemberSource, P1("How the record came into the register.")]
    home_area_code: Annotated[AreaCode | None, P2("The home county, GB/T 2260.")] = None
    is_migrant_worker: Annotated[bool | None, P2("A migrant worker, as the roster says.")] = None
    member_kind: Annotated[MobileMemberKind | None, P2("Which group of people away, if any.")] = None


class MemberText(Facts):
    """The personal text of a member's record, sealed with the member's key."""

    name: Annotated[Text, P3("The name.", "李示例")]
    former_name: Annotated[Text | None, P3("An earlier name.")] = None
    id_no: Annotated[IdNo | None, P3("The ID number, GB 11643.")] = None
    birth_date: Annotated[date | None, P3("The date of birth.", "1980-05-01")] = None
    mobile: Annotated[Phone | None, P3("The mobile number.", "14000000001")] = None
    landline: Annotated[Phone | None, P3("The landline number.")] = None
    home_address: Annotated[Text | None, P3("The home address; optional, not searchable.")] = None
    file_place: Annotated[Text | None, P3("Where the paper file is kept.")] = None


class MemberRegistered(MemberCore, MemberEvent):
    """A member was entered into the register by a person or a township system (S-06, S-09)."""

    person_field: ClassVar[str] = "member_id"
    personal: ClassVar[type[BaseModel] | None] = MemberText
    id_index: IdIndex = None
    mobile_index: MobileIndex = None
    match_index: MatchIndex = None
    incoming: Annotated[bool, P1("The relation is outside still, until a transfer brings it to a branch here.")] = False
    pii: Pii = None


class MemberImported(MemberCore, MemberEvent):
    """A row of a roster was accepted (domain.md §3.3); the envelope names the import batch."""

    person_field: ClassVar[str] = "member_id"
    personal: ClassVar[type[BaseModel] | None] = MemberText
    id_index: IdIndex = None
    mobile_index: MobileIndex = None
    match_index: MatchIndex = None
    row_hash: Annotated[Digest, P1("SHA-256 of the accepted row, keyed to its batch's template: same row, same event.")]
    row_no: Annotated[Count | None, P1("The row in the file, counted from 1.", 6)] = None
    pii: Pii = None


class MemberTextChange(Facts):
    """The personal text that changed; what is absent stays as it was."""

    name: Annotated[Text | None, P3("The name.", "李示例")] = None
    former_name: Annotated[Text | None, P3("An earlier name.")] = None
    id_no: Annotated[IdNo | None, P3("The ID number, GB 11643.")] = None
    birth_date: Annotated[date | None, P3("The date of birth.", "1980-05-01")] = None
    mobile: Annotated[Phone | None, P3("The mobile number.", "14000000001")] = None
    landline: Annotated[Phone | None, P3("The landline number.")] = None
    home_address: Annotated[Text | None, P3("The home address.")] = None
    file_place: Annotated[Text | None, P3("Where the paper file is kept.")] = None


class MemberCodeChange(Facts):
    """The codes that changed; what is absent stays as it was. Branch and status have events of their own."""

    group: Annotated[OrgCode | None, P1("The group inside the branch.")] = None
    sex: Annotated[Sex | None, P2("GB/T 2261.1.")] = None
    education_code: Annotated[Code | None, P2("GB/T 4658-2006.", "21")] = None
    degree_code: Annotated[Code | None, P2("GB/T 6864-2003.", "4")] = None
    joined_on: Annotated[date | None, P2("The day of admission.")] = None
    probation_ends_on: Annotated[date | None, P2("The last day of probation.")] = None
    full_on: Annotated[date | None, P2("The day of becoming a full member.")] = None
    admitting_branch: Annotated[OrgCode | None, P2("The branch that admitted the member.")] = None
    post_code: Annotated[Code | None, P2("工作岗位, the organisation's own list.", "0164")] = None
    relation_holding: Annotated[RelationHolding | None, P2("Where the relation is held.")] = None
    home_area_code: Annotated[AreaCode | None, P2("The home county, GB/T 2260.")] = None
    is_migrant_worker: Annotated[bool | None, P2("A migrant worker, as the member says.")] = None
    member_kind: Annotated[MobileMemberKind | None, P2("Which group of people away, if any.")] = None


class MemberDetailsCorrected(MemberCodeChange, MemberEvent):
    """Details were set right; the old value stays sealed in the history and is hidden from normal views (§3.6)."""

    person_field: ClassVar[str] = "member_id"
    personal: ClassVar[type[BaseModel] | None] = MemberTextChange
    correction_id: Annotated[Id | None, P1("The approved correction request it carries out.")] = None
    id_index: IdIndex = None
    mobile_index: MobileIndex = None
    match_index: MatchIndex = None
    row_hash: Annotated[Digest | None, P1("The roster row it came from, when an import changed a known member.")] = None
    pii: Pii = None


class BranchAssigned(MemberEvent):
    """The member's formal relation is with this branch from the business date on; registry's answer to a transfer."""

    from_branch: Annotated[OrgCode | None, P1("The branch before.")] = None
    branch: BranchCode
    group: Annotated[OrgCode | None, P1("The group inside the branch.")] = None
    transfer_id: Annotated[Id | None, P1("The transfer it follows; absent for moves inside a committee.")] = None
    document_no: Annotated[DocumentNo | None, P1("The number of the document, for a reorganisation.")] = None


class MemberTransferredOut(MemberEvent):
    """The relation went to an organisation without a system here; registry's answer to a transfer. No branch has it."""

    from_branch: Annotated[OrgCode, P1("The branch before.")]
    transfer_id: Annotated[Id, P1("The transfer it follows.")]
