"""The list of probationary members (domain.md §6 no. 11), and the bodies of the acts on one."""

from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import Field

from guiyan.events.codes import ProbationClosing, ProbationState, ProbationVote, RecordError
from guiyan.events.values import Count, HalfYear, Id, OrgCode, Quarter
from guiyan.ledger import Document
from guiyan.registry.domain.probation_calendar import half_years_due, quarters_due
from guiyan.registry.doors.memberships import DecisionAsk
from guiyan.registry.projections.probations import PROBATIONS
from guiyan.service.asks import DatedAsk
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.subtree import TREE_PARAMETERS
from guiyan.service.tables import Column, labels

_DECISIONS: Final = {
    "ProbationConverted": ("批准转正", "Converted"),
    "ProbationExtended": ("延长预备期", "Extended"),
    "ProbationCancelled": ("取消预备资格", "Cancelled"),
}

_TERM: Final = ("joined_on", "ends_on")

LIST: Final = Listing(
    name="probations",
    collection=PROBATIONS,
    title_zh="预备党员管理表",
    title_en="Probationary members",
    ledger=True,
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("branch", "支部", "Branch", 16, book="organisation"),
        Column("joined_on", "接收日期", "Admitted on", 12),
        Column("ends_on", "预备期满", "Ends on", 12),
        Column("days_left", "剩余天数", "Days left", 8),
        Column("state", "状态", "State", 14, labels=labels(ProbationState)),
        Column("quarters", "季度讨论", "Quarters discussed", 18),
        Column("quarters_missing", "未讨论季度", "Quarters missing", 18),
        Column("reports", "半年汇报", "Half-year reports", 16),
        Column("reports_missing", "未汇报半年", "Reports missing", 16),
        Column("applied_on", "申请日期", "Applied on", 12),
        Column("group_opinion_on", "小组意见", "Group opinion", 12),
        Column("opinions_on", "征求意见", "Opinions", 12),
        Column("reviewed_on", "支委审查", "Reviewed", 12),
        Column("notice_until", "公示至", "Notice until", 12),
        Column("voted_on", "支部大会", "Branch meeting", 12),
        Column("vote", "大会决议", "Resolved", 12, labels=labels(ProbationVote)),
        Column("decide_by", "审批期限", "Decide by", 12),
        Column("decision", "审批", "Decision", 12, labels=_DECISIONS),
        Column("decision_no", "审批文号", "Document", 22),
        Column("decided_by", "审批机关", "Decided by", 16, book="organisation"),
        Column("decided_on", "审批日期", "Decided on", 12),
        Column("full_on", "转正日期", "Full member since", 12),
        Column("months_extended", "延长(月)", "Months extended", 8),
        Column("extensions", "延长次数", "Extensions", 8),
        Column("away", "是否在外", "Away", 8),
        Column("responsible", "责任方", "Responsible", 16, book="organisation"),
        Column("application_overdue", "逾期未申请", "Application overdue", 8),
        Column("decision_overdue", "逾期未审批", "Decision overdue", 8),
        Column("overdue", "逾期", "Overdue", 8),
        Column("escalated_to", "已报上级", "Told above", 16, book="organisation", printed=False),
        Column("escalated_on", "上报日期", "Told above on", 12, printed=False),
        Column("in_last_months", "期满前三个月", "In the last months", 10, printed=False),
        Column("record_at", "培养考察材料", "Record of training at", 16, book="organisation", printed=False),
        Column("handed_over_on", "材料移交日期", "Handed over on", 12, printed=False),
        Column("handover_due", "材料待移交", "To be handed over", 8, printed=False),
        Column("reminded", "已提醒(天)", "Reminded (days)", 12, printed=False),
        Column("open", "办理中", "Open", 8, printed=False),
        Column("closed_for", "终止原因", "Closed for", 14, labels=labels(ProbationClosing), printed=False),
        Column("decision_id", "决定编号", "Decision id", 38),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "responsible": Filter(),
        "state": Filter(choices=tuple(ProbationState)),
        "open": Filter(Kind.BOOLEAN),
        "away": Filter(Kind.BOOLEAN),
        "overdue": Filter(Kind.BOOLEAN),
        "application_overdue": Filter(Kind.BOOLEAN),
        "decision_overdue": Filter(Kind.BOOLEAN),
        "handover_due": Filter(Kind.BOOLEAN),
        "joined_on": Filter(Kind.DATE),
        "ends_on": Filter(Kind.DATE),
        "decide_by": Filter(Kind.DATE),
        "decision_no": Filter(Kind.DOCUMENT_NO),
    },
    sorts=("_id", "name", "branch", "joined_on", "ends_on", "decide_by"),
    own_parameters=(*TREE_PARAMETERS, "due_within"),
)

DueWithin = Annotated[
    int | None, Query(ge=0, le=3660, description="Open ones whose last day lies at most so many days ahead")
]


def ending_within(days: int, today: date) -> dict[str, Any]:
    """The query for open probations that end within so many days; those over already are among them."""
    return {"open": True, "ends_on": {"$ne": None, "$lte": (today + timedelta(days)).isoformat()}}


def on_day(document: Document, today: date) -> Document:
    """The document with what depends on the day it is read."""
    joined_on, ends_on = (date.fromisoformat(document[name]) if document[name] else None for name in _TERM)
    is_open, plan = document["open"], document["plan"]
    until = min(today, ends_on) if ends_on else today
    quarters = quarters_due(joined_on, until) if is_open and joined_on else []
    halves = half_years_due(joined_on, until) if is_open and joined_on and document["away"] else []
    return {
        **document,
        "days_left": (ends_on - today).days if is_open and ends_on else None,
        "in_last_months": bool(is_open and plan and plan["last_months_from"] <= today.isoformat()),
        "quarters_missing": [one for one in quarters if one not in document["quarters"]],
        "reports_missing": [one for one in halves if one not in document["reports"]],
    }


class Discussed(DatedAsk):
    """Which quarter the branch discussed."""

    quarter: Quarter


class Reported(DatedAsk):
    """Of which half-year."""

    half_year: HalfYear


class Noticed(DatedAsk):
    """The last day of the notice."""

    until: date


class Resolved(DatedAsk):
    """What the branch meeting resolved, with the votes where they were counted."""

    vote: ProbationVote
    in_favour: Count | None = None
    against: Count | None = None
    abstained: Count | None = None


class Longer(DecisionAsk):
    """By how many months, from the last day on."""

    months: Annotated[int, Field(ge=1, le=600)]


class Annulled(DecisionAsk):
    """Which decision should not stand here, and why; the document is that of whoever set it right."""

    annulled_id: Annotated[Id, Field(description="Event id of the newest decision that stands (decision_id)")]
    error: RecordError


class HandedOver(DatedAsk):
    """Who has the record of training and assessment now."""

    to_org: OrgCode
