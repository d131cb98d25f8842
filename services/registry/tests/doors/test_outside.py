"""Who has gone to an organisation outside, at the doors: in no list or figure of members here, and found (§2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.registry.tests.city import CITY, HOME, NEXT, OTHER_TOWN, TOWN, id_number
from services.registry.tests.commands.test_outside import TITLE, come, gone
from services.registry.tests.office import Office

from guiyan.service.conformance import check_problem


async def items(office: Office, address: str, **who: str) -> list[dict[str, Any]]:
    """The rows of a list."""
    answer = await office.get(address, **who)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def ids(office: Office, address: str, **who: str) -> set[str]:
    """Whose rows they are."""
    return {one["id"] for one in await items(office, address, **who)}


async def figures(office: Office) -> dict[str, int]:
    """The summary of the city."""
    await office.city.settle()
    total = (await office.get("/v1/summary?period=2026-Q3")).json()["total"]["figures"]
    return {name: one["value"] for name, one in total.items()}


async def test_the_register_lists_who_is_here_and_finds_who_has_gone(office: Office) -> None:
    """Not in the list of the branch; found as 已转出, with where and when, under the branch of before."""
    stays, goes = await office.member(HOME, 1), await office.member(HOME, 2)
    await gone(office.city, goes)
    assert await ids(office, "/v1/members") == {stays}
    (row,) = await items(office, "/v1/members?outside=true", role="TOWNSHIP_OFFICER", org=TOWN)
    assert (row["id"], row["branch"], row["responsible"]) == (goes, HOME, "OUTSIDE")
    assert (row["outside_since"], row["outside_title"]) == ("2026-06-20", TITLE)
    assert await ids(office, "/v1/members?outside_since_from=2026-06-01&outside=true") == {goes}
    found = (await office.post("/v1/members/find", {"id_no": id_number(2)})).json()["items"]
    assert [(one["id"], one["outside"]) for one in found] == [(goes, True)]
    assert await ids(office, "/v1/members?outside=true", role="TOWNSHIP_OFFICER", org=OTHER_TOWN) == set()


async def test_the_past_shows_the_member_as_one_of_the_branch(office: Office) -> None:
    """Before the relation moved the member was of the branch, and the history tells both (§8)."""
    goes = await office.member(HOME, 1, occurred_on="2026-03-01")
    await gone(office.city, goes)
    then = (await office.get(f"/v1/members/{goes}?as_of=2026-06-19")).json()
    assert (then["responsible"], then["outside"]) == (HOME, False)
    now = (await office.get(f"/v1/members/{goes}?as_of=2026-06-20")).json()
    assert (now["responsible"], now["outside"]) == ("OUTSIDE", True)
    types = [one["type"] for one in (await office.get(f"/v1/members/{goes}/history")).json()["events"]]
    assert types == ["MemberRegistered", "TransferRequested", "RelationTransferred", "MemberTransferredOut"]


async def test_dues_end_with_the_month_before_the_move(office: Office) -> None:
    """The ledger of dues no longer lists the account; by asking it is found, with what was unpaid then (§2.9)."""
    goes = await office.member(HOME, 1, occurred_on="2026-01-01")
    amount = {"year": 2026, "rate_class": "FARMER_FIXED", "monthly_amount_fen": 20, "from_month": "2026-04"}
    await office.post(f"/v1/dues/{goes}/set-amount", {**amount, "occurred_on": "2026-04-01"})
    assert (await figures(office))["arrears"] == 1
    await gone(office.city, goes)
    assert (await figures(office))["arrears"] == 0
    assert await items(office, "/v1/dues") == []
    (account,) = await items(office, "/v1/dues?outside=true")
    assert (account["months_unpaid"], account["months_in_arrears"]) == (2, 0), "April and May; June is the receiver's"
    check_problem(
        await office.post(f"/v1/dues/{goes}/set-amount", {**amount, "occurred_on": "2026-06-30"}), 409,
        "relation_outside",
    )  # fmt: skip


async def test_no_figure_counts_who_has_gone_but_that_of_the_leaving(office: Office) -> None:
    """No. 20: neither probationary nor in transfer nor in arrears any more; the trip counts as transferred out."""
    goes = await office.member(HOME, 1, person_category="PROBATIONARY")
    await office.away(goes, occurred_on="2026-06-01")
    before = await figures(office)
    assert (before["out"], before["probationary"]) == (1, 1)
    await gone(office.city, goes, "2026-07-01")
    after = await figures(office)
    assert (after["out"], after["probationary"], after["in_transfer"]) == (0, 0, 0)
    assert after["transferred"] == 1, "the trip was closed as transferred, and counts in its period"
    (trip,) = await items(office, "/v1/departures?state=TRANSFERRED")
    assert trip["member_id"] == goes


async def test_no_sweep_expects_who_has_gone(office: Office) -> None:
    """§2.12: the sheet of the branch names those whose relation it holds."""
    stays, goes = await office.member(HOME, 1), await office.member(HOME, 2)
    await gone(office.city, goes)
    body = {"root_org": CITY, "opens_on": "2026-07-01", "closes_on": "2026-07-10"}
    made = (await office.post("/v1/sweeps", body)).json()
    for _ in range(2):
        await office.city.settle()
        await office.city.due_loop.fire_due()
    await office.city.settle()
    rows = await items(office, f"/v1/sweeps/{made['id']}/rows?branch={HOME}")
    assert [one["member_id"] for one in rows] == [stays]


async def test_quality_asks_nothing_of_who_has_gone(office: Office) -> None:
    """No. 21: a record that is nobody's here has no gaps to fill; the branch is measured without it."""
    goes = await office.member(NEXT, 1)
    await office.city.settle()
    assert {one["branch"] for one in await items(office, "/v1/data-quality?rule=incomplete")} == {NEXT}
    await gone(office.city, goes)
    assert {one["rule"] for one in await items(office, "/v1/data-quality")} == {"no_contact_person"}
    assert await items(office, "/v1/members?rule=incomplete") == []
    assert await items(office, "/v1/data-quality/branches") == []


