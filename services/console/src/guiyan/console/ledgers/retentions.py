"""毕业生/出国保留组织关系台账 (domain.md §6 no. 13)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=13,
    name="retentions",
    title=mark("毕业生/出国保留组织关系台账"),
    service="registry",
    path="/v1/retentions",
    columns=(
        "name",
        "kind",
        "holding_org",
        "from_on",
        "retain_until",
        Col("days_left", shown=Shown.DAYS_LEFT),
        "placed_in",
        "contact_person",
        "contacted_on",
        "dest_area",
        Col("state", shown=Shown.STATE),
    ),
    filters=("under", "kind", "state", "open", "overdue", "retain_until", "contacted_on"),
    views=(
        View(mark("办理中"), (("open", "true"), ("sort", "retain_until"))),
        View(mark("90天内期满"), (("open", "true"), ("ends_within", "90"), ("sort", "retain_until"))),
        View(mark("逾期"), (("overdue", "true"), ("sort", "retain_until"))),
        View(mark("出国(境)学习"), (("open", "true"), ("kind", "STUDY_ABROAD"), ("sort", "retain_until"))),
        View(mark("全部"), (("sort", "-from_on"),)),
    ),
    labels={"overdue": mark("逾期")},
)
