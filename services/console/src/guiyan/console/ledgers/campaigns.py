"""季度短信 (S-35; domain.md §6 no. 16): each campaign with its sums; every number opens just its notices."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View, address_of
from guiyan.console.web.visitor import Visitor

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


def figure(name: str, of: str, states: Iterable[str]) -> Col:
    """A figure with exactly its list: the notices at an address that are in these states."""
    return Col(name, shown=Shown.NUMBER, link="".join((of, *(f"&state={one}" for one in states))))


FIGURES: Final = tuple(figure(name, OF, states) for name, states in STATES.items())


async def _lists(here: Visitor, row: Mapping[str, Any]) -> dict[str, Any]:
    """Where each figure leads."""
    del here
    return {"lists": {one.name: address_of(one.link, row) for one in FIGURES}}


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
    more=_lists,
    columns=(
        "quarter",
        "org_code",
        "template",
        "starts_on",
        Col("state", shown=Shown.STATE),
        *FIGURES,
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
