"""通知发送明细 (domain.md §6 no. 16): batches, each opens its notices; a failed one opens its member's record."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

BATCHES = Ledger(
    number=16,
    name="notice-batches",
    title=mark("通知发送明细"),
    service="notifications",
    path="/v1/notice-batches",
    record="/ledgers/notices?batch={batch}&org_code={org_code}&template={template}&channel={channel}",
    columns=(
        "batch",
        "org_code",
        "template",
        "channel",
        Col("due", shown=Shown.NUMBER),
        Col("succeeded", shown=Shown.NUMBER),
        Col("failed", shown=Shown.NUMBER),
        Col("unknown", shown=Shown.NUMBER),
        Col("pending", shown=Shown.NUMBER),
        Col("suppressed", shown=Shown.NUMBER),
        Col("receipts", shown=Shown.NUMBER),
    ),
    filters=("under", "batch", "template", "channel", "day"),
    views=(View(mark("最近"), (("sort", "-day"),)),),
    labels={"day": mark("日期")},
)

NOTICES = Ledger(
    number=16,
    name="notices",
    title=mark("逐条通知与失败"),
    service="notifications",
    path="/v1/intents",
    columns=("batch", "org_code", "template", "channel", Col("state", shown=Shown.STATE), "reason", "receipt", "day"),
    filters=("under", "batch", "org_code", "template", "channel", "state", "reason", "day"),
    views=(
        View(mark("失败"), (("state", "FAILED"), ("sort", "-day"))),
        View(mark("已退回"), (("state", "BOUNCED"), ("sort", "-day"))),
        View(mark("结果不明"), (("state", "UNKNOWN"), ("sort", "-day"))),
        View(mark("待发送"), (("state", "QUEUED"), ("sort", "day"))),
        View(mark("全部"), (("sort", "-day"),)),
    ),
)

LEDGER = (BATCHES, NOTICES)
