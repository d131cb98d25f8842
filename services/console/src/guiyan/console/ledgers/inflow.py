"""流入党员台账 (domain.md §6 no. 3): who came here while the relation is kept elsewhere."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=3,
    name="inflow",
    title=mark("流入党员台账"),
    service="registry",
    path="/v1/inflows",
    one="/v1/inflows/{id}",
    tasks=("INFLOW_UNPAIRED",),
    record="/ledgers/inflow/{id}",
    columns=(
        "name",
        "sex",
        "person_category",
        "registered_on",
        "reason",
        "origin_title",
        "origin_person",
        "origin_phone",
        "here_area",
        "occupation",
        "certificate_no",
        "host_branch",
        "group",
        "contact_person",
        "contact_phone",
        Col("attended", shown=Shown.NUMBER),
        "dues_paid_to",
        "transfer_from",
        Col("state", shown=Shown.STATE),
    ),
    filters=("under", "reason", "open", "registered_on", "transfer_from", "relation_followed"),
    views=(
        View(mark("在册"), (("open", "true"), ("sort", "-registered_on"))),
        View(mark("已转入"), (("relation_followed", "true"),)),
        View(mark("已离开"), (("open", "false"), ("relation_followed", "false"))),
        View(mark("全部"), (("sort", "-registered_on"),)),
    ),
)
