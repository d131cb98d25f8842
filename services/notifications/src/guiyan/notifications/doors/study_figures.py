"""`/v1/activities/figures`: what was studied, by organisation and topic; the share of practical skills (P-06, S-33)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi import Query as Parameter
from starlette.responses import Response

from guiyan.events.codes import StudyTopic
from guiyan.notifications.doors.activities import Desk, Office
from guiyan.notifications.doors.activity_list import LIST
from guiyan.notifications.projections.activities import ACTIVITIES
from guiyan.service.filters import query_of
from guiyan.service.paging import all_of
from guiyan.service.period import PATTERN, Period
from guiyan.service.reports import Figure, Ratio, Report, tree_of
from guiyan.service.subtree import OfTree

router = APIRouter(tags=["activities"])
OfPeriod = Annotated[
    str | None, Parameter(pattern=PATTERN, description="2026, 2026-Q3 or 2026-07; this year if absent")
]


def _held(name: str, zh: str, en: str, *asked: tuple[str, str]) -> Figure:
    return Figure(name, zh, en, "activities", asked, day="held_on")


FIGURES: Final = Report(
    "study-figures",
    "学习主题统计",
    "Topics of study",
    (
        Figure("announced", "预告", "Announced", "activities", day="announced_on"),
        _held("held", "开展", "Held"),
        _held("lectures", "党课", "Lectures", ("kind", "LECTURE")),
        _held("online", "可线上参加", "Online as well", ("online", "true")),
        *(_held(f"topic_{one.lower()}", one.zh, one.en, ("topic", one)) for one in StudyTopic),
        _held("skills", "技能类", "Skills in all", ("skills", "true")),
    ),
    (Ratio("skills_share", "技能类占比", "Share of skills", "skills", "held"),),
)


@router.get("/v1/activities/figures", summary="Activities by organisation and topic", **FIGURES.listing.openapi())
async def figures(request: Request, caller: Office, desk: Desk, below: OfTree, period: OfPeriod = None) -> Response:
    """Of the own scope; every figure opens the list of just its activities."""
    tree = tree_of(caller, below)
    of = Period.parse(period or str(desk.clock.today().year))
    sequence = await caller.wait.until_applied(desk.study)
    where = await below.narrowed(caller, desk, await desk.where(caller))
    counts = [
        await desk.study.count_by(ACTIVITIES, all_of(where, query_of(LIST.filters, one.parameters(of))[0]), "branch")
        for one in FIGURES.figures
    ]
    return await FIGURES.answer(request, caller, await FIGURES.table(desk.directory, tree, of, counts, sequence))
