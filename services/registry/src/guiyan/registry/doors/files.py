"""`/v1/members/{id}/file`: all that is known of one member on one view (流动党员登记卡; S-08, S-09, §6 no. 8)."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from guiyan.events.registry.member import MemberText
from guiyan.registry import queries
from guiyan.registry.commands.reveal import reveal_fields
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.doors import commendations, corrections, departure_forms, dues, members, roles
from guiyan.registry.doors.ledger_words import LedgerWords
from guiyan.registry.doors.parts import ToolsHere, get_visible, visible
from guiyan.registry.projections.members import MEMBERS
from guiyan.service.auth import Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.listing import Listing
from guiyan.service.reads import Document
from guiyan.service.resources import TimeAxes
from guiyan.service.tables import row

router = APIRouter(tags=["members"])
Reader = Annotated[Caller, requires(*roles.READ_OWN)]
Asking = Annotated[Commander, commands(*roles.DECIDE, Role.MEMBER)]


@router.get("/v1/members/{member_id}/file", summary="Everything about one member on one view")
async def member_file(member_id: str, caller: Reader, tools: ToolsHere) -> JSONResponse:
    """Card, contact points, trips, certificates, dues, honours, corrections, and all events in order; masked."""
    found = await get_visible(caller, tools.register, MEMBERS, member_id, visible(caller, "_id", "branch"))
    return JSONResponse(await _file(tools, found))


@router.post("/v1/members/{member_id}/copy", summary="A copy of all that is kept about the member here")
async def member_copy(member_id: str, caller: Asking, tools: ToolsHere) -> JSONResponse:
    """The file with the personal text in full (`text`), as JSON to be handed over (PIPL Art. 45).

    For the member, or at the member's wish by township and city: the act is recorded before anything is shown, under
    `MEMBER_ASKED`. What other services keep (contacts, transfers, notices) is asked of them in the same name.
    """
    found = await get_visible(caller, tools.register, MEMBERS, member_id, visible(caller, "_id", "branch"))
    asker, fields, reason = Asker.of_caller(caller), tuple(MemberText.model_fields), members.RevealReason.MEMBER_ASKED
    text = await reveal_fields(tools, asker, member_id, fields, reason, own_record=not caller.is_office)
    told = {**await _file(tools, found), "text": text}
    return JSONResponse(told, headers={"Content-Disposition": 'attachment; filename="copy.json"'})


async def _file(tools: Tools, found: Document) -> dict[str, Any]:
    member_id = str(found["_id"])
    sequence = await tools.register.applied()
    trips = await tools.register.find(departure_forms.LIST.collection, {"member_id": member_id}, sort=(("_id", 1),))
    history = await queries.member_history(tools, found, TimeAxes())
    told = {
        "card": row(members.LIST.columns, found),
        "card_prints": {"number": found["cards_printed"], "last_on": found["card_printed_on"]},
        "contact_points": _by_id(found["points"]),
        "trips": [row(departure_forms.LIST.columns, one) for one in await LedgerWords(tools).outflow(trips)],
        "certificates": _by_id(found["certificates"]),
        "contacts": {name: found[name] for name in ("contacted_on", "contact_tried_on", "host_contacted_on")},
        "activities": {
            "number": found["attended"],
            "last_on": found["attended_on"],
            "reported_on": found["reported_on"],
            "home_reported_on": found["home_reported_on"],
        },
        "dues": await _rows(tools, dues.LIST, {"_id": member_id}),
        "honours": await _rows(tools, commendations.LIST, {"member_id": member_id}),
        "corrections": await _rows(tools, corrections.LIST, {"member_id": member_id}),
        "events": history["events"],
    }
    return {"id": member_id, **told, "sequence": sequence}


def _by_id(papers: Document) -> list[dict[str, Any]]:
    return [{"id": id_, **papers[id_]} for id_ in sorted(papers)]


async def _rows(tools: Tools, listing: Listing, query: dict[str, Any]) -> list[dict[str, Any]]:
    """A member's rows of a list, with its columns and masks."""
    found = await tools.register.find(listing.collection, query, sort=(("_id", 1),))
    return [row(listing.columns, one) for one in found]
