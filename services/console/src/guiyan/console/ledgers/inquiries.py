"""咨询受理台账 (domain.md §6 no. 17): every question until it is done with."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=17,
    name="inquiries",
    title=mark("咨询受理台账"),
    service="contact",
    path="/v1/inquiries",
    one="/v1/inquiries/{id}",
    tasks=("INQUIRY",),
    record="/ledgers/inquiries/{inquiry_id}",
    acts=((mark("登记咨询"), "/acts/inquiry/new"),),
    columns=(
        "number",
        "received_on",
        "service_point",
        "channel",
        "topic",
        "name",
        "person_id",
        "due_on",
        Col("days_left", shown=Shown.DAYS_LEFT),
        Col("state", shown=Shown.STATE),
        "closed_on",
        "at_first_contact",
        "solved",
    ),
    filters=(
        "under",
        "topic",
        "channel",
        "state",
        "open",
        "overdue",
        "at_first_contact",
        "solved",
        "received_on",
        "due_on",
    ),
    views=(
        View(mark("待办"), (("open", "true"), ("sort", "due_on"))),
        View(mark("逾期"), (("overdue", "true"), ("sort", "due_on"))),
        View(mark("已办结"), (("open", "false"), ("sort", "-received_on"))),
        View(mark("全部"), (("sort", "-received_on"),)),
    ),
    labels={"overdue": mark("逾期")},
)
