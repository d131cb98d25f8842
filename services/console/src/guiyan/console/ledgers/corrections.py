"""信息更正台账 (domain.md §3.6): fields of a record asked to be set right, the old value beside the new one."""

from collections.abc import Mapping
from typing import Any

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View
from guiyan.console.web.visitor import Visitor


async def _field_words(here: Visitor, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of a member's record are called."""
    del row
    info = await here.lists.get(here.api, "registry", "/v1/members")
    return {"field_words": {name: here.words.pick(one.zh, one.en) for name, one in info.columns.items()}}


LEDGER = Ledger(
    number=0,
    name="corrections",
    title=mark("信息更正台账"),
    service="registry",
    path="/v1/corrections",
    one="/v1/corrections/{id}",
    tasks=("CORRECTION_ASKED",),
    record="/ledgers/corrections/{id}",
    extra="entries/correction.html",
    more=_field_words,
    columns=(
        "name",
        "branch",
        "fields",
        "reason",
        "proof",
        Col("state", shown=Shown.STATE),
        "requested_org",
        "requested_on",
        "answered_org",
        "answered_on",
        "refusal",
    ),
    filters=("state", "reason", "requested_on", "answered_on"),
    views=(
        View(mark("待审核"), (("state", "REQUESTED"), ("sort", "requested_on"))),
        View(mark("全部"), (("sort", "-requested_on"),)),
    ),
)
