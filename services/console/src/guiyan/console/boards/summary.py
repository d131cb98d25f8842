"""Two-level summary (domain.md §6 no. 20, S-33): 月报, 季报, 年报 by area, each number with exactly its list."""

from guiyan.console.board import Board
from guiyan.console.i18n import mark
from guiyan.console.periods import ALL

SUMMARY = Board(
    number=20,
    name="summary",
    title=mark("流动党员汇总表"),
    service="registry",
    path="/v1/summary",
    figures=(
        "out",
        "in",
        "mobile",
        "hosted",
        "unhosted",
        "contacted",
        "contact_rate",
        "in_transfer",
        "transfer_overdue",
        "lost",
        "probationary",
        "arrears",
        "left",
        "returned",
        "transferred",
        "came_in",
    ),
    charted=("hosted", "unhosted"),
    stacked=True,
    shares=frozenset({"contact_rate"}),
    spans=ALL,
    day="tree_on",
)

ACTIVITY = Board(
    number=20,
    name="activity",
    title=mark("流动党员活动情况"),
    service="registry",
    path="/v1/summary/activity",
    figures=("out", "contacted", "contact_rate", "attended", "attendance_rate", "reported", "report_rate"),
    charted=("contacted", "attended", "reported"),
    shares=frozenset({"contact_rate", "attendance_rate", "report_rate"}),
    spans=ALL,
    day="tree_on",
)

BOARD = (SUMMARY, ACTIVITY)
