"""The quarterly cycle over time: planned, reminded, missed, escalated, stopped (domain.md §2.5, §2.6)."""

from datetime import date
from typing import Final

from services.contact.tests.town import CITY, FAR, HOME, NEXT, OTHER, TOWN, ContactTown

from guiyan.events.codes import DepartureEnd, FlowRange
from guiyan.events.registry import (
    BranchAssigned,
    ContactPersonReleased,
    ContactPersonReplaced,
    DepartureClosed,
    DepartureReopened,
    DestinationChanged,
    HostAccepted,
    HostEnded,
    MembershipDecisionAnnulled,
    MembershipReinstated,
    MembershipRemoved,
    MembershipSuspended,
)

DECISION = {"branch": HOME, "decision_no": "示例〔2026〕1号", "decided_on": "2026-02-10", "decided_by": CITY}


async def test_leaving_plans_the_current_quarter(town: ContactTown) -> None:
    """Day 1 counts for the contact duty (§2.1): planned at once, from the day of leaving to the quarter's last day."""
    keeper = await town.keeper_of(HOME)
    member_id = await town.away(on=date(2026, 2, 9))
    row = await town.row(member_id)
    assert (row["state"], row["quarter"], row["opens_on"], row["closes_on"]) == (
        "PLANNED",
        "2026-Q1",
        "2026-02-09",
        "2026-03-31",
    )
    assert (row["contact_person_id"], row["branch"], row["name"], row["days_left"]) == (keeper, HOME, "李*", 49)
    await town.until(date(2026, 3, 1))
    known = await town.get(f"/v1/duties/{town.duty(member_id)}", known_at="2026-02-10T15:59:59Z")
    assert known.json()["days_left"] == 49, "as answered then"


async def test_a_departure_told_late_plans_the_current_quarter_only(town: ContactTown) -> None:
    """Back-registration is normal: the quarters gone by are not made up for."""
    member_id = await town.away(on=date(2025, 6, 1))
    assert [(row["quarter"], row["opens_on"]) for row in await town.rows(member_id=member_id)] == [
        ("2026-Q1", "2026-01-01")
    ]


async def test_a_quarter_without_contact(town: ContactTown) -> None:
    """Reminded on day 45, 75, 85; missed on the last day; one miss goes to the branch; the next quarter is planned."""
    member_id = await town.away()
    await town.until(date(2026, 4, 1))
    assert await town.types(member_id) == [
        "ContactPlanned",
        "ContactReminderSent",
        "ContactReminderSent",
        "ContactReminderSent",
        "ContactMissed",
        "ContactEscalated",
    ]
    history = (await town.get(f"/v1/duties/{town.duty(member_id)}/history")).json()["events"]
    assert [event["occurredon"] for event in history] == [
        "2026-02-10",
        "2026-02-14",
        "2026-03-16",
        "2026-03-26",
        "2026-03-31",
        "2026-03-31",
    ]
    assert [event["data"].get("day") for event in history[1:4]] == [45, 75, 85]
    assert (history[-1]["data"]["level"], history[-1]["data"]["to_org"]) == ("BRANCH_SECRETARY", HOME)
    assert (await town.row(member_id, "2026-Q2"))["opens_on"] == "2026-04-01"


async def test_the_quarters_last_day_still_counts(town: ContactTown) -> None:
    """Until the last hour of the last day, in Shanghai, a contact is in time; after it the rest is missed."""
    reached, missed = await town.away("reached"), await town.away("missed")
    await town.until(date(2026, 3, 31), hour=23)
    assert "ContactMissed" not in await town.types(missed)
    done = await town.post(f"/v1/duties/{town.duty(reached)}/complete", {"channel": "PHONE"})
    assert done.status_code == 200, done.text
    await town.until(date(2026, 4, 1), hour=0)
    assert "ContactMissed" in await town.types(missed)
    assert "ContactMissed" not in await town.types(reached)
    late = await town.post(f"/v1/duties/{town.duty(missed)}/complete", {"channel": "PHONE"})
    assert late.json()["code"] == "outside_quarter"


