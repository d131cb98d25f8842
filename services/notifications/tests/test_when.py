"""When messages go out: no night, working days for offices, nothing of a matter that is over (§2.6; how-to)."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.notifications.tests.test_both_sides import Sides, keeper, rows, secretary
from services.notifications.tests.town import HOME, TOWN, a_town

from guiyan.events import EVENT_TYPES, contact, registry
from guiyan.events.codes import ContactChannel, ContactPointKind, EscalationLevel
from guiyan.events.contact.contact_point import ContactPointText
from guiyan.ledger import SHANGHAI
from guiyan.ledger.calendar import moment_of
from guiyan.notifications.domain.endings import ENDED_BY, ENDING
from guiyan.notifications.domain.rules import CAUSE_OF, RULES, URGENT
from guiyan.notifications.domain.timing import Quiet, is_office_day, not_before

QUIET: Final = Quiet()
MOMENTS: Final = st.integers(0, 8 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
HOURS: Final = st.builds(Quiet, st.integers(0, 23), st.integers(0, 23))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock in Shanghai."""
    return moment_of(day, time(hour, minute))


@pytest.mark.parametrize(
    ("now", "office", "member"),
    [
        (at(date(2026, 3, 10), 10), None, None),
        (at(date(2026, 3, 10), 20, 59), None, None),
        (at(date(2026, 3, 10), 21), at(date(2026, 3, 11), 9), at(date(2026, 3, 11), 9)),
        (at(date(2026, 3, 11), 0), at(date(2026, 3, 11), 9), at(date(2026, 3, 11), 9)),
        (at(date(2026, 3, 11), 8, 59), at(date(2026, 3, 11), 9), at(date(2026, 3, 11), 9)),
        (at(date(2026, 3, 11), 9), None, None),
        (at(date(2026, 3, 14), 10), at(date(2026, 3, 16), 9), None),  # a Saturday
        (at(date(2026, 3, 13), 22), at(date(2026, 3, 16), 9), at(date(2026, 3, 14), 9)),  # Friday night
        (at(date(2026, 2, 16), 10), at(date(2026, 2, 24), 9), None),  # the Spring Festival's eve: 15 to 23 February
        (at(date(2026, 2, 14), 12), None, None),  # a Saturday that is worked for it
        (at(date(2027, 2, 5), 10), at(date(2027, 2, 15), 9), None),  # a year without a published calendar: eve to day 7
    ],
)
def test_the_first_moment_at_which_it_may_leave(
    now: datetime, office: datetime | None, member: datetime | None
) -> None:
    """Nights last from nine to nine; an office is told on working days, a member on any."""
    assert not_before(now, QUIET, working_days_only=True) == office
    assert not_before(now, QUIET, working_days_only=False) == member


@given(MOMENTS, HOURS, st.booleans())
def test_it_is_never_earlier_never_at_night_and_settled(now: datetime, quiet: Quiet, office: bool) -> None:  # noqa: FBT001 - a value that the test is tried with
    """The moment found is one at which it may leave at once, not before now, and soon."""
    found = not_before(now, quiet, working_days_only=office) or now
    assert now <= found <= now + timedelta(days=14)
    assert not_before(found, quiet, working_days_only=office) is None
    local = found.astimezone(SHANGHAI)
    assert not quiet.holds(local.hour)
    assert not office or is_office_day(local.date())


def test_no_hour_is_quiet_where_the_two_are_equal() -> None:
    """An office that wants no quiet hours sets both to the same hour."""
    assert not any(Quiet(9, 9).holds(hour) for hour in range(24))
    assert [hour for hour in range(24) if Quiet(12, 14).holds(hour)] == [12, 13]
    assert not_before(at(date(2026, 3, 10), 13), Quiet(12, 14), working_days_only=True) == at(date(2026, 3, 10), 14)


def test_every_ending_is_an_event_and_of_the_same_kind_of_record() -> None:
    """What ends a matter stands in the same stream as its cause; what passes something up is urgent."""
    assert set(ENDED_BY) <= set(RULES)
    assert set(EVENT_TYPES) >= ENDING
    for cause, endings in ENDED_BY.items():
        assert {EVENT_TYPES[one].aggregate for one in endings} == {EVENT_TYPES[cause].aggregate}, cause
    assert {"contact_escalated_to_secretary", "probation_escalated_to_above"} <= URGENT
    assert all(name in CAUSE_OF for name in URGENT)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Sides]:
    """A small town in memory, running, all posts filled, one member in HOME; Tuesday 10 March 2026, 10:00."""
    async with a_town(tmp_path / "mailbox") as running:
        sides = Sides(running.town, tmp_path / "mailbox")
        await sides.everybody()
        yield sides


