"""Cells set right by hand stand in the file's places; what was not changed stays what it was, a date a date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from guiyan.registry.roster import FaultyRow, RosterRow
from guiyan.registry.roster.corrected import corrected, merged
from guiyan.registry.roster.testing import person, table


def test_only_what_was_changed_is_text() -> None:
    """A form sends all its cells back: those that say what they said keep their kind; missing ones are made."""
    cells = ["李示例", date(2010, 6, 1), 3.0]
    assert corrected(cells, {0: "李示例", 1: " 2010-06-01 ", 2: "3", 4: "x"}) == [*cells, None, "x"]
    assert corrected(cells, {1: "2010-06-02", 2: ""}) == ["李示例", "2010-06-02", ""]


def test_what_was_typed_last_counts() -> None:
    """Cell by cell: a second round leaves the first one's other cells as they were typed."""
    assert merged({3: {1: "a", 2: "b"}, 5: {1: "c"}}, {3: {2: "d"}, 4: {0: "e"}}) == {
        3: {1: "a", 2: "d"}, 4: {0: "e"}, 5: {1: "c"},
    }  # fmt: skip


def test_no_row_grows_beyond_the_header(rows_of: Callable[..., list[RosterRow | FaultyRow]]) -> None:
    """What was typed where the file has no column is read by nobody, and takes no room."""
    data = table(person())
    (as_sent,) = rows_of(data)
    (row,) = rows_of(data, corrections={as_sent.row_number: {99_999: "x"}})
    assert len(row.cells) == len(as_sent.cells)
