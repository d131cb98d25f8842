"""`/v1/members`: the register; masked, until a field is revealed for a stated reason."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import (
    DuesPayer,
    FlowState,
    MembershipStatus,
    MemberSource,
    MobileMemberKind,
    PersonCategory,
    ProbationState,
    RelationHolding,
    RetentionState,
    Sex,
)
from guiyan.events.exact import Exact
from guiyan.events.names import PersonName
from guiyan.events.registry.member import MemberCodeChange, MemberCore, MemberText, MemberTextChange
from guiyan.events.values import IdNo, Month, OrgCode, Phone, Text
from guiyan.registry import queries
from guiyan.registry.commands import members as handlers
from guiyan.registry.commands.finding import find_members
from guiyan.registry.commands.reveal import reveal_fields
from guiyan.registry.commands.tools import Asker
from guiyan.registry.doors import roles
from guiyan.registry.doors.member_codes import DEGREES, EDUCATION, POSTS, MemberCodes
from guiyan.registry.doors.parts import (
    COUNTED,
    OUTSIDE,
    RULE_PARAMETERS,
    ByRule,
    ToolsHere,
    by_rule_of,
    get_visible,
    given,
    member_warnings,
    shown,
    shown_then,
    unless_asked,
    visible,
)
from guiyan.registry.projections.members import MEMBERS
from guiyan.service.asks import Ask, DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import AtTime, answer, shown_event
from guiyan.service.subtree import TREE_PARAMETERS, OfTree
from guiyan.service.tables import Column, labels, row

router = APIRouter(tags=["members"])
Reader = Annotated[Caller, requires(*roles.READ_OWN)]
ByThisRule = Annotated[ByRule, by_rule_of("members")]
Registrar = Annotated[Commander, commands(*roles.REGISTER)]
Corrector = Annotated[Commander, commands(*roles.DECIDE)]


LIST: Final = Listing(
    name="members",
    collection=MEMBERS,
    title_zh="党员名册",
    ledger=True,
    title_en="Members",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("former_name", "曾用名", "Former name", 10, mask=mask_name, printed=False),
        Column("sex", "性别", "Sex", 6, labels=labels(Sex)),
        Column("id_no", "公民身份证号", "ID number", 22),
        Column("person_category", "人员类别", "Category", 12, labels=labels(PersonCategory)),
        Column("membership_status", "党籍状态", "Status", 10, labels=labels(MembershipStatus)),
        Column("branch", "所在党支部", "Branch", 16, book="organisation"),
        Column("responsible", "责任党组织", "Responsible", 16, book="organisation"),
        Column("joined_on", "入党日期", "Joined", 12),
        Column("full_on", "转正日期", "Full member since", 12),
        Column("education_code", "学历", "Education", 8, labels=EDUCATION),
        Column("degree_code", "学位", "Degree", 8, labels=DEGREES, printed=False),
        Column("post_code", "工作岗位", "Post", 8, labels=POSTS),
        Column("is_migrant_worker", "是否农民工", "Migrant worker", 8, printed=False),
        Column("member_kind", "流动党员类别", "Kind", 14, labels=labels(MobileMemberKind), printed=False),
        Column("mobile", "手机号", "Mobile", 16),
        Column("landline", "固定电话", "Landline", 16, printed=False),
        Column("home_area_code", "家庭所在地代码", "Home county", 10, printed=False),
        Column("home_address", "家庭住址", "Home address", 8, printed=False),
        Column("file_place", "档案所在地", "File kept at", 8, printed=False),
        Column("relation_holding", "组织关系", "Relation", 12, labels=labels(RelationHolding)),
        Column("departure_id", "外出编号", "Departure", 38),
        Column("departure_state", "外出状态", "Away", 12, labels=labels(FlowState)),
        Column("away_since", "外出日期", "Away since", 12),
        Column("host_branch", "流入党组织", "Host branch", 16, book="organisation"),
        Column("dues_paid_to", "党费交至", "Dues paid to", 10),
        Column("transfer", "在办转接", "Open transfer", 38),
        Column("transfer_overdue_since", "转接超期自", "Transfer overdue since", 12),
        Column("probation_id", "预备期编号", "Probation", 38),
        Column("probation_state", "预备期状态", "Probation state", 12, labels=labels(ProbationState), printed=False),
        Column("retention_id", "保留关系编号", "Retention", 38),
        Column("retention_state", "保留关系状态", "Retention state", 12, labels=labels(RetentionState), printed=False),
        Column("counted", "计入统计", "Counted", 8),
        Column("outside", "关系在系统外", "Outside", 8, printed=False),
        Column("outside_since", "转出日期", "Outside since", 12, printed=False),
        Column("outside_title", "转往(来自)党组织", "Outside with", 28, printed=False),
        Column("group", "党小组", "Group", 16, book="organisation", printed=False),
        Column("status_since", "党籍状态起始", "Status since", 12, printed=False),
        Column("probation_ends_on", "预备期满", "Probation ends", 12, printed=False),
        Column("admitting_branch", "入党时所在支部", "Admitted by", 16, book="organisation", printed=False),
        Column("source", "登记来源", "Source", 12, labels=labels(MemberSource), printed=False),
        Column("registered_on", "登记日期", "Registered", 12),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "branch": Filter(),
        "responsible": Filter(),
        "person_category": Filter(choices=tuple(PersonCategory)),
        "membership_status": Filter(choices=tuple(MembershipStatus)),
        "relation_holding": Filter(choices=tuple(RelationHolding)),
        "probation_state": Filter(choices=tuple(ProbationState)),
        "departure_state": Filter(choices=tuple(FlowState)),
        "education_code": Filter(choices=tuple(EDUCATION)),
        "degree_code": Filter(),
        "post_code": Filter(),
        "is_migrant_worker": Filter(Kind.BOOLEAN),
        "member_kind": Filter(choices=tuple(MobileMemberKind)),
        "home_area_code": Filter(),
        "group": Filter(),
        "source": Filter(choices=tuple(MemberSource)),
        "joined_on": Filter(Kind.DATE),
        "away_since": Filter(Kind.DATE),
        "registered_on": Filter(Kind.DATE),
        "import_batch": Filter(),
        "in_transfer": Filter(Kind.BOOLEAN, field="transfer", present=True, description="A transfer is open"),
        "transfer_overdue": Filter(
            Kind.BOOLEAN, field="transfer_overdue_since", present=True, description="A step or letter is overdue"
        ),
        "counted": COUNTED,
        "outside": OUTSIDE,
        "outside_since": Filter(Kind.DATE),
        "dues_paid_to": Filter(),
    },
    sorts=("_id", "name", "branch", "joined_on", "away_since", "registered_on"),
    own_parameters=(*TREE_PARAMETERS, *RULE_PARAMETERS),
)


PLUMBING: Final = frozenset({"id", "version"})
"""What every event changes, or none."""


class NewMember(MemberCodes, MemberCore, MemberText, Exact):
    """A member to be entered; a membership that does not stand normal needs a decision, not an entry."""

    model_config = DatedAsk.model_config

    name: PersonName
    former_name: PersonName | None = None
    id_no: IdNo
    source: MemberSource = MemberSource.DEVELOPED
    membership_status: Annotated[
        MembershipStatus,
        Field(description="NORMAL only; how it stands otherwise is a decision (`…/suspend`, `…/remove`, …)"),
    ] = MembershipStatus.NORMAL
    status_since: Annotated[date | None, Field(description="Not told here: a decision has its own day")] = None
    incoming: Annotated[
        bool,
        Field(description="Expected from an organisation outside (source TRANSFER_IN): no member of a branch here yet"),
    ] = False
    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai)")] = None

    def command(self) -> handlers.NewMember:
        """As the handler takes it."""
        text = MemberText.model_validate(given(self, MemberText.model_fields))
        codes = given(self, MemberCore.model_fields)
        told = {"source": self.source, "incoming": self.incoming, **codes}
        return handlers.NewMember(told, text, self.occurred_on)


class Correction(MemberCodes, MemberCodeChange, MemberTextChange, Exact):
    """Details to be set right; what is absent stays as it was."""

    model_config = DatedAsk.model_config

    name: PersonName | None = None
    former_name: PersonName | None = None
    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai)")] = None

    def command(self) -> handlers.Correction:
        """As the handler takes it."""
        text = MemberTextChange.model_validate(given(self, MemberTextChange.model_fields))
        return handlers.Correction(given(self, MemberCodeChange.model_fields), text, self.occurred_on)


class Payment(DatedAsk):
    """Dues paid for whole months."""

    months: Annotated[list[Month], Field(min_length=1, max_length=12)]
    paid_by: DuesPayer = DuesPayer.SELF
    host_branch: OrgCode | None = None


class RevealField(StrEnum):
    """The fields that may be revealed."""

    NAME = "name"
    FORMER_NAME = "former_name"
    ID_NO = "id_no"
    BIRTH_DATE = "birth_date"
    MOBILE = "mobile"
    LANDLINE = "landline"
    HOME_ADDRESS = "home_address"
    FILE_PLACE = "file_place"


class RevealReason(StrEnum):
    """Why somebody has to see it."""

    CONTACT_DUTY = "CONTACT_DUTY"
    TRANSFER = "TRANSFER"
    CORRECTION = "CORRECTION"
    MEMBER_ASKED = "MEMBER_ASKED"
    AUDIT = "AUDIT"


class Reveal(Ask):
    """Which masked fields to show, and why: the act is recorded."""

    fields: Annotated[list[RevealField], Field(min_length=1, max_length=len(RevealField))]
    reason: RevealReason


class Search(Ask):
    """Whom to look for, by exactly one; it stands in the body because an address would be logged on its way."""

    term: Annotated[
        Text | None,
        Field(description="What was typed: an ID number, a telephone, the beginning of a name or of its pinyin"),
    ] = None
    id_no: Annotated[IdNo | None, Field(description="The whole ID number")] = None
    mobile: Annotated[Phone | None, Field(description="The whole telephone number")] = None
    name: Annotated[Text | None, Field(description="The whole name")] = None


@router.get("/v1/members", summary="Members of the own scope", **LIST.openapi())
async def list_members(request: Request, caller: Reader, tools: ToolsHere, tree: OfTree, rule: ByThisRule) -> Response:
    """Those whose relation is with the own organisation or below; a member sees the own record.

    Who has gone to an organisation outside is found by `outside=true`, under the branch that had the relation last.
    """
    where = await tree.narrowed(caller, tools, unless_asked(request, visible(caller, "_id", "branch")))
    where = await rule.narrowed(tools, where)
    return await LIST.answer(request, caller, tools.register, where=where)


@router.post("/v1/members", status_code=201, summary="Enter a member")
async def register_member(body: NewMember, caller: Registrar, tools: ToolsHere) -> JSONResponse:
    """Nobody is entered twice: the same ID number again is 409. What is to be looked at again is told (`warnings`)."""
    outcome = await handlers.register_member(tools, Asker.of_caller(caller), body.command())
    warnings = await member_warnings(caller, tools, body)
    return answer(outcome, location=f"/v1/members/{outcome.id}", warnings=warnings)


@router.post("/v1/members/find", summary="Look somebody up by ID number, telephone, name or pinyin")
async def find(body: Search, caller: Annotated[Caller, requires(*roles.READ)], tools: ToolsHere) -> JSONResponse:
    """By exactly one of `term`, `id_no`, `mobile`, `name`: records of the own scope, masked, 50 at most (`more`)."""
    await caller.wait.until_applied(tools.register)
    found = await find_members(tools, caller.scope, given(body, Search.model_fields))
    return JSONResponse({"items": [row(LIST.columns, one) for one in found.members], "more": found.more})


@router.get("/v1/members/{member_id}", summary="One member")
async def get_member(member_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """As the record is, or as it was on a business date and as far as was recorded by a moment."""
    where = visible(caller, "_id", "branch")
    found = await get_visible(caller, tools.register, MEMBERS, member_id, where)
    if at.is_now:
        return await shown(tools.register, LIST.columns, found)
    document, sequence = await queries.member_at(tools, found, at)
    return shown_then(LIST.columns, document, sequence)


@router.get("/v1/members/{member_id}/history", summary="Every event about one member")
async def member_history(member_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """The record's own events, trips, dues and transfers, oldest first (S-08); sealed text is only named."""
    found = await get_visible(caller, tools.register, MEMBERS, member_id, visible(caller, "_id", "branch"))
    return JSONResponse(await queries.member_history(tools, found, at))


