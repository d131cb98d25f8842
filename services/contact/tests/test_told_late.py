"""A leaving that is told late (§8, ADR 0031): due from when it is told, and every account says the same of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from services.contact.tests.town import HOME, ContactTown, a_town

from guiyan.events.codes import DepartureEnd, DestCertainty
from guiyan.events.registry import DepartureClosed, DepartureReopened, DestinationChanged, MemberReturned

LAST_JUNE = date(2025, 6, 1)


async def account(town: ContactTown, quarter: str) -> Mapping[str, int]:
    """What the quarter's account says."""
    await town.town.settle()
    told = (await town.get("/v1/duties/reconciliation", quarter=quarter)).json()
    board = (await town.get("/v1/duties/board", period=quarter)).json()
    assert told["difference"] == 0
    assert board["total"]["figures"]["due"]["value"] == told["open"] + told["completed"] + told["missed"]
    return {name: told[name] for name in ("planned", "open", "missed", "stopped")}


async def told(town: ContactTown, on: date, **more: Any) -> dict[str, Any] | None:
    """The first duty of a member whose leaving on a day is told now; None when there is none."""
    member_id = await town.away("late", on=on, **more)
    rows = await town.rows(member_id=member_id)
    return rows[0] if rows else None


async def test_the_row_says_since_when_and_that_it_was_told_late(town: ContactTown) -> None:
    """Away since June, told in February: the first quarter's duty, marked; told at once: not marked."""
    late, at_once = await told(town, LAST_JUNE), await town.away("at-once", on=date(2026, 1, 5))
    assert late is not None
    assert (late["quarter"], late["opens_on"]) == ("2026-Q1", "2026-01-01")
    assert (late["away_since"], late["told_late_on"]) == ("2025-06-01", "2026-02-10")
    (other,) = await town.rows(member_id=at_once)
    assert (other["away_since"], other["told_late_on"]) == ("2026-01-05", None)
    marked = await town.rows(told_late="true")
    assert [row["member_id"] for row in marked] == [late["member_id"]]
    away = (await town.get("/v1/members-away", away_since_to="2025-12-31")).json()["items"]
    assert [(one["away_since"], one["told_on"]) for one in away] == [("2025-06-01", "2026-02-10")]


async def test_quarters_gone_by_stay_as_they_were_accounted_for(town: ContactTown) -> None:
    """Nothing is planned, missed or counted in them; what is missed from now on is the first in a row."""
    row = await told(town, LAST_JUNE)
    assert row is not None
    for quarter in ("2025-Q2", "2025-Q3", "2025-Q4"):
        assert await account(town, quarter) == {"planned": 0, "open": 0, "missed": 0, "stopped": 0}
    assert await account(town, "2026-Q1") == {"planned": 1, "open": 1, "missed": 0, "stopped": 0}
    await town.until(date(2026, 7, 2))
    rows = await town.rows(member_id=row["member_id"])
    assert [(one["quarter"], one["missed_in_a_row"]) for one in rows[:2]] == [("2026-Q1", 1), ("2026-Q2", 2)]
    assert {one["told_late_on"] for one in rows} == {"2026-02-10"}, "of the same trip"


async def test_the_past_agrees(town: ContactTown) -> None:
    """Before it was told there was no duty, on either axis; from then on the duty says what it says today."""
    row = await told(town, LAST_JUNE)
    assert row is not None
    path = f"/v1/duties/{row['id']}"
    for past in ({"as_of": "2026-02-09"}, {"known_at": "2026-02-09T15:59:59Z"}):
        assert (await town.get(path, **past)).status_code == 404
    for past in ({"as_of": "2026-02-10"}, {"known_at": "2026-02-10T15:59:59Z"}):
        was = (await town.get(path, **past)).json()
        assert (was["away_since"], was["told_late_on"]) == ("2025-06-01", "2026-02-10")
    events = (await town.get(f"{path}/history")).json()["events"]
    assert (events[0]["occurredon"], events[0]["data"]["away_since"]) == ("2026-02-10", "2025-06-01")


