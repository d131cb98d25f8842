"""`/v1/transfers/receivers`: who can take a member in at a place, the nearest by area code (S-15)."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, requires
from guiyan.transfers.doors.http import Here
from guiyan.transfers.office import Office

router = APIRouter(tags=["transfers"])
Reader = Annotated[Caller, requires(*sorted(OFFICE_ROLES), Role.MEMBER)]
Area = Annotated[str, Query(pattern=r"^([0-9]{6}|[0-9]{12})$", description="GB/T 2260, or the statistics' 12 digits")]


@router.get("/v1/transfers/receivers", summary="The nearest who can take a member in at a place")
async def list_receivers(caller: Reader, office: Here, area: Area) -> JSONResponse:
    """Committees with the power to receive, in the county of the place; several when they are equally near.

    Of an inflow it is asked with the area of where the guest is: there the relation should follow (S-15). Nobody in the
    county: an empty list, and no one further away in its place.
    """
    del caller  # names of organisations are no secret; who may ask is
    found = await office.nearest(area)
    items = [_shown(office, one.committee, one.branches) for one in found.receivers]
    return JSONResponse({"area": area, "shared_digits": found.shared_digits, "items": items})


def _shown(office: Office, committee: str, branches: tuple[str, ...]) -> dict[str, Any]:
    return {**_named(office, committee), "branches": [_named(office, code) for code in branches]}


def _named(office: Office, code: str) -> dict[str, Any]:
    known = office.directory.known(code)
    return {"org_code": code, "name": known.name if known else code, "area_code": known.area_code if known else None}
