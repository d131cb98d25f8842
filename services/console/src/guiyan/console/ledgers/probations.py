"""预备党员管理表 (domain.md §6 no. 11)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=11,
    name="probations",
    title=mark("预备党员管理表"),
    service="registry",
    path="/v1/probations",
    columns=(
        "name",
        "branch",
        "joined_on",
        "ends_on",
        Col("days_left", shown=Shown.DAYS_LEFT),
        Col("state", shown=Shown.STATE),
        "quarters",
        "quarters_missing",
        "reports",
        "reports_missing",
        "applied_on",
        "notice_until",
        "voted_on",
        "vote",
        "decision",
        "decision_no",
        "decided_on",
        Col("months_extended", shown=Shown.NUMBER),
        Col("extensions", shown=Shown.NUMBER),
        "away",
        "responsible",
    ),
    filters=(
        "under",
        "state",
        "away",
        "overdue",
        "application_overdue",
        "decision_overdue",
        "handover_due",
        "ends_on",
        "joined_on",
    ),
    views=(
        View(mark("办理中"), (("open", "true"), ("sort", "ends_on"))),
        View(mark("60天内期满"), (("open", "true"), ("due_within", "60"), ("sort", "ends_on"))),
        View(mark("逾期"), (("overdue", "true"), ("sort", "ends_on"))),
        View(mark("在外"), (("open", "true"), ("away", "true"), ("sort", "ends_on"))),
        View(mark("材料待移交"), (("handover_due", "true"),)),
        View(mark("全部"), (("sort", "-joined_on"),)),
    ),
)
