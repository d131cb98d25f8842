"""学习活动预告与签到 (domain.md §6 no. 15)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=15,
    name="activities",
    title=mark("学习活动预告与签到"),
    service="notifications",
    path="/v1/activities",
    one="/v1/activities/{id}",
    record="/ledgers/activities/{activity_id}",
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
