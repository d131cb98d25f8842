"""The list of retained and parked relations (domain.md §6 no. 13), and the bodies of the acts on one."""

from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import Field

from guiyan.events.codes import PersonCategory, RelationHolding, RetentionKind, RetentionState
from guiyan.events.document_numbers import DocumentNumber
from guiyan.events.exact import Flag
from guiyan.events.registry.retention import RetentionText
from guiyan.events.values import Id, Month, OrgCode, Text
from guiyan.ledger import Document
from guiyan.registry.commands.retentions import Keeping, Wish
from guiyan.registry.doors.parts import given
from guiyan.registry.projections.retentions import PARKED, RETENTIONS
from guiyan.service.asks import DatedAsk
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.subtree import TREE_PARAMETERS
from guiyan.service.tables import Column, labels

_HUKOU: Final = RelationHolding.PARKED_HUKOU
KINDS: Final = {**labels(RetentionKind), _HUKOU.value: (_HUKOU.zh, _HUKOU.en)}
STATES: Final = {**labels(RetentionState), PARKED: ("挂靠", "Parked")}

LIST: Final = Listing(
    name="retentions",
    collection=RETENTIONS,
    title_zh="毕业生/出国保留组织关系台账",
    title_en="Retained relations",
    ledger=True,
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("person_category", "人员类别", "Category", 12, labels=labels(PersonCategory)),
        Column("kind", "类别", "Kind", 16, labels=KINDS),
        Column("holding_org", "保留党组织", "Kept by", 16, book="organisation"),
        Column("from_on", "起始", "From", 12),
        Column("retain_until", "期满", "Until", 12),
        Column("days_left", "剩余", "Days left", 8),
        Column("placed_in", "编入支部", "Placed in branch", 16, book="organisation"),
        Column("contact_person", "联系人", "Contact person", 12),
        Column("contacted_on", "最近联系", "Last contact", 12),
        Column("relay_person_id", "境内联系人", "Contact at home", 38, printed=True),
        Column("dest_area", "去向", "Destination", 18),
        Column("state", "状态", "State", 12, labels=STATES),
        Column("next_reminder_on", "下次提醒", "Next reminder", 12),
        Column("overdue", "逾期", "Overdue", 8),
        Column("extensions", "延期次数", "Extensions", 8),
        Column("extension_no", "延期文号", "Extended by", 22, printed=False),
        Column("requested_on", "申请日期", "Asked for on", 12, printed=False),
        Column("retained_on", "同意日期", "Granted on", 12, printed=False),
        Column("dues_paid_to", "党费交至", "Dues paid to", 10, printed=False),
        Column("branch", "所在支部", "Branch", 16, book="organisation", printed=False),
        Column("responsible", "责任党组织", "Responsible", 16, book="organisation", printed=False),
        Column("away", "是否在外", "Away", 8, printed=False),
        Column("dest_area_code", "去向代码", "Destination code", 12, printed=False),
        Column("has_details", "有去向详情", "Details told", 8, printed=False),
        Column("reminded", "已提醒(月)", "Reminded (months)", 14, printed=False),
        Column("open", "办理中", "Open", 8, printed=False),
        Column("ended_on", "结束日期", "Ended on", 12, printed=False),
        Column("contact_person_id", "联系人编号", "Contact person's id", 38),
        Column("transfer_id", "转接编号", "Transfer", 38),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "holding_org": Filter(),
        "kind": Filter(choices=tuple(KINDS)),
        "state": Filter(choices=tuple(STATES)),
        "open": Filter(Kind.BOOLEAN),
        "away": Filter(Kind.BOOLEAN),
        "from_on": Filter(Kind.DATE),
        "retain_until": Filter(Kind.DATE),
        "contacted_on": Filter(Kind.DATE),
    },
    sorts=("_id", "name", "branch", "from_on", "retain_until"),
    own_parameters=(*TREE_PARAMETERS, "ends_within", "overdue"),
)

EndsWithin = Annotated[
    int | None, Query(ge=0, le=3660, description="Open ones whose last day lies at most so many days ahead")
]
Overdue = Annotated[Flag | None, Query(description="Open ones whose last day is over; parked relations among them")]


def narrowed(ends_within: int | None, overdue: bool | None, today: date) -> list[dict[str, Any]]:  # noqa: FBT001 - a filter of the list
    """The queries for what ends within so many days, and for what is over (or, false, is not)."""
    found: list[dict[str, Any]] = []
    if ends_within is not None:
        last = (today + timedelta(ends_within)).isoformat()
        found.append({"open": True, "retain_until": {"$ne": None, "$lte": last}})
    over = {"open": True, "retain_until": {"$ne": None, "$lt": today.isoformat()}}
    if overdue is not None:
        found.append(over if overdue else {"$nor": [over]})
    return found


def on_day(document: Document, today: date) -> Document:
    """The row with what depends on the day it is read."""
    until = date.fromisoformat(document["retain_until"]) if document["open"] and document["retain_until"] else None
    ahead = [on for on in document["plan"].values() if on >= today.isoformat()] if until else []
    left = (until - today).days if until else None
    told = {"overdue": left is not None and left < 0, "next_reminder_on": min(ahead, default=None)}
    return {**document, **told, "days_left": left}


class Asked(DatedAsk):
    """Who asks, on what ground, to be kept where and from when; abroad: the country, and who is the contact at home."""

    member_id: Id
    kind: RetentionKind
    holding_org: OrgCode
    from_on: date
    relay_person_id: Id | None = None
    country: Text | None = None
    school: Text | None = None
    contact: Text | None = None

    def wish(self) -> Wish:
        """As the handler takes it."""
        told = given(self, RetentionText.model_fields)
        text = RetentionText.model_validate(told) if told else None
        return Wish(self.kind, self.holding_org, self.from_on, self.relay_person_id, text, self.occurred_on)


class Kept(DatedAsk):
    """In which branch, with which contact person (absent: the branch's own), until when (absent: the limit)."""

    branch: OrgCode
    contact_person_id: Id | None = None
    retain_until: Annotated[date | None, Field(description="The last day; absent: as long as the kind allows")] = None
    dues_paid_to: Month | None = None

    def keeping(self) -> Keeping:
        """As the handler takes it."""
        return Keeping(self.branch, self.contact_person_id, self.retain_until, self.dues_paid_to, self.occurred_on)


class Placed(DatedAsk):
    """Into which branch of the holder."""

    branch: OrgCode


class Extended(DatedAsk):
    """The new last day, and the document it rests on."""

    retain_until: date
    decision_no: DocumentNumber
