"""学习活动预告与签到 (domain.md §6 no. 15)."""

from collections.abc import Mapping
from typing import Any, Final

from guiyan.console.acts.study import attendance
from guiyan.console.i18n import mark
from guiyan.console.ledger import Cell, Col, Ledger, Shown, View, cell, codes_of, heads
from guiyan.console.web.visitor import Visitor

PEOPLE: Final = ("name", "branch", "away", "answer", "mode", "hours")


async def _people(here: Visitor, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Who was invited, what each has answered, who was there: the sheet of attendance."""
    found, info = await attendance(here, row["activity_id"])
    columns = heads(PEOPLE, info, here.words)
    await here.books.learn(here.api, codes_of(columns, found))

    def cells(one: Mapping[str, Any]) -> list[Cell]:
        return [cell(head, one, here.words, here.books) for head in columns]

    return {"people": [(one["member_id"], cells(one)) for one in found], "people_heads": columns}


LEDGER = Ledger(
    number=15,
    name="activities",
    title=mark("学习活动预告与签到"),
    service="notifications",
    path="/v1/activities",
    one="/v1/activities/{id}",
    record="/ledgers/activities/{activity_id}",
    acts=((mark("登记学习活动"), "/acts/draft-activity/new"),),
    extra="entries/activity.html",
    more=_people,
    columns=(
        "title",
        "branch",
        "kind",
        "lecture_form",
        "starts_at",
        "announced_on",
        Col("invited", shown=Shown.NUMBER),
        Col("answered", shown=Shown.NUMBER),
        Col("online_there", shown=Shown.NUMBER),
        Col("there", shown=Shown.NUMBER),
        Col("hours", shown=Shown.NUMBER),
        Col("sent", shown=Shown.NUMBER),
        Col("feedback", shown=Shown.NUMBER),
        Col("state", shown=Shown.STATE),
    ),
    filters=("under", "kind", "lecture_form", "topic", "state", "online", "starts_on", "announced_on", "held_on"),
    views=(
        View(mark("已预告"), (("state", "ANNOUNCED"), ("sort", "starts_on"))),
        View(mark("待归档"), (("state", "HELD"), ("sort", "held_on"))),
        View(mark("已归档"), (("state", "RECORDED"), ("sort", "-held_on"))),
        View(mark("全部"), (("sort", "-starts_on"),)),
    ),
    labels={"starts_on": mark("时间")},
)
