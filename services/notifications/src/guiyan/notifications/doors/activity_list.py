"""The list of study activities (domain.md §6 no. 15) and the sheet of one activity's members."""

from __future__ import annotations

from typing import Any, Final

from guiyan.events.codes import (
    ActivityAnswer,
    ActivityKind,
    ActivityState,
    AttendanceMode,
    LectureForm,
    ShortNotice,
    StudyTopic,
)
from guiyan.notifications.projections.activities import ACTIVITIES
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.reads import Document
from guiyan.service.subtree import TREE_PARAMETERS
from guiyan.service.tables import Column, labels

LIST: Final = Listing(
    name="activities",
    collection=ACTIVITIES,
    title_zh="学习活动预告与签到",
    title_en="Study activities",
    ledger=True,
    columns=(
        Column("_id", "标识", "Id", 38, name="activity_id", printed=False),
        Column("title", "活动", "Activity", 28),
        Column("branch", "支部", "Branch", 20, book="organisation"),
        Column("kind", "形式", "Kind", 12, labels=labels(ActivityKind)),
        Column("lecture_form", "讲授形式", "Form of lecture", 18, labels=labels(LectureForm)),
        Column("topic", "主题", "Topic", 10, labels=labels(StudyTopic)),
        Column("starts_at", "时间", "Time", 18),
        Column("place", "地点", "Place", 20),
        Column("state", "状态", "State", 8, labels=labels(ActivityState)),
        Column("announced_on", "预告日期", "Announced", 12),
        Column("notice_days", "提前天数", "Days ahead", 8),
        Column("short_notice", "临时原因", "Why later", 14, labels=labels(ShortNotice)),
        Column("invited", "通知人数", "Told", 8),
        Column("answered", "回复参加", "Coming", 8),
        Column("coming_online", "回复线上", "Coming online", 8, printed=False),
        Column("declined", "回复不参加", "Not coming", 8, printed=False),
        Column("online_there", "线上", "Online", 8),
        Column("there", "到场", "There", 8),
        Column("guests", "其中流入党员", "Of them guests", 8, printed=False),
        Column("hours", "学时", "Hours", 8),
        Column("sent", "资料寄送", "Material sent", 8),
        Column("came_back", "资料退回", "Came back", 8, printed=False),
        Column("feedback", "评价", "Feedback", 18),
        Column("useful", "有用", "Useful", 8, printed=False),
        Column("partly", "部分有用", "Partly", 8, printed=False),
        Column("not_useful", "用处不大", "Not useful", 8, printed=False),
        Column("online", "可线上", "Online as well", 8, printed=False),
        Column("public", "公开", "Public", 6, printed=False),
        Column("sweep_id", "结合窗口", "Sweep window", 38, printed=False),
        Column("held_on", "开展日期", "Held", 12, printed=False),
        Column("recorded_on", "归档日期", "Record closed", 12, printed=False),
        Column("cancelled_on", "取消日期", "Called off", 12, printed=False),
        Column("reminded_on", "提醒日期", "Reminded", 12, printed=False),
        Column("overdue_since", "归档超期", "Record overdue since", 12, printed=False),
        Column("handled_by", "经办人", "Handled by", 16, printed=False),
        Column("version", "版本", "Version", 8, printed=False),
    ),
    filters={
        "branch": Filter(),
        "kind": Filter(choices=tuple(ActivityKind)),
        "lecture_form": Filter(choices=tuple(LectureForm)),
        "topic": Filter(choices=tuple(StudyTopic)),
        "skills": Filter(Kind.BOOLEAN),
        "state": Filter(choices=tuple(ActivityState)),
        "public": Filter(Kind.BOOLEAN),
        "online": Filter(Kind.BOOLEAN),
        "sweep_id": Filter(),
        "starts_on": Filter(Kind.DATE),
        "announced_on": Filter(Kind.DATE),
        "held_on": Filter(Kind.DATE),
        "overdue_since": Filter(Kind.DATE),
    },
    sorts=("_id", "starts_on", "branch", "state", "held_on"),
    default_sort="-starts_on",
    own_parameters=TREE_PARAMETERS,
)

SHEET_ROWS: Final = "sheet"
SHEET: Final = Listing(
    name="attendance",
    collection=SHEET_ROWS,
    title_zh="学习活动签到表",
    title_en="Attendance of a study activity",
    ledger=True,
    columns=(
        Column("member_id", "党员编号", "Member", 38, printed=False),
        Column("name", "姓名", "Name", 10),
        Column("branch", "所在支部", "Branch", 20, book="organisation"),
        Column("away", "流动", "Away", 6),
        Column("answer", "回复", "Answer", 12, labels=labels(ActivityAnswer)),
        Column("mode", "参加方式", "Took part", 12, labels=labels(AttendanceMode)),
        Column("hours", "学时", "Hours", 8),
        Column("attended_on", "参加日期", "On", 12),
        Column("signature", "签名", "Signature", 20),
    ),
    filters={
        "answer": Filter(choices=tuple(ActivityAnswer)),
        "mode": Filter(choices=tuple(AttendanceMode)),
        "away": Filter(Kind.BOOLEAN),
    },
    sorts=("_id", "branch"),
)


async def told(rows: list[Document]) -> list[Document]:
    """Rows with what is summed when they are looked at."""
    return [shown(one) for one in rows]


def shown(row: Document) -> dict[str, Any]:
    """One row: whoever comes, comes in person or online; who was there in person, from the branch or as a guest."""
    judged = [(row["useful"], "有用"), (row["partly"], "部分有用"), (row["not_useful"], "用处不大")]
    feedback = " ".join(f"{name}{count}" for count, name in judged if count)
    return {
        **row,
        "answered": row["coming"] + row["coming_online"],
        "there": row["in_person"] + row["guests"],
        "feedback": feedback or None,
    }
