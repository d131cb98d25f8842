"""Contact board by branch (domain.md §6 no. 7): how many are to be contacted, were, were not, and by how many."""

from guiyan.console.board import Board
from guiyan.console.i18n import mark

BOARD = Board(
    number=7,
    name="contact",
    title=mark("季度联系情况"),
    service="contact",
    path="/v1/duties/board",
    figures=(
        "due",
        "completed",
        "contact_rate",
        "open",
        "missed",
        "missed_twice",
        "host_contacted",
        "without_keeper",
        "keepers",
        "per_keeper",
    ),
    charted=("completed", "open", "missed"),
    stacked=True,
    shares=frozenset({"contact_rate"}),
)
