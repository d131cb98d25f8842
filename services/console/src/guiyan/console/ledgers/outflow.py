"""流出党员台账 (domain.md §6 no. 2): who of the own branches is away."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=2,
    name="outflow",
    title=mark("流出党员台账"),
    service="registry",
    path="/v1/departures",
    one="/v1/departures/{id}",
    columns=(
        "name",
        "sex",
        "id_no",
        "person_category",
        "joined_on",
        "branch",
        "away_since",
        "reason",
        Col("dest_area", title=mark("流向")),
        Col("dest_certainty", title=mark("去向")),
        "occupation",
        "dest_unit_kind",
        "host_branch",
        "certificate_no",
        "contact_person",
        "contact_phone",
        "mobile",
        "contacted_on",
        "dues_paid_to",
        "relation_holding",
        Col("state", shown=Shown.STATE),
    ),
    filters=("under", "state", "reason", "dest_certainty", "link_status", "away_since", "contacted_on", "hosted"),
    views=(
        View(mark("在外"), (("open", "true"), ("sort", "-away_since"))),
        View(mark("去向不详"), (("open", "true"), ("dest_certainty", "UNKNOWN"))),
        View(mark("未纳入流入地管理"), (("open", "true"), ("hosted", "false"))),
        View(mark("已返回"), (("open", "false"), ("sort", "-away_since"))),
        View(mark("全部"), (("sort", "-away_since"),)),
    ),
    acts=((mark("登记党员"), "/acts/register/new"),),
    labels={"hosted": mark("流入地已纳入"), "under": mark("党组织")},
)