async def test_two_missed_quarters_in_a_row_go_to_the_township(town: ContactTown) -> None:
    """2 missed in a row → township officer; a reached quarter begins the count anew."""
    member_id = await town.away()
    await town.until(date(2026, 7, 2))
    row = await town.row(member_id, "2026-Q2")
    assert (row["state"], row["missed_in_a_row"], row["escalated_to"]) == ("ESCALATED", 2, "TOWNSHIP_OFFICER")
    assert (await town.get(f"/v1/duties/{row['id']}/history")).json()["events"][-1]["data"]["to_org"] == TOWN
    done = await town.post(f"/v1/duties/{town.duty(member_id, '2026-Q3')}/complete", {"channel": "PHONE"})
    assert done.status_code == 200, done.text
    await town.until(date(2027, 1, 1))
    assert (await town.row(member_id, "2026-Q4"))["missed_in_a_row"] == 1


async def test_ten_years_without_contact_are_forty_misses(town: ContactTown) -> None:
    """The cycle goes on by itself, quarter by quarter, however far the clock is moved at once."""
    member_id = await town.away()
    await town.until(date(2036, 1, 1))
    rows = await town.rows(member_id=member_id, limit=100)
    assert [row["part"] for row in rows] == ["missed"] * 40 + ["open"]
    assert [row["missed_in_a_row"] for row in rows[:40]] == list(range(1, 41))


async def test_a_reached_member_is_neither_reminded_nor_missed(town: ContactTown) -> None:
    """ContactCompleted settles the quarter: its timers are gone, the next quarter's plan stays."""
    member_id = await town.away()
    await town.post(f"/v1/duties/{town.duty(member_id)}/complete", {"channel": "VIDEO"})
    assert await town.until(date(2026, 3, 31)) == 0
    await town.until(date(2026, 4, 1))
    assert (await town.row(member_id))["state"] == "REACHED"
    assert (await town.row(member_id, "2026-Q2"))["state"] == "PLANNED"


async def test_coming_home_stops_the_duty_and_the_cycle(town: ContactTown) -> None:
    """Nobody at home is to be contacted: stopped, and no quarter is planned any more."""
    member_id = await town.away()
    await town.come_home(member_id)
    row = await town.row(member_id)
    assert (row["state"], row["stop_reason"], row["part"]) == ("STOPPED", "RETURNED", "stopped")
    assert await town.until(date(2026, 12, 1)) == 0


async def test_leaving_again_in_the_same_quarter_opens_the_duty_again(town: ContactTown) -> None:
    """One stream per member and quarter, whichever trip: planned, stopped, planned."""
    member_id = await town.away()
    await town.come_home(member_id)
    await town.town.settle()
    await town.leave(member_id, "second")
    assert (await town.row(member_id))["state"] == "PLANNED"
    assert await town.types(member_id) == ["ContactPlanned", "ContactStopped", "ContactPlanned"]
    await town.until(date(2026, 4, 1))
    assert (await town.row(member_id))["part"] == "missed"


async def test_a_transferred_relation_stops_the_old_duty(town: ContactTown) -> None:
    """The relation has moved: stopped with the transfer's id; registry's closing of the trip changes nothing more."""
    member_id = await town.away()
    transfer_id = await town.transfer(member_id)
    await town.town.settle()
    closed = DepartureClosed(member_id=member_id, branch=HOME, reason=DepartureEnd.TRANSFERRED, transfer_id=transfer_id)
    await town.world.happen(town.world.id("departure", member_id, "first"), closed)
    assigned = BranchAssigned(member_id=member_id, from_branch=HOME, branch=FAR, transfer_id=transfer_id)
    await town.world.happen(member_id, assigned)
    row = await town.row(member_id)
    assert (row["state"], row["stop_reason"], row["branch"]) == ("STOPPED", "TRANSFERRED", HOME)
    assert await town.types(member_id) == ["ContactPlanned", "ContactStopped"]
    assert await town.until(date(2026, 12, 1)) == 0


