"""`/v1/certificates`: the register of activity certificates (活动证登记表) and every act of one (domain.md §2.4)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import VoidReason
from guiyan.ledger import Refused
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.problems import FieldProblem, Invalid, NotFound
from guiyan.service.reads import Document
from guiyan.service.resources import AtTime, answer, document_answer, get_history, history_answer
from guiyan.service.tables import row
from guiyan.transfers.certificate_office import CertificateOffice, Ground
from guiyan.transfers.certificate_queries import LIST, in_words, row_at
from guiyan.transfers.domain import certificate_acts as ask
from guiyan.transfers.domain.certificate import CERTIFICATE
from guiyan.transfers.domain.commands import Act
from guiyan.transfers.doors import certificate_access as access
from guiyan.transfers.doors import certificate_bodies as bodies
from guiyan.transfers.doors.bodies import Body
from guiyan.transfers.doors.certificates_possible import possible
from guiyan.transfers.projections.certificate_rows import CERTIFICATES

router = APIRouter(tags=["certificates"])
Reader = Annotated[Caller, requires(*access.READ)]
Asker = Annotated[Commander, commands(*access.ASK)]
Keeper = Annotated[Commander, commands(*access.KEEP)]
Writer = Annotated[Commander, commands(*access.WRITE)]
Checker = Annotated[Commander, commands(*access.CHECK)]
Sealer = Annotated[Commander, commands(*access.SEAL)]
Numberer = Annotated[Commander, commands(*access.NUMBER)]


async def certificates_here(request: Request) -> CertificateOffice:
    """The office that the composition put beside the doors."""
    found: CertificateOffice = request.app.state.certificates
    return found


Here = Annotated[CertificateOffice, Depends(certificates_here)]


@router.get("/v1/certificates", summary="The register of activity certificates", **LIST.openapi())
async def list_certificates(request: Request, caller: Reader, office: Here) -> Response:
    """Those of the own scope and those of members hosted there; a member sees the own ones."""
    return await LIST.answer(request, caller, office.reads, where=access.visible(caller), complete=in_words)


@router.post("/v1/certificates", status_code=201, summary="Ask for an activity certificate")
async def request_certificate(body: bodies.NewCertificate, caller: Asker, office: Here) -> JSONResponse:
    """By the member's branch or the member; one valid certificate a member, a second request is 409."""
    person = await office.office.find_person(body.member_id)
    own = Role.MEMBER in caller.principal.roles and caller.principal.sub == body.member_id
    offices = caller.principal.roles & OFFICE_ROLES
    if person is None or not (own or (offices and caller.scope.covers(person["branch"]))):
        raise Invalid([FieldProblem("/member_id", "member_not_found")])
    on, said = body.occurred_on or office.desk.today(), Ground(body.ground, body.obstacle)
    outcome = await office.request(person, body.member_id, on, said, caller.context)
    return answer(outcome, location=f"/v1/certificates/{outcome.id}")


@router.get("/v1/certificates/{certificate_id}", summary="One activity certificate")
async def get_certificate(certificate_id: str, caller: Reader, office: Here, at: AtTime) -> JSONResponse:
    """With its entries, checks and the verbs that the caller can do next (`acts`); or as it was on both time axes."""
    found = await _visible(office, certificate_id, caller)
    if not at.is_now:
        found = row_at(await get_history(office.office.ledger, CERTIFICATE, certificate_id), found, at)
    (told,) = await in_words([found])
    body = {**row(LIST.columns, told), "entries": found["entries"], "checks": found["checks"]}
    if at.is_now:
        body["acts"] = possible(caller, office, await office.get(certificate_id), found)
    return document_answer(body, version=found["version"], sequence=await office.reads.applied())


@router.get("/v1/certificates/{certificate_id}/history", summary="Every event of one activity certificate")
async def certificate_history(certificate_id: str, caller: Reader, office: Here, at: AtTime) -> JSONResponse:
    """Oldest first."""
    await _visible(office, certificate_id, caller)
    return history_answer(await get_history(office.office.ledger, CERTIFICATE, certificate_id), at=at)


