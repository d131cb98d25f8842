"""The two-level summary: every figure is its list, at every level, and the parts add up to the whole (S-33, S-34)."""

from __future__ import annotations

import asyncio
import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services.registry.tests.city import CITY, FAR, HOME, NEXT, OTHER_TOWN, TOWN, a_city
from services.registry.tests.conftest import an_office
from services.registry.tests.office import Office
from services.registry.tests.year import STEPS, Year

from guiyan.registry.doors.figures import FIGURES
from guiyan.service.conformance import check_answer
from guiyan.service.period import Period
from guiyan.service.tables import XLSX_TYPE


async def rows_of(office: Office, address: str, seen: dict[str, int] | None = None) -> int:
    """How many rows the list at an address has; asked once for all who show the same address."""
    seen = {} if seen is None else seen
    if address not in seen:
        answer = await office.get(f"{address}&limit=500")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["next_cursor"] is None
        seen[address] = len(page["items"])
    return seen[address]


async def check_level(office: Office, under: str, more: str, seen: dict[str, int]) -> dict[str, Any]:
    """Every figure of a level is its list, and the rows add up to the total; gives the table."""
    head = await office.city.ledger.head()  # of the tree, too: otherwise it may be a second old
    answer = await office.get(f"/v1/summary?under={under}{more}&after_sequence={head}")
    table: dict[str, Any] = answer.json()
    for row in (*table["rows"], table["total"]):
        for name, figure in row["figures"].items():
            if name != "contact_rate":
                assert figure["value"] == await rows_of(office, figure["list"], seen), (under, row["org_code"], name)
    for figure in FIGURES:
        total = table["total"]["figures"][figure.name]["value"]
        assert total == sum(row["figures"][figure.name]["value"] for row in table["rows"]), (under, figure.name)
    return table


async def check(office: Office, more: str = "") -> None:
    """City, townships, branches: one truth on every level (domain.md §8)."""
    await office.city.settle()
    seen: dict[str, int] = {}
    city = await check_level(office, CITY, more, seen)
    told = {row["org_code"]: row["figures"] for row in city["rows"] if not row["own"]}
    for town in (TOWN, OTHER_TOWN):
        below = await check_level(office, town, more, seen)
        assert {n: one["value"] for n, one in below["total"]["figures"].items()} == {
            n: one["value"] for n, one in told[town].items()
        }
        for row in below["rows"]:
            if not row["own"]:
                own = await check_level(office, row["org_code"], more, seen)
                assert own["total"]["figures"] == row["figures"]
    for by in ("province", "county", "reason", "certainty"):
        shares = (await office.get(f"/v1/summary/distribution?by={by}{more.partition('&period')[0]}")).json()
        assert shares["total"] == city["total"]["figures"]["out"]["value"]
        for row in shares["rows"]:
            assert row["count"] == await rows_of(office, row["list"], seen), (by, row)


async def tell(steps: list[tuple[str, int, str, int]]) -> None:
    """A year, then every figure on every level, of the tree of today and as it was."""
    async with a_city() as city, an_office(city) as office:
        year = Year(office)
        await year.begin()
        for step in steps:
            await year.step(step)
        await check(office, "&period=2026-Q2")
        await check(office, "&period=2026-05&tree_on=2026-05-01")


