"""What each figure of the summary counts and what not, by hand: one case for each way in which it could be wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from services.registry.tests.city import FAR, HOME, TOWN
from services.registry.tests.elsewhere import Elsewhere
from services.registry.tests.office import Office

from guiyan.events.codes import LostCause
from guiyan.events.contact.lost_contact import LostContactOpened
from guiyan.events.registry.dues import DuesAmountSet
from guiyan.events.registry.duplicate import DuplicateFlagged, MembersLinked
from guiyan.events.registry.membership import MembershipEnded

DECIDED = {"branch": HOME, "decision_no": "示〔2026〕1号", "decided_on": "2026-06-15", "decided_by": TOWN}


@pytest.fixture
def elsewhere(office: Office) -> Elsewhere:
    """What the other services tell, and what registry told by its other doors."""
    return Elsewhere(office.city)


async def figures(office: Office, period: str = "2026-Q2") -> dict[str, int]:
    """The figures of the home branch."""
    for _ in range(3):
        await office.city.settle()
    head = await office.city.ledger.head()
    table = (await office.get(f"/v1/summary?under={HOME}&period={period}&after_sequence={head}")).json()
    return {name: one["value"] for name, one in table["total"]["figures"].items()}


async def hosted(office: Office, number: int) -> str:
    """A member away and taken in elsewhere."""
    member = await office.member(HOME, number)
    trip = (await office.away(member, dest_certainty="FIXED"))["id"]
    for verb, body in (("report-in", {"host_branch": FAR, "occurred_on": "2026-06-10"}), ("accept", {})):
        done = await office.post(f"/v1/departures/{trip}/{verb}", body)
        assert done.status_code == 200, done.text
    return member


async def test_one_person_counts_once(office: Office, elsewhere: Elsewhere) -> None:
    """流出, 已纳入: a record that is shown with another one is no second person (§6 no. 20)."""
    one, two = sorted([await hosted(office, 1), await hosted(office, 2)])
    await office.away(await office.member(HOME, 3))
    before = await figures(office)
    assert (before["out"], before["hosted"], before["unhosted"]) == (3, 2, 1)
    pair = {"member_id": one, "other_member_id": two}
    stream = await elsewhere.tell(DuplicateFlagged, "2026-06-20", **pair, rule="BY_HAND", above=TOWN)
    await elsewhere.tell(MembersLinked, "2026-06-20", stream, **pair, leading_member_id=one)
    after = await figures(office)
    assert (after["out"], after["hosted"], after["unhosted"]) == (2, 1, 1)


async def test_lost_are_those_who_are_away_still(office: Office, elsewhere: Elsewhere) -> None:
    """失联: of an open trip; who was lost and came home is not (§2.7)."""
    trips = {}
    for number in (1, 2):
        member = await office.member(HOME, number)
        trips[member] = (await office.away(member))["id"]
        lost = {"member_id": member, "branch": HOME, "since": "2026-01-01", "cause": next(iter(LostCause))}
        await elsewhere.tell(LostContactOpened, "2026-06-20", **lost)
    assert (await figures(office))["lost"] == 2
    home = next(iter(trips.values()))
    assert (await office.post(f"/v1/departures/{home}/return", {"occurred_on": "2026-06-25"})).status_code == 200
    assert (await figures(office))["lost"] == 1


async def test_returns_are_of_the_day_of_the_return(office: Office) -> None:
    """本期返回, 本期流出: each by its own day, whenever the other was (§6 no. 20)."""
    for number, left, back in (
        (1, "2026-02-01", "2026-05-01"),
        (2, "2026-05-01", "2026-07-01"),
        (3, "2026-06-01", None),
    ):
        trip = (await office.away(await office.member(HOME, number), occurred_on=left))["id"]
        if back:
            done = await office.post(f"/v1/departures/{trip}/return", {"occurred_on": back})
            assert done.status_code == 200, done.text
    second, third = await figures(office), await figures(office, "2026-Q3")
    assert (second["left"], second["returned"], third["left"], third["returned"]) == (2, 1, 0, 1)


async def test_arrears_begin_with_one_month_and_are_of_members(office: Office, elsewhere: Elsewhere) -> None:
    """欠费: from the first month unpaid, of whoever is a member; of who has ended nothing is asked (§2.9)."""
    for number in (1, 2):
        member = await office.member(HOME, number)
        facts: dict[str, Any] = {"year": 2026, "rate_class": "FARMER_FIXED", "monthly_amount_fen": 20}
        await elsewhere.tell(
            DuesAmountSet, "2026-07-01", member, member_id=member, branch=HOME, from_month="2026-06", **facts
        )
    assert (await figures(office))["arrears"] == 2
    await elsewhere.tell(MembershipEnded, "2026-06-15", member, member_id=member, how="WITHDREW", **DECIDED)
    assert (await figures(office))["arrears"] == 1


async def test_probationary_are_members(office: Office, elsewhere: Elsewhere) -> None:
    """预备: whose membership stands; who was cancelled is none any more (§2.8, §2.11)."""
    for number in (1, 2):
        member = await office.member(HOME, number, person_category="PROBATIONARY", joined_on="2026-03-01")
    assert (await figures(office))["probationary"] == 2
    await elsewhere.tell(MembershipEnded, "2026-06-15", member, member_id=member, how="PROBATION_CANCELLED", **DECIDED)
    assert (await figures(office))["probationary"] == 1


async def test_recognised_after_six_months(office: Office) -> None:
    """流动党员: recognised by the clock; away for less is 流出 and not yet that (R2)."""
    await office.away(await office.member(HOME, 1), occurred_on="2026-01-15")
    await office.away(await office.member(HOME, 2), occurred_on="2026-05-15")
    for _ in range(3):
        await office.city.settle()
    office.city.clock.set(datetime(2026, 7, 20, 2, tzinfo=UTC))
    await office.city.due_loop.fire_due()
    found = await figures(office, "2026-Q3")
    assert (found["out"], found["mobile"]) == (2, 1)