async def _visible(office: CertificateOffice, certificate_id: str, caller: Caller) -> Document:
    await caller.wait.until_applied(office.reads)
    query = {"$and": [{"_id": certificate_id}, access.visible(caller)]}
    found = await office.reads.find(CERTIFICATES, query, limit=1)
    if not found:
        raise NotFound
    return found[0]


async def _act(office: CertificateOffice, certificate_id: str, caller: Commander, act: Act) -> JSONResponse:
    return answer(await office.desk.act(certificate_id, act, caller.context, caller.expected_version))


@router.post("/v1/certificates/{certificate_id}/number", summary="The county department gives it a number")
async def number(certificate_id: str, caller: Numberer, office: Here, body: Body | None = None) -> JSONResponse:
    """The next number of the caller's area and of the year; none is skipped and none given twice."""
    access.check_origin(caller, await office.get(certificate_id), await office.get_row(certificate_id))
    on = (body or Body()).occurred_on or office.desk.today()
    by = caller.principal.org
    return answer(await office.give_number(certificate_id, by, on, caller.context, caller.expected_version))


@router.post("/v1/certificates/{certificate_id}/seal", summary="The basic committee seals it")
async def seal(certificate_id: str, caller: Sealer, office: Here, body: Body | None = None) -> JSONResponse:
    """By the committee of the member's branch, or by an officer above on its behalf."""
    certificate, row_ = await office.get(certificate_id), await office.get_row(certificate_id)
    committee = office.committee(certificate)
    access.check_at(caller, committee, row_)
    act = ask.Seal(**office.when((body or Body()).occurred_on), sealed_by=committee)
    return await _act(office, certificate_id, caller, act)


@router.post("/v1/certificates/{certificate_id}/issue", summary="The branch registers it and hands it out")
async def issue(certificate_id: str, caller: Keeper, office: Here, body: Body | None = None) -> JSONResponse:
    """To a member who is away or about to leave; the first yearly check is due twelve months later."""
    access.check_origin(caller, await office.get(certificate_id), await office.get_row(certificate_id))
    on = (body or Body()).occurred_on or office.desk.today()
    return answer(await office.issue(certificate_id, on, caller.context, caller.expected_version))


@router.post("/v1/certificates/{certificate_id}/dispatch", summary="It is given or posted to the member")
async def dispatch(certificate_id: str, caller: Keeper, office: Here, body: bodies.Dispatch) -> JSONResponse:
    """In person, to a relative, or by post with the number of the postal item (S-16); not while a transfer is open."""
    access.check_origin(caller, await office.get(certificate_id), await office.get_row(certificate_id))
    act = ask.Dispatch(**office.when(body.occurred_on), how=body.how, tracking_no=body.tracking_no)
    return answer(await office.dispatch(certificate_id, act, caller.context, caller.expected_version))


@router.post("/v1/certificates/{certificate_id}/add-host-entry", summary="The host writes in the arrival")
async def add_host_entry(certificate_id: str, caller: Writer, office: Here, body: bodies.HostEntry) -> JSONResponse:
    """Branch, day and contact person; or the origin takes over what a host without a system here wrote.

    A host that the member's trip does not name shows by the paper's code (`code`) that the paper lies before it.
    """
    shown = body.code is not None and office.paper.read(body.code).certificate_id == certificate_id
    if body.code is not None and not shown:
        raise Refused("certificate_code_of_another", pointer="/code")
    branch = await _writer(office, certificate_id, caller, body.host_branch, shown=shown)
    act = ask.AddHostEntry(
        **office.when(body.occurred_on),
        host_branch=branch,
        arrived_on=body.arrived_on,
        host_contact_id=body.host_contact_id,
    )
    return await _act(office, certificate_id, caller, act)


