"""What the doors of aid, leads, ventures, reports, home visits and targets share."""

from collections.abc import Collection
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Request
from starlette.responses import JSONResponse, Response

from guiyan.contact.commands.care import CareDesk
from guiyan.contact.doors import access
from guiyan.contact.projections.care import Care
from guiyan.ledger import Decider
from guiyan.ledger.past import read_past
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.problems import NotFound
from guiyan.service.reads import Document, Query
from guiyan.service.resources import TimeAxes, document_answer, get_history, history_answer
from guiyan.service.tables import Column, row

S = TypeVar("S")
C = TypeVar("C")


async def _desk(request: Request) -> CareDesk:
    found: CareDesk = request.app.state.care_desk
    return found


CareHere = Annotated[CareDesk, Depends(_desk)]
AidReader = Annotated[Caller, requires(*access.READ_AID)]
Granter = Annotated[Commander, commands(*access.GRANT_AID)]

WHO: Final = (
    Column("_id", "标识", "Id", 38),
    Column("member_id", "党员编号", "Member", 38),
    Column("name", "姓名", "Name", 10, mask=mask_name),
    Column("branch", "所在支部", "Branch", 16, book="organisation"),
)
"""The first columns of every list of care."""
BY: Final = (
    Column("changed_on", "最近办理", "Last step", 12),
    Column("handled_org", "经办单位", "Handled by", 16, book="organisation"),
    Column("handled_by", "经办人", "Handled by (person)", 16),
    Column("version", "版本", "Version", 8),
)
"""The last ones."""
NARROW: Final = {"member_id": Filter(), "branch": Filter(), "begun_on": Filter(Kind.DATE)}
WIDE: Final = OFFICE_ROLES | {Role.AUDITOR}


def visible(caller: Caller, roles: Collection[Role] = WIDE, *also: str) -> Query:
    """The query for what a caller may see: with one of the roles the own scope, else a member's own record.

    `also` are fields with another organisation on whose side the record stands.
    """
    if not caller.principal.roles & frozenset(roles):
        return {"member_id": caller.principal.sub}
    sides = [caller.scope.where(field) for field in ("branch", *also)]
    return {"$or": sides} if also else sides[0]


async def listed(request: Request, caller: Caller, desk: CareDesk, listing: Listing, where: Query) -> Response:
    """The list, with the members' names."""
    await caller.wait.until_applied(desk.cycle)
    return await listing.answer(request, caller, desk.care, where=where, complete=desk.named)


async def one(  # noqa: PLR0913, PLR0917 - a record, of which kind, for whom, when
    caller: Caller, desk: CareDesk, listing: Listing, decider: Decider[S, C], id_: str, where: Query, at: TimeAxes
) -> JSONResponse:
    """One record as it is, or as it was on both time axes; name and branch of the member are those of now."""
    found = await get_visible(caller, desk, listing, id_, where)
    sequence = await desk.care.applied()
    if not at.is_now:
        past = await read_past(desk.ledger, desk.sealer, Care(), [decider.subject(id_)], at.keep)
        then, sequence = past.find(listing.collection, id_), past.sequence
        if then is None:
            raise NotFound
        found = {**then, "branch": found["branch"]}
    (named,) = await desk.named([found])
    body: dict[str, Any] = row(listing.columns, named)
    return document_answer(body, version=found["version"], sequence=sequence)


async def history(  # noqa: PLR0913, PLR0917 - a record, of which kind, for whom, when
    caller: Caller, desk: CareDesk, listing: Listing, decider: Decider[S, C], id_: str, where: Query, at: TimeAxes
) -> JSONResponse:
    """Every event of one record, oldest first."""
    await get_visible(caller, desk, listing, id_, where)
    return history_answer(await get_history(desk.ledger, decider, id_), at=at)


async def get_visible(caller: Caller, desk: CareDesk, listing: Listing, id_: str, where: Query) -> Document:
    """A record's row when the caller may see it; raises NotFound."""
    await caller.wait.until_applied(desk.care)
    await caller.wait.until_applied(desk.cycle)
    found = await desk.care.find(listing.collection, {"$and": [{"_id": id_}, where]}, limit=1)
    if not found:
        raise NotFound
    return found[0]
