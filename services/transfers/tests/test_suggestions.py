"""Suggested transfers (S-12, §2.1, §2.14): when, once for each departure, and what becomes of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from services.transfers.tests.office import Office
from services.transfers.tests.stories import BRANCH, DAY, MEMBER, NEW_BRANCH, Story, request
from services.transfers.tests.test_incoming import entered
from services.transfers.tests.town import CITY, FAR, HOME, OTHER, TransferTown

from guiyan.events import Payload
from guiyan.events.codes import DepartureEnd, SuggestionEnd, TransferObstacle
from guiyan.events.registry import (
    DepartureClosed,
    DestinationChanged,
    MemberLeft,
    MemberReturned,
    MembershipEnded,
    OrganisationDetailsCorrected,
    PolicyParameterChanged,
)
from guiyan.service.auth import Role
from guiyan.transfers.domain import commands as ask

LEFT, DUE = date(2026, 3, 1), "2026-09-01"
WHEN: dict[str, Any] = {"on": DAY, "today": DAY}


def suggest(**changes: Any) -> ask.Suggest:
    """Suggested by the clock."""
    told = {**WHEN, "member_id": MEMBER, "departure_id": MEMBER, "branch": BRANCH}
    return ask.Suggest(**(told | {"dest_area_code": "654021", "to_committee": None} | changes))


async def leaves(town: TransferTown, member: str, trip: str = "trip", **more: Any) -> str:
    """The member leaves for a fixed place in the other county; gives the trip's id."""
    facts = {"member_id": member, "branch": HOME, "reason": "MIGRANT_WORK", "source": "SWEEP"}
    place = {"dest_area_code": "654021", "dest_certainty": "FIXED"}
    trip_id = town.world.id("departure", trip)
    on = more.pop("on", LEFT)
    await town.world.happen(trip_id, MemberLeft.model_validate(facts | place | more), occurred_on=on)
    await town.town.settle()
    return trip_id


async def happens(town: TransferTown, trip: str, payload: Payload, on: date) -> None:
    """Something more of the trip."""
    await town.world.happen(trip, payload, occurred_on=on)
    for _ in range(2):
        await town.town.settle()


async def until(town: TransferTown, day: date) -> None:
    """The clock goes on to the morning of a day."""
    at = town.world.clock.now()
    await town.town.advance(days=(day - at.date()).days)
    await town.town.settle()


async def drafts(town: TransferTown) -> list[dict[str, Any]]:
    """What is suggested."""
    return list((await town.get("/v1/transfers", state="DRAFT")).json()["items"])


async def ready(town: TransferTown) -> str:
    """The other town can receive, in the county of the place; a member; gives the id."""
    change = {"area_code": "654021", "may_approve_probation": True}
    await town.world.happen(OTHER, OrganisationDetailsCorrected.model_validate(change))
    return await town.member()


async def test_six_months_at_a_fixed_place(town: TransferTown) -> None:
    """On the day six calendar months are over, with the nearest committee; in the ledger by asking for it alone."""
    trip = await leaves(town, await ready(town))
    await until(town, date(2026, 8, 31))
    assert await drafts(town) == []
    await until(town, date(2026, 9, 1))
    (row,) = await drafts(town)
    assert (row["suggested_on"], row["departure_id"], row["to_committee"]) == (DUE, trip, OTHER)
    assert (row["from_branch"], row["open"], row["responsible_branch"]) == (HOME, False, HOME)
    assert (await town.get("/v1/transfers")).json()["items"] == []
    one = (await town.get(f"/v1/transfers/{row['id']}")).json()
    assert (one["state"], one["waits_for"], one["timeline"][0]["zh"]) == ("DRAFT", None, "应转提醒")
    assert (await town.get("/v1/transfers", suggestion="true")).json()["items"] == [row]


async def test_the_parameter_tells_how_long(town: TransferTown) -> None:
    """transfer.must_after of the day of leaving (§2.14)."""
    facts = {"key": "transfer.must_after", "value": "3", "from_on": "2026-01-01", "document_no": "示1号"}
    await town.world.happen("transfer-must_after", PolicyParameterChanged.model_validate(facts))
    await leaves(town, await ready(town))
    await until(town, date(2026, 6, 1))
    assert [one["suggested_on"] for one in await drafts(town)] == ["2026-06-01"]


