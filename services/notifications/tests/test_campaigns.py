"""Campaigns: one message a member away, resumable, with what came of each, and who answered (S-35)."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, time
from pathlib import Path
from typing import Any, Final

import pytest
from services.notifications.tests.study_town import CITY, FAR, HOME, OTHER, TOWN, StudyTown, a_study_town

from guiyan.events import new_id
from guiyan.events.codes import (
    CampaignResult,
    ContactPointKind,
    ContactPointSource,
    DepartureSource,
    DestCertainty,
    FlowReason,
    NoticeChannel,
)
from guiyan.events.contact import ContactPointAdded
from guiyan.events.contact.contact_point import ContactPointText
from guiyan.events.notifications.delivery import (
    CampaignClosed,
    CampaignPlanned,
    CampaignResultNoted,
    CampaignStarted,
)
from guiyan.events.registry import MemberLeft
from guiyan.ledger import Context
from guiyan.ledger.calendar import moment_of
from guiyan.ledger.errors import FenceLost
from guiyan.ledger.testing.deciders import Scenario
from guiyan.notifications import campaign_ways, campaigning
from guiyan.notifications.addresses import Addresses
from guiyan.notifications.campaigning import Campaigning
from guiyan.notifications.domain.campaign import CAMPAIGN, Close, Note, Plan, Start
from guiyan.notifications.domain.notice import NOTICE, Claim, Report, Taken
from guiyan.notifications.projections import Notices
from guiyan.notifications.projections.notices import NOTICES
from guiyan.service.auth import Role
from guiyan.service.conformance import check_problem
from guiyan.service.twins import START

TODAY: Final = date(2026, 3, 10)
PLAN: Final = {"org_code": TOWN, "quarter": "2026-Q1"}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[StudyTown]:
    """A small town in memory, running; its jobs do what the tests tell them."""
    async with a_study_town(tmp_path) as running:
        yield running


async def away(town: StudyTown, name: str, branch: str = HOME, *, mail: bool = True) -> str:
    """A member who is away, with a mail address of his own or none; gives the id."""
    id_ = await town.member(name, branch)
    left = MemberLeft(
        member_id=id_,
        branch=branch,
        reason=FlowReason.MIGRANT_WORK,
        source=DepartureSource.ANNOUNCED,
        dest_certainty=DestCertainty.FIXED,
    )
    await town.world.happen(town.world.id("trip", name), left)
    if mail:
        point = ContactPointAdded(
            member_id=id_,
            point_id=town.world.id("point", name),
            kind=ContactPointKind.EMAIL,
            source=ContactPointSource.MEMBER,
        )
        await town.world.happen(point.point_id, point, pii=ContactPointText(value=f"{name}@guiyan.example"))
    await town.town.settle()
    return id_


def job(town: StudyTown) -> Campaigning:
    """The job that queues campaigns."""
    (found,) = [one for one in town.town.composed.jobs if isinstance(one, Campaigning)]
    return found


async def planned(town: StudyTown, **changes: Any) -> str:
    """A campaign of the township; gives its id."""
    return str((await town.do("campaigns", PLAN | changes, town.township))["id"])


async def begun(town: StudyTown, **changes: Any) -> str:
    """A campaign whose notices are queued."""
    id_ = await planned(town, **changes)
    await job(town).look()
    await town.town.settle()
    return id_


async def results(town: StudyTown, id_: str, headers: Any = None) -> dict[str, tuple[str, str | None]]:
    """State and reason of each member."""
    found = (await town.get(f"campaigns/{id_}/results", headers or town.township)).json()
    return {one["member_id"]: (one["state"], one["reason"]) for one in found["items"]}


async def test_every_member_away_below_is_written_to_once(town: StudyTown) -> None:
    """Not who is at home, not who belongs elsewhere; whom no address reaches stands there with the reason."""
    near, nowhere = await away(town, "near"), await away(town, "nowhere", mail=False)
    await away(town, "far", FAR)
    await town.member("home")
    seen = (await town.get("campaigns/preview", town.township, under=TOWN)).json()
    assert (seen["recipients"], seen["branches"]) == (2, {HOME: 2})
    assert "祝您在外一切顺利" in seen["words"]["EMAIL"]
    id_ = await planned(town)
    check_problem(await town.post("campaigns", PLAN, town.township), 409, "campaign_exists")
    await job(town).look()
    await town.town.settle()
    assert await job(town).at_rest()
    assert await results(town, id_) == {near: ("QUEUED", None), nowhere: ("SUPPRESSED", "NO_CONTACT_POINT")}
    row = (await town.get(f"campaigns/{id_}", town.township)).json()
    assert (row["state"], row["recipients"], row["pending"], row["suppressed"]) == ("STARTED", 2, 1, 1)
    (batch,) = (await town.get("notice-batches", town.township, batch=id_)).json()["items"]
    assert (batch["due"], batch["template"]) == (2, "quarterly_greeting")
    lost = await town.get("notices/reconciliation", town.city, day=TODAY.isoformat())
    assert (lost.json()["due"], lost.json()["difference"]) == (2, 0)


async def test_two_offices_write_to_nobody_twice_in_a_quarter(town: StudyTown) -> None:
    """The city's campaign of the same words and quarter passes by whom the township's told, and says so.

    Whom that one could not reach it tries; in another quarter everybody is written to again.
    """
    near, nowhere, far = await away(town, "near"), await away(town, "nowhere", mail=False), await away(town, "far", FAR)
    await planned(town)
    await town.do("campaigns", PLAN | {"org_code": CITY}, town.city)
    before = (await town.get("campaigns/preview", town.city, under=CITY)).json()
    await job(town).look()  # both of them, whichever is first
    await town.town.settle()
    after = (await town.get("campaigns/preview", town.city, under=CITY)).json()
    assert (before["channels"], before["suppressed"]) == ({"MAILBOX": 2}, {"NO_CONTACT_POINT": 1})
    assert (after["channels"], after["suppressed"]) == ({}, {"DUPLICATE": 2, "NO_CONTACT_POINT": 1})
    found = await town.town.parts.reads(Notices).find(NOTICES, {"rule": "campaign"})
    counts = Counter(one["recipient_id"] for one in found if one["state"] == "QUEUED")
    assert counts == {near: 1, far: 1}
    assert sorted(str(one["reason"]) for one in found if one["recipient_id"] == near) == ["DUPLICATE", "None"]
    assert {one["reason"] for one in found if one["recipient_id"] == nowhere} == {"NO_CONTACT_POINT"}
    lost = await town.get("notices/reconciliation", town.city, day=TODAY.isoformat())
    assert (lost.json()["due"], lost.json()["difference"]) == (5, 0)
    await town.until(date(2026, 4, 2), 12)
    spring = await begun(town, quarter="2026-Q2")
    assert (await results(town, spring))[near][0] == "QUEUED"


@pytest.mark.parametrize(
    ("quarter", "starts_on"), [("1999-Q1", None), ("2026-Q1", "2026-04-01"), ("2026-Q2", "2026-03-31")]
)
async def test_a_campaign_begins_in_its_quarter(town: StudyTown, quarter: str, starts_on: str | None) -> None:
    """What it says is of this quarter; said in another one it would be wrong, and said again and again."""
    body = PLAN | {"quarter": quarter} | ({"starts_on": starts_on} if starts_on else {})
    problem = check_problem(await town.post("campaigns", body, town.township), 422, "campaign_outside_quarter")
    assert problem["errors"][0]["pointer"] == "/starts_on"


async def test_the_preview_says_who_gets_it_how_and_who_does_not(town: StudyTown) -> None:
    """By channel and by reason, just as the campaign then queues it; nothing is written by looking."""
    near, nowhere, refusing = (
        await away(town, "near"),
        await away(town, "nowhere", mail=False),
        await away(town, "refusing"),
    )
    await town.do(f"preferences/{refusing}/refuse", {"channel": "EMAIL"}, town.as_member(refusing))
    await town.town.settle()
    seen = (await town.get("campaigns/preview", town.township, under=TOWN)).json()
    assert (seen["recipients"], seen["looked_at"], seen["channels"]) == (3, 3, {"MAILBOX": 1})
    assert seen["suppressed"] == {"NO_CONTACT_POINT": 1, "DO_NOT_CONTACT": 1}
    assert seen["quarter"] == "2026-Q1"
    assert (await town.get("campaigns", town.township)).json()["items"] == []
    id_ = await begun(town)
    assert await results(town, id_) == {
        near: ("QUEUED", None),
        nowhere: ("SUPPRESSED", "NO_CONTACT_POINT"),
        refusing: ("SUPPRESSED", "DO_NOT_CONTACT"),
    }
    secretary = town.town.bearer(Role.BRANCH_SECRETARY, org=HOME, sub="secretary")
    assert (await town.get(f"campaigns/{id_}", town.township)).json()["acts"] == ["close"]
    intents = (await town.get("intents", secretary, batch=id_)).json()["items"]
    assert {one["notice_id"] for one in intents} == {one["id"] for one in intents}
    await town.do(f"campaigns/{id_}/close", {}, town.township)
    assert (await town.get(f"campaigns/{id_}", town.township)).json()["acts"] == []


async def test_the_preview_looks_at_so_many_and_says_so(town: StudyTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page, up to a bound; the number of all is told in any case."""
    for number in range(5):
        await away(town, f"m{number}")
    monkeypatch.setattr(campaign_ways, "PAGE", 2)
    monkeypatch.setattr(campaign_ways, "MOST", 3)
    seen = (await town.get("campaigns/preview", town.township, under=TOWN)).json()
    assert (seen["recipients"], seen["looked_at"], seen["channels"]) == (5, 4, {"MAILBOX": 4})


