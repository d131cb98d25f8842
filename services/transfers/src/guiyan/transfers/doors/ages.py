"""`/v1/transfers/ages`: transfers that are not settled, by the step they wait at and how long ago they were asked for.

Numbers alone, each with exactly its list (domain.md §6 no. 4, finding 4: none may lie about without cause).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from guiyan.events.codes import TransferState
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, requires
from guiyan.service.language import Language
from guiyan.service.listing import Listing
from guiyan.service.period import Period
from guiyan.service.reads import Query
from guiyan.service.reports import ROWS, Asked, Figure, answer_table
from guiyan.service.tables import Column
from guiyan.transfers.doors import access
from guiyan.transfers.doors.http import Here
from guiyan.transfers.projections.rows import TRANSFERS
from guiyan.transfers.queries import LIST as TRANSFER_LIST

router = APIRouter(tags=["transfers"])
Reader = Annotated[Caller, requires(*sorted(OFFICE_ROLES), Role.AUDITOR)]
S = TransferState
STEPS: Final = (
    S.SUBMITTED, S.BRANCH_APPROVED, S.ISSUED, S.IN_TRANSIT, S.LETTER_LOST, S.REISSUED, S.RECEIVED_BY_COMMITTEE,
    S.ASSIGNED, S.RETURNED, S.EXPIRED,
)  # fmt: skip
"""Where a transfer may wait, in the order of its way, until the relation has moved."""
BANDS: Final = (
    ("week", "7 天内", "Up to 7 days", 0, 7),
    ("half_month", "8–15 天", "8-15 days", 8, 15),
    ("month", "16–30 天", "16-30 days", 16, 30),
    ("two_months", "31–60 天", "31-60 days", 31, 60),
    ("quarter", "61–90 天", "61-90 days", 61, 90),
    ("longer", "90 天以上", "Over 90 days", 91, None),
)
"""Name, words, and from how many days since it was asked for to how many."""
ALL: Final = "all"
FIGURES: Final = tuple(
    Figure(name, zh, en, "transfers") for name, zh, en in ((ALL, "合计", "All"), *(band[:3] for band in BANDS))
)
LIST: Final = Listing(
    "transfer-ages", ROWS, "组织关系转接在办时长表", "Transfers by step and age",
    (
        Column("org_code", "环节代码", "Step", 18, printed=False),
        Column("name", "环节", "Waits at", 24),
        *(Column(one.name, one.zh, one.en, 10, number_format="0", link=f"{one.name}_list") for one in FIGURES),
    ),
)  # fmt: skip


@router.get("/v1/transfers/ages", summary="Transfers not settled, by step and age", **LIST.openapi())
async def ages(request: Request, caller: Reader, office: Here) -> Response:
    """Of both sides of the own scope; age is the days since the request."""
    sequence = await caller.wait.until_applied(office.reads)
    today, seen = office.desk.today(), {"$and": [access.visible(caller), {"suggestion": False}]}
    days: dict[str, Asked] = {ALL: (), **{band[0]: _asked(band[3], band[4], today) for band in BANDS}}
    counts = {}
    for name, asked in days.items():
        query: Query = {"$and": [seen, TRANSFER_LIST.question([*_states(*STEPS), *asked]).query]}
        counts[name] = await office.reads.count_by(TRANSFERS, query, "state")
    period = Period.parse(f"{today:%Y-%m}")
    told: dict[str, Any] = {
        "under": caller.scope.org,
        "tree_on": None,
        "period": period.text,
        "figures": [{"name": one.name, "zh": one.zh, "en": one.en, "of": "now"} for one in FIGURES],
        "rows": [_row(step, counts, days, period, caller.language) for step in STEPS],
        "total": _row(None, counts, days, period, caller.language),
        "sequence": sequence,
    }
    return await answer_table(LIST, request, caller, told)


def _row(
    step: TransferState | None,
    counts: Mapping[str, dict[Any, int]],
    days: Mapping[str, Asked],
    period: Period,
    language: Language,
) -> dict[str, Any]:
    """One step, or all of them together; `days` says which days of request each figure is of."""
    states = STEPS if step is None else (step,)
    figures = {}
    for one in FIGURES:
        listed = Figure(one.name, one.zh, one.en, one.list, (*_states(*states), *days[one.name]))
        value = sum(counts[one.name].get(state.value, 0) for state in states)
        figures[one.name] = {"value": value, "list": listed.address(period, {})}
    name = step.label(language) if step else FIGURES[0].en if language == "en" else FIGURES[0].zh
    return {"org_code": "" if step is None else step.value, "own": True, "name": name, "figures": figures}


def _states(*states: TransferState) -> Asked:
    return tuple(("state", one.value) for one in states)


def _asked(least: int, most: int | None, today: date) -> Asked:
    """Which days of request are so many days ago."""
    latest = ("requested_on_to", (today - timedelta(days=least)).isoformat())
    return (latest,) if most is None else (("requested_on_from", (today - timedelta(days=most)).isoformat()), latest)
