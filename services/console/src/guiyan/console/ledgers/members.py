"""党员名册: the members of the own branches, whether away or not; where the summary's numbers of members lead."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=0,
    name="members",
    title=mark("党员名册"),
    service="registry",
    path="/v1/members",
    record="/members/{id}",
    columns=(
        "name",
        "sex",
        "id_no",
        "person_category",
        "membership_status",
        "branch",
        "joined_on",
        "mobile",
        Col("departure_state", shown=Shown.STATE),
        "away_since",
        "host_branch",
        "dues_paid_to",
        "probation_ends_on",
        "transfer_overdue_since",
        "relation_holding",
    ),
    filters=(
        "under",
        "person_category",
        "membership_status",
        "departure_state",
        "relation_holding",
        "in_transfer",
        "transfer_overdue",
        "joined_on",
        "registered_on",
        "rule",
    ),
    views=(
        View(mark("在册"), (("membership_status", "NORMAL"),)),
        View(mark("转接在办"), (("in_transfer", "true"),)),
        View(mark("转接超期"), (("transfer_overdue", "true"),)),
        View(mark("预备党员"), (("person_category", "PROBATIONARY"), ("membership_status", "NORMAL"))),
        View(mark("全部"), (("sort", "branch"),)),
    ),
    labels={"rule": mark("数据质量问题"), "in_transfer": mark("转接在办"), "transfer_overdue": mark("转接超期")},
)