async def test_left_and_home_at_once_leaves_nothing_open(town: ContactTown) -> None:
    """However leaving and return meet the policies, no duty stays open for somebody at home."""
    members = [await town.member(f"m{number}") for number in range(20)]
    for member_id in members:
        await town.leave(member_id)
        await town.come_home(member_id)
    await town.town.advance_to(town.world.clock.now())  # a duty planned while its cause was ending looks again at once
    assert await town.rows(open="true") == []
    await town.town.advance(hours=1)
    assert await town.rows(open="true") == []
    assert await town.until(date(2026, 12, 1)) == 0


async def test_a_duty_follows_the_contact_person(town: ContactTown) -> None:
    """A replaced contact person's open duties go to the successor; a released one leaves a gap."""
    first = await town.keeper_of(HOME)
    member_id = await town.away()
    second = town.world.id("person", "second")
    replaced = ContactPersonReplaced(org_code=HOME, from_person_id=first, person_id=second, handed_over=True)
    await town.world.happen(HOME, replaced)
    assert (await town.row(member_id))["contact_person_id"] == second
    await town.world.happen(HOME, ContactPersonReleased(org_code=HOME, person_id=second))
    assert (await town.row(member_id))["contact_person_id"] is None
    assert await town.types(member_id) == ["ContactPlanned", "ContactReassigned", "ContactReassigned"]


async def test_a_duty_follows_the_branch_in_a_reorganisation(town: ContactTown) -> None:
    """Assigned to another branch without a transfer: the open duty and the next quarter's belong to that branch."""
    member_id = await town.away()
    keeper = await town.keeper_of(NEXT, "of-next")
    await town.world.happen(member_id, BranchAssigned(member_id=member_id, from_branch=HOME, branch=NEXT))
    row = await town.row(member_id)
    assert (row["branch"], row["contact_person_id"]) == (NEXT, keeper)
    await town.until(date(2026, 4, 1))
    row = await town.row(member_id, "2026-Q2")
    assert (row["branch"], row["contact_person_id"]) == (NEXT, keeper)


async def test_a_contact_person_named_while_a_duty_is_planned_is_on_it(town: ContactTown) -> None:
    """Whichever comes first, the duty ends up with the branch's contact person."""
    members = [await town.member(f"m{number}") for number in range(10)]
    for member_id in members:
        await town.leave(member_id)
    keeper = await town.keeper_of(HOME)
    await town.town.settle()
    await town.town.advance(minutes=1)
    assert {row["contact_person_id"] for row in await town.rows()} == {keeper}


async def test_a_suspended_membership_stops_the_cycle_and_a_reinstated_one_takes_it_up(town: ContactTown) -> None:
    """停止党籍: no duty; 恢复党籍 while still away: what is left of the quarter, from the day of the decision on."""
    member_id = await town.away()
    await town.world.happen(member_id, MembershipSuspended(member_id=member_id, ground="LOST_CONTACT", **DECISION))
    row = await town.row(member_id)
    assert (row["state"], row["stop_reason"]) == ("STOPPED", "MEMBERSHIP_CHANGED")
    await town.until(date(2026, 5, 1))
    reinstated = MembershipReinstated(member_id=member_id, requested_on="2026-04-20", **DECISION)
    await town.world.happen(member_id, reinstated)
    row = await town.row(member_id, "2026-Q2")
    assert (row["state"], row["opens_on"], row["closes_on"]) == ("PLANNED", "2026-05-01", "2026-06-30")
    await town.until(date(2026, 7, 1))
    assert [row["quarter"] for row in await town.rows(member_id=member_id)] == ["2026-Q1", "2026-Q2", "2026-Q3"]