@router.get("/v1/members/{member_id}/changes", summary="Which event set which field of a record, and to what")
async def member_changes(member_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first: the event as the history shows it, `fields` with what it set, masked. The last one is the why.

    Folded by the live projection itself, so it is of the document that is shown; also of `responsible`, which no event
    names: the branch that was responsible from then on (domain.md §2.1).
    """
    found = await get_visible(caller, tools.register, MEMBERS, member_id, visible(caller, "_id", "branch"))
    columns = {one.field: one for one in LIST.columns if one.key not in PLUMBING}
    told = await queries.member_changes(tools, found, columns, at)
    items = [
        {
            "event": shown_event(one.fact.event, one.fact.sequence, one.fact.index),
            "fields": {columns[name].key: columns[name].value(one.document) for name in sorted(one.fields)},
        }
        for one in told
    ]
    return JSONResponse({"id": member_id, "changes": items, "sequence": await tools.register.applied()})


@router.post("/v1/members/{member_id}/correct", summary="Set details right")
async def correct_member(member_id: str, body: Correction, caller: Corrector, tools: ToolsHere) -> JSONResponse:
    """By township and city; branches and members ask (`/v1/corrections`). Branch and status have acts of their own."""
    outcome = await handlers.correct_member(tools, Asker.of_caller(caller), member_id, body.command())
    return answer(outcome, warnings=await member_warnings(caller, tools, body, member_id))


@router.post("/v1/members/{member_id}/pay-dues", summary="Record dues paid")
async def pay_dues(
    member_id: str, body: Payment, caller: Annotated[Commander, commands(*roles.KEEP_TRIPS)], tools: ToolsHere
) -> JSONResponse:
    """For whole months, at most six back and six ahead (R7)."""
    payment = handlers.Payment(tuple(body.months), body.paid_by, body.host_branch, body.occurred_on)
    return answer(await handlers.record_dues(tools, Asker.of_caller(caller), member_id, payment))


@router.post("/v1/members/{member_id}/reveal", summary="Show masked fields, for a stated reason")
async def reveal(
    member_id: str, body: Reveal, caller: Annotated[Commander, commands(*roles.REVEAL_OWN)], tools: ToolsHere
) -> JSONResponse:
    """The act is an event before the text is shown (domain.md §5.2, 8.1.4.11); a member sees the own record so."""
    asker, fields, own = Asker.of_caller(caller), tuple(dict.fromkeys(body.fields)), not caller.is_office
    text = await reveal_fields(tools, asker, member_id, fields, body.reason, own_record=own)
    return JSONResponse({"id": member_id, **text})