async def test_it_keeps_the_night_and_what_members_refuse(town: StudyTown) -> None:
    """Begun late on a Friday its messages leave on Saturday at nine; who takes no mail stands there as that."""
    near, refusing = await away(town, "near"), await away(town, "refusing")
    await town.do(f"preferences/{refusing}/refuse", {"channel": "EMAIL"}, town.as_member(refusing))
    await town.until(date(2026, 3, 13), 22)
    id_ = await begun(town)
    assert await results(town, id_) == {near: ("QUEUED", None), refusing: ("SUPPRESSED", "DO_NOT_CONTACT")}
    notices = await town.town.parts.reads(Notices).find(NOTICES, {"recipient_id": near})
    assert [one["retry_at"] for one in notices] == [moment_of(date(2026, 3, 14), time(9))]
    planner, late = town.planner, moment_of(date(2026, 3, 13), time(22))
    assert await planner.retry_at("campaign", late) == moment_of(date(2026, 3, 14), time(9))


async def test_a_kill_on_the_way_repeats_nothing(town: StudyTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after every single notice, it goes on where it was: each member once, and the sum is right."""
    members = {await away(town, f"m{number}") for number in range(5)}
    monkeypatch.setattr(campaigning, "PAGE", 2)
    id_ = await planned(town)
    execute, kills = Campaigning._execute, 0

    async def killed(self: Campaigning, *call: Any) -> int:
        nonlocal kills
        sequence = await execute(self, *call)
        kills += 1
        if kills % 2:
            raise FenceLost("sender", 1)
        return sequence

    monkeypatch.setattr(Campaigning, "_execute", killed)
    for _ in range(20):
        try:
            await job(town).look()
        except FenceLost:
            await town.town.settle()
        if await job(town).at_rest():
            break
    await town.town.settle()
    notices = await town.town.parts.reads(Notices).find(NOTICES, {})
    assert sorted(one["recipient_id"] for one in notices) == sorted(members)
    assert all(one["version"] == 1 for one in notices)
    row = (await town.get(f"campaigns/{id_}", town.township)).json()
    assert (row["state"], row["recipients"]) == ("STARTED", 5)


async def test_nobody_is_unreachable_while_the_address_book_is_behind(
    town: StudyTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What contact told is not all read yet: the campaign waits, and says so to the clock."""
    member = await away(town, "one")
    id_ = await planned(town)

    async def behind(_: Addresses, sequence: int) -> bool:
        return sequence == 0

    with monkeypatch.context() as patched:
        patched.setattr(Addresses, "knows", behind)
        await job(town).look()
        await town.town.settle()
        assert await results(town, id_) == {}
        assert not await job(town).at_rest()
    await job(town).look()
    await town.town.settle()
    assert await results(town, id_) == {member: ("QUEUED", None)}


async def test_it_begins_on_its_day_and_ends_after_the_quarter_with_its_sums(town: StudyTown) -> None:
    """Nothing is queued before the hour of its first day; the night after the quarter it is closed by itself."""
    member = await away(town, "one")
    id_ = await planned(town, starts_on="2026-03-12")
    await job(town).look()
    assert await results(town, id_) == {}
    await town.town.advance_to(moment_of(date(2026, 3, 12), time(9)))
    await job(town).look()
    await town.town.settle()
    (notice,) = (await town.get("intents", town.township, batch=id_)).json()["items"]
    for step in (Claim(NoticeChannel.MAILBOX, "mailbox", TODAY), Report(Taken("r"), TODAY)):
        context = Context(new_id(START), "t", CITY, "c", "c")
        await town.town.parts.commands.execute(NOTICE, notice["id"], step, context)
    await town.do(f"campaigns/{id_}/note-result", {"member_id": member, "result": "REPLIED"})
    await town.do(f"campaigns/{id_}/note-result", {"member_id": member, "result": "CALLED_BACK"})
    await town.town.advance_to(moment_of(date(2026, 4, 2)))
    row = (await town.get(f"campaigns/{id_}", town.township)).json()
    assert (row["state"], row["closed_on"], row["replied"], row["sent"]) == ("CLOSED", "2026-04-01", 1, 1)
    events = (await town.get(f"campaigns/{id_}/history", town.township)).json()["events"]
    assert [one["type"] for one in events] == [
        "CampaignPlanned", "CampaignStarted", "CampaignResultNoted", "CampaignResultNoted", "CampaignClosed"
    ]  # fmt: skip
    assert events[-1]["data"]["recipients"] == 1
    assert (events[2]["data"]["notice_id"], events[2]["data"]["branch"]) == (notice["id"], HOME)
    (told,) = (await town.get(f"campaigns/{id_}/results", town.township)).json()["items"]
    assert (told["answer"], told["answered_on"]) == ("CALLED_BACK", "2026-03-12")


async def test_who_may_do_what_is_told(town: StudyTown) -> None:
    """A branch plans none; an answer is one of two, of a member who was written to, inside the scope."""
    member, far = await away(town, "one"), await away(town, "far", FAR)
    check_problem(await town.post("campaigns", PLAN, town.keeper), 403, "forbidden")
    check_problem(await town.post("campaigns", PLAN, town.others), 404, "not_found")
    check_problem(
        await town.post("campaigns", PLAN | {"template": "duty_due"}, town.township), 422, "campaign_template"
    )
    late = await town.post("campaigns", PLAN | {"starts_on": "2026-03-09"}, town.township)
    check_problem(late, 422, "campaign_in_the_past")
    id_ = await begun(town)
    path = f"campaigns/{id_}/note-result"
    for body, code in (
        ({"member_id": member, "result": "DELIVERED"}, "campaign_answer_only"),
        ({"member_id": far, "result": "REPLIED"}, "campaign_not_for_member"),
        ({"member_id": member, "result": "REPLIED", "occurred_on": "2026-03-11"}, "in_the_future"),
    ):
        check_problem(await town.post(path, body), 422, code)
    outside = {"member_id": member, "result": "REPLIED"}
    check_problem(await town.post(path, outside, town.others), 422, "campaign_not_for_member")
    check_problem(await town.get(f"campaigns/{id_}", town.others), 404, "not_found")
    assert await results(town, id_, town.others) == {}
    await town.do(f"campaigns/{id_}/close", None, town.township)
    check_problem(await town.post(f"campaigns/{id_}/close", None, town.township), 409, "campaign_wrong_state")
    await town.do(path, outside)


PLANNED: Final = CampaignPlanned(org_code=TOWN, quarter="2026-Q1", template="quarterly_greeting", starts_on=TODAY)
STARTED: Final = CampaignStarted(recipients=2)
REPLIED: Final = CampaignResultNoted(member_id=new_id(START), result=CampaignResult.REPLIED, branch=OTHER)
CLOSED: Final = CampaignClosed(delivered=1, replied=1, failed=0, unknown=0)


def test_the_steps_of_a_campaign() -> None:
    """Planned, started, answered, closed; the same answer again is nothing new, a late one is still noted."""
    Scenario(CAMPAIGN).given().when(Plan(PLANNED, TODAY)).then(PLANNED)
    Scenario(CAMPAIGN).given(PLANNED).when(Plan(PLANNED, TODAY)).then_refused("campaign_exists")
    Scenario(CAMPAIGN).given().when(Start(2, TODAY)).then_refused("campaign_unknown")
    Scenario(CAMPAIGN).given(PLANNED).when(Start(2, TODAY)).then(STARTED)
    Scenario(CAMPAIGN).given(PLANNED, STARTED).when(Start(2, TODAY)).then_refused("campaign_wrong_state")
    Scenario(CAMPAIGN).given(PLANNED).when(Note(REPLIED, TODAY, TODAY)).then_refused("campaign_wrong_state")
    Scenario(CAMPAIGN).given(PLANNED, STARTED).when(Note(REPLIED, TODAY, TODAY)).then(REPLIED)
    Scenario(CAMPAIGN).given(PLANNED, STARTED, REPLIED).when(Note(REPLIED, TODAY, TODAY)).then()
    Scenario(CAMPAIGN).given(PLANNED).when(Close(CLOSED, TODAY)).then_refused("campaign_wrong_state")
    Scenario(CAMPAIGN).given(PLANNED, STARTED).when(Close(CLOSED, TODAY)).then(CLOSED)
    Scenario(CAMPAIGN).given(PLANNED, STARTED, CLOSED).when(Note(REPLIED, TODAY, TODAY)).then(REPLIED)