WRONG: Final = {"annulled_id": "019b76da-a800-7000-8000-000000000001", "error": "WRONG_PERSON"}
SUSPENDED: Final = {"ground": "LOST_CONTACT", **DECISION}


async def annul(town: ContactTown, member_id: str, status: str = "NORMAL") -> None:
    """A decision is taken out of the member's record; the status is what stands then."""
    annulled = MembershipDecisionAnnulled(member_id=member_id, status=status, **WRONG, **DECISION)
    await town.world.happen(member_id, annulled)


async def test_a_suspension_recorded_on_the_wrong_person_keeps_nobody_from_being_contacted(town: ContactTown) -> None:
    """What was taken out of the record stands in nobody's way: this quarter's duty is there again, whole (§2.11)."""
    member_id = await town.away(on=date(2026, 1, 5))
    await town.world.happen(member_id, MembershipSuspended(member_id=member_id, **SUSPENDED))
    assert (await town.row(member_id))["state"] == "STOPPED"
    await town.until(date(2026, 3, 20))
    await annul(town, member_id)
    row = await town.row(member_id)
    assert (row["state"], row["opens_on"], row["closes_on"]) == ("PLANNED", "2026-01-05", "2026-03-31")
    await town.until(date(2026, 4, 1))
    assert [row["part"] for row in await town.rows(member_id=member_id)] == ["missed", "open"]
    assert await town.types(member_id) == [
        "ContactPlanned",
        "ContactStopped",
        "ContactPlanned",
        "ContactReminderSent",
        "ContactMissed",
        "ContactEscalated",
    ]


async def test_what_was_annulled_takes_no_miss_out_of_the_row(town: ContactTown) -> None:
    """A quarter was missed; a suspension of the wrong person is annulled; the next missed one is the second."""
    member_id = await town.away()
    await town.until(date(2026, 5, 1))
    await town.world.happen(member_id, MembershipSuspended(member_id=member_id, **SUSPENDED))
    await town.town.settle()
    await annul(town, member_id)
    await town.until(date(2026, 7, 2))
    assert (await town.row(member_id, "2026-Q2"))["missed_in_a_row"] == 2


async def test_a_reinstated_member_begins_a_new_row(town: ContactTown) -> None:
    """A suspension that stood ended the row: what is missed after 恢复党籍 is the first."""
    member_id = await town.away()
    await town.until(date(2026, 5, 1))
    await town.world.happen(member_id, MembershipSuspended(member_id=member_id, **SUSPENDED))
    await town.town.settle()
    again = MembershipReinstated(member_id=member_id, requested_on="2026-05-01", **DECISION)
    await town.world.happen(member_id, again)
    await town.until(date(2026, 7, 2))
    assert (await town.row(member_id, "2026-Q2"))["missed_in_a_row"] == 1


async def test_what_was_done_in_the_quarter_is_not_asked_for_again(town: ContactTown) -> None:
    """Reached, suspended, reinstated in one quarter: the quarter's contact is made; the next one is planned."""
    member_id = await town.away()
    await town.post(f"/v1/duties/{town.duty(member_id)}/complete", {"channel": "PHONE"})
    await town.world.happen(member_id, MembershipSuspended(member_id=member_id, **SUSPENDED))
    again = MembershipReinstated(member_id=member_id, requested_on="2026-02-10", **DECISION)
    await town.world.happen(member_id, again)
    await town.until(date(2026, 4, 1))
    assert [row["part"] for row in await town.rows(member_id=member_id)] == ["completed", "open"]


async def test_an_annulled_reinstatement_stops_the_duty_again(town: ContactTown) -> None:
    """The membership is suspended as before: nobody is to be contacted, and nobody is missed."""
    member_id = await town.away()
    await town.world.happen(member_id, MembershipSuspended(member_id=member_id, **SUSPENDED))
    again = MembershipReinstated(member_id=member_id, requested_on="2026-02-10", **DECISION)
    await town.world.happen(member_id, again)
    assert (await town.row(member_id))["state"] == "PLANNED"
    await annul(town, member_id, "SUSPENDED")
    row = await town.row(member_id)
    assert (row["state"], row["stop_reason"]) == ("STOPPED", "MEMBERSHIP_CHANGED")
    assert await town.until(date(2026, 12, 1)) == 0


