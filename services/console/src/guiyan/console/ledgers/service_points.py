"""服务点与联系人名录 (domain.md §6 no. 18); what is missing is marked (S-18 to S-20)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

POINTS = Ledger(
    number=18,
    name="service-points",
    title=mark("服务点与联系人名录"),
    service="contact",
    path="/v1/service-points",
    one="/v1/service-points/{id}",
    record="/ledgers/service-points/{service_point_id}",
    columns=(
        "name",
        "level",
        "parent_name",
        Col("address", shown=Shown.GAP),
        Col("phone", shown=Shown.GAP),
        Col("in_charge", shown=Shown.GAP),
        Col("staff_count", shown=Shown.NUMBER),
        Col("unstaffed", shown=Shown.GAP),
        Col("members_away", shown=Shown.NUMBER),
        "changed_on",
    ),
    filters=("level", "unstaffed", "open"),
    views=(
        View(mark("在用"), (("open", "true"), ("sort", "level"))),
        View(mark("缺岗"), (("open", "true"), ("unstaffed", "true"))),
        View(mark("中心"), (("open", "true"), ("level", "CENTRE"))),
        View(mark("站"), (("open", "true"), ("level", "STATION"))),
        View(mark("全部"), (("sort", "name"),)),
    ),
)

POSTS = Ledger(
    number=18,
    name="posts",
    title=mark("党组织书记与联系人名录"),
    service="registry",
    path="/v1/organisations",
    one="/v1/organisations/{id}",
    record="/ledgers/posts/{org_code}",
    columns=(
        "name",
        "kind",
        Col("parent", title=mark("上级"), book="organisation"),
        Col("secretary", shown=Shown.GAP),
        Col("contact_person", shown=Shown.GAP),
        Col("contact_phone", shown=Shown.GAP),
        Col("members_away", shown=Shown.NUMBER),
        "term_ends_on",
    ),
    filters=("kind", "parent", "active", "secretary_missing", "contact_person_missing", "term_ends_on"),
    views=(
        View(mark("缺联系人"), (("active", "true"), ("contact_person_missing", "true"))),
        View(mark("缺书记"), (("active", "true"), ("secretary_missing", "true"))),
        View(mark("在用"), (("active", "true"), ("sort", "name"))),
    ),
)

LEDGER = (POINTS, POSTS)
