"""季度短信 (S-35; domain.md §6 no. 16): each campaign with its sums; every number opens just its notices."""

from typing import Final

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

OF: Final = "/ledgers/notices?batch={id}"
STATES: Final = {
    "recipients": (),
    "delivered": ("DELIVERED",),
    "sent": ("SENT",),
    "failed": ("FAILED", "BOUNCED"),
    "unknown": ("UNKNOWN",),
    "suppressed": ("SUPPRESSED",),
    "pending": ("QUEUED", "HELD", "GATHERED", "SENDING"),
}
"""Which states of notices each figure counts, as notifications adds them up."""


def figure(name: str) -> Col:
    """A figure with exactly its list."""
    return Col(name, shown=Shown.NUMBER, link="".join((OF, *(f"&state={one}" for one in STATES[name]))))


LEDGER = Ledger(
    number=16,
    name="campaigns",
    title=mark("季度短信"),
    service="notifications",
    path="/v1/campaigns",
    one="/v1/campaigns/{id}",
    record="/ledgers/campaigns/{id}",
    acts=((mark("发起季度短信"), "/campaigns/new"),),
    extra="entries/campaign.html",
    columns=(
        "quarter",
        "org_code",
        "template",
        "starts_on",
        Col("state", shown=Shown.STATE),
        *(figure(one) for one in STATES),
        Col("replied", shown=Shown.NUMBER),
        "closed_on",
    ),
    filters=("under", "quarter", "state", "starts_on"),
    views=(
        View(mark("进行中"), (("state", "STARTED"), ("sort", "-starts_on"))),
        View(mark("已计划"), (("state", "PLANNED"), ("sort", "starts_on"))),
        View(mark("全部"), (("sort", "-starts_on"),)),
    ),
)
