"""`/v1/today`: what a contact person or an office does today, on one small page (domain.md §6 no. 1).

The most pressing come first, a few of each; what is more is in the list that each part names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from guiyan.contact.commands.inquiries import InquiryDesk
from guiyan.contact.doors import access, aid, care_parts, host_side, inquiry_list, members_away, reports
from guiyan.contact.doors.care_parts import CareHere
from guiyan.contact.doors.inquiries import Desk
from guiyan.contact.doors.parts import Here
from guiyan.contact.office import Office
from guiyan.contact.projections.people import DUE
from guiyan.contact.projections.points import POINTS
from guiyan.contact.queries import DUTY_LIST, leg_query, on_day
from guiyan.events.codes import ContactPointKind, ContactPointSource
from guiyan.service.caller import Caller, requires
from guiyan.service.filters import query_of
from guiyan.service.listing import Listing
from guiyan.service.paging import all_of
from guiyan.service.reads import CountingReads, Document
from guiyan.service.reads import Query as Where
from guiyan.service.reports import Asked
from guiyan.service.tables import row

router = APIRouter(tags=["duties"])
Officer = Annotated[Caller, requires(*access.KEEP)]
Most = Annotated[int, Query(ge=1, le=50, description="Most rows of each part")]
OPEN: Final[Asked] = (("open", "true"),)
OWN: Final[Asked] = (("side", "ORIGIN"),)
HOSTED: Final[Asked] = (("side", "HOST"),)
TO_CONTACT: Final[Asked] = (*OWN, *OPEN)
TO_SETTLE: Final[Asked] = (*OWN, ("state", "MISSED"), ("state", "ESCALATED"))
HOST_TO_TELL: Final[Asked] = (*HOSTED, ("host_leg", "DUE"))
HOST_TO_CONTACT: Final[Asked] = (*HOSTED, ("agreed", "true"))
NO_PHONE: Final[Asked] = (("has_phone", "false"),)
OVERDUE: Final[Asked] = (*OPEN, ("overdue", "true"))
COMING_DAYS: Final = 30
DUTY_FIELDS: Final = (
    "id", "quarter", "member_id", "name", "branch", "host_branch", "closes_on", "days_left", "attempts",
    "last_attempt_on", "last_channel", "last_outcome", "host_contacted_on", "missed_in_a_row", "hosted_by", "version",
)  # fmt: skip
AWAY_FIELDS: Final = ("member_id", "name", "branch", "away_since")
INQUIRY_FIELDS: Final = (
    "inquiry_id", "number", "topic", "channel", "name", "phone", "due_on", "days_left", "state", "version",
)  # fmt: skip
CALLED: Final = (ContactPointKind.MOBILE, ContactPointKind.LANDLINE)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page: a list, narrowed to what the caller may see and what is to be done, in its order.

    `where` already holds what the list's own parameters ask for: the side, the host's leg.
    """

    reads: CountingReads
    listing: Listing
    where: Where
    asked: Asked
    sort: tuple[str, int] = ("_id", 1)

    @property
    def query(self) -> Where:
        """What the list would be asked for."""
        asked = [one for one in self.asked if one[0] not in self.listing.own_parameters]
        return all_of(self.where, query_of(self.listing.filters, asked)[0])

    async def number(self) -> dict[str, Any]:
        """How many there are, and the list that shows all of them."""
        count = await self.reads.count(self.listing.collection, self.query)
        return {"count": count, "list": f"/v1/{self.listing.name}?{urlencode(self.asked)}"}

    async def first(self, limit: int) -> list[Document]:
        """The most pressing."""
        sort = [self.sort, ("_id", self.sort[1])]
        return await self.reads.find(self.listing.collection, self.query, sort=sort, limit=limit)