async def test_the_request_goes_on_under_its_number(town: TransferTown) -> None:
    """A DRAFT is in nobody's way: the request takes its number, and is an ordinary transfer from there."""
    member = await ready(town)
    await leaves(town, member)
    await until(town, date(2026, 9, 1))
    (row,) = await drafts(town)
    asked = await town.requested(member, dues_paid_to="2026-08")
    assert asked == row["id"]
    await town.town.settle()
    (now,) = (await town.get("/v1/transfers")).json()["items"]
    assert (now["state"], now["suggested_on"], now["requested_on"]) == ("SUBMITTED", DUE, DUE)
    assert await drafts(town) == []
    types = [one["type"] for one in (await town.get(f"/v1/transfers/{asked}/history")).json()["events"]]
    assert types == ["TransferSuggested", "TransferRequested"]
    again = await town.post("/v1/transfers", {"member_id": member, "to_committee": OTHER, "dues_paid_to": "2026-08"})
    assert again.json()["code"] == "transfer_already_open"


async def test_the_branch_says_why_not(town: TransferTown) -> None:
    """By a coded reason, once for the departure; another departure is another matter."""
    member = await ready(town)
    trip = await leaves(town, member)
    await until(town, date(2026, 9, 1))
    (row,) = await drafts(town)
    other = town.town.bearer(Role.BRANCH_SECRETARY, org=FAR, sub="other")
    assert (
        await town.post(f"/v1/transfers/{row['id']}/dismiss", {"obstacle": "NOT_SETTLED"}, other)
    ).status_code == 404
    done = await town.post(f"/v1/transfers/{row['id']}/dismiss", {"obstacle": "NOT_SETTLED"}, town.secretary)
    assert done.status_code == 200, done.text
    await town.town.settle()
    (now,) = (await town.get("/v1/transfers", suggestion="true")).json()["items"]
    assert (now["state"], now["dismissed_for"]) == ("CANCELLED", "NOT_SETTLED")
    for certainty in ("CHANGING", "FIXED"):
        changed = DestinationChanged.model_validate({"member_id": member, "dest_certainty": certainty})
        await happens(town, trip, changed, date(2026, 9, 1))
    assert await town.town.due.next_due_at() is None, "nothing is due of this departure any more"
    assert await drafts(town) == [], "once for each departure"
    town.world.clock.set(datetime(2026, 12, 1, 2, tzinfo=UTC))
    await happens(town, trip, MemberReturned(member_id=member, branch=HOME), date(2026, 12, 1))
    await leaves(town, member, "again", on=date(2026, 12, 1))
    await until(town, date(2027, 6, 1))
    (second,) = await drafts(town)
    assert (second["departure_id"], second["id"] != row["id"]) == (town.world.id("departure", "again"), True)


@pytest.mark.parametrize(
    ("what", "cleared"),
    [
        ("home", "CAME_HOME"),
        ("closed", "TRIP_CLOSED"),
        ("changing", "NOT_FIXED"),
        ("ended", "MEMBERSHIP_ENDED"),
    ],
)
async def test_it_is_cleared_when_its_ground_has_gone(town: TransferTown, what: str, cleared: str) -> None:
    """Home, closed, no fixed place any more, membership ended: nobody has to answer for it."""
    member = await ready(town)
    trip = await leaves(town, member)
    await until(town, date(2026, 9, 1))
    decision = {"branch": HOME, "decision_no": "示〔2026〕2号", "decided_by": CITY, "decided_on": "2026-09-01"}
    events: dict[str, Payload] = {
        "home": MemberReturned(member_id=member, branch=HOME),
        "closed": DepartureClosed(member_id=member, branch=HOME, reason=DepartureEnd.ENTERED_IN_ERROR),
        "changing": DestinationChanged.model_validate({"member_id": member, "dest_certainty": "CHANGING"}),
        "ended": MembershipEnded.model_validate({"member_id": member, "how": "WITHDREW", **decision}),
    }
    await happens(town, member if what == "ended" else trip, events[what], date(2026, 9, 1))
    assert await drafts(town) == []
    (row,) = (await town.get("/v1/transfers", suggestion="true")).json()["items"]
    assert (row["state"], row["cleared_for"]) == ("CANCELLED", cleared)


