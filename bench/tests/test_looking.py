"""The find row runs end to end on real servers, at sizes that say nothing of speed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.looking import QUESTIONS, id_number, measure, name_of
from bench.place import Place
from bench.sizes import QUICK

from guiyan.cli.servers.embedded import Embedded


async def test_the_find_row_asks_two_cities(tmp_path: Path) -> None:
    """Every question is answered by both cities with exactly the rows that were put into them."""
    tiny = replace(QUICK, members=60, asked=3, few_members=200, many_members=400, scale_seconds=120.0)
    with Embedded(tmp_path, shared_by_tests=True) as servers:
        rows = await measure(Place(tmp_path, servers, tiny))
    assert [row.name for row in rows] == [f"{one.name} p95" for one in QUESTIONS]
    assert [row.fault for row in rows] == [None] * len(QUESTIONS)
    assert all(row.median > 0 and len(row.values) == 1 for row in rows)


def test_ten_members_share_a_name_and_none_a_number() -> None:
    """So a large city's answer has as many rows as a small one's."""
    members = range(100_000)
    assert len({id_number(one) for one in members}) == len(members)
    assert len({name_of(one) for one in members}) == len(members) // 10
