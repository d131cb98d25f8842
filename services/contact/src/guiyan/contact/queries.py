"""What is shown of contact: the quarter's record and desk (domain.md §6 nos. 1 and 6), one duty, contact points."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from guiyan.contact.domain.contact_point import PHONES
from guiyan.contact.projections import people, rows
from guiyan.contact.projections.points import POINTS
from guiyan.contact.projections.rows import DUTIES, PARTS, UNSETTLED_PARTS
from guiyan.events import Event
from guiyan.events.codes import (
    ContactChannel,
    ContactExemption,
    ContactOutcome,
    ContactPause,
    ContactPointEnd,
    ContactPointKind,
    ContactPointSource,
    ContactState,
    ContactStop,
    DuesAnswer,
    EscalationLevel,
    OrgLifeAnswer,
    VerifiedHow,
    WorkAnswer,
)
from guiyan.events.contact import ContactPlanned
from guiyan.ledger import Document, Fact, History
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.problems import NotFound
from guiyan.service.reads import CountingReads, Query, Reads
from guiyan.service.resources import TimeAxes
from guiyan.service.subtree import TREE_PARAMETERS
from guiyan.service.tables import Column, labels
from guiyan.service.withheld import Withheld

LEGS: Final = {"DUE": ("待联系", "Due"), "DONE": ("已联系", "Done"), "OVER": ("无需再联系", "Over")}
"""How far the leg of the organisation at the destination is (S-22)."""

DUTY_LIST: Final = Listing(
    name="duties",
    collection=DUTIES,
    title_zh="季度联系记录表",
    ledger=True,
    title_en="Contact duties",
    columns=(
        Column("_id", "标识", "Id", 38),
        Column("quarter", "季度", "Quarter", 10),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("branch", "支部", "Branch", 16, book="organisation"),
        Column("dest_area_code", "流向", "Destination", 10),
        Column("contact_person_id", "联系人", "Contact person", 38),
        Column("away_since", "外出日期", "Away since", 12),
        Column("told_late_on", "补报日期", "Leaving told late on", 12),
        Column("opens_on", "开始日期", "Opens", 12),
        Column("closes_on", "截止日期", "Due", 12),
        Column("days_left", "剩余天数", "Days left", 10),
        Column("attempts", "尝试次数", "Attempts", 8),
        Column("last_attempt_on", "最近尝试日期", "Last attempt", 12),
        Column("last_channel", "最近方式", "Last channel", 12, labels=labels(ContactChannel)),
        Column("last_outcome", "最近结果", "Last outcome", 12, labels=labels(ContactOutcome)),
        Column("answers_missing", "已联系上,待登记答复", "Reached, answers missing", 10, printed=False),
        Column("contacted_on", "联系日期", "Contacted", 12),
        Column("channel", "方式", "Channel", 12, labels=labels(ContactChannel)),
        Column("work", "工作情况", "Work", 12, labels=labels(WorkAnswer)),
        Column("org_life", "组织生活", "Organised life", 12, labels=labels(OrgLifeAnswer)),
        Column("dues", "党费", "Dues", 10, labels=labels(DuesAnswer)),
        Column("dues_paid_to", "党费交至", "Dues paid to", 10),
        Column("wishes", "诉求", "Wishes", 14),
        Column("host_branch", "流入地党组织", "Host branch", 16, book="organisation"),
        Column("host_contacted_on", "流入地联系日期", "Host contacted", 14),
        Column("host_attendance", "流入地组织生活", "Attendance there", 14, labels=labels(OrgLifeAnswer)),
        Column("host_dues", "流入地党费", "Dues there", 12, labels=labels(DuesAnswer)),
        Column("state", "联系结果", "State", 12, labels=labels(ContactState)),
        Column("part", "归类", "Part", 10),
        Column("open", "待办", "Open", 6),
        Column("missed_in_a_row", "连续未联系上", "Missed in a row", 8),
        Column("escalated_to", "已上报", "Escalated to", 14, labels=labels(EscalationLevel)),
        Column("stop_reason", "停止原因", "Stopped", 12, labels=labels(ContactStop)),
        Column("exempt_reason", "免于联系原因", "Exempted", 14, labels=labels(ContactExemption)),
        Column("paused_on", "暂停日期", "Paused", 12),
        Column("paused_days", "已暂停天数", "Days paused", 10),
        Column("transfer_id", "转接编号", "Transfer", 38),
        Column("pause_reason", "暂停原因", "Paused because", 12, labels=labels(ContactPause)),
        Column("ended_on", "办结日期", "Ended", 12),
        Column("handled_by", "经办人", "Handled by", 16),
        Column("hosted_by", "现纳入党组织", "Hosted by", 16, book="organisation", printed=False),
        Column("host_leg", "流入地联系", "Host leg", 10, labels=LEGS, printed=False),
        Column("agreed", "按约由流入地联系", "Kept by the host", 8, printed=False),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "hosted_by": Filter(description="Only of members whom this branch at the destination has taken in"),
        "agreed": Filter(Kind.BOOLEAN, description="true: the host keeps contact by agreement"),
        "quarter": Filter(),
        "state": Filter(choices=tuple(ContactState)),
        "part": Filter(choices=tuple(PARTS)),
        "part_known": Filter(
            Kind.BOOLEAN, field="part", present=True, description="false: in no part of the account, which is an alarm"
        ),
        "open": Filter(Kind.BOOLEAN),
        "contact_person_id": Filter(),
        "has_keeper": Filter(Kind.BOOLEAN, field="contact_person_id", present=True),
        "host_contacted": Filter(Kind.BOOLEAN, field="host_contacted_on", present=True),
        "away_since": Filter(Kind.DATE),
        "told_late": Filter(
            Kind.BOOLEAN, field="told_late_on", present=True, description="true: the leaving was told after its window"
        ),
        "closes_on": Filter(Kind.DATE),
        "answers_missing": Filter(
            Kind.BOOLEAN, description="true: the member was reached, the answers are not recorded"
        ),
        "contacted_on": Filter(Kind.DATE),
        "missed_in_a_row": Filter(Kind.INTEGER),
        "escalated_to": Filter(choices=tuple(EscalationLevel)),
    },
    sorts=("_id", "closes_on", "branch", "quarter", "state", "last_attempt_on"),
    default_sort="closes_on",
    own_parameters=(*TREE_PARAMETERS, "side", "host_leg"),
)

POINT_LIST: Final = Listing(
    name="contact-points",
    collection=POINTS,
    title_zh="联系方式",
    title_en="Contact points",
    columns=(
        Column("_id", "标识", "Id", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("branch", "支部", "Branch", 16, book="organisation"),
        Column("kind", "类别", "Kind", 10, labels=labels(ContactPointKind)),
        Column("value", "号码/地址(掩码)", "Value", 18),
        Column("source", "来源", "Source", 12, labels=labels(ContactPointSource)),
        Column("wish_document_no", "书面意愿编号", "Wish, document", 20),
        Column("wish_on", "书面意愿日期", "Wish, signed", 12),
        Column("valid_from", "启用日期", "Valid from", 12),
        Column("valid_to", "停用日期", "Valid to", 12),
        Column("verified_on", "核实日期", "Verified", 12),
        Column("verified_how", "核实方式", "How verified", 12, labels=labels(VerifiedHow)),
        Column("bounces", "退信次数", "Returned", 8),
        Column("bounced_on", "最近退信", "Last returned", 12),
        Column("end_reason", "停用原因", "Why closed", 12, labels=labels(ContactPointEnd)),
        Column("open", "在用", "In use", 6),
        Column("withheld", "限制或删除", "Withheld", 12, labels=labels(Withheld)),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "withheld": Filter(choices=tuple(Withheld)),
        "kind": Filter(choices=tuple(ContactPointKind)),
        "source": Filter(choices=tuple(ContactPointSource)),
        "open": Filter(Kind.BOOLEAN),
        "verified_on": Filter(Kind.DATE),
        "bounces": Filter(Kind.INTEGER),
        "end_reason": Filter(choices=tuple(ContactPointEnd)),
    },
    sorts=("_id", "branch", "verified_on"),
)


def on_day(row: Document, today: date) -> Document:
    """The row with what depends on the day it is looked at: the days left, and how far the host's leg is."""
    return {**with_days_left(row, today), "host_leg": _host_leg(row, today)}


