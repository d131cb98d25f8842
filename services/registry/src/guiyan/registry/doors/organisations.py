"""`/v1/organisations`: the tree, who serves there, and the changes of both."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import DestUnitKind, OrganisationKind, PhonePurpose, UnitSituation
from guiyan.events.registry.organisation import OfficePhoneListed, OrganisationCreated, OrganisationRenamed
from guiyan.events.registry.post import PersonText
from guiyan.events.values import AreaCode, DocumentNo, Id, OrgCode, Phone, Text, Title, Uscc
from guiyan.registry import queries
from guiyan.registry.commands import organisations as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.organisation import ORGANISATION
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import Ask, DatedAsk, ToolsHere, get_visible, given, shown, shown_then
from guiyan.registry.projections.organisations import ORGANISATIONS
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.tables import Column

router = APIRouter(tags=["organisations"])
Reader = Annotated[Caller, requires(*roles.READ)]
Organiser = Annotated[Commander, commands(*roles.ORGANISE)]
KINDS: Final = {kind.value: (kind.zh, kind.en) for kind in OrganisationKind}

LIST: Final = Listing(
    name="organisations",
    collection=ORGANISATIONS,
    title_zh="党组织名录",
    title_en="Organisations",
    columns=(
        Column("_id", "党组织代码", "Code", 16, name="org_code"),
        Column("name", "党组织名称", "Name", 40),
        Column("short_name", "简称", "Short name", 24),
        Column("kind", "类别", "Kind", 12, labels=KINDS),
        Column("parent", "上级代码", "Parent", 16),
        Column("area_code", "行政区划", "Area", 10),
        Column("is_basic_committee", "基层党委", "Basic committee", 10),
        Column("may_approve_probation", "有审批权", "May approve probation", 10),
        Column("secretary.name", "书记", "Secretary", 10, mask=mask_name, name="secretary"),
        Column("contact_person.name", "联系人", "Contact person", 10, mask=mask_name, name="contact_person"),
        Column("contact_person.phone", "联系电话", "Phone", 16, name="contact_phone"),
        Column("founded_on", "成立日期", "Founded", 12),
        Column("dissolved_on", "撤销日期", "Dissolved", 12),
        Column("active", "在用", "Active", 6),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "parent": Filter(),
        "kind": Filter(choices=tuple(KINDS)),
        "area_code": Filter(),
        "active": Filter(Kind.BOOLEAN),
        "is_basic_committee": Filter(Kind.BOOLEAN),
    },
    sorts=("_id", "name", "kind"),
)


class Person(Ask):
    """Somebody who serves an organisation."""

    name: Text
    phone: Phone | None = None
    email: Text | None = None

    def text(self) -> PersonText:
        """As it is sealed."""
        return PersonText(name=self.name, phone=self.phone, email=self.email)


class NewOrganisation(DatedAsk):
    """An organisation to be entered; fields that other services take from the same list are passed over."""

    model_config = ConfigDict(extra="ignore")

    org_code: OrgCode
    name: Title
    short_name: Title
    kind: OrganisationKind
    parent: OrgCode | None = None
    area_code: AreaCode
    unit_situation: UnitSituation | None = None
    unit_name: Title | None = None
    unit_kind: DestUnitKind | None = None
    uscc: Uscc | None = None
    founded_on: date | None = None
    is_basic_committee: bool = False
    may_approve_probation: bool = False
    address: Title | None = None
    postcode: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    secretary: Person | None = None
    contact_person: Person | None = None
    inquiry_phones: Annotated[tuple[Phone, ...], Field(max_length=20)] = ()

    def command(self) -> handlers.NewOrganisation:
        """As the handler takes it."""
        return handlers.NewOrganisation(
            self.org_code,
            OrganisationCreated.model_validate(given(self, OrganisationCreated.model_fields)),
            self.secretary.text() if self.secretary else None,
            self.contact_person.text() if self.contact_person else None,
            tuple(OfficePhoneListed(phone=one, purpose=PhonePurpose.INQUIRY) for one in self.inquiry_phones),
            self.occurred_on,
        )


class Rename(DatedAsk):
    """A new name."""

    name: Title
    short_name: Title
    document_no: DocumentNo | None = None


class Move(DatedAsk):
    """A new place in the tree."""

    parent: OrgCode
    document_no: DocumentNo | None = None


class Dissolve(DatedAsk):
    """The end of an organisation."""

    document_no: DocumentNo | None = None


class Appoint(DatedAsk):
    """Somebody named to serve; `person_id` when the person is known here already."""

    person: Person
    person_id: Id | None = None
    member_id: Id | None = None
    document_no: DocumentNo | None = None
    handed_over: bool = False

    def command(self) -> handlers.Appointment:
        """As the handler takes it."""
        return handlers.Appointment(
            self.person.text(), self.person_id, self.member_id, self.document_no, self.handed_over, self.occurred_on
        )


@router.get("/v1/organisations", summary="Organisations of the own scope", **LIST.openapi())
async def list_organisations(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """The own organisation and all below it, those that have ended included."""
    return await LIST.answer(request, caller, tools.organisations, where=caller.scope.where("_id"))


@router.post("/v1/organisations", status_code=201, summary="Enter an organisation")
async def create_organisation(body: NewOrganisation, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """Under one of the own scope; the top of the tree is entered by its own officer."""
    outcome = await handlers.create_organisation(tools, Asker.of_caller(caller), body.command())
    return answer(outcome, location=f"/v1/organisations/{outcome.id}")


@router.get("/v1/organisations/{org_code}", summary="One organisation")
async def get_organisation(org_code: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on a business date and as far as was recorded by a moment."""
    if not at.is_now:
        caller.scope.check(org_code)
        await caller.wait.until_applied(tools.organisations)
        document, way, sequence = await queries.organisation_at(tools, org_code, at)
        above = [{"org_code": one["_id"], "short_name": one["short_name"]} for one in way]
        return shown_then(LIST.columns, document, sequence, path=above)
    where = caller.scope.where("_id")
    found = await get_visible(caller, tools.organisations, ORGANISATIONS, org_code, where)
    await tools.directory.refresh()
    path = [{"org_code": one.code, "short_name": one.short_name} for one in tools.directory.path(org_code)]
    return await shown(tools.organisations, LIST.columns, found, path=path)


