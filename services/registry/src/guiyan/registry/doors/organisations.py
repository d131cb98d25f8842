"""`/v1/organisations`: the tree, who serves there, and the changes of both."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import OrganisationKind
from guiyan.events.registry.organisation import OrganisationRenamed
from guiyan.events.values import OrgCode
from guiyan.ledger import Document
from guiyan.registry import queries
from guiyan.registry.commands import organisations as handlers
from guiyan.registry.commands import reorganisations
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.organisation_changes import ORGANISATION
from guiyan.registry.doors import roles
from guiyan.registry.doors.charge import Charge
from guiyan.registry.doors.organisation_forms import (
    Correct,
    Dissolve,
    Merge,
    Move,
    NewOrganisation,
    Rename,
    Split,
    Withdraw,
)
from guiyan.registry.doors.parts import ToolsHere, area_warnings, get_visible, shown, shown_then
from guiyan.registry.projections.organisations import ORGANISATIONS
from guiyan.service.auth import Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.problems import Forbidden
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.rows import Rows
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["organisations"])
Reader = Annotated[Caller, requires(*roles.READ)]
NAMES_MOST: Final = 50
Organiser = Annotated[Commander, commands(*roles.ORGANISE)]
KINDS: Final = labels(OrganisationKind)

LIST: Final = Listing(
    name="organisations",
    collection=ORGANISATIONS,
    title_zh="党组织名录",
    ledger=True,
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
        Column("members_away", "负责党员数", "Members away", 10, link="members_away_list"),
        Column("secretary_missing", "缺书记", "No secretary", 8),
        Column("contact_person_missing", "缺联系人", "No contact person", 8),
        Column("term.term_no", "届次", "Term", 6, name="term_no"),
        Column("term.ends_on", "届满日期", "Term ends", 12, name="term_ends_on"),
        Column("founded_on", "成立日期", "Founded", 12),
        Column("dissolved_on", "撤销日期", "Dissolved", 12),
        Column("active", "在用", "Active", 6),
        Column("members_away_list", "负责党员明细", "Who they are", 40, printed=False),
        Column("successors", "承接党组织", "Taken over by", 16, printed=False),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "org_code": Filter(field="_id"),
        "parent": Filter(),
        "kind": Filter(choices=tuple(KINDS)),
        "area_code": Filter(),
        "active": Filter(Kind.BOOLEAN),
        "is_basic_committee": Filter(Kind.BOOLEAN),
        "secretary_missing": Filter(Kind.BOOLEAN),
        "contact_person_missing": Filter(Kind.BOOLEAN),
        "term_ends_on": Filter(Kind.DATE, field="term.ends_on"),
    },
    sorts=("_id", "name", "kind"),
    own_parameters=("as_of", "known_at"),
)


@router.get("/v1/organisations", summary="Organisations of the own scope", **LIST.openapi())
async def list_organisations(request: Request, caller: Reader, tools: ToolsHere, at: AtTime) -> Response:
    """The own organisation and all below it, those that have ended included; with `as_of` as the tree was then."""
    if at.is_now:
        own, charge = caller.scope.where("_id"), Charge(caller, tools)
        return await LIST.answer(request, caller, tools.organisations, where=own, complete=charge.told)
    await caller.wait.until_applied(tools.organisations)
    scope = await tools.directory.scope(caller.scope.org, as_of=at.as_of)
    rows, sequence = await queries.organisations_at(tools, scope.codes, at)
    return await LIST.answer(request, caller, Rows({ORGANISATIONS: rows}, sequence))


@router.post("/v1/organisations", status_code=201, summary="Enter an organisation")
async def create_organisation(body: NewOrganisation, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """Under one of the own scope; the top of the tree is entered by its own officer."""
    _check_mobile_branch(caller, body.kind)
    outcome = await handlers.create_organisation(tools, Asker.of_caller(caller), body.command())
    warnings = await area_warnings(caller, tools, body.occurred_on, area_code=body.area_code)
    return answer(outcome, location=f"/v1/organisations/{outcome.id}", warnings=warnings)


def _check_mobile_branch(caller: Commander, kind: OrganisationKind | None) -> None:
    """Since 2024 approved by a county-level committee or higher (R2, §2.13): entered by the city's officer alone."""
    if kind is OrganisationKind.MOBILE_BRANCH and Role.CITY_OFFICER not in caller.principal.roles:
        raise Forbidden("mobile_branch_by_city")


