"""How often contact is due (domain.md §2.5, P-03): a quarter, half a year abroad, a month where nobody knows."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.contact.tests.town import ContactTown

from guiyan.contact.domain.parameters import DEFAULTS
from guiyan.contact.domain.window import cycle_of, window_after, window_at
from guiyan.events.codes import DestCertainty, FlowRange, FlowReason
from guiyan.events.registry import DestinationChanged
from guiyan.events.registry.policy import PolicyParameterChanged

DAYS = st.dates(date(1999, 1, 1), date(2099, 12, 31))
UNKNOWN: dict[str, Any] = {"dest_certainty": DestCertainty.UNKNOWN}
ABROAD: dict[str, Any] = {"reason": FlowReason.ABROAD, "range": FlowRange.OVERSEAS}


@given(DAYS, st.sampled_from([1, 2, 3, 6, 12]))
def test_windows_follow_one_another(day: date, months: int) -> None:
    """Every day lies in one; the next begins the day after; no two have the same duty."""
    window = window_at(day, months)
    assert window.first <= day <= window.last
    after = window_after(day, months)
    assert after.first == window.last + timedelta(days=1)
    assert window.duty_id("m") != after.duty_id("m")
    assert window_at(window.last, months) == window


@given(DAYS, st.lists(st.sampled_from([1, 2, 3, 6, 12]), min_size=2, max_size=2, unique=True))
def test_windows_of_other_lengths_are_other_duties(day: date, months: list[int]) -> None:
    """A half year begins with its quarter and is another duty: who goes abroad in the middle has not been reached."""
    one, other = (window_at(day, length) for length in months)
    assert one.duty_id("m") != other.duty_id("m")


@given(DAYS, st.sampled_from([1, 3, 6]))
def test_each_window_has_its_reminders(day: date, months: int) -> None:
    """Three, in order, inside it, and the later the longer it is."""
    window = window_at(day, months)
    days = [window.reminder(number) for number in DEFAULTS.reminder_days]
    assert all(one is not None and window.first <= one <= window.last for one in days)
    assert days == sorted(set(days), key=str)


def test_what_was_told_says_how_often() -> None:
    """Abroad by the range that was told, else by the reason; unknown only where no place is."""
    assert cycle_of("OVERSEAS", None, "FIXED") == cycle_of(None, "ABROAD", None) == cycle_of("HK_MO_TW", "STUDY", None)
    assert cycle_of("OVERSEAS", None, "UNKNOWN") == "ABROAD"
    assert cycle_of("CROSS_PROVINCE", "ABROAD", "FIXED") is None
    assert cycle_of(None, "MIGRANT_WORK", "UNKNOWN") == "UNKNOWN"
    assert cycle_of(None, "MIGRANT_WORK", "CHANGING") is None


async def rows(town: ContactTown, member: str) -> list[dict[str, Any]]:
    """The member's duties, in order."""
    await town.town.settle()
    found = (await town.get("/v1/duties", member_id=member, sort="closes_on")).json()["items"]
    return [dict(one) for one in found]


