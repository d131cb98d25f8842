"""The contact cycle of a member whose transfer is open: it stands still, and goes on after (§2.6, ADR 0022)."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import Any

import pytest
from services.contact.tests.town import FAR, HOME, TOWN, ContactTown

from guiyan.events import Payload, new_id
from guiyan.events.codes import (
    CancelReason,
    ChangeType,
    ContactPause,
    DepartureEnd,
    ReturnReason,
    TransferChannel,
    TransferSide,
)
from guiyan.events.contact import ContactPaused, ContactPlanned
from guiyan.events.registry import BranchAssigned, DepartureClosed
from guiyan.events.transfers import (
    LetterExpired,
    LetterReissued,
    TransferCancelled,
    TransferResubmitted,
    TransferReturned,
    TransferWithdrawn,
)
from guiyan.ledger import Context, Fact, Policy, Refused

ASKED = {
    "channel": TransferChannel.PAPER,
    "change_type": ChangeType.OUT_INSIDE,
    "to_title": "示例乡党委",
    "dues_paid_to": "2026-01",
}


def rests(member_id: str, how: str) -> Payload:
    """A transfer that was open waits for people, or ended without moving anybody."""
    return {
        "withdrawn": TransferWithdrawn(member_id=member_id),
        "cancelled": TransferCancelled(member_id=member_id, reason=CancelReason.ENTERED_IN_ERROR),
        "returned": TransferReturned(
            member_id=member_id, by_side=TransferSide.RECEIVER, reason=ReturnReason.FORM_FAULTY
        ),
        "expired": LetterExpired(member_id=member_id, expires_on="2026-03-01"),
    }[how]


def opens_again(member_id: str, how: str) -> Payload:
    """A transfer that waited goes on."""
    if how == "returned":
        return TransferResubmitted(member_id=member_id, **ASKED)
    return LetterReissued(
        member_id=member_id,
        issuer=TOWN,
        letter_year=2026,
        letter_sn=2,
        to_title="示例乡党委",
        issued_on="2026-03-05",
        valid_days=30,
        expires_on="2026-04-04",
        dues_paid_to="2026-01",
        replaces_year=2026,
        replaces_sn=1,
        certified_by=HOME,
    )


async def account(town: ContactTown, quarter: str) -> dict[str, int]:
    """The parts of a quarter that are not empty."""
    found = (await town.get("/v1/duties/reconciliation", quarter=quarter)).json()
    assert found["difference"] == 0
    return {name: number for name, number in found.items() if isinstance(number, int) and number and name != "sequence"}


async def test_an_open_transfer_pauses_the_duty(town: ContactTown) -> None:
    """Not due: neither on the desk nor reminded nor missed, and the days left stand still; the list finds it."""
    member_id = await town.away()
    await town.until(date(2026, 3, 1))
    transfer_id = await town.ask(member_id)
    row = await town.row(member_id)
    assert (row["state"], row["part"], row["open"], row["transfer_id"]) == ("PAUSED", "paused", False, transfer_id)
    assert await town.until(date(2026, 3, 20)) == 0, "no timer of it is due"
    row = await town.row(member_id)
    assert (row["paused_on"], row["days_left"]) == ("2026-03-01", 30), "as on the day the clock stopped"
    assert [one["id"] for one in await town.rows(state="PAUSED")] == [row["id"]]
    assert await town.rows(open="true") == []
    assert await account(town, "2026-Q1") == {"planned": 1, "paused": 1}
    figures = (await town.get("/v1/duties/board", period="2026-Q1")).json()["total"]["figures"]
    assert [figures[name]["value"] for name in ("due", "open", "paused", "contact_rate")] == [0, 0, 1, None]
    assert "ContactReminderSent" not in (await town.types(member_id))[2:]


@pytest.mark.parametrize("how", ["withdrawn", "cancelled", "returned", "expired"])
async def test_a_transfer_that_moves_nobody_lets_the_duty_go_on(town: ContactTown, how: str) -> None:
    """Ended or waiting (RETURNED, EXPIRED): the origin keeps contact, with the days and reminders that were left."""
    member_id = await town.away()
    await town.until(date(2026, 3, 11))  # day 70: the reminder of day 75 is the next
    transfer_id = await town.ask(member_id)
    await town.until(date(2026, 3, 25))
    await town.world.happen(transfer_id, rests(member_id, how))
    row = await town.row(member_id)
    assert (row["state"], row["closes_on"], row["days_left"], row["paused_days"]) == ("PLANNED", "2026-04-14", 20, 14)
    await town.until(date(2026, 4, 16))
    history = (await town.get(f"/v1/duties/{town.duty(member_id)}/history")).json()["events"]
    told = [(one["type"], one["occurredon"], one["data"].get("day")) for one in history]
    assert told[2:] == [
        ("ContactPaused", "2026-03-11", None),
        ("ContactResumed", "2026-03-25", None),
        ("ContactReminderSent", "2026-03-30", 75),
        ("ContactReminderSent", "2026-04-09", 85),
        ("ContactMissed", "2026-04-14", None),
        ("ContactEscalated", "2026-04-14", None),
    ]
    assert [one["data"]["days_left"] for one in history if one["type"] == "ContactReminderSent"][1:] == [15, 5]


@pytest.mark.parametrize("how", ["returned", "expired"])
async def test_a_transfer_that_goes_on_pauses_anew(town: ContactTown, how: str) -> None:
    """Set right and sent again, or under a new letter: the relation may move again."""
    member_id = await town.away()
    transfer_id = await town.ask(member_id)
    await town.world.happen(transfer_id, rests(member_id, how))
    assert (await town.row(member_id))["state"] == "PLANNED"
    await town.world.happen(transfer_id, opens_again(member_id, how))
    assert (await town.row(member_id))["state"] == "PAUSED"


async def test_a_pause_over_a_quarters_end(town: ContactTown) -> None:
    """Neither missed nor forgotten: the duty that ran goes on, the quarter within is exempt, this one begins paused."""
    member_id = await town.away()
    await town.until(date(2026, 2, 11))
    transfer_id = await town.ask(member_id)
    await town.until(date(2026, 7, 5))
    for quarter in ("2026-Q1", "2026-Q2", "2026-Q3"):
        assert await account(town, quarter) == {"planned": 1, "paused": 1}
    assert await town.types(member_id, "2026-Q3") == ["ContactPlanned", "ContactPaused"]
    await town.world.happen(transfer_id, rests(member_id, "withdrawn"))
    rows = {row["quarter"]: row for row in await town.rows(member_id=member_id)}
    assert [rows[quarter]["state"] for quarter in sorted(rows)] == ["PLANNED", "EXEMPTED", "PLANNED"]
    assert rows["2026-Q2"]["exempt_reason"] == "TRANSFER_OPEN"
    assert rows["2026-Q1"]["closes_on"] == "2026-08-22", "48 days were left on 11 February"
    assert rows["2026-Q3"]["closes_on"] == "2026-10-04"
    await town.until(date(2026, 10, 6))
    rows = {row["quarter"]: row for row in await town.rows(member_id=member_id)}
    assert [rows[quarter]["missed_in_a_row"] for quarter in ("2026-Q1", "2026-Q2", "2026-Q3")] == [1, None, 2]
    assert rows["2026-Q4"]["part"] == "open"


async def test_an_older_duty_settled_later_does_not_undo_a_newer_one(town: ContactTown) -> None:
    """Reached in this quarter: that the one before was put off and missed begins no row."""
    member_id = await town.away()
    await town.until(date(2026, 3, 21))
    transfer_id = await town.ask(member_id)
    await town.until(date(2026, 4, 5))
    await town.world.happen(transfer_id, rests(member_id, "withdrawn"))
    assert (await town.row(member_id, "2026-Q2"))["state"] == "PLANNED"
    done = await town.post(f"/v1/duties/{town.duty(member_id, '2026-Q2')}/complete", {"channel": "PHONE"})
    assert done.status_code == 200, done.text
    await town.until(date(2026, 4, 20))
    assert (await town.row(member_id))["part"] == "missed"
    await town.until(date(2026, 10, 1))
    assert (await town.row(member_id, "2026-Q3"))["missed_in_a_row"] == 1


async def test_the_move_stops_what_was_paused(town: ContactTown) -> None:
    """At RelationTransferred: stopped with its transfer, as registry closes the trip; no quarter is planned then."""
    member_id = await town.away()
    await town.ask(member_id)
    await town.until(date(2026, 4, 10))
    transfer_id = await town.transfer(member_id)
    rows = await town.rows(member_id=member_id)
    assert [(row["state"], row["stop_reason"], row["transfer_id"]) for row in rows] == [
        ("STOPPED", "TRANSFERRED", transfer_id)
    ] * 2
    assert await town.until(date(2026, 12, 1)) == 0


async def test_a_move_of_a_day_before_the_trip_began_hands_the_duty_over(town: ContactTown) -> None:
    """Told late (§8): registry leaves the trip open, so the receiver's contact person has the duty, and it goes on."""
    keeper = await town.keeper_of(FAR, "of-far")
    member_id = await town.member()
    await town.ask(member_id)
    await town.leave(member_id, on=date(2026, 2, 9))
    assert (await town.row(member_id))["state"] == "PAUSED"
    await town.town.advance(days=4)
    transfer_id = await town.transfer(member_id, on=date(2026, 2, 8))
    assigned = BranchAssigned(member_id=member_id, from_branch=HOME, branch=FAR, transfer_id=transfer_id)
    await town.world.happen(member_id, assigned)
    row = await town.row(member_id)
    assert (row["state"], row["branch"], row["contact_person_id"]) == ("PLANNED", FAR, keeper)
    assert row["closes_on"] == "2026-04-04", "the days it stood still are made up for"
    await town.until(date(2026, 4, 5))
    assert (await town.row(member_id))["part"] == "missed"
    assert (await town.row(member_id, "2026-Q2"))["branch"] == FAR