@router.get("/v1/organisations/{org_code}/history", summary="Every event of one organisation")
async def organisation_history(org_code: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first; sealed text is only named."""
    caller.scope.check(org_code)
    await caller.wait.until_applied(tools.organisations)
    return history_answer(await get_history(tools.ledger, ORGANISATION, org_code), at=at)


@router.post("/v1/organisations/{org_code}/rename", summary="Give it another name")
async def rename_organisation(org_code: str, body: Rename, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """From the business date on; older papers keep the old name."""
    facts = OrganisationRenamed(name=body.name, short_name=body.short_name, document_no=body.document_no)
    asker = Asker.of_caller(caller)
    return answer(await handlers.rename_organisation(tools, asker, org_code, facts, body.occurred_on))


@router.post("/v1/organisations/{org_code}/move", summary="Put it under another organisation")
async def move_organisation(org_code: str, body: Move, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """With all that is below it: one event."""
    return answer(
        await handlers.move_organisation(
            tools,
            Asker.of_caller(caller),
            org_code,
            body.parent,
            document_no=body.document_no,
            occurred_on=body.occurred_on,
        )
    )


@router.post("/v1/organisations/{org_code}/dissolve", summary="End it")
async def dissolve_organisation(org_code: str, body: Dissolve, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """Only when neither members nor organisations are left in it."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.dissolve_organisation(tools, asker, org_code, body.document_no, body.occurred_on))


@router.post("/v1/organisations/{org_code}/appoint-secretary", summary="Name its secretary")
async def appoint_secretary(org_code: str, body: Appoint, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """Whoever served before leaves the post."""
    return answer(await handlers.appoint_secretary(tools, Asker.of_caller(caller), org_code, body.command()))


@router.post("/v1/organisations/{org_code}/appoint-contact-person", summary="Name its contact person")
async def appoint_contact_person(
    org_code: str,
    body: Appoint,
    caller: Annotated[Commander, commands(*roles.REGISTER)],
    tools: ToolsHere,
) -> JSONResponse:
    """Who keeps contact with its members away; whoever served before hands over (S-11)."""
    return answer(await handlers.appoint_contact_person(tools, Asker.of_caller(caller), org_code, body.command()))