async def test_a_trip_that_was_closed_by_mistake_goes_on_at_once(town: ContactTown) -> None:
    """The end of a membership closed the trip; annulled, the trip goes on, and so does this quarter's duty (§2.11)."""
    member_id = await town.away(on=date(2026, 1, 5))
    departure_id = town.world.id("departure", member_id, "first")
    await town.world.happen(member_id, MembershipRemoved(member_id=member_id, ground="ART31_6", **DECISION))
    closed = DepartureClosed(member_id=member_id, branch=HOME, reason=DepartureEnd.MEMBERSHIP_ENDED)
    await town.world.happen(departure_id, closed)
    assert (await town.row(member_id))["state"] == "STOPPED"
    await annul(town, member_id)
    reopened = DepartureReopened(
        member_id=member_id, branch=HOME, away_since=date(2026, 1, 5), annulled_id=WRONG["annulled_id"]
    )
    await town.world.happen(departure_id, reopened)
    row = await town.row(member_id)
    assert (row["state"], row["opens_on"]) == ("PLANNED", "2026-01-05")


async def test_a_half_year_that_was_done_is_not_asked_for_again(town: ContactTown) -> None:
    """Abroad and reached: a suspension that is annulled plans nothing before the next half year."""
    member_id = await town.away(range=FlowRange.OVERSEAS)
    (row,) = await town.rows(member_id=member_id)
    await town.post(f"/v1/duties/{row['id']}/complete", {"channel": "PHONE"})
    await town.until(date(2026, 5, 1))
    await town.world.happen(member_id, MembershipSuspended(member_id=member_id, **SUSPENDED))
    await town.town.settle()
    await annul(town, member_id)
    await town.until(date(2026, 7, 1))
    assert [row["quarter"] for row in await town.rows(member_id=member_id)] == ["2026-Q1", "2026-Q3"]


async def test_a_half_year_that_was_done_hides_no_quarter_that_was_stopped(town: ContactTown) -> None:
    """Reached for the half year, then back in the country: the quarter that was stopped is planned again."""
    member_id = await town.away(range=FlowRange.OVERSEAS)
    (row,) = await town.rows(member_id=member_id)
    await town.post(f"/v1/duties/{row['id']}/complete", {"channel": "PHONE"})
    told = DestinationChanged(member_id=member_id, range=FlowRange.CROSS_PROVINCE, dest_area_code="310101")
    await town.world.happen(town.world.id("departure", member_id, "first"), told)
    await town.until(date(2026, 5, 1))
    await town.world.happen(member_id, MembershipSuspended(member_id=member_id, **SUSPENDED))
    assert (await town.row(member_id, "2026-Q2"))["state"] == "STOPPED"
    await annul(town, member_id)
    assert (await town.row(member_id, "2026-Q2"))["state"] == "PLANNED"


async def test_what_was_annulled_before_it_stopped_anything_plans_nothing_beside(town: ContactTown) -> None:
    """Suspended and annulled at once: the half year's duty goes on and covers the quarter that would be due now."""
    member_id = await town.away(range=FlowRange.OVERSEAS)
    told = DestinationChanged(member_id=member_id, range=FlowRange.CROSS_PROVINCE, dest_area_code="310101")
    await town.world.happen(town.world.id("departure", member_id, "first"), told)
    await town.town.settle()
    await town.world.happen(member_id, MembershipSuspended(member_id=member_id, **SUSPENDED))
    await annul(town, member_id)
    (row,) = await town.rows(member_id=member_id)
    assert (row["part"], row["closes_on"]) == ("open", "2026-06-30")


