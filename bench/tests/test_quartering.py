"""The quarter row runs end to end on real servers, at sizes that say nothing of speed: killed, it repeats nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.place import Place
from bench.quartering import measure
from bench.sizes import QUICK

from guiyan.cli.servers.embedded import Embedded


async def test_a_quarter_turns_once_for_each_due_member(tmp_path: Path) -> None:
    """Few, few among many, and many with a SIGKILL in the middle: each was missed once and planned once."""
    tiny = replace(QUICK, few_members=30, many_members=120, scale_seconds=60.0)
    with Embedded(tmp_path, shared_by_tests=True) as servers:
        rows = await measure(Place(tmp_path, servers, tiny))
    assert [row.name for row in rows] == ["quarter, many due", "quarter, many at home", "quarter, memory"]
    assert all(row.median > 0 and len(row.values) == 1 for row in rows)
