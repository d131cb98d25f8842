"""What is shown of transfers: the ledger of domain.md §6 no. 4, one transfer, and one as it was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

from guiyan.events.codes import (
    CancelReason,
    ChangeType,
    HandedOverHow,
    PersonCategory,
    ReturnReason,
    SuggestionEnd,
    TransferChannel,
    TransferObstacle,
    TransferSide,
    TransferState,
)
from guiyan.ledger import Document, Fact, History
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.problems import NotFound
from guiyan.service.reads import Query, Reads
from guiyan.service.resources import TimeAxes
from guiyan.service.tables import Column, labels
from guiyan.transfers.domain.parameters import ParametersOn
from guiyan.transfers.domain.steps import WORDS
from guiyan.transfers.projections import rows
from guiyan.transfers.projections.rows import TRANSFERS


def beside(*columns: Column) -> tuple[Column, ...]:
    """Columns of the files that the ledger on paper does not have: they stand beside its print area."""
    return tuple(replace(column, printed=False) for column in columns)


SIDES: Final = labels(TransferSide)
LIST: Final = Listing(
    name="transfers",
    collection=TRANSFERS,
    title_zh="组织关系转接台账",
    ledger=True,
    title_en="Transfers",
    columns=(
        Column("_id", "标识", "Id", 38),
        Column("number", "编号", "Number", 12),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("person_category", "类别", "Category", 10, labels=labels(PersonCategory)),
        Column("channel", "渠道", "Channel", 12, labels=labels(TransferChannel)),
        Column("change_type", "变动类别", "Change type", 12, labels=labels(ChangeType)),
        Column("from_branch", "转出支部", "From branch", 16, book="organisation"),
        Column("origin", "转出党委", "From", 16, book="organisation"),
        Column("to_title", "转入抬头", "To", 24),
        Column("to_branch", "转入支部", "To branch", 16, book="organisation"),
        Column("issued_on", "开具日期", "Issued", 12),
        Column("valid_days", "有效期(天)", "Valid days", 8),
        Column("expires_on", "到期日", "Expires", 12),
        Column("dues_paid_to", "党费交至", "Dues paid to", 10),
        Column("received_on", "接收日期", "Received", 12),
        Column("receipt_on", "回执日期", "Receipt", 12),
        Column("days_left", "剩余天数", "Days left", 10),
        Column("state", "状态", "State", 14, labels=labels(TransferState)),
        Column("return_reason", "退回原因", "Return reason", 14, labels=labels(ReturnReason)),
        Column("handled_by", "经办人", "Handled by", 14),
        *beside(
            Column("direction", "转入/转出", "Direction", 8, labels=rows.DIRECTIONS),
            Column("from_committee", "转出党委(系统内)", "From committee", 16, book="organisation"),
            Column("from_title", "转出单位(系统外)", "From, outside", 24),
            Column("from_area_code", "转出地代码", "From area", 10),
            Column("to_committee", "转入党委", "To committee", 16, book="organisation"),
            Column("requested_on", "申请日期", "Requested", 12),
            Column("approved_on", "支部同意日期", "Approved", 12),
            Column("handed_over_how", "转递方式", "Handed over", 12, labels=labels(HandedOverHow)),
            Column("assigned_on", "编入日期", "Assigned", 12),
            Column("transferred_on", "转入日期", "Transferred", 12),
            Column("receipt_due_on", "回执期限", "Receipt due", 12),
            Column("open", "办理中", "Open", 8),
            Column("responsible_branch", "责任支部", "Responsible", 16, book="organisation"),
            Column("returned_by", "退回方", "Returned by", 10, labels=SIDES),
            Column("cancel_reason", "撤销原因", "Cancel reason", 16, labels=labels(CancelReason)),
            Column("departure_id", "外出编号", "Departure", 38),
            Column("suggested_on", "建议日期", "Suggested", 12),
            Column("dismissed_for", "暂不转接原因", "Why not for now", 14, labels=labels(TransferObstacle)),
            Column("cleared_for", "建议消除原因", "Suggestion cleared", 14, labels=labels(SuggestionEnd)),
            Column("ended_on", "办结日期", "Ended", 12),
            Column("overdue_step", "逾期环节", "Late step", 14, labels=WORDS),
            Column("overdue_since", "环节期限", "Step due", 12),
            Column("receipt_overdue_on", "回执逾期", "Receipt late since", 12),
            Column("reminded_on", "最近提醒", "Reminded", 12),
            Column("reissued_on", "重新开具日期", "Issued anew", 12),
            Column("lost_on", "报失日期", "Reported lost", 12),
            Column("letter_void", "介绍信作废", "Letter void", 10),
            Column("prints", "打印次数", "Prints", 8),
            Column("converter_origin", "转出方:由谁转正", "Origin: converter", 14, labels=SIDES),
            Column("converter_receiver", "转入方:由谁转正", "Receiver: converter", 14, labels=SIDES),
            Column("outside", "转往系统外", "Receiver outside", 10),
        ),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "state": Filter(choices=tuple(TransferState)),
        "open": Filter(Kind.BOOLEAN),
        "channel": Filter(choices=tuple(TransferChannel)),
        "from_branch": Filter(),
        "from_committee": Filter(),
        "to_branch": Filter(),
        "to_committee": Filter(),
        "number": Filter(),
        "requested_on": Filter(Kind.DATE),
        "issued_on": Filter(Kind.DATE),
        "expires_on": Filter(Kind.DATE),
        "receipt_due_on": Filter(Kind.DATE),
        "outside": Filter(Kind.BOOLEAN, description="true: the receiver has no system here"),
        "suggestion": Filter(Kind.BOOLEAN, description="true: suggested, and asked for by nobody"),
        "departure_id": Filter(),
        "direction": Filter(
            choices=tuple(rows.DIRECTIONS), description="IN: from an organisation without a system here"
        ),
        "change_type": Filter(choices=tuple(ChangeType)),
        "overdue_step": Filter(choices=tuple(WORDS)),
        "receipt_overdue": Filter(Kind.BOOLEAN, field="receipt_overdue_on", present=True),
    },
    sorts=("_id", "requested_on", "issued_on", "expires_on", "receipt_due_on", "state"),
    default_sort="-requested_on",
)


class RowsToday:
    """The rows as they are shown: with their origin, and the days left of a letter's validity on the day."""

    def __init__(self, reads: Reads, today: date) -> None:
        self._reads = reads
        self._today = today

    async def find(
        self, collection: str, query: Query, *, sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> list[Document]:
        """Documents of a collection, in order, at most `limit` (0: all)."""
        found = await self._reads.find(collection, query, sort=sort, limit=limit)
        return [with_days_left(one, self._today) for one in found]

    async def get(self, collection: str, id_: str) -> Document | None:
        """One document, or None."""
        found = await self._reads.get(collection, id_)
        return None if found is None else with_days_left(found, self._today)

    async def count(self, collection: str, query: Query) -> int:
        """How many documents the query finds."""
        return await self._reads.count(collection, query)

    async def applied(self, sequence: int = 0, *, wait_seconds: float = 0) -> int:
        """The ledger sequence the projection has applied."""
        return await self._reads.applied(sequence, wait_seconds=wait_seconds)


def with_days_left(row: Document, today: date) -> Document:
    """The row with the days a letter on its way is still valid, none when it is not on its way; and with its origin.

    The origin is a committee here, or an organisation outside as it is written on the letter.
    """
    waiting = row["state"] in rows.WAITING_FOR_RECEIVER and row["expires_on"]
    left = (date.fromisoformat(row["expires_on"]) - today).days if waiting else None
    return {**row, "days_left": left, "origin": row["from_committee"] or row["from_title"]}


def row_at(history: History, now: Document, at: TimeAxes, parameters_on: ParametersOn) -> Document:
    """The row as it was on both time axes, told from the transfer's own events; raises NotFound when it was not yet.

    What is shown of the member is today's.
    """
    row: Document | None = None
    for commit in history.commits:
        for index, event in enumerate(commit.events):
            if at.keep(event):
                fact = Fact(event, commit.sequence, index)
                if isinstance(fact.payload, rows.Begins):
                    row = rows.begun(fact.payload, fact, now)
                elif row is not None:
                    row = rows.changed(row, fact, partial(parameters_on, event.occurredon))
    if row is None:
        raise NotFound
    return {**row, "_id": history.subject.id}
