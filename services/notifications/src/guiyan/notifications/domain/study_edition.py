"""The words of study activities: that one is announced, moved, called off or near, and what a branch has left open.

Frozen as it stands, like the second edition: other words are another edition. Title and place stand at the desk alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guiyan.notifications.domain import short_words as short
from guiyan.notifications.domain.second_edition import Mail, Number, edition
from guiyan.notifications.domain.wording import Edition

_ACTIVITY: Final = Number("活动编号", "The activity's number", "activity")

STUDY: Final[Mapping[str, Edition]] = {
    "study_announced": edition(
        Mail(
            "学习活动预告:{{ starts_on|day }}",
            "一项学习活动将于{{ starts_on|day }}开展。请转告您联系的人员,并登记其是否参加。",
        ),
        Mail(
            "Study activity announced: {{ starts_on|day }}",
            "A study activity takes place on {{ starts_on|day }}. Please tell those you keep contact with, and record "
            "whether they come.",
        ),
        short.WAITS,
        _ACTIVITY,
    ),
    "study_changed": edition(
        Mail(
            "学习活动变更:{{ starts_on|day }}",
            "一项已预告的学习活动有变更,现定于{{ starts_on|day }}开展。请查看并转告您联系的人员。",
        ),
        Mail(
            "Study activity changed: {{ starts_on|day }}",
            "A study activity that was announced has changed; its day is {{ starts_on|day }} now. Please look it up "
            "and tell those you keep contact with.",
        ),
        short.WAITS,
        _ACTIVITY,
    ),
    "study_cancelled": edition(
        Mail(
            "学习活动取消:{{ starts_on|day }}",
            "原定于{{ starts_on|day }}开展的一项学习活动已取消。请转告您联系的人员。",
        ),
        Mail(
            "Study activity called off: {{ starts_on|day }}",
            "A study activity planned for {{ starts_on|day }} will not take place. Please tell those you keep contact "
            "with.",
        ),
        short.WAITS,
        _ACTIVITY,
    ),
    "study_reminder": edition(
        Mail(
            "学习活动提醒:{{ starts_on|day }}",
            "一项学习活动{% if days_left == 0 %}今天{% else %}还有{{ days_left }}天{% endif %}开展"
            "({{ starts_on|day }})。请提醒您联系的、未表示不参加的人员。",
        ),
        Mail(
            "Study activity near: {{ starts_on|day }}",
            'A study activity takes place on {{ starts_on|day }}; {{ days_left }} {{ days_left|plural("day is", '
            '"days are") }} left. Please remind those you keep contact with who have not declined.',
        ),
        short.WAITS,
        _ACTIVITY,
    ),
    "study_announce_due": edition(
        Mail(
            "请及时预告学习活动:{{ due_on|day }}前",
            "一项拟定的学习活动应于{{ due_on|day }}前预告。请登录工作台办理。",
        ),
        Mail(
            "Study activity to be announced by {{ due_on|day }}",
            "A study activity that was noted has to be announced by {{ due_on|day }}. Please see to it at your desk.",
        ),
        short.until("due_on"),
        _ACTIVITY,
    ),
    "study_record_overdue": edition(
        Mail(
            "学习活动未归档:{{ due_on|day }}",
            "一项学习活动的记录应于{{ due_on|day }}前归档,现已超期。请登记开展和参加情况。",
        ),
        Mail(
            "Record of a study activity overdue: {{ due_on|day }}",
            "The record of a study activity was to be closed by {{ due_on|day }}. Please record whether it was held "
            "and who was there.",
        ),
        short.since("due_on"),
        _ACTIVITY,
    ),
}