def reminder(town: Sides, quarter: str = "2026-Q1") -> contact.ContactReminderSent:
    """A duty is near its end."""
    return contact.ContactReminderSent(member_id=town.member, quarter=quarter, branch=HOME, day=75, days_left=15)


async def go_to(town: Sides, day: date, hour: int, minute: int = 0) -> None:
    """Move the clock, every timer at its own time."""
    await town.town.advance_to(at(day, hour, minute))


async def test_what_happens_at_night_leaves_in_the_morning(town: Sides) -> None:
    """It is due at once and waits; the timer stops a manual clock at nine, not before."""
    await go_to(town, date(2026, 3, 10), 23)
    await town.world.happen(town.world.id("duty"), reminder(town))
    assert await town.told() == {}
    assert (await rows(town))[0]["state"] == "QUEUED"
    await go_to(town, date(2026, 3, 11), 8, 59)
    assert await town.told() == {}
    assert await town.town.due.next_due_at() == at(date(2026, 3, 11), 9)
    await go_to(town, date(2026, 3, 11), 9)
    assert await town.told() == {"Contact duty due": [keeper(HOME)]}
    await go_to(town, date(2026, 3, 13), 9)
    assert await town.told() == {"Contact duty due": [keeper(HOME)]}


async def test_a_week_over_spring_festival(town: Sides) -> None:
    """Eve to seventh day, and the weekend: offices hear of what is urgent alone until the 15th; a member every day."""
    start = date(2027, 1, 1)  # the town's clock begins in March 2026; the next festival is 6 February 2027
    await go_to(town, start, 12)
    id_ = town.world.id("point")
    own = contact.ContactPointAdded(point_id=id_, member_id=town.member, kind=ContactPointKind.EMAIL)
    await town.world.happen(id_, own, pii=ContactPointText(value="own@guiyan.example"))
    told_on: dict[str, list[str]] = {}
    for day in (date(2027, 2, 4) + timedelta(days=n) for n in range(12)):
        await go_to(town, day, 8)
        escalated = contact.ContactEscalated(
            member_id=town.member,
            quarter="2026-Q4",
            branch=HOME,
            level=EscalationLevel.BRANCH_SECRETARY,
            to_org=HOME,
            missed_in_a_row=1,
        )
        name = day.isoformat()
        await town.world.happen(town.world.id("a", name), reminder(town))
        await town.world.happen(town.world.id("b", name), escalated)
        await town.world.happen(
            town.world.id("c", name), registry.DuesReminded(member_id=town.member, months_in_arrears=1)
        )
        before = {mail["Message-ID"] for _, mail in await town.sent()}
        await go_to(town, day, 9)
        fresh = [who for who, mail in await town.sent() if mail["Message-ID"] not in before]
        told_on[f"{day:%m-%d}"] = fresh
    ordinary = {day: who.count(keeper(HOME)) for day, who in told_on.items()}
    assert ordinary == {
        "02-04": 1, "02-05": 0, "02-06": 0, "02-07": 0, "02-08": 0, "02-09": 0, "02-10": 0, "02-11": 0, "02-12": 0,
        "02-13": 0, "02-14": 0, "02-15": 11,
    }  # fmt: skip
    assert {who.count(secretary(HOME)) for who in told_on.values()} == {1}
    assert {who.count("own") for who in told_on.values()} == {1}


async def test_of_a_matter_that_is_over_nobody_is_told(town: Sides) -> None:
    """Reached before the morning: the reminder is not sent, and says why; of another quarter it is."""
    await go_to(town, date(2026, 3, 10), 23)
    one, other = town.world.id("duty", "one"), town.world.id("duty", "other")
    done = contact.ContactCompleted(member_id=town.member, quarter="2026-Q1", branch=HOME, channel=ContactChannel.PHONE)
    await town.world.happen(one, reminder(town))
    await town.world.happen(one, done)
    await town.world.happen(other, reminder(town, "2025-Q4"))
    await go_to(town, date(2026, 3, 11), 9)
    assert await town.told() == {"Contact duty due": [keeper(HOME)]}
    (row,) = await rows(town, state="SUPPRESSED")
    shown = await town.row(row["id"])
    assert shown["changes"][-1]["reason"] == "NO_LONGER_NEEDED"


