"""通知收支日报: what was due each day at each organisation and what became of it; a day opens its notices."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=16,
    name="notice-accounts",
    title=mark("通知收支日报"),
    service="notifications",
    path="/v1/notice-accounts",
    record="/ledgers/notices?all=1&day_from={day}&day_to={day}&org_code={org_code}",
    columns=(
        "day",
        "org_code",
        Col("due", shown=Shown.NUMBER),
        Col("delivered", shown=Shown.NUMBER),
        Col("sent", shown=Shown.NUMBER),
        Col("suppressed", shown=Shown.NUMBER),
        Col("pending", shown=Shown.NUMBER),
        Col("failed", shown=Shown.NUMBER),
        Col("unknown", shown=Shown.NUMBER),
        Col("lost", shown=Shown.NOUGHT),
        "because",
        "reconciled_on",
    ),
    filters=("under", "day", "org_code", "lost", "unknown", "pending", "reconciled"),
    views=(
        View(mark("最近"), (("sort", "-day"),)),
        View(mark("有差额"), (("lost_from", "1"), ("sort", "-day"))),
        View(mark("结果不明"), (("unknown_from", "1"), ("sort", "-day"))),
    ),
    labels={"reconciled": mark("已核对")},
)