async def test_a_trip_that_registry_closes_after_all_is_over(town: ContactTown) -> None:
    """Registry has the last word on the trip: its DepartureClosed stops what the move had left going on."""
    member_id = await town.member()
    departure_id = await town.leave(member_id, on=date(2026, 2, 9))
    await town.town.settle()
    transfer_id = await town.transfer(member_id, on=date(2026, 2, 8))
    closed = DepartureClosed(member_id=member_id, branch=HOME, reason=DepartureEnd.TRANSFERRED, transfer_id=transfer_id)
    await town.world.happen(departure_id, closed)
    row = await town.row(member_id)
    assert (row["state"], row["stop_reason"]) == ("STOPPED", "TRANSFERRED")


async def test_a_move_outside_stops_the_duty(town: ContactTown) -> None:
    """The receiver has no system here: nobody here keeps contact any more, whatever day the trip began."""
    member_id = await town.member()
    await town.leave(member_id, on=date(2026, 2, 9))
    await town.town.settle()
    await town.transfer(member_id, to_branch=None, on=date(2026, 2, 8))
    assert (await town.row(member_id))["state"] == "STOPPED"


async def test_however_transfer_and_trip_meet_the_clock_is_right(town: ContactTown) -> None:
    """Left, asked, withdrawn, asked anew, in one breath: paused exactly for whom a transfer is open."""
    members = [await town.member(f"m{number}") for number in range(12)]
    for number, member_id in enumerate(members):
        steps: list[Any] = [town.leave, town.ask] if number % 2 else [town.ask, town.leave]
        for step in steps:
            await step(member_id)
        if number % 3:
            await town.world.happen(town.world.id("transfer", member_id), rests(member_id, "withdrawn"))
        if number % 3 == 2:
            await town.ask(member_id, "again")
    await town.town.settle()
    await town.town.advance(minutes=1)  # what was planned while a transfer opened or ended looks again
    states = [(await town.row(member_id))["state"] for member_id in members]
    assert states == ["PLANNED" if number % 3 == 1 else "PAUSED" for number in range(12)]