async def test_only_what_happened_after_its_cause_ends_a_matter(town: Sides) -> None:
    """An application that was there before the reminder of another year keeps nobody from hearing of it."""
    case = town.world.id("probation")
    await town.world.happen(case, registry.ProbationApplicationReceived(member_id=town.member, branch=HOME))
    overdue = registry.ProbationDecisionOverdue(member_id=town.member, due_on="2026-03-09", to_org=TOWN)
    await town.world.happen(case, registry.ProbationApplicationOverdue(member_id=town.member, due_on="2026-03-09"))
    await town.world.happen(case, overdue)
    assert await town.told() == {"No application": [keeper(HOME)], "Decision overdue": [secretary(TOWN)]}


async def test_the_night_is_a_parameter(town: Sides) -> None:
    """An office that is up at seven is told at seven, from the day that its paper names."""
    changed = registry.PolicyParameterChanged(
        key="notice.quiet_to", value="7", from_on="2026-03-01", document_no="伊示组发〔2026〕9号"
    )
    await town.world.happen(town.world.id("parameter"), changed)
    await go_to(town, date(2026, 3, 11), 7)
    await town.world.happen(town.world.id("duty"), reminder(town))
    assert await town.told() == {"Contact duty due": [keeper(HOME)]}


async def test_a_retry_keeps_the_night_too(town: Sides) -> None:
    """What could not be handed over in the evening is tried again in the morning."""
    evening, name = at(date(2026, 3, 13), 20, 59), "duty_due_to_contact_person"
    assert await town.planner.retry_at(name, evening) == evening
    assert await town.planner.retry_at(name, evening + timedelta(minutes=5)) == at(date(2026, 3, 16), 9)
    assert await town.planner.retry_at("no_such_rule", evening + timedelta(hours=5)) == evening + timedelta(hours=5)


ACTS: Final = st.lists(
    st.tuples(st.sampled_from(["missed", "reached", "refuse", "lift", "hours", "hours"]), st.integers(0, 30)),
    min_size=3,
    max_size=10,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS)
async def test_in_any_order_nothing_twice_nothing_lost_nothing_at_night(acts: list[tuple[str, int]]) -> None:
    """Each missed contact is one notice with one end: one mail on a working day, or the reason why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_town(Path(folder) / "mailbox") as running:
            town = Sides(running.town, Path(folder) / "mailbox")
            await town.everybody()
            missed = [number % 3 for act, number in acts if act == "missed"]
            for act, number in [*acts, ("lift", 0), ("hours", 24 * 20)]:
                await _do(town, act, number)
            found = await rows(town)
            assert len(found) == len(missed)
            assert {one["state"] for one in found} <= {"SENT", "SUPPRESSED"}
            mails = [str(mail["Message-ID"]) for _, mail in await town.sent()]
            assert len(set(mails)) == len(mails) == sum(one["state"] == "SENT" for one in found)
            for one in found:
                changes = (await town.row(one["id"]))["changes"]
                if one["state"] == "SUPPRESSED":
                    assert changes[-1]["reason"] in {"NO_LONGER_NEEDED", "DO_NOT_CONTACT"}
                for change in changes:
                    if change["event"] == "NoticeSendStarted":
                        local = datetime.fromisoformat(change["at"]).astimezone(SHANGHAI)
                        assert 9 <= local.hour < 21
                        assert is_office_day(local.date())


async def _do(town: Sides, act: str, number: int) -> None:
    """One act, of three duties, as often as it comes; then the sender, always at work, sends what may leave."""
    duty = town.world.id("duty", str(number % 3))
    about = {"member_id": town.member, "quarter": "2025-Q4", "branch": HOME}
    match act:
        case "missed":
            trip = town.world.id("trip")
            missed = contact.ContactMissed(**about, departure_id=trip, attempts=0, missed_in_a_row=1)
            await town.world.happen(duty, missed)
        case "reached":
            await town.world.happen(duty, contact.ContactCompleted(**about, channel=ContactChannel.PHONE))
        case "refuse" | "lift":
            who = town.world.id("person", HOME, "keeper")
            path = f"/v1/preferences/{who}/{act}"
            await town.town.http.post(path, json={"channel": "EMAIL"}, headers=town.city)
        case "hours":
            await _pass(town, town.world.clock.now() + timedelta(hours=number))
        case _:
            pass
    await town.sent()


async def _pass(town: Sides, until: datetime) -> None:
    """The clock goes on, and stops where a timer is due: there the sender sends what may leave."""
    await town.town.settle()
    while (due_at := await town.town.due.next_due_at()) is not None and due_at <= until:
        await town.town.advance_to(due_at)
        await town.sent()
    await town.town.advance_to(until)
