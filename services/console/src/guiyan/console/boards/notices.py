"""Reconciliation of notices (S-35, ADR 0033): due = delivered + sent + suppressed + pending + failed + unknown."""

from guiyan.console.board import Board
from guiyan.console.i18n import mark
from guiyan.console.periods import ALL

BOARD = Board(
    number=16,
    name="notices",
    title=mark("通知对账"),
    service="notifications",
    path="/v1/notice-accounts/report",
    figures=("due", "delivered", "sent", "suppressed", "pending", "failed", "unknown", "lost", "delivery_rate"),
    charted=("delivered", "sent", "suppressed", "pending", "failed", "unknown"),
    stacked=True,
    shares=frozenset({"delivery_rate"}),
    spans=ALL,
    day="tree_on",
    nought=("lost", mark("应发 = 送达 + 已发出 + 不发送 + 待发送 + 失败 + 未知")),
)
