"""The scale row runs end to end on real servers, at sizes that say nothing of speed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.place import Place
from bench.scaling import measure
from bench.sizes import QUICK

from guiyan.cli.servers.embedded import Embedded


async def test_the_scale_row_compares_two_sizes(tmp_path: Path) -> None:
    """Appends, projection, loads and reads are each compared, and every member is found again at both sizes."""
    tiny = replace(QUICK, commits=40, writers=8, few_members=30, many_members=90, scale_seconds=90.0)
    with Embedded(tmp_path, shared_by_tests=True) as servers:
        rows = await measure(Place(tmp_path, servers, tiny))
    assert [row.name for row in rows] == ["scale append", "scale projection", "scale load", "scale read"]
    assert all(row.median > 0 and len(row.values) == 1 for row in rows)