async def test_a_place_that_becomes_fixed_later(town: TransferTown) -> None:
    """Six months away, and told to be fixed only then: suggested on that day, and not before (R2)."""
    member = await ready(town)
    trip = await leaves(town, member, dest_certainty="CHANGING")
    await until(town, date(2026, 10, 1))
    assert await drafts(town) == []
    fixed = DestinationChanged.model_validate({"member_id": member, "dest_certainty": "FIXED"})
    await happens(town, trip, fixed, date(2026, 10, 1))
    await town.town.advance(seconds=1)
    await town.town.settle()
    assert [one["suggested_on"] for one in await drafts(town)] == ["2026-10-01"]


async def test_who_comes_home_in_time_or_has_asked_is_not_suggested(town: TransferTown) -> None:
    """No timer is left of a trip that is over; a transfer that is under way needs no suggestion."""
    member, other = await ready(town), await town.member("other")
    trip, _ = await leaves(town, member), await leaves(town, other, "other")
    await happens(town, trip, MemberReturned(member_id=member, branch=HOME), date(2026, 3, 10))
    await town.requested(other)
    await until(town, date(2026, 10, 1))
    assert await drafts(town) == []


async def test_where_several_are_near_people_choose(town: TransferTown) -> None:
    """S-15: ties are not decided by the system, nor is a place nobody stands in."""
    for code in (OTHER, "654002001000"):
        change = {"area_code": "654021", "may_approve_probation": True}
        await town.world.happen(code, OrganisationDetailsCorrected.model_validate(change))
    await leaves(town, await town.member())
    await leaves(town, await town.member("two"), "two", dest_area_code="510104")
    await until(town, date(2026, 9, 1))
    assert [one["to_committee"] for one in await drafts(town)] == [None, None]


async def test_the_ledger_says_what_was_suggested_already() -> None:
    """Once for each departure, and not while a transfer may go on, also where no projection has come so far."""
    office = Office()
    first = await office.desk.find_free_number(MEMBER, MEMBER)
    assert first is not None
    await office.desk.act(first, suggest(), office.context())
    assert await office.desk.find_free_number(MEMBER, NEW_BRANCH) is None, "one waits for an answer"
    dismissed = ask.DismissSuggestion(**WHEN, obstacle=TransferObstacle.PAPERS_MISSING)
    await office.desk.act(first, dismissed, office.context())
    assert await office.desk.find_free_number(MEMBER, MEMBER) is None, "of this departure it was said"
    second = await office.desk.find_free_number(MEMBER, NEW_BRANCH)
    assert second not in {None, first}


def test_what_a_suggestion_answers() -> None:
    """DRAFT: asked for, dismissed, cleared, and nothing else; an old one is nobody's any more."""
    story = Story().when(suggest())
    assert (story.state.state, story.state.is_open, story.state.responsible_branch) == ("DRAFT", False, BRANCH)
    assert story.decider.decide(suggest(), story.state) == []
    assert story.refuses(ask.Withdraw(**WHEN)) == "transfer_wrong_state"
    earlier = {"on": date(2026, 3, 1), "today": DAY}
    assert Story().when(suggest(), request(**earlier)).state.state == "SUBMITTED", "told late, asked for before"
    assert Story().when(suggest(), entered()).state.state == "IN_TRANSIT"
    other = ask.ClearSuggestion(**WHEN, reason=SuggestionEnd.CAME_HOME, departure_id=NEW_BRANCH)
    assert story.decider.decide(other, story.state) == [], "another trip's"
    asked = Story().when(suggest(), request())
    clear = ask.ClearSuggestion(**WHEN, reason=SuggestionEnd.CAME_HOME)
    assert asked.decider.decide(clear, asked.state) == [], "what somebody has asked for goes on"
    assert asked.refuses(ask.DismissSuggestion(**WHEN, obstacle=TransferObstacle.NOT_SETTLED)) == "transfer_wrong_state"
    assert Story().when(suggest(), clear).refuses(request()) == "transfer_number_used"
