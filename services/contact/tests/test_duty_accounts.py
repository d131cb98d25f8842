"""The account of contact duties by organisation: every part is its list, the parts add up, a difference is named."""

from __future__ import annotations

from typing import Any

from services.contact.tests.test_board import _asked, done, six_away, values
from services.contact.tests.town import HOME, TOWN, ContactTown

from guiyan.contact.doors.accounts import ACCOUNTS
from guiyan.contact.projections.rows import DUTIES, PARTS

NAMES = [one.name for one in ACCOUNTS.figures]


async def accounts(town: ContactTown, **asked: str) -> dict[str, Any]:
    """The account, after everything has been applied."""
    await town.town.settle()
    answered = await town.get("/v1/duties/accounts", **asked)
    assert answered.status_code == 200, answered.text
    return dict(answered.json())


async def test_planned_is_the_sum_of_its_parts(town: ContactTown) -> None:
    """At each level; each number is its list, the rows add up to the whole, and nothing is off."""
    people = await six_away(town)
    await done(town, people[0], "complete", channel="PHONE")
    await done(town, people[4], "exempt", reason="AT_SEA_OR_FIELD")
    for asked in ({"period": "2026-Q1"}, {"period": "2026"}, {"period": "2026-Q1", "under": TOWN}):
        told = await accounts(town, **asked)
        for row in (*told["rows"], told["total"]):
            found = values(row)
            assert found["planned"] == sum(found[one] for one in PARTS)
            assert found["difference"] == 0
            for name, figure in row["figures"].items():
                path, _, query = figure["list"].partition("?")
                rows = (await town.get(path, limit="500", **_asked(query))).json()["items"]
                assert len(rows) == figure["value"], (name, figure)
        for name in NAMES:
            assert sum(values(one)[name] for one in told["rows"]) == values(told["total"])[name]
    whole = values((await accounts(town, period="2026-Q1"))["total"])
    assert (whole["planned"], whole["completed"]) == (6, 1)


async def test_a_duty_in_no_part_is_the_difference(town: ContactTown) -> None:
    """A document that lost its part in the database: the branch's account is off by one, and its list shows it."""
    people = await six_away(town)
    await town.town.settle()
    database = town.town.parts.database
    name = next(one for one in await database.collection_names() if one.endswith(f"__{DUTIES}"))
    lost = {"$set": {"part": None}}
    await database.collection(name).update_one({"_id": town.duty(people[0], "2026-Q1")}, lost)
    told = await accounts(town, period="2026-Q1", under=TOWN)
    assert values(told["total"])["difference"] == 1
    (row,) = [one for one in told["rows"] if one["org_code"] == HOME]
    path, _, query = row["figures"]["difference"]["list"].partition("?")
    rows = (await town.get(path, **_asked(query))).json()["items"]
    assert [one["id"] for one in rows] == [town.duty(people[0], "2026-Q1")]