@settings(max_examples=12, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_every_figure_is_its_list_and_the_parts_add_up(steps: list[tuple[str, int, str, int]]) -> None:
    """Figure == rows of the list it opens; sum of branches == township; sum of townships == city, whatever happened."""
    asyncio.run(tell(steps))


async def test_as_the_tree_was_nobody_falls_out(office: Office) -> None:
    """`tree_on` before a split, a new branch and the city itself: everybody of today, where it came from (issue 3)."""
    made = ("654002001091", "654002001092", "654002002093")
    for number, branch in enumerate((HOME, HOME, NEXT, FAR), 1):
        await office.away(await office.member(branch, number))
    for code in made:
        town = OTHER_TOWN if code == made[2] else TOWN
        new = {"org_code": code, "name": code, "short_name": code, "kind": "BRANCH", "parent": town}
        assert (await office.post("/v1/organisations", {**new, "area_code": "654002"})).status_code == 201
    await office.away(await office.member(made[2], 5))
    into = [{"org_code": one} for one in made[:2]]
    check_answer(await office.post(f"/v1/organisations/{HOME}/split", {"into": into}), "OrganisationSplit")
    moved = await office.post(f"/v1/organisations/{made[1]}/move", {"parent": OTHER_TOWN})
    after = f"after_sequence={check_answer(moved, 'OrganisationMoved')['sequence']}"
    await office.city.settle()

    async def told(under: str, day: str) -> dict[str, int]:
        table = (await office.get(f"/v1/summary?{after}&under={under}{day}")).json()
        found = {row["org_code"]: row["figures"]["out"]["value"] for row in table["rows"]}
        assert sum(found.values()) == table["total"]["figures"]["out"]["value"]
        return {code: value for code, value in found.items() if value}

    then = "&tree_on=2026-06-30"
    assert await told(CITY, then) == {TOWN: 3, OTHER_TOWN: 2} == await told(CITY, "")
    assert await told(TOWN, then) == {HOME: 2, NEXT: 1}
    assert await told(TOWN, "") == {made[0]: 2, NEXT: 1}
    assert await told(OTHER_TOWN, then) == {FAR: 1, made[2]: 1}
    assert sum((await told(CITY, "&tree_on=2020-01-01")).values()) == 5
    items = (await office.get(f"/v1/departures?{after}&under={TOWN}{then}")).json()["items"]
    assert len(items) == 3


async def test_a_summary_tells_what_happened(office: Office) -> None:
    """A small city by hand: stocks, flows of the quarter, the share of those reached."""
    year = Year(office)
    await year.begin()
    for step in (("leave", 0, HOME, 0), ("leave", 1, NEXT, 2), ("leave", 3, HOME, 4), ("contact", 0, HOME, 4),
                 ("return", 3, HOME, 5), ("inflow", 2, FAR, 1), ("lose", 1, NEXT, 3),
                 ("transfer", 2, FAR, 1)):  # fmt: skip
        await year.step(step)
    await office.city.settle()
    table = (await office.get("/v1/summary?period=2026-Q2")).json()
    told = {name: one["value"] for name, one in table["total"]["figures"].items()}
    assert told == {
        "out": 2, "in": 1, "mobile": 0, "hosted": 0, "unhosted": 2, "contacted": 1, "contact_rate": 0.5,
        "in_transfer": 1, "transfer_overdue": 0, "lost": 1, "probationary": 1, "arrears": 0, "left": 3, "returned": 1,
        "transferred": 0, "came_in": 1,
    }  # fmt: skip
    empty = (await office.get("/v1/summary?period=2026-07")).json()["total"]["figures"]
    assert (empty["left"]["value"], empty["contacted"]["value"], empty["out"]["value"]) == (0, 0, 2)
    activity = (await office.get("/v1/summary/activity?period=2026-Q2")).json()["total"]["figures"]
    assert (activity["contact_rate"]["value"], activity["attended"]["value"]) == (0.5, 0)


async def test_arrears_are_those_of_the_ledger_of_dues(office: Office) -> None:
    """Whoever has agreed an amount and has not paid (no. 12); the figure is that list, of the branch too."""
    year = Year(office)
    await year.begin()
    amount = {"year": 2026, "rate_class": "FARMER_FIXED", "monthly_amount_fen": 20, "from_month": "2026-04"}
    done = await office.post(f"/v1/dues/{year.people[0]}/set-amount", {**amount, "occurred_on": "2026-04-02"})
    assert done.status_code == 200, done.text
    await office.city.settle()
    for under in (CITY, TOWN, HOME):
        table = (await office.get(f"/v1/summary?under={under}")).json()
        figure = table["total"]["figures"]["arrears"]
        assert figure["value"] == await rows_of(office, figure["list"]) == 1, under
    assert (await office.get(f"/v1/summary?under={FAR}")).json()["total"]["figures"]["arrears"]["value"] == 0


async def test_the_printed_summary_opens_its_lists(office: Office) -> None:
    """XLSX: a row an organisation and the sum, figures as numbers with the address of their list."""
    year = Year(office)
    await year.begin()
    await year.step(("leave", 0, HOME, 0))
    await office.city.settle()
    answer = await office.get("/v1/summary?period=2026-Q2", accept=XLSX_TYPE)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    told = "期间：2026-Q2  已联系、本期流出、本期返回、本期转出、本期流入为期间数，其余为制表日现有数。"
    assert sheet["A2"].value == told, "two quarters are two sheets, and stocks are not of the quarter (§6 no. 20)"
    headings = [cell.value for cell in sheet[3]]
    last = sheet[sheet.max_row]
    out = last[headings.index("流出")]
    assert (out.value, last[0].value) == (1, f"{CITY}(合计)")
    assert out.hyperlink is not None
    assert out.hyperlink.target.startswith("http")
    assert await rows_of(office, out.hyperlink.target) == 1
    unasked = await office.get(f"/v1/summary?under={TOWN}", accept=XLSX_TYPE)
    sheet = openpyxl.load_workbook(io.BytesIO(unasked.content)).active
    assert sheet is not None
    assert (str(sheet["A1"].value)[: len(TOWN)], str(sheet["A2"].value)[:10]) == (TOWN, "期间：2026-Q3")
    words = {one["name"]: one["of"] for one in (await office.get("/v1/summary")).json()["figures"]}
    assert [words[one] for one in ("out", "contact_rate", "left")] == ["now", "period", "period"]


async def test_a_township_is_told_its_own(office: Office) -> None:
    """The scope holds: another township is not there, an unknown period is refused."""
    who = {"role": "TOWNSHIP_OFFICER", "org": TOWN}
    assert (await office.get("/v1/summary", **who)).json()["under"] == TOWN
    assert (await office.get(f"/v1/summary?under={OTHER_TOWN}", **who)).status_code == 404
    assert (await office.get(f"/v1/summary/distribution?under={CITY}", **who)).status_code == 404
    assert (await office.get("/v1/summary?period=2026-Q5")).status_code == 422
    assert (await office.get("/v1/summary?colour=red", accept=XLSX_TYPE)).status_code == 422


@pytest.mark.parametrize(
    ("text", "first", "last", "months"),
    [("2026", "2026-01-01", "2026-12-31", 12), ("2028-02", "2028-02-01", "2028-02-29", 1),
     ("2026-Q4", "2026-10-01", "2026-12-31", 3)],
)  # fmt: skip
def test_a_period_is_whole_months(text: str, first: str, last: str, months: int) -> None:
    """Month, quarter, year; leap days too."""
    period = Period.parse(text)
    assert (period.first, period.last) == (date.fromisoformat(first), date.fromisoformat(last))
    assert len(period.months) == months
    with pytest.raises(ValueError, match="no period"):
        Period.parse(f"{text}x")
