"""What a message says: versioned templates, Chinese first, checked before the service starts.

A mail goes to an officer's address and still names nobody: quarter, deadline, and the duty's number to look up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guiyan.notifications.domain import matter_templates
from guiyan.notifications.domain.words import Words

TEMPLATES: Final[Mapping[str, Words]] = {
    "duty_due": Words(
        1,
        frozenset({"quarter", "duty", "days_left"}),
        "联系任务提醒 Contact duty due: $quarter",
        "您好:\n\n$quarter 季度有一项联系任务尚未完成,距截止还有 $days_left 天。请登录工作台办理,任务编号:\n$duty\n\n"
        "A contact duty of $quarter is still open; $days_left days are left. Its number is above.\n",
    ),
    "contact_missed": Words(
        1,
        frozenset({"quarter", "duty", "missed"}),
        "未联系提醒 Contact missed: $quarter",
        "您好:\n\n$quarter 季度的一项联系任务到期未完成(连续 $missed 个季度)。请尽快联系并登记,任务编号:\n$duty\n\n"
        "A contact duty of $quarter ended without the member being reached ($missed in a row). Please try "
        "again soon and record it; the duty's number is above.\n",
    ),
    "contact_escalated": Words(
        1,
        frozenset({"quarter", "duty", "missed"}),
        "联系任务上报 Contact duty escalated: $quarter",
        "您好:\n\n$quarter 季度的一项联系任务未完成,已按规定上报给您(连续 $missed 个季度)。"
        "请督促办理,任务编号:\n$duty\n\n"
        "A missed contact of $quarter has been passed up to you ($missed in a row). The duty's number is above.\n",
    ),
    **matter_templates.TEMPLATES,
}


def check_templates(templates: Mapping[str, Words] = TEMPLATES) -> None:
    """Raise ValueError when a template cannot be used as it stands; called before the service starts."""
    faults = [f"template {name}: {fault}" for name, words in templates.items() for fault in words.problems()]
    if faults:
        raise ValueError("; ".join(faults))
