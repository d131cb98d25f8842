"""What happens, is named like a reminder, and has no rule: why nobody is sent a message of it (§2.6 to §2.12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REMINDING: Final = r"(Due|Overdue|Missed|Reminded|ReminderSent|Reminder|Escalated|Impeded|Expired|Unstaffed)$"
"""The endings by which an event says that time has come for somebody."""

UNTOLD: Final[Mapping[str, str]] = {
    "PasswordExpired": "It is told to the holder at that sign-in, where a new one is chosen; nobody else has to act.",
    "ReminderSent": "A reminder kept by itself names the notice that carries it: that notice is the message.",
}
"""Event types of that kind that have no rule, each with the reason."""

AT_THE_DESK: Final[Mapping[str, str]] = {
    "DuesArrearsNoted": "DuesReminded of the same moment is the message; the branch sees the task at its desk.",
    "InquiryReceived": "Whoever takes it in gives it to somebody: InquiryAssigned is the message.",
    "InquiryReopened": "It lies on the desk of whoever answered it; InquiryOverdue follows if nothing is done.",
    "ProbationEnded": "ProbationApplicationOverdue of the next day is the message, if nobody has applied.",
    "SweepOpened": "Each branch is told of its own sheet by SweepSheetOpened.",
    "SweepPlanned": "Branches are told when their sheets open.",
    "TaskRaised": "A task stands on the desk; what it rests on has a message of its own where one is due.",
    "DuplicateFlagged": "A pair to look at when there is time for it: no time runs.",
}
"""What calls for somebody's work and is no reminder: why the desk is enough."""
