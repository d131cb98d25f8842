"""查阅记录 (domain.md §6 no. 22, §5.2): who was shown masked text or printed it, of whom, which fields, why."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, View
from guiyan.service.auth import Role

LEDGER = Ledger(
    number=22,
    name="accesses",
    title=mark("查阅记录"),
    service="registry",
    path="/v1/accesses",
    record="/members/{member_id}/proof",
    columns=(
        Col("at", title=mark("时间")),
        "actor",
        "actor_org",
        "act",
        "member_id",
        "fields",
        "reason",
    ),
    filters=("on", "actor", "actor_org", "act", "member_id", "reason"),
    views=(
        View(mark("最近"), (("sort", "-at"),)),
        View(mark("查看信息"), (("act", "REVEALED"), ("sort", "-at"))),
        View(mark("打印"), (("act", "PRINTED"), ("sort", "-at"))),
        View(mark("查看联系方式"), (("act", "POINT_REVEALED"), ("sort", "-at"))),
    ),
    roles=frozenset({Role.AUDITOR}),
    labels={"on": mark("日期")},
)