def _host_leg(row: Document, today: date) -> str:
    """It may still be asked after the member was reached, to the duty's last day."""
    if row["host_contacted_on"] is not None:
        return "DONE"
    runs = row["part"] in UNSETTLED_PARTS or (row["part"] == "completed" and row["closes_on"] >= today.isoformat())
    return "DUE" if runs else "OVER"


def leg_query(leg: str, today: date) -> Query:
    """The query for duties whose host's leg is so far on a day: what `on_day` shows as `host_leg`."""
    if leg == "DONE":
        return {"host_contacted_on": {"$ne": None}}
    day, settled = today.isoformat(), {"part": {"$nin": list(UNSETTLED_PARTS)}}
    if leg == "OVER":
        gone: Query = {"$or": [{"part": {"$ne": "completed"}}, {"closes_on": {"$lt": day}}]}
        return {"$and": [{"host_contacted_on": None}, settled, gone]}
    runs: Query = {"$or": [{"part": {"$in": list(UNSETTLED_PARTS)}}, {"part": "completed", "closes_on": {"$gte": day}}]}
    return {"$and": [{"host_contacted_on": None}, runs]}


def with_days_left(row: Document, today: date) -> Document:
    """The row with the days until its last one: as on the day its clock stopped, none when it is settled."""
    day = today if row["open"] else row["paused_on"] and date.fromisoformat(row["paused_on"])
    left = (date.fromisoformat(row["closes_on"]) - day).days if row["part"] in UNSETTLED_PARTS and day else None
    return {**row, "days_left": left}