@router.post("/v1/certificates/{certificate_id}/add-activities", summary="The host writes in the activities")
async def add_activities(certificate_id: str, caller: Writer, office: Here, body: bodies.Activities) -> JSONResponse:
    """How many the member took part in, when the member leaves (R4)."""
    branch = await _writer(office, certificate_id, caller, body.host_branch)
    act = ask.AddActivities(**office.when(body.occurred_on), host_branch=branch, activities=body.activities)
    return await _act(office, certificate_id, caller, act)


@router.post("/v1/certificates/{certificate_id}/add-dues", summary="The host writes in the dues")
async def add_dues(certificate_id: str, caller: Writer, office: Here, body: bodies.DuesTaken) -> JSONResponse:
    """The months for which it took dues (R4, R7); the account itself is kept by the registry."""
    branch = await _writer(office, certificate_id, caller, body.host_branch)
    act = ask.AddDues(**office.when(body.occurred_on), host_branch=branch, months=tuple(body.months))
    return await _act(office, certificate_id, caller, act)


@router.post("/v1/certificates/{certificate_id}/check", summary="The yearly check")
async def check(
    certificate_id: str, caller: Checker, office: Here, body: bodies.YearlyCheck | None = None
) -> JSONResponse:
    """With the democratic appraisal, by the formal or the host branch (R4)."""
    said = body or bodies.YearlyCheck()
    certificate = await office.get(certificate_id)
    by = await _writer(office, certificate_id, caller, said.checked_by) or certificate.branch
    return await _act(office, certificate_id, caller, ask.Check(**office.when(said.occurred_on), checked_by=by))


@router.post("/v1/certificates/{certificate_id}/return", summary="It is handed in at home")
async def hand_in(certificate_id: str, caller: Keeper, office: Here, body: Body | None = None) -> JSONResponse:
    """Within thirty days after coming home; for the next absence another one is asked for."""
    access.check_origin(caller, await office.get(certificate_id), await office.get_row(certificate_id))
    act = ask.HandIn(**office.when((body or Body()).occurred_on))
    return answer(await office.hand_in(certificate_id, act, caller.context, caller.expected_version))


@router.post("/v1/certificates/{certificate_id}/report-lost", summary="It was lost")
async def report_lost(certificate_id: str, caller: Asker, office: Here, body: Body | None = None) -> JSONResponse:
    """By the member or the member's branch; it is not valid any more."""
    access.check_own(caller, await office.get(certificate_id), await office.get_row(certificate_id))
    act = ask.ReportCertificateLost(**office.when((body or Body()).occurred_on))
    return await _act(office, certificate_id, caller, act)


@router.post("/v1/certificates/{certificate_id}/replace", status_code=201, summary="A new one for a lost one")
async def replace(
    certificate_id: str, caller: Keeper, office: Here, body: bodies.Grounds | None = None
) -> JSONResponse:
    """The lost one is void, the new one is asked for in the same act and gets a number of its own."""
    said = body or bodies.Grounds()
    access.check_origin(caller, await office.get(certificate_id), await office.get_row(certificate_id))
    on, ground = said.occurred_on or office.desk.today(), Ground(said.ground, said.obstacle)
    outcome = await office.replace(certificate_id, ground, on, caller.context, caller.expected_version)
    return answer(outcome, location=f"/v1/certificates/{outcome.id}")


@router.post("/v1/certificates/{certificate_id}/void", summary="It is void")
async def void(certificate_id: str, caller: Sealer, office: Here, body: bodies.VoidIt) -> JSONResponse:
    """Spoilt, withdrawn, or lost and not replaced; by the basic committee or above."""
    row_ = await office.get_row(certificate_id)
    access.check_at(caller, office.committee(await office.get(certificate_id)), row_)
    act = ask.VoidCertificate(**office.when(body.occurred_on), reason=VoidReason(body.reason))
    return await _act(office, certificate_id, caller, act)


async def _writer(
    office: CertificateOffice, certificate_id: str, caller: Caller, told: str | None, *, shown: bool = False
) -> str | None:
    row_: dict[str, Any] = await office.get_row(certificate_id)
    return access.writer(caller, await office.get(certificate_id), row_, told, shown=shown)
