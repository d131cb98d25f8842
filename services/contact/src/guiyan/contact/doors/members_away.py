"""`/v1/members-away`: whom contact is to be kept with now, by branch, and how many each service point has (§6 no. 18).

Away, and a member in good standing (§2.5): those for whom a duty is planned each quarter.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi import Query as Parameter
from starlette.responses import JSONResponse, Response

from guiyan.contact.commands.assignments import Assignments
from guiyan.contact.commands.service_points import PointDesk
from guiyan.contact.domain.assignment import ASSIGNMENT
from guiyan.contact.doors import host_side
from guiyan.contact.doors.bodies import Body
from guiyan.contact.doors.parts import Here, Reader, Settler
from guiyan.contact.projections.cycle import BRANCHES
from guiyan.contact.projections.people import DUE, PEOPLE
from guiyan.events.values import Id, OrgCode
from guiyan.ledger import Document
from guiyan.service.caller import Caller
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.problems import NotFound
from guiyan.service.reads import Query
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.tables import Column

router = APIRouter(tags=["duties"])


async def _named(request: Request) -> Assignments:
    found: Assignments = request.app.state.assignments
    return found


Named = Annotated[Assignments, Depends(_named)]
HOST: Final = "away.host_branch"
ORIGINS_OWN: Final = ("missed_in_a_row", "named", "has_phone")
"""What the host's side is not told."""
ASKED: Final = frozenset(
    {"member_id", "branch", "away_since", "away_since_from", "away_since_to", "side", "under",
     "limit", "cursor", "sort", "after_sequence"}
)  # fmt: skip
Under = Annotated[OrgCode | None, Parameter(description="Only what stands under this organisation")]

LIST: Final = Listing(
    name="members-away",
    collection=PEOPLE,
    title_zh="在外党员联系名册",
    title_en="Members away to keep contact with",
    ledger=True,
    columns=(
        Column("_id", "党员编号", "Member", 38, name="member_id"),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("branch", "支部", "Branch", 16, book="organisation"),
        Column("away.since", "外出日期", "Away since", 12, name="away_since"),
        Column("away.told_on", "报告日期", "Leaving told on", 12, name="told_on"),
        Column("away.dest_area_code", "流向", "Destination", 10, name="dest_area_code"),
        Column("away.host_branch", "流入地党组织", "Host branch", 16, name="host_branch", book="organisation"),
        Column("missed_in_a_row", "连续未联系上", "Missed in a row", 10),
        Column("has_phone", "有可用电话", "Has a telephone", 10),
        Column("contact_person_id", "联系人", "Contact person", 38),
        Column("named", "专人联系", "Named for the member", 8),
    ),
    filters={
        "contact_person_id": Filter(field="keeper", description="Only those this person was named for"),
        "named": Filter(Kind.BOOLEAN, field="keeper", present=True),
        "has_phone": Filter(Kind.BOOLEAN, description="false: no telephone of the member's own is in use, find one"),
        "member_id": Filter(field="_id"),
        "branch": Filter(),
        "away_since": Filter(Kind.DATE, field="away.since"),
        "missed_in_a_row": Filter(Kind.INTEGER),
    },
    sorts=("_id", "branch", "name"),
    own_parameters=("under", *host_side.SIDE_PARAMETERS),
)


