"""失联党员台账 (domain.md §6 no. 10): what is searched and decided; people decide, with a document number."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=10,
    name="lost-contacts",
    title=mark("失联党员台账"),
    service="contact",
    path="/v1/lost-contacts",
    one="/v1/lost-contacts/{id}",
    tasks=("LOST_WATCH", "LOST_STEP_DUE", "LOST_DECISION_DUE"),
    record="/ledgers/lost-contacts/{id}",
    columns=(
        "name",
        "branch",
        "last_attended_on",
        "last_paid_on",
        "since",
        Col("months", shown=Shown.NUMBER),
        "cause",
        "search_told",
        Col("state", shown=Shown.STATE),
        "waits_for",
        "next_on",
        "decision_no",
        "suspended_on",
        "removal_from",
        "result",
    ),
    filters=("state", "open", "cause", "waits_for", "since", "opened_on", "next_on", "suspended_on", "result"),
    views=(
        View(mark("在办"), (("open", "true"), ("sort", "next_on"))),
        View(mark("关注"), (("state", "WATCH"), ("sort", "next_on"))),
        View(mark("查找中"), (("state", "SEARCHING"), ("sort", "since"))),
        View(mark("确认失联"), (("state", "CONFIRMED_LOST"),)),
        View(mark("停止党籍"), (("state", "SUSPENDED"), ("sort", "removal_from"))),
        View(mark("已结案"), (("open", "false"), ("sort", "-opened_on"))),
        View(mark("全部"), (("sort", "-opened_on"),)),
    ),
)
