"""通知发送明细 (domain.md §6 no. 16): each number of a batch opens its notices; a notice tells what became of it."""

from collections.abc import Mapping
from typing import Any, Final

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View
from guiyan.console.ledgers.campaigns import STATES, figure
from guiyan.console.web.visitor import Visitor

DAY_CHARS: Final = 10
"""A day's batch is named by the day; a campaign's by its id."""

OF: Final = "/ledgers/notices?batch={batch}&org_code={org_code}&template={template}&channel={channel}"


async def _campaign(here: Visitor, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The campaign that a notice belongs to: its batch, unless that is a day."""
    asked = (("cause_event_id", row["cause_event_id"]), ("recipient_id", row["recipient_id"]))
    found = (await here.api.get("notifications", "/v1/intents", asked))["items"]
    batch = next((one["batch"] for one in found if one["notice_id"] == row["id"]), "")
    return {"campaign": batch if len(batch) > DAY_CHARS else ""}


BATCHES = Ledger(
    number=16,
    name="notice-batches",
    title=mark("通知发送明细"),
    service="notifications",
    path="/v1/notice-batches",
    record=OF,
    columns=(
        "batch",
        "org_code",
        "template",
        "channel",
        figure("due", OF, ()),
        figure("succeeded", OF, (*STATES["delivered"], *STATES["sent"])),
        *(figure(one, OF, STATES[one]) for one in ("failed", "unknown", "pending", "suppressed")),
        Col("receipts", shown=Shown.NUMBER, link=f"{OF}&receipt=true"),
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
    one="/v1/notices/{id}",
    record="/ledgers/notices/{notice_id}",
    extra="entries/notice.html",
    more=_campaign,
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
