"""No. 20 against the files: every figure of the summary, counted anew from exported ledgers by other code (S-33)."""

from __future__ import annotations

import asyncio
import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from services.registry.tests.city import CITY, FAR, HOME, NEXT, TOWN, a_city
from services.registry.tests.conftest import an_office
from services.registry.tests.office import Office
from services.registry.tests.recount import Files, from_csv, from_xlsx, recount
from services.registry.tests.year import STEPS, Year

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READERS = {XLSX: from_xlsx, "text/csv": from_csv}
PERIODS = {
    "2026-Q2": (date(2026, 4, 1), date(2026, 6, 30)),
    "2026-05": (date(2026, 5, 1), date(2026, 5, 31)),
    "2026": (date(2026, 1, 1), date(2026, 12, 31)),
}


async def export(office: Office, kind: str, tree_on: str | None) -> Files:
    """The five files that a city officer takes from the doors."""
    head = await office.city.ledger.head()  # of the tree, too: otherwise it may be a second old

    async def rows(path: str) -> list[dict[str, Any]]:
        answer = await office.get(f"{path}{'&' if '?' in path else '?'}after_sequence={head}", accept=kind)
        assert answer.status_code == 200, answer.text
        return READERS[kind](answer.content)

    tree = await rows(f"/v1/organisations?as_of={tree_on}" if tree_on else "/v1/organisations")
    lists = [await rows(f"/v1/{name}") for name in ("departures", "inflows", "members", "dues")]
    return Files(tree, *lists)


async def check(office: Office, kind: str, period: str, tree_on: str | None = None) -> int:
    """City, townships and branches, each with its parts; gives how many figures were compared."""
    await office.city.settle()
    files, compared = await export(office, kind, tree_on), 0
    first, last = PERIODS[period]
    for one in files.organisations:
        under, within = one["党组织代码"], files.below(one["党组织代码"])
        day = f"&tree_on={tree_on}" if tree_on else ""
        table = (await office.get(f"/v1/summary?under={under}&period={period}{day}")).json()
        expected = {(under, "total"): within}
        expected |= {(code, "row"): files.below(code) for code, above in files.above().items() if above == under}
        expected[under, "own"] = within - set().union(*(part for (_, what), part in expected.items() if what == "row"))
        told = {(row["org_code"], "own" if row["own"] else "row"): row for row in table["rows"]}
        for place, branches in expected.items():
            counted = recount(files, branches, first, last)
            row = table["total"] if place[1] == "total" else told.pop(place, None)
            if row is None:  # what has nothing to tell is left out
                assert not any(counted.values()), (under, place, counted)
                continue
            assert {name: figure["value"] for name, figure in row["figures"].items()} == counted, (under, place)
            compared += len(counted)
        assert told == {}
    return compared


async def tell(steps: list[tuple[str, int, str, int]], kind: str) -> None:
    """A year; then each figure of each level, of the tree of today and of an earlier day."""
    async with a_city() as city, an_office(city) as office:
        year = Year(office)
        await year.begin()
        for step in steps:
            await year.step(step)
        assert await check(office, kind, "2026-Q2") > 100
        await check(office, kind, "2026-05", tree_on="2026-05-01")


@settings(max_examples=10, deadline=None)
@given(st.lists(STEPS, max_size=30), st.sampled_from(sorted(READERS)))
@example([("come_in", 0, FAR, 2), ("owe", 0, NEXT, 1), ("come_in", 0, FAR, 2)], "text/csv")
def test_every_figure_is_counted_anew_from_the_files(steps: list[tuple[str, int, str, int]], kind: str) -> None:
    """Branches, townships, city: equal, whatever happened, moves and mergers included."""
    asyncio.run(tell(steps, kind))


@pytest.mark.parametrize("kind", sorted(READERS))
async def test_a_year_with_all_of_it_is_counted_anew(office: Office, kind: str) -> None:
    """Each kind of figure at least once above nought, a branch moved, another merged away: equal on every level."""
    year = Year(office)
    await year.begin()
    for step in (
        ("leave", 0, HOME, 0), ("leave", 1, NEXT, 0), ("leave", 2, FAR, 1), ("leave", 3, HOME, 2),
        ("leave", 4, NEXT, 2),
        ("report_in", 0, FAR, 2), ("accept", 0, FAR, 2), ("contact", 0, HOME, 4), ("contact", 1, NEXT, 2),
        ("return", 3, HOME, 5), ("inflow", 2, FAR, 1), ("inflow", 3, NEXT, 3), ("lose", 1, NEXT, 3),
        ("owe", 0, HOME, 0), ("owe", 1, NEXT, 4),
        ("transfer", 4, NEXT, 3), ("relate", 4, FAR, 5), ("transfer", 2, FAR, 4), ("step_overdue", 2, FAR, 5),
        ("announce", 5, FAR, 5), ("move", 1, FAR, 4), ("move", 0, FAR, 5), ("move", 1, NEXT, 4),
        ("merge", 2, NEXT, 5),
    ):  # fmt: skip
        await year.step(step)
    for step in (("transfer", 5, FAR, 4), ("go_out", 5, FAR, 5)):
        await office.city.settle()
        before = (await office.get("/v1/summary?period=2026-Q2")).json()["total"]["figures"]["probationary"]["value"]
        await year.step(step)
    await office.city.settle()
    table = (await office.get("/v1/summary?period=2026-Q2")).json()
    nought = {name for name, figure in table["total"]["figures"].items() if not figure["value"]}
    assert nought == {"mobile", "probationary"}  # six months are not over; the one on probation has gone outside
    assert before == 1
    above = (await export(office, kind, None)).above()
    assert (above[FAR], above[NEXT]) == (TOWN, HOME)
    for period in PERIODS:
        await check(office, kind, period)
    await check(office, kind, "2026-05", tree_on="2026-05-01")


async def test_the_count_is_of_the_files_alone(office: Office) -> None:
    """A cell changed in a file changes the figure: the count does not come from anywhere else."""
    year = Year(office)
    await year.begin()
    await year.step(("leave", 0, HOME, 0))
    await office.city.settle()
    content = (await office.get("/v1/departures", accept=XLSX)).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet is not None
    (top,) = (cell.row for cell in sheet["A"] if cell.value == "序号")
    headings = [cell.value for cell in sheet[top]]
    sheet.cell(top + 1, headings.index("在外") + 1, "否")
    changed = io.BytesIO()
    book.save(changed)
    files = await export(office, XLSX, None)
    altered = Files(files.organisations, from_xlsx(changed.getvalue()), files.inflows, files.members, files.dues)
    period = PERIODS["2026-Q2"]
    counts = [recount(one, one.below(CITY), *period)["out"] for one in (files, altered)]
    assert counts == [1, 0]
