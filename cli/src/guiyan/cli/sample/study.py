"""What is studied, sent and asked in the made-up city when the sample begins, as commands for notifications.

Study activities of four branches (S-24 to S-29), one of them on the public page (S-36); letters (S-40); the first
quarter's message of one township (S-35).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from guiyan.cli.sample.processes import Command

BRANCHES, ANSWERS, THERE, LETTERS = 4, 4, 6, 6
_AT: Final = "10:00:00+08:00"
HELD: Final[Sequence[dict[str, Any]]] = (
    {"kind": "THEME_DAY", "topic": "RULES", "title": "一月主题党日", "hours": 2.0, "online": True},
    {"kind": "LECTURE", "lecture_form": "VETERAN", "topic": "TRADITION", "title": "老党员讲传统", "hours": 1.5},
    {"kind": "SKILLS_TRAINING", "topic": "SKILLS", "title": "电焊技能培训", "hours": 4.0},
)
"""Held in January, one a branch; the last one's record is still open."""
COMING: Final[Sequence[dict[str, Any]]] = (
    {"kind": "THEME_DAY", "topic": "POLICY", "title": "返乡党员主题党日", "hours": 2.0, "public": True},
    {"kind": "LECTURE", "lecture_form": "CRAFTSMAN", "topic": "SKILLS", "title": "技术能手讲技能", "hours": 2.0},
    {"kind": "ONLINE_STUDY", "topic": "THEORY", "title": "线上学习", "hours": 1.0, "online": True},
)
"""Announced for the weeks to come, in the same branches; one more is a draft."""
DRAFT: Final[dict[str, Any]] = {"kind": "GROUP_MEETING", "topic": "POLICY", "title": "三月小组会", "hours": 1.0}


def activity_plans(branches: Sequence[str], today: date) -> list[tuple[str, Command]]:
    """Each activity with how far it comes: HELD, RECORDED, ANNOUNCED or DRAFT, and the command that notes it."""
    first = list(zip(branches, HELD, strict=False))
    found = [
        ("HELD" if place == len(first) - 1 else "RECORDED", _plan(branch, plan, today - timedelta(days=12), place))
        for place, (branch, plan) in enumerate(first)
    ]
    found += [
        ("ANNOUNCED", _plan(branch, plan, today + timedelta(days=16 + place), 10 + place))
        for place, (branch, plan) in enumerate(zip(branches, COMING, strict=False))
    ]
    return [*found, ("DRAFT", _plan(branches[-1], DRAFT, today + timedelta(days=40), 20))]


def holding(activity_id: str, members: Sequence[str], today: date, *, online: bool, recorded: bool) -> list[Command]:
    """It was held, so many were there, one by video where that was possible; what two thought; its record is closed."""
    path, day = f"/v1/activities/{activity_id}", (today - timedelta(days=12)).isoformat()
    there = members[:THERE]
    chain = [Command(f"{path}/hold", {"occurred_on": day}, f"sample-study-hold-{activity_id}")]
    chain += [
        Command(
            f"{path}/attend",
            {"member_id": one, "mode": "ONLINE" if online and one == there[-1] else "IN_PERSON"},
            f"sample-study-attend-{activity_id}-{one}",
        )
        for one in there
    ]
    chain += [
        Command(f"{path}/feedback", {"member_id": one, "answer": said}, f"sample-study-said-{activity_id}-{one}")
        for one, said in zip(there, ("USEFUL", "PARTLY"), strict=False)
    ]
    return [*chain, Command(f"{path}/record", {}, f"sample-study-record-{activity_id}")] if recorded else chain


def announcing(activity_id: str, members: Sequence[str], *, online: bool) -> list[Command]:
    """The members are told, and some have answered."""
    path = f"/v1/activities/{activity_id}"
    coming = "ONLINE" if online else "COMING"
    said = (coming, coming, coming, "NOT_COMING")
    return [
        Command(f"{path}/announce", {}, f"sample-study-announce-{activity_id}"),
        *(
            Command(f"{path}/answer", {"member_id": one, "answer": what}, f"sample-study-answer-{activity_id}-{one}")
            for one, what in zip(members[:ANSWERS], said, strict=False)
        ),
    ]


def letters(members: Sequence[str], today: date) -> list[Command]:
    """Letters to members away, by post: under which numbers they went out."""
    return [
        Command(
            "/v1/materials",
            {
                "member_id": one,
                "kind": "LETTER_TO_MEMBER" if place % 2 else "NOTICE_TO_MEMBER",
                "tracking_no": f"XB{place:011d}",
                "occurred_on": (today - timedelta(days=9)).isoformat(),
            },
            f"sample-letter-{one}",
        )
        for place, one in enumerate(members[:LETTERS], 1)
    ]


def campaign(township: str, today: date) -> Command:
    """The quarter's message to every member away below a township."""
    body = {"org_code": township, "quarter": f"{today.year}-Q{(today.month + 2) // 3}", "starts_on": today.isoformat()}
    return Command("/v1/campaigns", body, f"sample-campaign-{township}")


def _plan(branch: str, plan: dict[str, Any], day: date, place: int) -> Command:
    told = {"branch": branch, "starts_at": f"{day.isoformat()}T{_AT}", **plan}
    if plan["kind"] != "ONLINE_STUDY":
        told["place"] = "村党群服务中心"
    return Command("/v1/activities", told, f"sample-study-{place}")