async def test_a_duty_planned_while_a_transfer_opened_looks_again(town: ContactTown) -> None:
    """Planned on what was known before the transfer: paused by itself at once; and the other way round."""
    member_id = await town.away()
    transfer_id = await town.ask(member_id)
    await town.town.settle()
    late = ContactPlanned(
        member_id=member_id,
        quarter="2026-Q2",
        departure_id=town.world.id("departure", member_id, "first"),
        branch=HOME,
        opens_on="2026-04-01",
        closes_on="2026-06-30",
    )
    await town.world.happen(town.duty(member_id, "2026-Q2"), late)
    await town.town.advance(minutes=1)
    assert (await town.row(member_id, "2026-Q2"))["state"] == "PAUSED"
    await town.world.happen(transfer_id, rests(member_id, "withdrawn"))
    await town.town.settle()
    paused = ContactPaused(
        member_id=member_id, quarter="2026-Q2", reason=ContactPause.TRANSFER_OPEN, transfer_id=transfer_id
    )
    await town.world.happen(town.duty(member_id, "2026-Q2"), paused)
    await town.town.advance(minutes=1)
    assert (await town.row(member_id, "2026-Q2"))["state"] == "PLANNED"


async def test_a_new_contact_person_and_the_way_home_reach_a_paused_duty(town: ContactTown) -> None:
    """It is not due, and still somebody's."""
    member_id = await town.away()
    await town.ask(member_id)
    await town.town.settle()
    keeper = await town.keeper_of(HOME, "new")
    assert (await town.row(member_id))["contact_person_id"] == keeper
    await town.come_home(member_id)
    assert (await town.row(member_id))["state"] == "STOPPED"


async def test_told_again_later_nothing_changes(town: ContactTown) -> None:
    """Every message of the ledger once more, to a service that has forgotten what it did: not one event more."""
    member_id = await town.away()
    transfer_id = await town.ask(member_id)
    await town.town.settle()
    await town.world.happen(transfer_id, rests(member_id, "returned"))
    await town.town.settle()
    head = await town.world.ledger.head()
    async for commits in town.world.ledger.follow(0, batch=1_000_000):
        facts = [Fact(event, commit.sequence, index) for commit in commits for index, event in enumerate(commit.events)]
        break
    for policy in town.town.composed.policies:
        for fact in facts:
            if fact.type in policy.handles:
                await _react_again(town, policy, fact)
    assert await town.world.ledger.head() == head


async def _react_again(town: ContactTown, policy: Policy, fact: Fact) -> None:
    """What the policy asks for now, under command ids that nobody remembers."""
    for call in await policy.react(fact):
        context = Context(new_id(town.world.clock.now()), "system:contact", HOME, fact.event.id, fact.event.id)
        with contextlib.suppress(Refused):
            await town.town.parts.commands.execute(call.decider, call.aggregate_id, call.command, context)
