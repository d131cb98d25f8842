"""What is shown of lost contact: ledger no. 10, one case, its past, and how many stand in each stage (§6, §3.5)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from guiyan.contact.domain.lost_steps import BRANCH, COMMITTEE, REGISTRY
from guiyan.contact.projections.lost_contacts import LostContacts
from guiyan.contact.projections.lost_people import LOST_PEOPLE
from guiyan.contact.projections.lost_rows import LOST_CONTACTS
from guiyan.events.codes import (
    ContactChannel,
    FoundOutcome,
    LostCause,
    LostEnd,
    LostState,
    LostStep,
    SearchMeans,
    SearchResult,
)
from guiyan.ledger import Document, Ledger, Sealer, Subject
from guiyan.ledger.calendar import whole_months_between
from guiyan.ledger.past import read_past
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.problems import NotFound
from guiyan.service.reads import CountingReads, Query, Reads
from guiyan.service.resources import TimeAxes
from guiyan.service.tables import Column, labels

WAITS: Final = {
    BRANCH: ("支部", "Branch"),
    COMMITTEE: ("基层党委", "Basic committee"),
    REGISTRY: ("决定机关", "Whoever decides about the membership"),
}

LOST_LIST: Final = Listing(
    name="lost-contacts",
    collection=LOST_CONTACTS,
    title_zh="失联党员台账",
    title_en="Lost contact",
    ledger=True,
    columns=(
        Column("_id", "标识", "Id", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("branch", "支部", "Branch", 16, book="organisation"),
        Column("last_attended_on", "最后参加组织生活", "Last attended", 12),
        Column("last_paid_on", "最后交费", "Last paid", 12),
        Column("since", "失联起算", "Counted from", 12),
        Column("months", "月数", "Months", 6),
        Column("missed_in_a_row", "连续未联系上(季度)", "Quarters missed", 8),
        Column("cause", "原因", "Cause", 18, labels=labels(LostCause)),
        Column("search_told", "查找措施与日期", "Search", 40),
        Column("state", "阶段", "Stage", 12, labels=labels(LostState)),
        Column("confirmed_on", "确认日期", "Confirmed", 12),
        Column("confirmed_by", "确认党委", "Confirmed by", 16, book="organisation"),
        Column("proposal_no", "提请文号", "Proposal", 18),
        Column("decision_no", "决定文号", "Decision", 18),
        Column("suspended_on", "停籍日期", "Suspended", 12),
        Column("removal_from", "两年期满", "Two years over", 12),
        Column("result", "结果", "Result", 12, labels=labels(LostEnd)),
        Column("outcome", "处理意见", "Outcome", 14, labels=labels(FoundOutcome)),
        Column("outcome_no", "处理文号", "Outcome's document", 18),
        Column("correction_until", "限期改正至", "Correction until", 12),
        Column("opened_on", "立案日期", "Opened", 12),
        Column("search_started_on", "开始查找", "Search began", 12),
        Column("cause_told_on", "支部认定日期", "Told lost by the branch", 12),
        Column("regained_on", "取得联系", "Regained", 12),
        Column("regained_channel", "联系方式", "How", 12, labels=labels(ContactChannel)),
        Column("closed_on", "结案日期", "Closed", 12),
        Column("waits_for", "待谁办理", "Waits for", 12, labels=WAITS),
        Column("next_step", "下一节点", "Next step", 14, labels=labels(LostStep)),
        Column("next_on", "节点日期", "From", 12),
        Column("open", "在办", "Open", 6),
        Column("steps", "查找记录", "Search steps", 40, printed=False),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "state": Filter(choices=tuple(LostState)),
        "open": Filter(Kind.BOOLEAN),
        "cause": Filter(choices=tuple(LostCause)),
        "waits_for": Filter(choices=tuple(WAITS)),
        "next_step": Filter(choices=tuple(LostStep)),
        "next_on": Filter(Kind.DATE),
        "since": Filter(Kind.DATE),
        "opened_on": Filter(Kind.DATE),
        "suspended_on": Filter(Kind.DATE),
        "removal_from": Filter(Kind.DATE),
        "result": Filter(choices=tuple(LostEnd)),
    },
    sorts=("_id", "branch", "since", "opened_on", "next_on", "removal_from"),
    default_sort="_id",
)


class LostToday:
    """The rows with what depends on the day they are looked at: the months, and the search in words."""

    def __init__(self, reads: Reads, today: date, language: str) -> None:
        self._reads, self._today, self._language = reads, today, language

    async def find(
        self, collection: str, query: Query, *, sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> list[Document]:
        """Documents of a collection, in order, at most `limit` (0: all)."""
        found = await self._reads.find(collection, query, sort=sort, limit=limit)
        return [shown(one, self._today, self._language) for one in found]

    async def get(self, collection: str, id_: str) -> Document | None:
        """One document, or None."""
        found = await self._reads.get(collection, id_)
        return None if found is None else shown(found, self._today, self._language)

    async def count(self, collection: str, query: Query) -> int:
        """How many documents the query finds."""
        return await self._reads.count(collection, query)

    async def applied(self, sequence: int = 0, *, wait_seconds: float = 0) -> int:
        """The ledger sequence the projection has applied."""
        return await self._reads.applied(sequence, wait_seconds=wait_seconds)


def shown(row: Document, today: date, language: str) -> Document:
    """The row as it is read on a day: whole months of silence, until the end of a case that is closed."""
    until = min(today, date.fromisoformat(row["closed_on"])) if row["closed_on"] else today
    since = None if row["since"] is None else date.fromisoformat(row["since"])
    months = None if since is None else max(0, whole_months_between(since, until))
    return {**row, "months": months, "search_told": [_told(one, language) for one in row["steps"]]}


def _told(step: Document, language: str) -> str:
    means, result = SearchMeans(step["means"]), SearchResult(step["result"])
    return f"{means.label(language)} {step['on']} {result.label(language)}"


async def lost_at(ledger: Ledger, sealer: Sealer, reads: Reads, id_: str, at: TimeAxes) -> tuple[Document, int]:
    """The row as it was on both time axes, from all that told of the member by then; raises NotFound before it was."""
    now = await reads.get(LOST_CONTACTS, id_)
    person = await reads.get(LOST_PEOPLE, now["member_id"]) if now else None
    if now is None or person is None:
        raise NotFound
    subjects = [Subject(*source.split("/", 2)) for source in person["sources"]]
    subjects += [Subject("contact", "lost_contact", one) for one in person["cases"]]
    past = await read_past(
        ledger, sealer, LostContacts(), [*subjects, Subject("registry", "member", now["member_id"])], at.keep
    )
    then = past.find(LOST_CONTACTS, id_)
    if then is None:
        raise NotFound
    return {**then, "_id": id_}, past.sequence


async def by_stage(reads: CountingReads, where: Query) -> dict[str, int]:
    """How many open cases stand in each stage (§3.5)."""
    counted = await reads.count_by(LOST_CONTACTS, {"$and": [{"open": True}, where]}, "state")
    return {str(state): counted.get(str(state), 0) for state in LostState}


def figures(counted: dict[str, int]) -> list[dict[str, Any]]:
    """Each stage with its number and the list that shows just these."""
    return [
        {"state": state, "count": number, "list": f"/v1/lost-contacts?state={state}&open=true"}
        for state, number in counted.items()
    ]
