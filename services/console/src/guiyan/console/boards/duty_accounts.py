"""Reconciliation of contact duties (S-22): planned = completed + missed + exempted + stopped + paused + open."""

from guiyan.console.board import Board
from guiyan.console.i18n import mark
from guiyan.console.periods import QUARTER, YEAR

BOARD = Board(
    number=7,
    name="duty-accounts",
    title=mark("联系任务对账"),
    service="contact",
    path="/v1/duties/accounts",
    figures=("planned", "completed", "missed", "exempted", "stopped", "paused", "open", "difference"),
    charted=("completed", "missed", "exempted", "stopped", "paused", "open"),
    stacked=True,
    spans=(QUARTER, YEAR),
    day="tree_on",
    nought=("difference", mark("计划 = 已联系 + 未联系上 + 免于联系 + 已停止 + 暂停 + 待联系")),
)
