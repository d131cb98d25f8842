"""`/v1/study-hours`: the hours that each member has studied in a year, beside the year's aim (R1 Art. 20, S-39)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from fastapi import Query as Parameter
from starlette.responses import Response

from guiyan.events.exact import Flag
from guiyan.ledger.calendar import FOUNDED
from guiyan.notifications.commands.study import StudyDesk
from guiyan.notifications.domain.study_parameters import StudyParameters
from guiyan.notifications.doors.activities import Desk, Reader
from guiyan.notifications.projections.learners import LEARNERS, NORMAL
from guiyan.service.filters import Filter
from guiyan.service.listing import Listing
from guiyan.service.reads import Document, Query
from guiyan.service.subtree import TREE_PARAMETERS, OfTree
from guiyan.service.tables import Column

router = APIRouter(tags=["study-hours"])
OfYear = Annotated[int | None, Parameter(ge=FOUNDED.year, le=9999, description="Of which year; this one if absent")]
Behind = Annotated[Flag, Parameter(description="Only members with fewer hours than study.hours_per_year")]

LIST: Final = Listing(
    name="study-hours",
    collection=LEARNERS,
    title_zh="党员年度学时",
    title_en="Hours of study in a year",
    ledger=True,
    columns=(
        Column("_id", "党员编号", "Member", 38, name="member_id", printed=False),
        Column("name", "姓名", "Name", 10),
        Column("branch", "所在支部", "Branch", 20, book="organisation"),
        Column("away", "流动", "Away", 6),
        Column("year", "年度", "Year", 8),
        Column("hours", "学时", "Hours", 8),
        Column("aim", "目标学时", "Aim", 8),
        Column("left", "尚差", "Still to come", 8),
        Column("times", "次数", "Times", 8),
        Column("in_person", "现场", "In person", 8),
        Column("online", "线上", "Online", 8),
        Column("at_host", "在流入地", "At the host", 8),
    ),
    filters={"branch": Filter()},
    sorts=("_id", "branch"),
    own_parameters=(*TREE_PARAMETERS, "year", "behind"),
)


@router.get("/v1/study-hours", summary="Hours of study in a year by member", **LIST.openapi())
async def list_hours(  # noqa: PLR0913, PLR0917 - one argument a fact
    request: Request,
    caller: Reader,
    desk: Desk,
    below: OfTree,
    year: OfYear = None,
    behind: Behind = False,  # noqa: FBT002 - a flag of the query
) -> Response:
    """Members in good standing of the own scope, names masked; a member sees the own hours. No order of merit."""
    of = year or desk.clock.today().year
    await desk.rulebook.refresh()
    aim = desk.rulebook.valid(StudyParameters, date(of, 1, 1)).hours_per_year
    own: Query = caller.scope.where("branch") if caller.is_office else {"_id": caller.principal.sub}
    where: Query = {"$and": [await below.narrowed(caller, desk, own), {"status": NORMAL}]}
    if behind:
        hours = f"years.{of}.hours"
        where = {"$and": [where, {"$or": [{hours: {"$lt": aim}}, {hours: {"$exists": False}}]}]}
    shown = Shown(desk, of, aim)
    taken = {"year": str(of)}
    return await LIST.answer(request, caller, desk.study, where=where, complete=shown.told, taken=taken)


class Shown:
    """Rows of one year: a member's own aim is the one agreed for the year, else what the rule asks."""

    def __init__(self, desk: StudyDesk, year: int, aim: int) -> None:
        self._desk, self._year, self._aim = desk, year, aim

    async def told(self, rows: list[Document]) -> list[Document]:
        """Members with their hours."""
        return [self._row(one) for one in rows]

    def _row(self, member: Document) -> dict[str, Any]:
        counted = member["years"].get(str(self._year), {})
        hours, aim = counted.get("hours", 0.0), member["aims"].get(str(self._year), self._aim)
        named = {name: counted.get(name, 0) for name in ("times", "in_person", "online", "at_host")}
        away = member["away_since"] is not None
        told = {"year": self._year, "hours": hours, "aim": aim, "left": round(max(aim - hours, 0), 2), "away": away}
        return {**member, **named, **told}
