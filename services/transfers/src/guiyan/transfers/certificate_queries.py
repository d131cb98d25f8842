"""What is shown of activity certificates: the register of domain.md §6 no. 9, one certificate, and one as it was."""

from typing import Final

from guiyan.events import transfers
from guiyan.events.codes import (
    CertDispatch,
    CertGround,
    CertState,
    FlowReason,
    PersonCategory,
    TransferObstacle,
    VoidReason,
)
from guiyan.ledger import Document, Fact, History
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.problems import NotFound
from guiyan.service.published_areas import area_words
from guiyan.service.resources import TimeAxes
from guiyan.service.tables import Column, labels
from guiyan.transfers.domain.certificate_steps import WORDS
from guiyan.transfers.projections import certificate_rows as rows
from guiyan.transfers.projections.certificate_rows import CERTIFICATES

LIST: Final = Listing(
    name="certificates",
    collection=CERTIFICATES,
    title_zh="流动党员活动证登记表",
    title_en="Activity certificates",
    ledger=True,
    columns=(
        Column("_id", "标识", "Id", 38),
        Column("number", "证号", "Number", 18),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("person_category", "类别", "Category", 10, labels=labels(PersonCategory), printed=False),
        Column("branch", "支部", "Branch", 16, book="organisation"),
        Column("issued_on", "发证日期", "Issued", 12),
        Column("dispatched_how", "发放方式", "Dispatched", 10, labels=labels(CertDispatch)),
        Column("reason", "外出原因", "Reason", 12, labels=labels(FlowReason)),
        Column("place", "地点", "Place", 20),
        Column("time", "时间", "Time", 22),
        Column("checked_on", "年审日期", "Checked", 12),
        Column("checked_by", "年审支部", "Checked by", 16, book="organisation"),
        Column("returned_on", "交回日期", "Handed in", 12),
        Column("state", "状态", "State", 10, labels=labels(CertState)),
        Column("away_from", "外出日期", "Away from", 12, printed=False),
        Column("away_until", "预计返回", "Until", 12, printed=False),
        Column("check_due_on", "下次年审", "Check due", 12, printed=False),
        Column("ground", "申领依据", "Ground", 16, labels=labels(CertGround), printed=False),
        Column("obstacle", "暂不能转接原因", "Obstacle", 16, labels=labels(TransferObstacle), printed=False),
        Column("dest_area_code", "地点代码", "Place code", 10, printed=False),
        Column("departure_id", "外出记录", "Trip", 38),
        Column("requested_on", "申请日期", "Requested", 12, printed=False),
        Column("issuer", "编号机关", "Numbered by", 16, book="organisation", printed=False),
        Column("numbered_on", "编号日期", "Numbered", 12, printed=False),
        Column("sealed_by", "盖章党委", "Sealed by", 16, book="organisation", printed=False),
        Column("sealed_on", "盖章日期", "Sealed", 12, printed=False),
        Column("dispatched_on", "寄送日期", "Dispatched on", 12, printed=False),
        Column("tracking_no", "邮件号", "Tracking number", 16, printed=False),
        Column("host_branch", "流入地支部", "Host branch", 16, book="organisation", printed=False),
        Column("trip_host", "纳入支部", "Host by the trip", 16, book="organisation", printed=False),
        Column("arrived_on", "到达日期", "Arrived", 12, printed=False),
        Column("activities", "参加活动次数", "Activities", 8, printed=False),
        Column("dues_paid_at_host_to", "党费交至(流入地)", "Dues at host to", 12, printed=False),
        Column("return_due_on", "应交回日期", "Hand in by", 12, printed=False),
        Column("return_overdue_on", "逾期未交", "Not handed in since", 12, printed=False),
        Column("lost_on", "报失日期", "Reported lost", 12, printed=False),
        Column("void_reason", "作废原因", "Void because", 12, labels=labels(VoidReason), printed=False),
        Column("replaces", "补发自", "Replaces", 38),
        Column("replaced_by", "已补发为", "Replaced by", 38),
        Column("transfer_id", "转接记录", "Transfer", 38),
        Column("overdue_step", "逾期环节", "Late step", 12, labels=WORDS, printed=False),
        Column("overdue_since", "环节期限", "Step due", 12, printed=False),
        Column("ended_on", "终止日期", "Ended", 12, printed=False),
        Column("prints", "打印次数", "Prints", 8, printed=False),
        Column("open", "有效", "Open", 8, printed=False),
        Column("handled_by", "经办人", "Handled by", 16, printed=False),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "departure_id": Filter(),
        "number": Filter(),
        "state": Filter(choices=tuple(CertState)),
        "open": Filter(Kind.BOOLEAN, description="true: asked for, held, or lost and not settled"),
        "branch": Filter(),
        "host_branch": Filter(),
        "issuer": Filter(),
        "reason": Filter(choices=tuple(FlowReason)),
        "dispatched_how": Filter(choices=tuple(CertDispatch)),
        "requested_on": Filter(Kind.DATE),
        "issued_on": Filter(Kind.DATE),
        "check_due_on": Filter(Kind.DATE),
        "return_due_on": Filter(Kind.DATE),
        "returned_on": Filter(Kind.DATE),
        "return_overdue": Filter(Kind.BOOLEAN, field="return_overdue_on", present=True),
        "overdue_step": Filter(choices=tuple(WORDS)),
    },
    sorts=("_id", "number", "requested_on", "issued_on", "check_due_on", "state"),
    default_sort="-requested_on",
)


async def in_words(documents: list[Document]) -> list[Document]:
    """The rows with the place in words, by the published table of areas, and the time away as the form has it."""
    return [{**one, "place": area_words(one["dest_area_code"]), "time": _time(one)} for one in documents]


def _time(row: Document) -> str | None:
    """From and until; open where no return is known."""
    return None if row["away_from"] is None else f"{row['away_from']} 至 {row['away_until'] or ''}".rstrip()


def row_at(history: History, now: Document, at: TimeAxes) -> Document:
    """The row as it was on both time axes, told from the certificate's own events; raises NotFound when it was not yet.

    What is told by others - the member, the host of the trip, coming home - is as it is now.
    """
    row: Document | None = None
    for commit in history.commits:
        for index, event in enumerate(commit.events):
            if at.keep(event):
                fact = Fact(event, commit.sequence, index)
                if isinstance(fact.payload, transfers.CertificateRequested):
                    row = rows.begun(fact.payload, fact, now)
                elif row is not None:
                    row = rows.changed(row, fact)
    if row is None:
        raise NotFound
    told = {name: now[name] for name in ("trip_host", "return_due_on")}
    return {**row, **told, "_id": history.subject.id}