def days(found: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Quarter, first and last day of each."""
    return [(one["quarter"], one["opens_on"], one["closes_on"]) for one in found]


async def test_an_unknown_place_is_asked_for_each_month(town: ContactTown) -> None:
    """From the leaving on; what was missed in one quarter counts as one quarter; a told place ends it."""
    member = await town.member()
    await town.leave(member, **UNKNOWN)
    await town.until(date(2026, 4, 2))
    found = await rows(town, member)
    assert days(found) == [
        ("2026-Q1", "2026-02-10", "2026-02-28"),
        ("2026-Q1", "2026-03-01", "2026-03-31"),
        ("2026-Q2", "2026-04-01", "2026-04-30"),
    ]
    assert [one["missed_in_a_row"] for one in found] == [1, 1, None]
    told = DestinationChanged(member_id=member, dest_area_code="650102", dest_certainty=DestCertainty.FIXED)
    await town.world.happen(town.world.id("departure", member, "first"), told)
    await town.until(date(2026, 8, 1))
    found = await rows(town, member)
    assert days(found)[2:] == [
        ("2026-Q2", "2026-04-01", "2026-04-30"),
        ("2026-Q2", "2026-05-01", "2026-06-30"),
        ("2026-Q3", "2026-07-01", "2026-09-30"),
    ]
    assert [one["missed_in_a_row"] for one in found] == [1, 1, 2, 2, None]


async def test_abroad_once_in_half_a_year(town: ContactTown) -> None:
    """From the leaving to the half year's end, then each half year; reminders as many, later."""
    member = await town.member()
    await town.leave(member, **ABROAD)
    await town.until(date(2026, 6, 25))
    (first,) = await rows(town, member)
    assert days([first]) == [("2026-Q1", "2026-02-10", "2026-06-30")]
    history = (await town.get(f"/v1/duties/{first['id']}/history")).json()["events"]
    sent = [one["data"]["day"] for one in history if one["type"] == "ContactReminderSent"]
    assert sent == [45, 75, 85]
    await town.until(date(2026, 12, 30))
    assert days(await rows(town, member))[1:] == [("2026-Q3", "2026-07-01", "2026-12-31")]


async def test_abroad_from_the_middle_of_a_quarter_on(town: ContactTown) -> None:
    """No day lies between: what is left of the half year after the quarter's duty has a duty of its own."""
    member = await town.away()
    told = DestinationChanged(member_id=member, range=FlowRange.OVERSEAS)
    await town.world.happen(town.world.id("departure", member, "first"), told)
    await town.until(date(2026, 8, 1))
    assert days(await rows(town, member)) == [
        ("2026-Q1", "2026-02-10", "2026-03-31"),
        ("2026-Q1", "2026-04-01", "2026-06-30"),
        ("2026-Q3", "2026-07-01", "2026-12-31"),
    ]


@pytest.mark.parametrize("turns", range(10))
async def test_abroad_is_told_while_the_month_is_planned(town: ContactTown, turns: int) -> None:
    """Nobody knew the place, and shortly after it is told: whichever comes first, no day lies between two duties."""
    member = await town.member()
    departure = await town.leave(member, **UNKNOWN)
    for _ in range(turns):
        await asyncio.sleep(0)
    told = DestinationChanged(member_id=member, range=FlowRange.OVERSEAS, dest_certainty=DestCertainty.FIXED)
    await town.world.happen(departure, told)
    await town.until(date(2026, 7, 2))
    first, *others = days(await rows(town, member))
    assert first in {("2026-Q1", "2026-02-10", "2026-06-30"), ("2026-Q1", "2026-02-10", "2026-02-28")}
    rest = [] if first[2] == "2026-06-30" else [("2026-Q1", "2026-03-01", "2026-06-30")]
    assert others == [*rest, ("2026-Q3", "2026-07-01", "2026-12-31")]


async def test_back_in_the_country_the_half_year_still_holds(town: ContactTown) -> None:
    """What is open covers the quarter: nothing is planned beside it; then each quarter has its own."""
    member = await town.member()
    await town.leave(member, **ABROAD)
    await town.town.settle()
    told = DestinationChanged(member_id=member, range=FlowRange.CROSS_PROVINCE, dest_area_code="310101")
    await town.world.happen(town.world.id("departure", member, "first"), told)
    await town.until(date(2026, 8, 1))
    assert days(await rows(town, member)) == [
        ("2026-Q1", "2026-02-10", "2026-06-30"),
        ("2026-Q3", "2026-07-01", "2026-09-30"),
    ]


async def test_a_place_that_is_lost_shortens_the_cycle(town: ContactTown) -> None:
    """The quarter's duty was done; from the next month on it is asked for each month."""
    member = await town.away()
    done = await town.post(f"/v1/duties/{town.duty(member)}/complete", {"channel": "PHONE"})
    assert done.status_code == 200
    told = DestinationChanged(member_id=member, dest_certainty=DestCertainty.UNKNOWN)
    await town.world.happen(town.world.id("departure", member, "first"), told)
    await town.until(date(2026, 3, 2))
    assert days(await rows(town, member)) == [
        ("2026-Q1", "2026-02-10", "2026-03-31"),
        ("2026-Q1", "2026-03-01", "2026-03-31"),
    ]


async def test_a_place_told_and_then_lost(town: ContactTown) -> None:
    """An area was told, and later that nobody knows: from the next month on it is asked for each month (P-03)."""
    member = await town.member()
    await town.leave(member, dest_area_code="310115")
    await town.town.advance(days=2)
    told = DestinationChanged(member_id=member, dest_certainty=DestCertainty.UNKNOWN)
    await town.world.happen(town.world.id("departure", member, "first"), told)
    await town.until(date(2026, 5, 2))
    assert days(await rows(town, member))[1:] == [
        ("2026-Q2", "2026-04-01", "2026-04-30"),
        ("2026-Q2", "2026-05-01", "2026-05-31"),
    ]


async def test_an_office_may_set_it_otherwise(town: ContactTown) -> None:
    """By its parameters: a quarter also for those whose place is unknown (§2.14)."""
    changed = PolicyParameterChanged(
        key="contact.unknown_cycle", value="3", from_on=date(2026, 1, 1), document_no="示〔2026〕1号"
    )
    await town.world.happen("contact-unknown_cycle", changed)
    await town.town.settle()
    member = await town.member()
    await town.leave(member, **UNKNOWN)
    assert days(await rows(town, member)) == [("2026-Q1", "2026-02-10", "2026-03-31")]