async def test_the_host_branch_stands_on_this_duty_and_the_next(town: ContactTown) -> None:
    """The second leg: who is to be asked at the destination now (S-22)."""
    member_id = await town.away()
    departure_id = town.world.id("departure", member_id, "first")
    await town.world.happen(departure_id, HostAccepted(member_id=member_id, host_branch=FAR))
    await town.until(date(2026, 4, 1))
    assert (await town.row(member_id, "2026-Q2"))["host_branch"] == FAR


async def test_a_duty_asks_the_host_of_now_and_keeps_whom_it_asked(town: ContactTown) -> None:
    """A host that was merged is asked no more; once asked, the row and the event say who it was (S-22)."""
    member_id = await town.away()
    departure_id, duty = town.world.id("departure", member_id, "first"), town.duty(member_id)
    for host in (OTHER, FAR):
        await town.world.happen(departure_id, HostAccepted(member_id=member_id, host_branch=host))
        assert (await town.row(member_id, "2026-Q1"))["host_branch"] == host
    done = await town.post(f"/v1/duties/{duty}/contact-host", {"channel": "PHONE"})
    assert done.status_code == 200, done.text
    await town.world.happen(departure_id, HostEnded(member_id=member_id, host_branch=FAR))
    assert (await town.row(member_id, "2026-Q1"))["host_branch"] == FAR
    events = (await town.get(f"/v1/duties/{duty}/history", town.keeper)).json()["events"]
    assert events[-1]["data"]["host_branch"] == FAR


async def test_a_service_that_was_away_over_a_quarters_end_catches_up_in_order(town: ContactTown) -> None:
    """Timers that came due meanwhile fire each with its own due time; nothing is planned or missed twice."""
    member_id = await town.away()
    town.world.clock.set(town.world.clock.now().replace(year=2027))
    while await town.town.due.fire_due():
        await town.town.settle()
    rows = await town.rows(member_id=member_id)
    assert [(row["quarter"], row["part"]) for row in rows] == [
        ("2026-Q1", "missed"),
        ("2026-Q2", "missed"),
        ("2026-Q3", "missed"),
        ("2026-Q4", "missed"),
        ("2027-Q1", "open"),
    ]
    assert [row["missed_in_a_row"] for row in rows[:4]] == [1, 2, 3, 4]


async def test_a_duty_shows_the_destination_of_the_newest_day(town: ContactTown) -> None:
    """§8: what is told late of an earlier place overwrites nothing newer."""
    member_id = await town.away(on=date(2026, 1, 5))
    departure_id = town.world.id("departure", member_id, "first")
    for area, on in (("110101", date(2026, 2, 1)), ("440305", date(2026, 1, 20)), (None, date(2026, 2, 5))):
        moved = DestinationChanged(member_id=member_id, dest_area_code=area)
        await town.world.happen(departure_id, moved, occurred_on=on)
    await town.until(date(2026, 4, 1))
    assert (await town.row(member_id, "2026-Q2"))["dest_area_code"] == "110101"


async def test_a_leaving_told_late_moves_nobody_back(town: ContactTown) -> None:
    """§8: it tells the branch of its day; the duty is that of the branch which has the member by now."""
    member_id = await town.member()
    moved = BranchAssigned(member_id=member_id, from_branch=HOME, branch=NEXT)
    await town.world.happen(member_id, moved, occurred_on=date(2026, 2, 5))
    await town.leave(member_id, on=date(2026, 2, 1))
    assert (await town.row(member_id))["branch"] == NEXT
    await town.come_home(member_id)
    await town.leave(member_id, trip="second", branch=OTHER, on=date(2026, 2, 9))
    assert (await town.row(member_id))["branch"] == OTHER


