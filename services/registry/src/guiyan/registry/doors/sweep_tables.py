"""The lists of sweeps: columns, filters, and the names of the people that a row shows (§6 no. 14)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from guiyan.events.codes import SweepFinding, SweepKind, SweepSheetState, SweepState
from guiyan.registry.commands.tools import Tools
from guiyan.registry.projections.inflows import INFLOWS
from guiyan.registry.projections.members import MEMBERS
from guiyan.registry.projections.sweep_documents import ROWS, SHEETS, SWEEPS, TOWNSHIPS
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.reads import Document
from guiyan.service.subtree import TREE_PARAMETERS
from guiyan.service.tables import Column, labels

COUNTS: Final = (
    Column("expected", "应查", "To be checked", 8),
    Column("checked", "已查", "Checked", 8),
    Column("found_out", "新发现流出", "Found away", 12),
    Column("found_in", "新发现流入", "Found to have come", 12),
    Column("returned", "返回", "Back", 8),
    Column("not_reached", "未联系上", "Not reached", 10),
    Column("changed", "有变化", "Changed", 8),
    Column("unchanged", "无变化", "Unchanged", 8),
)
SHEET_COUNTS: Final = (
    Column("sheets", "摸底表", "Sheets", 8),
    Column("submitted", "已上报", "Handed in", 8),
    Column("accepted", "审核通过", "Accepted", 10),
    Column("left_out", "未报", "Left out", 8),
    Column("overdue", "逾期未报", "Overdue", 10),
)
_BATCH: Final = (
    Column("batch", "批次", "No.", 12),
    Column("root_org", "组织单位", "Organisation", 24, book="organisation"),
)
"""Each organisation counts its own sweeps: the number says which one only beside the organisation."""
_WHICH: Final = (
    *_BATCH,
    Column("kind", "类型", "Kind", 10, labels=labels(SweepKind)),
    Column("window", "窗口", "Window", 24),
)
_TOWNSHIP: Final = Column("township", "乡镇/街道", "Township", 24, book="organisation")
_BRANCH: Final = Column("branch", "支部", "Branch", 28, book="organisation")

SWEEP_LIST: Final = Listing(
    name="sweeps",
    collection=SWEEPS,
    title_zh="摸底排查批次",
    title_en="Sweeps",
    columns=(
        Column("_id", "编号", "Id", 38),
        *_WHICH,
        Column("year", "年度", "Year", 6),
        Column("number", "年内序号", "Number", 8),
        Column("state", "状态", "State", 12, labels=labels(SweepState)),
        Column("opens_on", "开始", "Opens", 12),
        Column("closes_on", "结束", "Closes", 12),
        Column("branch_due_on", "支部上报期限", "Branches by", 14),
        Column("township_due_on", "乡镇审核期限", "Townships by", 14),
        Column("city_due_on", "市级办结期限", "City by", 14),
        Column("opened_on", "开启日期", "Opened", 12),
        Column("closed_on", "办结日期", "Closed", 12),
        Column("reported_on", "上报日期", "Reported", 12),
        Column("reported_to", "上报单位", "Reported to", 24, book="organisation"),
        Column("cancelled_on", "取消日期", "Cancelled", 12),
        Column("document_no", "文号", "Document", 22),
        Column("overdue_on", "市级逾期", "City overdue", 12),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "kind": Filter(choices=tuple(SweepKind)),
        "year": Filter(Kind.INTEGER),
        "state": Filter(choices=tuple(SweepState)),
        "root_org": Filter(),
        "opens_on": Filter(Kind.DATE),
        "closes_on": Filter(Kind.DATE),
    },
    sorts=("_id", "opens_on"),
    default_sort="_id",
)
TOTALS: Final = (
    *COUNTS,
    *SHEET_COUNTS,
    Column("branches", "支部数", "Branches", 8),
    Column("townships", "乡镇数", "Townships", 8),
    Column("townships_checked", "已审核乡镇", "Townships that checked", 10),
    Column("townships_overdue", "逾期乡镇", "Townships overdue", 10),
)
"""What a sweep sums up to; for those alone who see all of it."""

SIDES: Final = ("branch", "township")
"""A sheet is its branch's, and the township's that checks it, whatever became of the branch."""

SHEET_LIST: Final = Listing(
    name="sweep_sheets",
    collection=SHEETS,
    title_zh="摸底排查进度",
    title_en="Progress of the sweep",
    columns=(
        *_WHICH,
        _TOWNSHIP,
        _BRANCH,
        *COUNTS,
        Column("submitted_on", "上报时间", "Handed in on", 12),
        Column("state", "审核", "Check", 12, labels=labels(SweepSheetState)),
        Column("returned_on", "退回日期", "Given back on", 12),
        Column("settled_on", "审核日期", "Settled on", 12),
        Column("overdue_on", "逾期(期限)", "Overdue since", 12),
        Column("sweep_id", "批次编号", "Sweep", 38),
        Column("_id", "编号", "Id", 38),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "branch": Filter(),
        "township": Filter(),
        "state": Filter(choices=tuple(SweepSheetState)),
        "overdue": Filter(Kind.BOOLEAN, field="overdue_on", present=True, description="The last day has passed"),
    },
    sorts=("branch", "township", "submitted_on", "not_reached"),
    default_sort="branch",
    own_parameters=TREE_PARAMETERS,
)

TOWNSHIP_LIST: Final = Listing(
    name="sweep_townships",
    collection=TOWNSHIPS,
    title_zh="摸底排查汇总",
    title_en="Sums by township",
    columns=(
        *_WHICH,
        _TOWNSHIP,
        *COUNTS,
        Column("branches", "支部数", "Branches", 8),
        *SHEET_COUNTS,
        Column("checked_on", "审核日期", "Checked on", 12),
        Column("checked_by", "审核人", "Checked by", 16),
        Column("missing", "未上报支部", "Missing", 24),
        Column("overdue_on", "逾期(期限)", "Overdue since", 12),
        Column("sweep_id", "批次编号", "Sweep", 38),
    ),
    filters={"township": Filter()},
    sorts=("township",),
    default_sort="township",
)

ROW_LIST: Final = Listing(
    name="sweep_rows",
    collection=ROWS,
    title_zh="摸底排查名单",
    title_en="Rows of the sweep",
    columns=(
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("away", "外出中", "Away", 6),
        Column("member_id", "党员编号", "Member", 38),
        Column("register_id", "党员记录", "Member record", 38),
        _TOWNSHIP,
        _BRANCH,
        Column("finding", "结果", "Finding", 12, labels=labels(SweepFinding)),
        Column("checked_on", "核查日期", "Checked on", 12),
        Column("checked_by", "核查人", "Checked by", 16),
        Column("listed", "应查", "To be checked", 6),
        Column("checked", "已查", "Checked", 6),
        Column("record_id", "外出/流入编号", "Departure or inflow", 38),
        *_BATCH,
        Column("sweep_id", "批次编号", "Sweep", 38),
        Column("_id", "编号", "Id", 78),
    ),
    filters={
        "branch": Filter(),
        "township": Filter(),
        "member_id": Filter(),
        "finding": Filter(choices=tuple(SweepFinding)),
        "listed": Filter(Kind.BOOLEAN, description="true: those to be checked; false: those found to have come"),
        "checked": Filter(Kind.BOOLEAN),
    },
    sorts=("_id", "branch", "checked_on"),
    own_parameters=TREE_PARAMETERS,
)

ALL_TOWNSHIPS, ALL_SHEETS, ALL_ROWS = (
    replace(one, filters={"sweep_id": Filter(), **one.filters}) for one in (TOWNSHIP_LIST, SHEET_LIST, ROW_LIST)
)
"""The same lists over all sweeps that the caller takes part in: a sweep is one filter among others."""


class RowNames:
    """Completes a page of rows: what the people are called, and whether they are away now."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def complete(self, rows: list[Document]) -> list[Document]:
        """The rows with `name`, `away` and `register_id` (none for people from elsewhere: they have no record)."""
        some = {"$in": sorted({one["member_id"] for one in rows})}
        guests = await self._tools.inflows.find(INFLOWS, {"person_id": some})
        members = await self._tools.register.find(MEMBERS, {"_id": some})
        names = {one["person_id"]: one["name"] for one in guests} | {one["_id"]: one["name"] for one in members}
        known = {one["_id"]: one["away_since"] is not None for one in members}

        def told(person: str) -> Document:
            return {
                "name": names.get(person),
                "away": known.get(person, False),
                "register_id": person if person in known else None,
            }

        return [{**one, **told(one["member_id"])} for one in rows]