@router.get("/v1/members-away", summary="Members away of the own scope", **LIST.openapi())
async def list_members_away(
    request: Request, caller: Reader, office: Here, under: Under = None, side: host_side.OfSide = None
) -> Response:
    """Whom contact is to be kept with, and by whom, on either side; a member sees the own row.

    Narrowed by what the host's side does not see, it holds the origin's alone.
    """
    await caller.wait.until_applied(office.desk.cycle)
    more = not ASKED.issuperset(request.query_params)
    where: Query = {"$and": [DUE, _of_side(caller, side, more=more)]}
    if under is not None:
        field = HOST if side is host_side.Side.HOST else "branch"
        where["$and"].append((await office.desk.directory.standing(under)).where(field))

    async def complete(documents: list[Document]) -> list[Document]:
        codes = sorted({one["branch"] for one in documents})
        found = await office.desk.cycle.find(BRANCHES, {"_id": {"$in": codes}})
        keepers = {one["_id"]: one["contact_person_id"] for one in found}
        told = (
            {
                **one,
                "contact_person_id": one["keeper"] or keepers.get(one["branch"]),
                "named": one["keeper"] is not None,
            }
            for one in documents
        )
        return [_shown(caller, one) for one in told]

    return await LIST.answer(request, caller, office.desk.cycle, where=where, complete=complete)


class NameContactPerson(Body):
    """Who keeps contact with this member from now on."""

    person_id: Id


@router.post("/v1/members-away/{member_id}/assign-contact-person", summary="Name a contact person for one member")
async def assign_contact_person(member_id: str, body: NameContactPerson, caller: Settler, named: Named) -> JSONResponse:
    """The branch's own, a member of the branch at home, or who serves at a point for it; each has few (§2.6)."""
    return answer(await named.name(caller, member_id, body.person_id, body.occurred_on))


@router.post("/v1/members-away/{member_id}/unassign-contact-person", summary="Nobody is named for the member")
async def unassign_contact_person(
    member_id: str, caller: Settler, named: Named, body: Body | None = None
) -> JSONResponse:
    """The branch's contact person has the member again."""
    return answer(await named.unname(caller, member_id, (body or Body()).occurred_on))


@router.get("/v1/members-away/{member_id}/history", summary="Who was named for one member")
async def assignment_history(member_id: str, caller: Reader, office: Here, at: AtTime) -> JSONResponse:
    """Oldest first."""
    await caller.wait.until_applied(office.desk.cycle)
    if not await office.desk.cycle.find(PEOPLE, {"$and": [{"_id": member_id}, visible(caller)]}, limit=1):
        raise NotFound
    return history_answer(await get_history(office.ledger, ASSIGNMENT, member_id), at=at)


class Charge:
    """Completes the documents of service points: how many members away of the organisation and all below it."""

    def __init__(self, caller: Caller, desk: PointDesk) -> None:
        self._caller, self._desk = caller, desk
        self._sums: dict[str, int] | None = None

    async def told(self, documents: list[Document]) -> list[Document]:
        """Each with its number (负责党员数) and the list that shows just these; members are told neither."""
        if not self._caller.is_office:
            return documents
        if self._sums is None:
            query = {"$and": [DUE, visible(self._caller)]}
            await self._caller.wait.until_applied(self._desk.cycle)
            self._sums = await self._desk.directory.with_below(await self._desk.cycle.count_by(PEOPLE, query, "branch"))
        return [
            {
                **one,
                "members_away": self._sums.get(one["org_code"], 0) if one["open"] else 0,
                "members_away_list": f"/v1/members-away?under={one['org_code']}" if one["open"] else None,
            }
            for one in documents
        ]


def visible(caller: Caller) -> dict[str, Any]:
    """The query for those of the own branches, or a member's own row."""
    return caller.scope.where("branch") if caller.is_office else {"_id": caller.principal.sub}


def _of_side(caller: Caller, side: host_side.Side | None, *, more: bool) -> dict[str, Any]:
    """The origin's, the host's, or both (S-37); the origin's also where `more` is asked than the host's side sees."""
    own = visible(caller)
    if not caller.is_office:
        return own
    host = {"$and": [own, caller.scope.where(HOST)]} if more else caller.scope.where(HOST)
    if side is host_side.Side.HOST:
        return host
    return own if side is host_side.Side.ORIGIN or more else {"$or": [own, host]}


def _shown(caller: Caller, document: Document) -> Document:
    if not caller.is_office or caller.scope.covers(document["branch"]):
        return document
    return {**document, **dict.fromkeys(ORIGINS_OWN)}
