"""`/v1/tasks`: the desk of contact (domain.md §6 no. 1), of the shape that every service's desk has."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from guiyan.contact.commands.care import CareDesk
from guiyan.contact.commands.inquiries import InquiryDesk
from guiyan.contact.commands.names import names_of
from guiyan.contact.doors import access
from guiyan.contact.doors.care_parts import CareHere
from guiyan.contact.doors.host_side import HOSTED_BY
from guiyan.contact.doors.inquiries import Desk
from guiyan.contact.doors.parts import Here
from guiyan.contact.office import Office
from guiyan.contact.projections import care_records as records
from guiyan.contact.projections.inquiries import INQUIRIES
from guiyan.contact.projections.people import PEOPLE
from guiyan.contact.projections.rows import DUTIES
from guiyan.contact.queries import leg_query
from guiyan.contact.tasks import STEPS, DeskKind, Source, TaskReads
from guiyan.events.codes import ContactState, TaskEnd
from guiyan.service import desk
from guiyan.service.auth import Role
from guiyan.service.caller import Caller, requires
from guiyan.service.reads import CountingReads, Document, Query
from guiyan.service.subtree import Below, OfTree
from guiyan.service.tables import labels

router = APIRouter(tags=["tasks"])
Officer = Annotated[Caller, requires(*access.KEEP, Role.AUDITOR)]
LIST: Final = desk.desk(labels(DeskKind), {str(kind): words for kind, words in STEPS.items()}, labels(TaskEnd))
HOST_VERSION: Final = "host_version"
DUTY: Final = {"due_on": "closes_on", "raised_on": "planned_on", "member_id": "member_id"}


class Sources:
    """The kinds of records that wait, as far as a caller may see them, of the part of the tree that is asked for."""

    def __init__(self, caller: Caller, tree: Below, office: Office) -> None:
        self._caller, self._tree, self._office = caller, tree, office

    async def all_of(self, inquiring: InquiryDesk, care: CareDesk) -> list[Source]:
        """Duties of either side, inquiries, visits and reports."""
        return [*await self._duties(self._office.desk.cycle), *await self._others(inquiring, care)]

    async def _duties(self, cycle: CountingReads) -> list[Source]:
        missed, escalated = {"state": str(ContactState.MISSED)}, {"state": str(ContactState.ESCALATED)}
        tell = {"$and": [{"agreed": False}, leg_query("DUE", self._office.desk.clock.today())]}
        return [
            Source(DeskKind.CONTACT_DUE, cycle, DUTIES, *await self._at("branch", {"open": True}), "contact_person_id"),
            Source(DeskKind.CONTACT_MISSED, cycle, DUTIES, *await self._at("branch", missed), "contact_person_id"),
            Source(DeskKind.CONTACT_MISSED, cycle, DUTIES, *await self._at("escalated_org", escalated)),
            Source(DeskKind.HOST_TO_TELL, cycle, DUTIES, *await self._at(HOSTED_BY, tell), version=HOST_VERSION),
            Source(
                DeskKind.HOST_TO_CONTACT,
                cycle,
                DUTIES,
                *await self._at(HOSTED_BY, {"agreed": True}),
                version=HOST_VERSION,
            ),
        ]

    async def _at(self, org: str, waits: Query) -> tuple[Query, dict[str, str]]:
        """Duties on the desk of the organisation that a field names, and what the desk's fields are of them."""
        where = await self._narrowed(org)
        if org == HOSTED_BY:
            where = {"$and": [where, {"branch": {"$nin": sorted(self._caller.scope.codes)}}]}
        return {"$and": [waits, where]}, {**DUTY, "org_code": org}

    async def _others(self, inquiring: InquiryDesk, care: CareDesk) -> list[Source]:
        asked = {"due_on": "due_on", "raised_on": "received_on", "member_id": "member_id", "org_code": "org_code"}
        visit = {"due_on": "visit_due_on", "raised_on": "begun_on", "member_id": "member_id", "org_code": "branch"}
        report = {**visit, "due_on": "due_on"}
        here, theirs = await self._narrowed("branch"), await self._narrowed("org_code")
        found = [
            Source(
                DeskKind.INQUIRY, inquiring.inquiries, INQUIRIES, {"$and": [{"open": True}, theirs]}, asked, "person_id"
            ),
            Source(DeskKind.REPORT_OVERDUE, care.care, records.REPORTS, {"$and": [{"overdue": True}, here]}, report),
        ]
        if self._caller.principal.roles & frozenset(access.SETTLE):
            due = {"open": True, "visit_due_on": {"$ne": None}}
            found.append(Source(DeskKind.AID_VISIT, care.care, records.AIDS, {"$and": [due, here]}, visit))
        return found

    async def _narrowed(self, field: str) -> Query:
        return await self._tree.narrowed(self._caller, self._office.desk, self._caller.scope.where(field), field)


async def _waiting(caller: Officer, office: Here, inquiring: Desk, care: CareHere, tree: OfTree) -> list[Source]:
    return await Sources(caller, tree, office).all_of(inquiring, care)


@router.get("/v1/tasks", summary="The desk of the own organisation and of those below", **LIST.openapi())
async def list_tasks(
    request: Request,
    caller: Officer,
    office: Here,
    sources: Annotated[list[Source], Depends(_waiting)],
    overdue: desk.Overdue = None,
) -> Response:
    """What is due first stands first; names are masked, days left are counted at the reading.

    Of whom both sides lie in the scope is told once, on the origin's; visits are told to those who may see hardship.
    """
    today = office.desk.clock.today()

    async def complete(tasks: list[Document]) -> list[Document]:
        return await told(office, tasks, today)

    where = desk.narrowed({}, overdue, today)
    return await LIST.answer(request, caller, TaskReads(sources), where=where, complete=complete)


async def told(office: Office, tasks: list[Document], today: date) -> list[Document]:
    """The tasks with what is known at this moment: names, as far as they are members', days left, level."""
    names = await names_of(
        office.desk.cycle, PEOPLE, (id_ for one in tasks for id_ in (one["member_id"], one["person_id"]))
    )
    await office.desk.directory.refresh()
    return [
        {
            **one,
            "member": names.get(one["member_id"]),
            "responsible": names.get(one["person_id"]),
            "days_left": desk.days_left(one["due_on"], today),
            "level": desk.level_of(office.desk.directory, one["org_code"]),
        }
        for one in tasks
    ]