async def test_what_was_done_in_time_may_be_told_late(town: ContactTown) -> None:
    """After the quarter's end, on a day of it: the member was reached, and only later misses are in a row (§8)."""
    member = await town.away()
    await town.until(date(2026, 4, 2))
    assert (await town.row(member))["part"] == "missed"
    path = f"/v1/duties/{town.duty(member)}"
    tried = {"channel": "SMS", "outcome": "NO_ANSWER", "occurred_on": "2026-03-30"}
    assert (await town.post(f"{path}/attempt", tried)).status_code == 200
    for day, code in (("2026-04-01", "outside_quarter"), ("2026-01-01", "outside_quarter"), ("2026-03-31", None)):
        told = await town.post(f"{path}/complete", {"channel": "PHONE", "occurred_on": day})
        assert told.json().get("code") == code
    row = await town.row(member)
    assert (row["state"], row["part"], row["contacted_on"]) == ("REACHED", "completed", "2026-03-31")
    again = await town.post(f"{path}/complete", {"channel": "PHONE", "occurred_on": "2026-03-31"})
    assert again.json()["code"] == "duty_not_open"
    await town.until(date(2026, 7, 2))
    assert (await town.row(member, "2026-Q2"))["missed_in_a_row"] == 1
    reconciled = (await town.get("/v1/duties/reconciliation")).json()
    assert (reconciled["completed"], reconciled["missed"], reconciled["difference"]) == (1, 1, 0)


async def test_a_first_quarter_told_late_leaves_the_second_in_the_row(town: ContactTown) -> None:
    """Two were missed; the older one was done after all: one is in a row, and the third missed one is the second."""
    member = await town.away()
    await town.until(date(2026, 7, 2))
    assert (await town.row(member, "2026-Q2"))["missed_in_a_row"] == 2
    done = {"channel": "PHONE", "occurred_on": "2026-03-31"}
    assert (await town.post(f"/v1/duties/{town.duty(member)}/complete", done)).status_code == 200
    await town.until(date(2026, 10, 2))
    assert (await town.row(member, "2026-Q3"))["missed_in_a_row"] == 2


async def test_told_on_the_day_after_the_quarter(town: ContactTown) -> None:
    """Called missed and passed up on 1 April; that the member was reached on 31 March is told then, and stands."""
    member_id = await town.away()
    await town.until(date(2026, 4, 1))
    assert (await town.row(member_id))["state"] == "ESCALATED"
    told = {"channel": "PHONE", "occurred_on": "2026-03-31"}
    done = await town.post(f"/v1/duties/{town.duty(member_id)}/complete", told)
    assert done.status_code == 200, done.text
    assert (await town.row(member_id))["state"] == "REACHED"


async def test_reached_and_the_answers_missing(town: ContactTown) -> None:
    """Spoken with each quarter, answers never recorded: that is said; no row of missed ones, no watch."""
    member_id = await town.away()
    for quarter, on, end in (
        ("2026-Q1", date(2026, 3, 1), date(2026, 4, 2)),
        ("2026-Q2", date(2026, 5, 1), date(2026, 7, 2)),
    ):
        await town.until(on)
        path = f"/v1/duties/{town.duty(member_id, quarter)}"
        assert (await town.post(f"{path}/attempt", {"channel": "PHONE", "outcome": "REACHED"})).status_code == 200
        (row,) = await town.rows(answers_missing="true", open="true")
        assert (row["quarter"], row["state"], row["last_outcome"]) == (quarter, "ATTEMPTED", "REACHED")
        await town.until(end)
        row = await town.row(member_id, quarter)
        told = ("state", "answers_missing", "missed_in_a_row", "escalated_to")
        assert [row[name] for name in told] == ["ESCALATED", True, 0, "BRANCH_SECRETARY"]
    assert (await town.get("/v1/lost-contacts")).json()["items"] == []
    done = await town.post(f"{path}/complete", {"channel": "PHONE", "occurred_on": "2026-05-01"})
    assert done.status_code == 200, done.text
    row = await town.row(member_id, "2026-Q2")
    assert (row["state"], row["answers_missing"]) == ("REACHED", False)
