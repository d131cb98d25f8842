"""The desk at work: situations that begin and end, over the running service (domain.md §1.2, §6 no. 1)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from services.registry.tests.city import FAR, HOME, NEXT, TOWN, CityOfTests
from services.registry.tests.commands.test_departures import come_home, leave

from guiyan.events import Event, Payload, derived_id, encode_data, new_id
from guiyan.events.codes import HostRefusal, TaskEnd
from guiyan.events.notifications.study import (
    AttendanceRecorded,
    StudyActivityAnnounced,
    StudyActivityHeld,
    StudyActivityRecorded,
)
from guiyan.events.registry.correction import CorrectionRequested
from guiyan.events.registry.dues import DuesArrearsNoted, DuesArrearsReduced, SixMonthCaseOpened
from guiyan.events.registry.probation import (
    ProbationApplicationOverdue,
    ProbationApplicationReceived,
    ProbationQuarterDiscussed,
    ProbationReminded,
)
from guiyan.events.registry.retention import RetentionOverdue, RetentionReminded
from guiyan.events.registry.sweep import SweepBranchOverdue, SweepBranchSubmitted
from guiyan.ledger import Commit, Context, Fact, Policy, StoredCommit, Subject
from guiyan.registry.commands import departures
from guiyan.registry.commands.departures import Told
from guiyan.registry.commands.reorganisations import merge_organisation
from guiyan.registry.commands.tasks import close_task

START = datetime(2026, 7, 1, tzinfo=UTC)


def an_id(name: str) -> str:
    """The same id for the same name."""
    return derived_id(START, "desk", name)


async def settled(city: CityOfTests) -> None:
    """What follows from what follows is done as well."""
    for _ in range(4):
        await city.settle()


async def desk(city: CityOfTests, **query: Any) -> list[tuple[str, str]]:
    """What lies on the desks: kind and whose."""
    await settled(city)
    found = await city.tools.desk.find("tasks", {"open": True, **query}, sort=(("due_on", 1), ("_id", 1)))
    return sorted((one["kind"], one["org_code"]) for one in found)


async def at(city: CityOfTests, moment: datetime) -> None:
    """The clock shows this moment, and what was due by then has been done."""
    await settled(city)
    city.clock.set(moment)
    await city.due_loop.fire_due()
    await settled(city)


async def tell(city: CityOfTests, aggregate: str, id_: str, *payloads: Payload, on: date = date(2026, 7, 1)) -> None:
    """Something happened in an aggregate whose own commands are not of interest here."""
    subject = Subject(payloads[0].service, aggregate, id_)
    for payload in payloads:
        history = await city.ledger.read(subject)
        event = Event(
            id=new_id(city.clock.now()), source=f"guiyan/{subject.service}", type=payload.type_name(),
            subject=subject.stream, time=city.clock.now(), dataschema=payload.dataschema(), data=encode_data(payload),
            occurredon=on, actor="officer", actororg=HOME, causationid="c", correlationid="c",
            streamversion=len(history.events) + 1,
        )  # fmt: skip
        await city.ledger.append(Commit(subject, new_id(city.clock.now()), history.last_sequence, (event,)))
    await city.settle()


async def test_an_unknown_destination_is_a_task_until_it_is_told(city: CityOfTests) -> None:
    """P-03: raised at leaving, overtaken when told; unknown again is another occasion, said again it is none."""
    member = (await city.register()).id
    trip = (await leave(city, member)).id
    assert await desk(city) == [("DESTINATION_UNKNOWN", HOME)]

    async def say(certainty: str) -> None:
        await departures.change_destination(city.tools, city.asker(), trip, Told({"dest_certainty": certainty}))

    await say("UNKNOWN")
    assert await desk(city) == [("DESTINATION_UNKNOWN", HOME)]
    await say("FIXED")
    assert await desk(city) == []
    await say("UNKNOWN")
    assert await desk(city) == [("DESTINATION_UNKNOWN", HOME)]
    tasks = await city.tools.desk.find("tasks", {})
    assert sorted(str(one["how"]) for one in tasks) == ["None", "OVERTAKEN"]


async def test_what_people_closed_is_not_raised_again_while_it_stands(city: CityOfTests) -> None:
    """§6 no. 1: done is done; only what begins anew comes back."""
    trip = (await leave(city, (await city.register()).id)).id
    await settled(city)
    (task,) = await city.tools.desk.find("tasks", {"open": True})
    await close_task(city.tools, city.asker(), task["_id"], TaskEnd.NOT_NEEDED, None)
    told = Told({"dest_certainty": "UNKNOWN", "range": "CROSS_PROVINCE"})
    await departures.change_destination(city.tools, city.asker(), trip, told)
    assert await desk(city) == []


async def test_a_host_that_declines_or_is_silent(city: CityOfTests) -> None:
    """§2.2: declined is the origin's task, silence is both sides'; the answer takes both off the desks."""
    trip = (await leave(city, (await city.register()).id, dest_certainty="FIXED")).id
    await departures.report_in(city.tools, city.asker(), trip, FAR, date(2026, 6, 10))
    assert await desk(city) == []
    await at(city, datetime(2026, 7, 10, 16, tzinfo=UTC))
    assert await desk(city) == [("HOST_ANSWER_DUE", FAR), ("HOST_SILENT", HOME)]
    await departures.decline_as_host(city.tools, city.asker(), trip, HostRefusal.NOT_ARRIVED, date(2026, 7, 11))
    assert await desk(city) == [("HOST_DECLINED", HOME)]
    await departures.report_in(city.tools, city.asker(), trip, NEXT, date(2026, 7, 11))
    assert await desk(city) == []


async def test_sixty_days_without_a_host(city: CityOfTests) -> None:
    """P-04: on the sixtieth day, by the parameter, unless a host was found before; the return takes it away."""
    one, two = (await city.register()).id, (await city.register()).id
    late = (await leave(city, one, dest_certainty="FIXED")).id
    soon = (await leave(city, two, dest_certainty="FIXED")).id
    await departures.report_in(city.tools, city.asker(), soon, FAR, date(2026, 7, 1))
    await departures.accept_as_host(city.tools, city.asker(), soon, date(2026, 7, 1))
    await at(city, datetime(2026, 7, 30, 15, 59, 59, tzinfo=UTC))
    assert await desk(city, kind="NO_HOST") == []
    await at(city, datetime(2026, 7, 30, 16, tzinfo=UTC))
    (task,) = await city.tools.desk.find("tasks", {"open": True, "kind": "NO_HOST"})
    assert (task["member_id"], task["raised_on"], task["due_on"]) == (one, "2026-07-31", "2026-08-14")
    await come_home(city, late, date(2026, 7, 31))
    assert await desk(city, kind="NO_HOST") == []


async def test_tasks_go_along_with_the_member(city: CityOfTests) -> None:
    """§2.13: at a merger what lies on the desk goes over with the members; what was closed stays where it was."""
    member = (await city.register()).id
    await leave(city, member)
    assert await desk(city) == [("DESTINATION_UNKNOWN", HOME)]
    await merge_organisation(city.tools, city.asker(), HOME, NEXT, document_no=None, occurred_on=None)
    assert await desk(city) == [("DESTINATION_UNKNOWN", NEXT)]


async def test_a_branch_with_members_away_needs_a_contact_person(city: CityOfTests) -> None:
    """S-11: a task when two weeks pass without one; the last return takes it off the desk."""
    trip = (await leave(city, (await city.register()).id, dest_certainty="FIXED")).id
    await at(city, datetime(2026, 7, 14, 16, tzinfo=UTC))
    assert ("CONTACT_PERSON_MISSING", HOME) in await desk(city)
    await come_home(city, trip, date(2026, 7, 15))
    assert ("CONTACT_PERSON_MISSING", HOME) not in await desk(city)


async def test_applications_are_reminded_of_and_overdue(city: CityOfTests) -> None:
    """P-08: one task from the first reminder on, until the application; overdue after people closed it: another."""
    member, ends = (await city.register(person_category="PROBATIONARY")).id, date(2026, 8, 30)
    for days in (60, 30):
        await tell(city, "probation", member, ProbationReminded(member_id=member, days_left=days, ends_on=ends))
        assert await desk(city) == [("APPLICATION_DUE", HOME)]
    (task,) = await city.tools.desk.find("tasks", {"open": True})
    assert task["due_on"] == ends.isoformat()
    await close_task(city.tools, city.asker(), task["_id"], TaskEnd.DONE, None)
    await settled(city)
    await tell(city, "probation", member, ProbationApplicationOverdue(member_id=member, due_on=ends))
    assert await desk(city) == [("APPLICATION_DUE", HOME)]
    await tell(city, "probation", member, ProbationApplicationReceived(member_id=member, branch=HOME))
    assert await desk(city) == []


async def test_probationary_and_away(city: CityOfTests) -> None:
    """P-07: a quarter that is over without a discussion, a half year without a report; each is another task."""
    member = (await city.register(person_category="PROBATIONARY")).id
    await leave(city, member, dest_certainty="FIXED")
    await at(city, datetime(2026, 9, 30, 15, 59, tzinfo=UTC))
    assert await desk(city, kind="PROBATION_AWAY") == []
    await at(city, datetime(2026, 9, 30, 16, tzinfo=UTC))
    assert await desk(city, kind="PROBATION_AWAY") == [("PROBATION_AWAY", HOME)]
    await at(city, datetime(2026, 12, 31, 16, tzinfo=UTC))
    assert len(await desk(city, kind="PROBATION_AWAY")) == 2
    assert len(await desk(city, kind="PROBATION_REPORT")) == 1
    for quarter in ("2026-Q3", "2027-Q1"):
        facts = ProbationQuarterDiscussed(member_id=member, quarter=quarter)
        await tell(city, "probation", member, facts, on=date(2027, 1, 1))
    assert len(await desk(city, kind="PROBATION_AWAY")) == 1
    await at(city, datetime(2027, 3, 31, 16, tzinfo=UTC))
    assert len(await desk(city, kind="PROBATION_AWAY")) == 1
    await at(city, datetime(2027, 6, 30, 16, tzinfo=UTC))
    assert len(await desk(city, kind="PROBATION_AWAY")) == 2


async def test_parked_relations_after_two_years(city: CityOfTests) -> None:
    """P-09: the two-year clock also runs for a relation that is only parked, to the day (29 February included)."""
    city.clock.set(datetime(2028, 2, 29, 2, tzinfo=UTC))
    await city.register(relation_holding="PARKED_HUKOU")
    await city.register()
    await at(city, datetime(2030, 2, 27, 15, tzinfo=UTC))
    assert await desk(city, kind="PARKED_RELATION") == []
    await at(city, datetime(2030, 2, 27, 16, tzinfo=UTC))
    assert await desk(city, kind="PARKED_RELATION") == [("PARKED_RELATION", HOME)]


async def test_retention_dues_and_sweeps(city: CityOfTests) -> None:
    """§2.9, §2.10, §2.12: each warning is a task; it says nothing of the member and changes nothing."""
    member, kept, until = (await city.register()).id, an_id("retention"), date(2026, 9, 1)
    await tell(city, "retention", kept, RetentionReminded(member_id=member, after_months=12, retain_until=until))
    await tell(city, "retention", kept, RetentionOverdue(member_id=member, due_on=until))
    assert await desk(city) == [("RETENTION_DUE", HOME)]
    for months in (2, 3, 4):
        facts = DuesArrearsNoted(member_id=member, branch=HOME, months_in_arrears=months)
        await tell(city, "dues", member, facts)
    assert await desk(city, kind="DUES_ARREARS") == [("DUES_ARREARS", HOME)]
    for left, tasks in ((3, 1), (2, 0)):
        facts = DuesArrearsReduced(member_id=member, branch=HOME, months_in_arrears=left)
        await tell(city, "dues", member, facts)
        assert len(await desk(city, kind="DUES_ARREARS")) == tasks, "paid, but not enough of it"
    await tell(city, "dues", member, DuesArrearsNoted(member_id=member, branch=HOME, months_in_arrears=5))
    await tell(city, "dues", member, SixMonthCaseOpened(member_id=member, branch=HOME, since=date(2026, 1, 1)))
    assert [kind for kind, _ in await desk(city)] == ["DUES_CASE", "RETENTION_DUE"]
    sheet, sweep = an_id("sheet"), an_id("sweep")
    overdue = SweepBranchOverdue(sweep_id=sweep, branch=FAR, due_on=date(2026, 7, 1))
    await tell(city, "sweep_sheet", sheet, overdue)
    assert await desk(city, org_code=FAR) == [("SWEEP_OVERDUE", FAR)]
    counts = dict.fromkeys(("expected", "checked", "found_out", "found_in", "returned", "not_reached"), 0)
    await tell(city, "sweep_sheet", sheet, SweepBranchSubmitted(sweep_id=sweep, branch=FAR, **counts))
    assert await desk(city, org_code=FAR) == []


async def activity(city: CityOfTests, name: str, on: date, *members: str) -> None:
    """The branch met, and these were there."""
    id_, begins = an_id(name), datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    facts = {"branch": HOME, "kind": "THEME_DAY", "title": "主题党日", "starts_at": begins, "hours": 2.0}
    await tell(city, "activity", id_, StudyActivityAnnounced.model_validate(facts), on=on)
    for one in members:
        told = {"member_id": one, "activity_id": id_, "kind": "THEME_DAY"}
        await tell(city, "attendance", an_id(name + one), AttendanceRecorded.model_validate(told), on=on)
    await tell(city, "activity", id_, StudyActivityHeld(held_on=on, hours=2.0), on=on)
    recorded = StudyActivityRecorded(attended=len(members), online=0)
    await tell(city, "activity", id_, recorded, on=on)


async def test_who_attended_and_does_not_any_more(city: CityOfTests) -> None:
    """P-01: two months without attendance though the branch met, no trip known; who never attended is not asked for."""
    gone, there, away, _ = [(await city.register()).id for _ in range(4)]
    await activity(city, "july", date(2026, 7, 1), gone, there, away)
    await leave(city, away, date(2026, 7, 1), dest_certainty="FIXED")
    await at(city, datetime(2026, 8, 1, 2, tzinfo=UTC))
    await activity(city, "august", date(2026, 8, 1), there)
    await at(city, datetime(2026, 8, 31, 15, 59, tzinfo=UTC))
    assert await desk(city, kind="LEFT_WITHOUT_TELLING") == []
    await at(city, datetime(2026, 8, 31, 16, tzinfo=UTC))
    (task,) = await city.tools.desk.find("tasks", {"open": True, "kind": "LEFT_WITHOUT_TELLING"})
    assert (task["member_id"], task["org_code"], task["raised_on"]) == (gone, HOME, "2026-09-01")
    await leave(city, gone, date(2026, 7, 20), dest_certainty="FIXED")
    assert await desk(city, kind="LEFT_WITHOUT_TELLING") == []


async def test_nothing_is_missed_where_nothing_was_held(city: CityOfTests) -> None:
    """P-01: a branch that did not meet missed nobody; its next activity tells who was not there for two months."""
    member = (await city.register()).id
    await activity(city, "july", date(2026, 7, 1), member)
    await at(city, datetime(2026, 9, 30, 2, tzinfo=UTC))
    assert await desk(city, kind="LEFT_WITHOUT_TELLING") == []
    await activity(city, "october", date(2026, 9, 30))
    assert await desk(city, kind="LEFT_WITHOUT_TELLING") == [("LEFT_WITHOUT_TELLING", HOME)]
    told = {"member_id": member, "branch": HOME, "kind": "LECTURE", "mode": "ONLINE"}
    await tell(city, "attendance", an_id("late"), AttendanceRecorded.model_validate(told), on=date(2026, 9, 30))
    assert await desk(city, kind="LEFT_WITHOUT_TELLING") == []


async def test_a_correction_lies_one_level_above(city: CityOfTests) -> None:
    """§3.6: what the branch asks for is on the township's desk."""
    member = (await city.register()).id
    facts = CorrectionRequested(member_id=member, fields=("education_code",), branch=HOME)
    await tell(city, "correction", an_id("correction"), facts)
    await settled(city)
    (task,) = await city.tools.desk.find("tasks", {"kind": "CORRECTION_ASKED"})
    assert task["about_id"] == an_id("correction")
    assert task["org_code"] == TOWN


