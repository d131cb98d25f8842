"""组织关系转接台账 (domain.md §6 no. 4); a row leads to the transfer with its time line (no. 5)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=4,
    name="transfers",
    title=mark("组织关系转接台账"),
    service="transfers",
    path="/v1/transfers",
    one="/v1/transfers/{id}",
    record="/ledgers/transfers/{id}",
    record_acts=((mark("打印介绍信(三联)"), "/acts/print-letter/{id}"),),
    columns=(
        "number",
        "name",
        "person_category",
        "channel",
        "change_type",
        "from_branch",
        "origin",
        "to_title",
        "to_branch",
        "issued_on",
        Col("valid_days", shown=Shown.NUMBER),
        "expires_on",
        "dues_paid_to",
        "received_on",
        "receipt_on",
        Col("days_left", shown=Shown.DAYS_LEFT),
        Col("state", shown=Shown.STATE),
        Col("overdue_step", shown=Shown.STATE),
        "return_reason",
        "handled_by",
    ),
    filters=(
        "number",
        "state",
        "open",
        "direction",
        "channel",
        "change_type",
        "overdue_step",
        "requested_on",
        "issued_on",
        "expires_on",
    ),
    views=(
        View(
            mark("在办"),
            (
                ("open", "true"),
                ("suggestion", "false"),
                ("sort", "expires_on"),
            ),
        ),
        View(
            mark("回执逾期"),
            (
                ("receipt_overdue", "true"),
                ("sort", "receipt_due_on"),
            ),
        ),
        View(
            mark("介绍信逾期"),
            (
                ("state", "EXPIRED"),
                ("sort", "expires_on"),
            ),
        ),
        View(mark("退回修改"), (("state", "RETURNED"),)),
        View(
            mark("建议转接"),
            (
                ("suggestion", "true"),
                ("open", "true"),
            ),
        ),
        View(mark("全部"), (("sort", "-requested_on"),)),
    ),
)