def row_at(history: History, now: Document, at: TimeAxes) -> Document:
    """The row as it was on both time axes, told from the duty's own events; raises NotFound when it was not yet.

    What is shown of the member, and which host sees it, is today's.
    """
    person = {**people.empty(), "name": now["name"], "away": {"dest_area_code": now["dest_area_code"]}}
    row = row_of(history, lambda event, _: at.keep(event), person)
    if row is None:
        raise NotFound
    return rows.seen({**row, "_id": history.subject.id, "hosted_by": now["hosted_by"]})


def row_of(history: History, keep: Callable[[Event, int], bool], person: Document | None = None) -> Document | None:
    """The row that some of a duty's events leave, by event and ledger sequence; None before the plan."""
    row: Document | None = None
    for commit in history.commits:
        for index, event in enumerate(commit.events):
            if keep(event, commit.sequence):
                fact = Fact(event, commit.sequence, index)
                if isinstance(fact.payload, ContactPlanned):
                    row = rows.begun(fact.payload, fact, person or people.empty())
                elif row is not None:
                    row = rows.changed(row, fact)
    return row


async def reconcile(reads: CountingReads, where: Query) -> dict[str, int]:
    """Planned, its six parts, and the difference, which is 0 at every instant (each duty is in exactly one part)."""
    planned, counted = await reads.account(DUTIES, where, "part")
    parts = {name: counted.get(name, 0) for name in PARTS}
    return {"planned": planned, **parts, "difference": planned - sum(parts.values())}


async def verified_figures(reads: Reads, where: Query, today: date, days: int) -> dict[str, Any]:
    """Phones in use, those proved within so many days, and the share; each figure with the list of just these."""
    since = (today - timedelta(days=days)).isoformat()
    phones: Query = {"$and": [where, {"open": True, "kind": {"$in": [str(one) for one in PHONES]}}]}
    total = await reads.count(POINTS, phones)
    proved = await reads.count(POINTS, {"$and": [phones, {"verified_on": {"$gte": since}}]})
    kinds = "&".join(f"kind={one}" for one in sorted(PHONES))
    return {
        "phones": {"count": total, "list": f"/v1/contact-points?open=true&{kinds}"},
        "verified": {"count": proved, "list": f"/v1/contact-points?open=true&{kinds}&verified_on_from={since}"},
        "within_days": days,
        "share": None if total == 0 else round(proved / total, 4),
    }