async def test_a_second_run_of_everything_raises_nothing(city: CityOfTests) -> None:
    """A replay of the policies, and timers fired anew, write nothing: ids follow from what happened (§1.2)."""
    member = (await city.register()).id
    trip = (await leave(city, member)).id
    await at(city, datetime(2026, 8, 30, 16, tzinfo=UTC))
    await departures.change_destination(city.tools, city.asker(), trip, Told({"dest_certainty": "FIXED"}))
    await settled(city)
    head = await city.ledger.head()
    await react_again(city)
    assert await city.ledger.head() == head


async def react_again(city: CityOfTests) -> None:
    """Let the desk's policy react to the whole ledger once more, under other command ids."""
    (policy,) = [one for one in city.composed.policies if one.name == "keep_desk"]
    head = await city.ledger.head()
    async for commits in city.ledger.follow(0):
        for commit in commits:
            await react_to(city, policy, commit)
        if commits[-1].sequence >= head:
            return


async def react_to(city: CityOfTests, policy: Policy, commit: StoredCommit) -> None:
    """What the policy asks for because of one commit is done."""
    for index, event in enumerate(commit.events):
        for call in await policy.react(Fact(event, commit.sequence, index)) if event.type in policy.handles else ():
            own = new_id(city.clock.now())
            context = Context(own, "system:registry", HOME, own, own)
            await city.parts.commands.execute(call.decider, call.aggregate_id, call.command, context)
