"""活动证登记表 (domain.md §6 no. 9)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=9,
    name="certificates",
    title=mark("流动党员活动证登记表"),
    service="transfers",
    path="/v1/certificates",
    one="/v1/certificates/{id}",
    record="/ledgers/certificates/{id}",
    columns=(
        "number",
        "name",
        "branch",
        "issued_on",
        "dispatched_how",
        "reason",
        "place",
        "time",
        "checked_on",
        "checked_by",
        "check_due_on",
        "returned_on",
        Col("state", shown=Shown.STATE),
        Col("overdue_step", shown=Shown.STATE),
    ),
    filters=(
        "number",
        "state",
        "open",
        "reason",
        "dispatched_how",
        "issued_on",
        "check_due_on",
        "return_overdue",
        "overdue_step",
    ),
    views=(
        View(mark("有效"), (("open", "true"), ("sort", "-issued_on"))),
        View(mark("应年审"), (("state", "CHECK_DUE"), ("sort", "check_due_on"))),
        View(mark("逾期未交"), (("return_overdue", "true"),)),
        View(mark("遗失"), (("state", "LOST"),)),
        View(mark("全部"), (("sort", "-issued_on"),)),
    ),
    labels={"return_overdue": mark("逾期未交")},
)
