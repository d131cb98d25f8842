"""`/v1/care`: care and commendation in one list (关怀帮扶与表彰, §6 no. 19); `/v1/member-years`: the three ones.

Lines of aid cases are for those who may see hardship; everybody else's list has the other lines only.
"""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from guiyan.contact.doors import access, care_parts
from guiyan.contact.doors.care_parts import CareHere
from guiyan.contact.doors.parts import Reader
from guiyan.contact.projections.care_records import CARE
from guiyan.contact.projections.care_years import YEARS, empty, year_id
from guiyan.events.codes import (
    AidOutcome,
    AidState,
    CareKind,
    CommendationState,
    EntrepreneurshipStage,
    LeadAssessment,
    LeadState,
)
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.reads import Document, Query
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["care"])
HARDSHIP: Final = (CareKind.VISIT, CareKind.RELIEF)
RESULTS: Final = {
    **labels(AidState),
    **labels(AidOutcome),
    **labels(LeadState),
    **labels(LeadAssessment),
    **labels(EntrepreneurshipStage),
    **labels(CommendationState),
}

LIST: Final = Listing(
    name="care",
    collection=CARE,
    title_zh="关怀帮扶与表彰",
    title_en="Care and commendation",
    ledger=True,
    columns=(
        *care_parts.WHO,
        Column("kind", "类型", "Kind", 10, labels=labels(CareKind)),
        Column("on", "日期", "Date", 12),
        Column("handled_org", "经办", "Handled by", 16, book="organisation"),
        Column("amount_fen", "金额(分)", "Amount (fen)", 12),
        Column("result", "结果", "Result", 14, labels=RESULTS),
        Column("publication", "公开同意", "Consent to publish", 10),
        Column("dues_paid", "党费(全年)", "Dues of the year", 10),
        Column("dues_months", "已交月数", "Months paid", 8),
        Column("home_reports", "返乡汇报次数", "Reports at home", 10),
        Column("useful_leads", "有价值信息条数", "Useful leads", 10),
        Column("record", "记录", "Record", 40, printed=False),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "kind": Filter(choices=tuple(CareKind)),
        "on": Filter(Kind.DATE),
        "publication": Filter(Kind.BOOLEAN),
    },
    sorts=("_id", "branch", "on", "kind"),
)

YEAR_LIST: Final = Listing(
    name="member-years",
    collection=YEARS,
    title_zh="“三个一”年度情况",
    title_en="The three ones, by member and year",
    ledger=True,
    columns=(
        *(one for one in care_parts.WHO if one.field != "_id"),
        Column("year", "年度", "Year", 8),
        Column("dues_paid", "党费(全年)", "Dues of the year", 10),
        Column("dues_months", "已交月数", "Months paid", 8),
        Column("home_reports", "返乡汇报次数", "Reports at home", 10),
        Column("useful_leads", "有价值信息条数", "Useful leads", 10),
        Column("leads", "信息条数", "Leads", 8),
        Column("reports", "汇报次数", "Reports", 8),
        Column("unanswered", "无人接听次数", "Calls not answered", 10),
        Column("missed", "未联系上季度数", "Quarters missed", 10),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "year": Filter(Kind.INTEGER),
        "dues_paid": Filter(Kind.BOOLEAN),
        "home_reports": Filter(Kind.INTEGER),
        "useful_leads": Filter(Kind.INTEGER),
        "unanswered": Filter(Kind.INTEGER),
        "missed": Filter(Kind.INTEGER),
    },
    sorts=("_id", "branch", "year"),
)


@router.get("/v1/care", summary="Care and commendation in one list", **LIST.openapi())
async def list_care(request: Request, caller: Reader, desk: CareHere) -> Response:
    """Each line with its member's three ones of that year, and the record that it is of."""
    where: Query = care_parts.visible(caller)
    if not caller.principal.roles & frozenset(access.SETTLE):
        own = {"member_id": caller.principal.sub}
        where = {"$and": [where, {"$or": [own, {"kind": {"$nin": [one.value for one in HARDSHIP]}}]}]}
    await caller.wait.until_applied(desk.cycle)

    async def complete(rows: list[Document]) -> list[Document]:
        found = await desk.care.find(YEARS, {"_id": {"$in": sorted({_year_of(one) for one in rows})}})
        counts = {one["_id"]: one for one in found}
        nothing = empty("", None, 0)
        return [{**counts.get(_year_of(one), nothing), **one} for one in rows]

    async def told(rows: list[Document]) -> list[Document]:
        return await desk.named(await complete(rows))

    return await LIST.answer(request, caller, desk.care, where=where, complete=told)


@router.get(
    "/v1/member-years", summary="The three ones, and calls not answered, by member and year", **YEAR_LIST.openapi()
)
async def list_years(request: Request, caller: Reader, desk: CareHere) -> Response:
    """Counts of facts: a call not answered is just that; no attitude is kept (P-05)."""
    return await care_parts.listed(request, caller, desk, YEAR_LIST, care_parts.visible(caller))


def _year_of(line: Document) -> str:
    """The member's year that a line falls in."""
    return year_id(line["member_id"], int(line["on"][:4]))