@pytest.mark.parametrize(
    ("today", "since", "quarter", "opens_on", "late"),
    [
        (date(2026, 3, 31), date(2026, 3, 31), "2026-Q1", "2026-03-31", None),
        (date(2026, 3, 31), date(2025, 12, 31), "2026-Q1", "2026-01-01", "2026-03-31"),
        (date(2026, 3, 31), date(2026, 1, 1), "2026-Q1", "2026-01-01", None),
        (date(2026, 4, 1), date(2026, 3, 31), "2026-Q2", "2026-04-01", "2026-04-01"),
        (date(2026, 4, 1), date(2026, 4, 1), "2026-Q2", "2026-04-01", None),
        (date(2028, 2, 29), date(2028, 2, 29), "2028-Q1", "2028-02-29", None),
        (date(2028, 2, 29), date(2024, 2, 29), "2028-Q1", "2028-01-01", "2028-02-29"),
        (date(2028, 4, 1), date(2028, 2, 29), "2028-Q2", "2028-04-01", "2028-04-01"),
    ],
)
async def test_the_edges(today: date, since: date, quarter: str, opens_on: str, late: str | None) -> None:
    """Told on a quarter's last day, on its first, on 29 February; the days are Shanghai's."""
    async with a_town(datetime(today.year, today.month, today.day, 2, tzinfo=UTC)) as town:
        row = await told(town, since)
        assert row is not None
        assert (row["quarter"], row["opens_on"], row["away_since"]) == (quarter, opens_on, since.isoformat())
        assert row["told_late_on"] == late


async def test_told_on_the_last_day_it_is_due_that_day_and_then_the_next_quarter() -> None:
    """Day 1 counts (§2.1): one day is left, the next quarter follows without a gap."""
    async with a_town(datetime(2026, 3, 31, 2, tzinfo=UTC)) as town:
        row = await told(town, LAST_JUNE)
        assert row is not None
        await town.until(date(2026, 4, 1))
        rows = await town.rows(member_id=row["member_id"])
        assert [(one["quarter"], one["part"]) for one in rows] == [("2026-Q1", "missed"), ("2026-Q2", "open")]


async def test_where_nobody_knows_the_place_a_month_is_late_already(town: ContactTown) -> None:
    """The window of such a leaving is its month: told in the next one, it was told late (ADR 0025)."""
    row = await told(town, date(2026, 1, 20), dest_certainty=DestCertainty.UNKNOWN)
    assert row is not None
    assert (row["opens_on"], row["away_since"], row["told_late_on"]) == ("2026-02-01", "2026-01-20", "2026-02-10")


async def test_told_after_coming_home_nothing_is_due(town: ContactTown) -> None:
    """Left in June, home in January, both told in February: nothing is open, and nothing is ever missed."""
    member_id = await town.member()
    departure_id = await town.leave(member_id, on=LAST_JUNE)
    returned = MemberReturned(member_id=member_id, branch=HOME)
    await town.world.happen(departure_id, returned, occurred_on=date(2026, 1, 20))
    await town.town.settle()
    await town.until(date(2026, 12, 1))
    for quarter in ("2025-Q4", "2026-Q1", "2026-Q2"):
        counted = await account(town, quarter)
        assert (counted["open"], counted["missed"]) == (0, 0)
        assert counted["planned"] == counted["stopped"]


async def test_coming_home_told_late_leaves_what_was_settled(town: ContactTown) -> None:
    """Missed in the first quarter; that the member had been home since January is told in April: both days are said."""
    member_id = await town.away(on=date(2026, 1, 5))
    await town.until(date(2026, 4, 10))
    departure_id = town.world.id("departure", member_id, "first")
    returned = MemberReturned(member_id=member_id, branch=HOME)
    await town.world.happen(departure_id, returned, occurred_on=date(2026, 1, 20))
    rows = await town.rows(member_id=member_id)
    assert [(one["quarter"], one["part"]) for one in rows] == [("2026-Q1", "missed"), ("2026-Q2", "stopped")]
    assert rows[1]["ended_on"] == "2026-01-20"
    assert await account(town, "2026-Q1") == {"planned": 1, "open": 0, "missed": 1, "stopped": 0}


async def test_a_trip_taken_up_again_says_when_its_leaving_was_told(town: ContactTown) -> None:
    """Closed by mistake and opened again: told late as before, not on the day of the correction (§2.11)."""
    row = await told(town, LAST_JUNE)
    assert row is not None
    member_id, departure_id = row["member_id"], town.world.id("departure", row["member_id"], "first")
    await town.world.happen(departure_id, DestinationChanged(member_id=member_id, dest_area_code="310101"))
    closed = DepartureClosed(member_id=member_id, branch=HOME, reason=DepartureEnd.MEMBERSHIP_ENDED)
    await town.world.happen(departure_id, closed)
    await town.town.settle()
    await town.town.advance(days=3)
    again = DepartureReopened(member_id=member_id, branch=HOME, annulled_id=member_id, away_since=LAST_JUNE)
    await town.world.happen(departure_id, again)
    (row,) = await town.rows(member_id=member_id)
    assert (row["part"], row["away_since"], row["told_late_on"]) == ("open", "2025-06-01", "2026-02-10")
