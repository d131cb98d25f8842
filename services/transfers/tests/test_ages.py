"""Transfers by step and age: every number is its list, every unsettled transfer stands once, the sums add up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from services.transfers.tests.town import NEXT, TransferTown

from guiyan.service.auth import Role
from guiyan.transfers.doors.ages import BANDS, _asked


async def ages(town: TransferTown, headers: Any = None) -> dict[str, Any]:
    """The report, after everything has been applied."""
    await town.town.settle()
    answer = await town.get("/v1/transfers/ages", headers or town.origin)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_every_number_is_its_list(town: TransferTown) -> None:
    """Two at different steps, one withdrawn: the list of each number has as many rows; nothing settled is counted."""
    one = await town.requested(await town.member("a"))
    two = await town.issued(member_id=await town.member("b"))
    three = await town.requested(await town.member("c"))
    await town.post(f"/v1/transfers/{three}/withdraw")
    told = await ages(town)
    found = {row["org_code"]: row["figures"]["all"]["value"] for row in told["rows"] if row["figures"]["all"]["value"]}
    assert found == {"SUBMITTED": 1, "ISSUED": 1}
    assert told["total"]["figures"]["all"]["value"] == 2
    ids: set[str] = set()
    for row in (*told["rows"], told["total"]):
        for figure in row["figures"].values():
            path, _, query = figure["list"].partition("?")
            asked: dict[str, list[str]] = {}
            for name, value in parse_qsl(query):
                asked.setdefault(name, []).append(value)
            rows = (await town.get(path, town.origin, **asked)).json()["items"]
            assert len(rows) == figure["value"], figure
            ids |= {str(item["id"]) for item in rows}
    assert ids == {one, two}
    for name in ("week", "half_month", "month", "two_months", "quarter", "longer"):
        values = [row["figures"][name]["value"] for row in told["rows"]]
        assert sum(values) == told["total"]["figures"][name]["value"]


async def test_of_the_own_sides_alone(town: TransferTown) -> None:
    """Who stands on neither side counts none; a sheet has a line a step and the sum."""
    await town.requested(await town.member("a"))
    for who, number in ((town.receiver, 1), (town.origin, 1), (town.town.bearer(Role.BRANCH_SECRETARY, org=NEXT), 0)):
        assert (await ages(town, who))["total"]["figures"]["all"]["value"] == number
    sheet = await town.get("/v1/transfers/ages", {**town.origin, "Accept": "text/csv"})
    assert len(sheet.text.strip().splitlines()) == 12


@pytest.mark.parametrize("days", [0, 7, 8, 15, 16, 30, 31, 60, 61, 90, 91, 400])
def test_each_day_is_in_one_band(days: int) -> None:
    """From today on back, without a gap."""
    today = date(2026, 3, 31)
    asked_on = (today - timedelta(days=days)).isoformat()
    fitting = 0
    for _, _, _, least, most in BANDS:
        said = dict(_asked(least, most, today))
        fitting += said.get("requested_on_from", "") <= asked_on <= said["requested_on_to"]
    assert fitting == 1