async def test_the_desk_is_cleared_of_who_has_gone(office: Office) -> None:
    """No. 1: what lay on the desk about the member is overtaken, the branch's count of gaps as well (S-10)."""
    goes = await office.member(NEXT, 1, relation_holding="PARKED_HUKOU", occurred_on="2023-01-01")
    amount = {"year": 2026, "rate_class": "FARMER_FIXED", "monthly_amount_fen": 20, "from_month": "2026-04"}
    await office.post(f"/v1/dues/{goes}/set-amount", {**amount, "occurred_on": "2026-04-01"})
    await office.away(goes, dest_certainty="UNKNOWN")
    for _ in range(3):
        await office.city.settle()
    office.city.clock.set(datetime(2026, 8, 20, 2, tzinfo=UTC))
    await office.city.due_loop.fire_due()
    for _ in range(3):
        await office.city.settle()
    kinds = {one["kind"] for one in await items(office, "/v1/tasks?open=true")}
    of_member = {"DESTINATION_UNKNOWN", "PARKED_RELATION", "DUES_ARREARS"}
    assert of_member | {"DATA_INCOMPLETE", "CONTACT_PERSON_MISSING"} <= kinds
    await gone(office.city, goes, "2026-08-20")
    for _ in range(4):
        await office.city.settle()
    assert await items(office, "/v1/tasks?open=true") == []
    office.city.clock.set(datetime(2026, 9, 10, 2, tzinfo=UTC))
    await come(office.city, goes, NEXT, "2026-09-10")
    for _ in range(4):
        await office.city.settle()
    office.city.clock.set(datetime(2026, 10, 20, 2, tzinfo=UTC))
    await office.city.due_loop.fire_due()
    for _ in range(4):
        await office.city.settle()
    back = {one["kind"] for one in await items(office, "/v1/tasks?open=true")}
    back = {kind for kind in back if not kind.startswith("SWEEP_")}
    assert back == {"DATA_INCOMPLETE"}, "what the record lacks is to be asked for again, and nothing else"