@router.get("/v1/organisation-names", summary="What organisations are called")
async def organisation_names(
    caller: Annotated[Caller, requires(*roles.READ_OWN)],
    tools: ToolsHere,
    org_code: Annotated[list[OrgCode], Query(min_length=1, max_length=NAMES_MOST)],
) -> JSONResponse:
    """Names alone, of any scope: a member reads the own record by them, without the offices' posts and telephones."""
    await caller.wait.until_applied(tools.organisations)
    await tools.directory.refresh()
    found = [one for code in dict.fromkeys(org_code) if (one := tools.directory.known(code)) is not None]
    return JSONResponse(
        {"items": [{"org_code": one.code, "short_name": one.short_name, "name": one.name} for one in found]}
    )


@router.get("/v1/organisations/{org_code}", summary="One organisation")
async def get_organisation(org_code: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on a business date and as far as was recorded by a moment."""
    if not at.is_now:
        await caller.wait.until_applied(tools.organisations)
        (await tools.directory.scope(caller.scope.org, as_of=at.as_of)).check(org_code)
        document, way, sequence = await queries.organisation_at(tools, org_code, at)
        above = [{"org_code": one["_id"], "short_name": one["short_name"]} for one in way]
        return shown_then(LIST.columns, document, sequence, path=above, **_more(document))
    where = caller.scope.where("_id")
    found = await get_visible(caller, tools.organisations, ORGANISATIONS, org_code, where)
    await tools.directory.refresh()
    path = [{"org_code": one.code, "short_name": one.short_name} for one in tools.directory.path(org_code)]
    (told,) = await Charge(caller, tools).told([found])
    return await shown(tools.organisations, LIST.columns, told, path=path, **_more(found))


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


@router.post("/v1/organisations/{org_code}/merge", summary="Merge it into another organisation")
async def merge_organisation(org_code: str, body: Merge, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """Members and what is below it go over first, each by an event of its own; then it ends."""
    asker, paper, on = Asker.of_caller(caller), body.document_no, body.occurred_on
    outcome = await reorganisations.merge_organisation(
        tools, asker, org_code, body.into, document_no=paper, occurred_on=on
    )
    return answer(outcome)


@router.post("/v1/organisations/{org_code}/split", summary="Split it into several organisations")
async def split_organisation(org_code: str, body: Split, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """Likewise; whom no share names goes to the first."""
    asker, paper, on = Asker.of_caller(caller), body.document_no, body.occurred_on
    outcome = await reorganisations.split_organisation(
        tools, asker, org_code, body.shares(), document_no=paper, occurred_on=on
    )
    return answer(outcome)


@router.post("/v1/organisations/{org_code}/withdraw-change", summary="Take a planned change back")
async def withdraw_change(org_code: str, body: Withdraw, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """It will not take effect."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.withdraw_change(tools, asker, org_code, body.change_id, body.document_no))


@router.post("/v1/organisations/{org_code}/correct", summary="Set details right")
async def correct_organisation(org_code: str, body: Correct, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """What was entered wrongly; what is absent stays as it was."""
    _check_mobile_branch(caller, body.kind)
    asker = Asker.of_caller(caller)
    outcome = await handlers.correct_organisation(tools, asker, org_code, body.facts(), body.occurred_on)
    return answer(outcome, warnings=await area_warnings(caller, tools, body.occurred_on, area_code=body.area_code))


def _more(document: Document) -> dict[str, Any]:
    """What a list has no column for: the term, the phones, what is planned."""
    return {name: document[name] for name in ("term", "phones", "planned")}