@router.get("/v1/today", summary="What is to be done today, the most pressing first")
async def today(caller: Officer, office: Here, desk: Desk, care: CareHere, limit: Most = 10) -> JSONResponse:
    """Whom to contact and at which number (masked), whose number to find, what to settle and to answer, and care.

    And what the host's side has to do: to tell the origin, and to keep contact where that was agreed; no numbers.
    """
    cycle, on = office.desk.cycle, office.desk.clock.today()
    for reads in (cycle, desk.inquiries, office.points, care.care):
        await caller.wait.until_applied(reads)
    duties, inquiries = access.visible(caller), inquiry_list.visible(caller)
    to_contact = Part(cycle, DUTY_LIST, duties, TO_CONTACT, ("closes_on", 1))
    to_find = Part(cycle, members_away.LIST, {"$and": [DUE, members_away.visible(caller)]}, NO_PHONE, ("away.since", 1))
    to_settle = Part(cycle, DUTY_LIST, duties, TO_SETTLE, ("closes_on", -1))
    hosted = host_side.hosted(caller)
    host_to_tell = Part(cycle, DUTY_LIST, all_of(hosted, leg_query("DUE", on)), HOST_TO_TELL, ("closes_on", 1))
    host_to_contact = Part(cycle, DUTY_LIST, hosted, HOST_TO_CONTACT, ("closes_on", 1))
    to_answer = Part(desk.inquiries, inquiry_list.LIST, inquiries, OPEN, ("due_on", 1))
    return JSONResponse(
        {
            "on": on.isoformat(),
            "to_contact": await _duties(office, caller, to_contact, on, limit),
            "to_find_number": await _without_number(to_find, limit),
            "to_settle": await _duties(office, caller, to_settle, on, limit),
            "host_to_tell": await _duties(office, caller, host_to_tell, on, limit),
            "host_to_contact": await _duties(office, caller, host_to_contact, on, limit),
            "to_answer": await _inquiries(desk, to_answer, on, limit),
            "answers_overdue": await Part(desk.inquiries, inquiry_list.LIST, inquiries, OVERDUE).number(),
            "care": {name: await part.number() for name, part in _care(caller, care.care, on).items()},
            "sequence": await cycle.applied(),
        }
    )


def _care(caller: Caller, reads: CountingReads, on: date) -> dict[str, Part]:
    """Reports that did not come, who comes home within a month, and, for who may see hardship, visits that are due."""
    own = care_parts.visible(caller)
    soon = (("from_on_from", on.isoformat()), ("from_on_to", (on + timedelta(days=COMING_DAYS)).isoformat()))
    parts = {
        "reports_overdue": Part(reads, reports.LIST, own, (("overdue", "true"),)),
        "coming_home": Part(reads, reports.VISIT_LIST, own, soon),
    }
    if caller.principal.roles & frozenset(access.SETTLE):
        parts["visits_due"] = Part(reads, aid.LIST, own, (*OPEN, ("visit_due", "true")))
    return parts


async def _duties(office: Office, caller: Caller, part: Part, on: date, limit: int) -> dict[str, Any]:
    """The first rows as the caller sees them; of the own members with the number to call."""
    found = await part.first(limit)
    own = [one["member_id"] for one in found if caller.scope.covers(one["branch"])]
    numbers = await _numbers_to_call(office, own, on)
    rows = [
        {
            **_small(DUTY_LIST, host_side.shown(caller, on_day(one, on)), DUTY_FIELDS),
            "call": numbers.get(one["member_id"]),
        }
        for one in found
    ]
    return {**await part.number(), "first": rows}


async def _without_number(part: Part, limit: int) -> dict[str, Any]:
    """Members away none of whose own telephones is in use any more: a number is to be found (§2.6, P-10)."""
    rows = [_small(members_away.LIST, one, AWAY_FIELDS) for one in await part.first(limit)]
    return {**await part.number(), "first": rows}


async def _inquiries(desk: InquiryDesk, part: Part, on: date, limit: int) -> dict[str, Any]:
    told = await inquiry_list.Shown(desk, on).told(await part.first(limit))
    return {**await part.number(), "first": [_small(inquiry_list.LIST, one, INQUIRY_FIELDS) for one in told]}


def _small(listing: Listing, document: Document, fields: Sequence[str]) -> dict[str, Any]:
    """What fits on a phone: the fields named, masked as the list masks them, empty ones left out."""
    shown = row(listing.columns, document)
    return {name: shown[name] for name in fields if shown[name] not in {None, ""}}


async def _numbers_to_call(office: Office, members: Sequence[str], on: date) -> dict[str, dict[str, Any]]:
    """For each member the telephone to call, masked: the own before the family's, a proved one before one not proved.

    Then a mobile before a landline, the one proved last, and the newest; none before it is valid, none that was closed.
    """
    query: Where = {"member_id": {"$in": list(members)}, "open": True, "kind": {"$in": list(CALLED)}}
    query |= {"valid_from": {"$lte": on.isoformat()}, "withheld": None}
    best: dict[str, Document] = {}
    for point in sorted(await office.points.find(POINTS, query), key=_trust) if members else ():
        best[point["member_id"]] = point
    return {member: _call(one) for member, one in best.items()}


def _call(point: Document) -> dict[str, Any]:
    """The number, masked; whose it is where it is not the member's."""
    told = {"contact_point_id": point["_id"], "number": point["value"], "verified_on": point["verified_on"]}
    return told if _own(point) else {**told, "source": point["source"]}


def _own(point: Document) -> bool:
    return bool(point["source"] != ContactPointSource.FAMILY_BY_WISH)


def _trust(point: Document) -> tuple[bool, bool, bool, str, str]:
    proved = point["verified_on"] or ""
    return (_own(point), bool(proved), point["kind"] == ContactPointKind.MOBILE, proved, point["valid_from"])
