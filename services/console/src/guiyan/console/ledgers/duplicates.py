"""疑似重复党员 (domain.md §3.6, §6 no. 21): two records that may be one person, side by side."""

from collections.abc import Mapping
from typing import Any, Final

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View
from guiyan.console.web.acts import named_facts
from guiyan.console.web.visitor import Visitor

SIDES: Final = (
    "name", "former_name", "sex", "id_no", "person_category", "membership_status", "branch", "joined_on", "full_on",
    "education_code", "mobile", "landline", "departure_state", "away_since", "dues_paid_to", "source", "registered_on",
)  # fmt: skip
"""What of the two records is compared, in this order."""


async def _side_by_side(here: Visitor, row: Mapping[str, Any]) -> dict[str, Any]:
    """Each field of one record beside the other's, and whether they are the same; none where one is out of sight."""
    if "one" not in row:
        return {"sides": []}
    info = await here.lists.get(here.api, "registry", "/v1/members")
    titles: dict[str, str] = {}
    texts: list[dict[str, str]] = []
    for side in ("one", "other"):
        facts = await named_facts(info, SIDES, row[side], here)
        titles |= {name: title for name, title, _ in facts}
        texts.append({name: text for name, _, text in facts})
    one, other = texts
    sides = [
        (titles[name], one.get(name, ""), other.get(name, ""), row["one"].get(name) == row["other"].get(name))
        for name in SIDES
        if name in titles
    ]
    return {"sides": sides}


LEDGER = Ledger(
    number=21,
    name="duplicates",
    title=mark("疑似重复党员"),
    service="registry",
    path="/v1/duplicates",
    one="/v1/duplicates/{id}",
    tasks=("DUPLICATE_FLAGGED",),
    record="/ledgers/duplicates/{id}",
    extra="entries/pair.html",
    more=_side_by_side,
    columns=(
        "name",
        "branch",
        "other_name",
        "other_branch",
        "rule",
        Col("state", shown=Shown.STATE),
        "flagged_on",
        "decided_by",
        "decided_on",
    ),
    filters=("state", "rule", "flagged_on"),
    views=(
        View(mark("待核对"), (("state", "FLAGGED"), ("sort", "flagged_on"))),
        View(mark("全部"), (("sort", "-flagged_on"),)),
    ),
)
