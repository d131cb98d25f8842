"""Branches and readers for the tests of rosters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from guiyan.registry.roster import Branches, BranchName, FaultyRow, Roster, RosterRow, read_roster
from guiyan.registry.roster.testing import BRANCH, TODAY


@pytest.fixture
def branches() -> Branches:
    """Three branches, two of which share a short name."""
    return Branches(
        [
            BranchName(BRANCH, "中共样例街道第一党支部委员会", "样例街道第一党支部", ("样例街道党工委",)),
            BranchName("654002001002", "中共样例街道村党支部", "村党支部", ("样例街道党工委",)),
            BranchName("654002002001", "中共示范镇村党支部", "村党支部", ("示范镇党委",)),
        ]
    )


@pytest.fixture
def opened(branches: Branches) -> Callable[..., Roster]:
    """Opens bytes as a roster on the tests' business date."""

    def _open(data: bytes, **more: Any) -> Roster:
        return read_roster(data, branches=branches, today=TODAY, **more)

    return _open


@pytest.fixture
def rows_of(opened: Callable[..., Roster]) -> Callable[..., list[RosterRow | FaultyRow]]:
    """Reads bytes as a roster to its end."""
    return lambda data, **more: list(opened(data, **more))


@pytest.fixture
def accepted(rows_of: Callable[..., list[RosterRow | FaultyRow]]) -> Callable[..., RosterRow]:
    """Reads one person who must be accepted."""

    def _accept(data: bytes, **more: Any) -> RosterRow:
        (row,) = rows_of(data, **more)
        assert isinstance(row, RosterRow), row
        return row

    return _accept


@pytest.fixture
def faults(rows_of: Callable[..., list[RosterRow | FaultyRow]]) -> Callable[..., list[tuple[str, str]]]:
    """Reads one person who must be refused: the column and code of each fault."""

    def _faults(data: bytes) -> list[tuple[str, str]]:
        (row,) = rows_of(data)
        assert isinstance(row, FaultyRow), row
        return [(each.pointer, each.code) for each in row.problems]

    return _faults
