"""党组织名录: the organisations of the own scope, and what each of them lacks (S-11; domain.md §6 nos. 18, 21)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=0,
    name="organisations",
    title=mark("党组织名录"),
    service="registry",
    path="/v1/organisations",
    one="/v1/organisations/{id}",
    record="/ledgers/organisations/{org_code}",
    columns=(
        "name",
        "org_code",
        "kind",
        Col("secretary", shown=Shown.GAP),
        Col("contact_person", shown=Shown.GAP),
        "contact_phone",
        Col("members_away", shown=Shown.NUMBER),
        "term_ends_on",
        "founded_on",
    ),
    filters=("kind", "active", "secretary_missing", "contact_person_missing", "term_ends_on"),
    views=(
        View(mark("在用"), (("active", "true"), ("sort", "_id"))),
        View(mark("缺联系人"), (("active", "true"), ("contact_person_missing", "true"))),
        View(mark("缺书记"), (("active", "true"), ("secretary_missing", "true"))),
        View(mark("全部"), (("sort", "_id"),)),
    ),
)
