"""Transfers by step and age (domain.md §6 no. 4): where each that is not settled waits, and for how long by now."""

from guiyan.console.board import Board
from guiyan.console.i18n import mark

BOARD = Board(
    number=0,
    name="transfers",
    title=mark("转接在办时长"),
    service="transfers",
    path="/v1/transfers/ages",
    figures=("all", "week", "half_month", "month", "two_months", "quarter", "longer"),
    charted=("week", "half_month", "month", "two_months", "quarter", "longer"),
    stacked=True,
    by_period=False,
    rows_title=mark("环节"),
)
