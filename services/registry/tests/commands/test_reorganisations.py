"""Mergers, splits, planned changes and the tree of a day gone by, over the write path (domain.md §2.13)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from services.registry.tests.city import CITY, FAR, HOME, NEXT, OTHER_TOWN, TOWN, CityOfTests
from services.registry.tests.commands.test_departures import leave

from guiyan.events import Event, decode_batch, new_id
from guiyan.events.registry.member import MemberRegistered
from guiyan.events.registry.organisation import OrganisationRenamed, SplitShare
from guiyan.ledger import Commands, LedgerUnavailable, Outcome, Refused, VersionConflict
from guiyan.ledger.faults import Crashed, Fault, ListedFaults
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.registry.commands.departures import report_in
from guiyan.registry.commands.organisations import (
    dissolve_organisation,
    move_organisation,
    rename_organisation,
    withdraw_change,
)
from guiyan.registry.commands.reorganisations import merge_organisation, split_organisation
from guiyan.registry.commands.tools import Tools
from guiyan.registry.imports.commits import Writing, make_commit

LATER = date(2026, 9, 1)
DUE = datetime(2026, 9, 1, 1, tzinfo=UTC)


async def branches(city: CityOfTests) -> Counter[str]:
    """How many members each branch has."""
    return Counter(one["branch"] for one in (await city.documents("members")).values())


def events(city: CityOfTests) -> list[Event]:
    """Everything in the ledger, one event a commit here."""
    return [event for message in city.ledger.log.messages for event in decode_batch(message.body)]


async def types_since(city: CityOfTests, sequence: int) -> Counter[str]:
    """The events written after a sequence, by type."""
    return Counter(one.type for one in events(city)[sequence:])


async def organisation(city: CityOfTests, code: str) -> dict[str, Any]:
    """An organisation's document, after everything has been applied."""
    await city.settle()
    found = await city.tools.organisations.get("organisations", code)
    assert found is not None
    return dict(found)


async def test_a_merger_takes_everybody_along(city: CityOfTests) -> None:
    """Each member goes over by an event of the merger's day; then the branch ends, and nobody is with it."""
    members = [(await city.register(HOME)).id for _ in range(20)]
    await city.register(NEXT)
    done = await merge_organisation(
        city.tools, city.asker("m"), HOME, NEXT, document_no="示〔2026〕1号", occurred_on=None
    )
    assert [one.type for one in done.events] == ["OrganisationMerged"]
    await city.settle()
    assert await branches(city) == {NEXT: 21}
    assert (await organisation(city, HOME))["successors"] == [NEXT]
    register = await city.documents("members")
    assert {register[one]["responsible"] for one in members} == {NEXT}
    again = await merge_organisation(city.tools, city.asker("m"), HOME, NEXT, document_no=None, occurred_on=None)
    assert (again.duplicate, again.sequence) == (True, done.sequence)


async def test_a_merger_of_towns_moves_their_branches_not_their_members(city: CityOfTests) -> None:
    """What stands below goes along by one event each; no member's record is touched."""
    await city.register(FAR)
    head = await city.ledger.head()
    await merge_organisation(city.tools, city.asker(), OTHER_TOWN, TOWN, document_no=None, occurred_on=None)
    expected = {"OrganisationChangePlanned": 1, "OrganisationMoved": 1, "OrganisationMerged": 1}
    assert await types_since(city, head) == expected
    assert (await organisation(city, FAR))["parent"] == TOWN


async def test_what_would_be_refused_moves_nobody(city: CityOfTests) -> None:
    """A branch cannot be merged into a committee: it is told before the first member goes."""
    await city.register(HOME)
    head = await city.ledger.head()
    with pytest.raises(Refused, match="successor_kind"):
        await merge_organisation(city.tools, city.asker(), HOME, OTHER_TOWN, document_no=None, occurred_on=None)
    assert await city.ledger.head() == head


async def test_nobody_is_ever_without_a_branch_that_is_there(city: CityOfTests) -> None:
    """Event by event: whenever a branch has ended, no member is with it (domain.md §8: one responsible branch)."""
    for _ in range(8):
        await city.register(HOME)
    await split_organisation(
        city.tools, city.asker(), HOME, (SplitShare(org_code=NEXT), SplitShare(org_code=FAR)), document_no=None,
        occurred_on=None,
    )  # fmt: skip
    held: dict[str, str] = {}
    ended: set[str] = set()
    for event in events(city):
        if event.type in {"MemberRegistered", "BranchAssigned"}:
            held[event.data["member_id"]] = event.data["branch"]
        elif event.type == "OrganisationSplit":
            ended.add(event.aggregate_id)
        assert not ended & set(held.values())
    assert ended == {HOME}


async def test_a_split_gives_each_its_own_and_the_rest_to_the_first(city: CityOfTests) -> None:
    """Named members go where they were named."""
    members = [(await city.register(HOME)).id for _ in range(5)]
    shares = (SplitShare(org_code=NEXT), SplitShare(org_code=FAR, members=tuple(members[:2])))
    await split_organisation(city.tools, city.asker(), HOME, shares, document_no=None, occurred_on=None)
    await city.settle()
    assert await branches(city) == {NEXT: 3, FAR: 2}
    twice = (SplitShare(org_code=TOWN, members=(members[0],)), SplitShare(org_code=OTHER_TOWN, members=(members[0],)))
    with pytest.raises(Refused, match="named_twice"):
        await split_organisation(city.tools, city.asker(), NEXT, twice, document_no=None, occurred_on=None)


async def test_a_planned_change_takes_effect_on_its_day(city: CityOfTests) -> None:
    """Until then the tree is as it was; the timer does it once, dated on that day, in the planner's name."""
    await move_organisation(city.tools, city.asker(), HOME, OTHER_TOWN, document_no="示1号", occurred_on=LATER)
    new = OrganisationRenamed(name="新名", short_name="新")
    await rename_organisation(city.tools, city.asker(), NEXT, new, LATER)
    assert (await organisation(city, HOME))["parent"] == TOWN
    city.clock.set(DUE)
    await city.due_loop.fire_due()
    moved = await organisation(city, HOME)
    assert (moved["parent"], moved["planned"]) == (OTHER_TOWN, [])
    assert (await organisation(city, NEXT))["name"] == "新名"
    last = events(city)[-1]
    assert (last.occurredon, last.actor) == (LATER, "system:registry")
    assert await city.due_loop.fire_due() == 0


async def test_two_planned_moves_of_one_moment_make_no_ring(city: CityOfTests) -> None:
    """A under B and B under A, both for the same day: one takes effect, of the other the office is told."""
    for code, parent in ((TOWN, OTHER_TOWN), (OTHER_TOWN, TOWN)):
        await move_organisation(city.tools, city.asker(), code, parent, document_no=None, occurred_on=LATER)
    await city.settle()
    city.clock.set(DUE)
    await city.due_loop.fire_due()
    towns = [await organisation(city, code) for code in (TOWN, OTHER_TOWN)]
    impeded = [one["impeded"] for town in towns for one in town["planned"]]
    assert impeded == ["would_be_a_ring"]
    assert CITY in {town["parent"] for town in towns}


async def test_a_planned_end_that_is_impossible_is_told(city: CityOfTests) -> None:
    """Members are still there on the day: nothing ends, and the list says why; a withdrawn plan does nothing."""
    await city.register(FAR)
    await dissolve_organisation(city.tools, city.asker(), FAR, None, LATER)
    plan = await dissolve_organisation(city.tools, city.asker(), NEXT, None, LATER)
    await withdraw_change(city.tools, city.asker(), NEXT, plan.events[0].data["change_id"], None)
    await city.settle()
    city.clock.set(DUE)
    await city.due_loop.fire_due()
    far, near = await organisation(city, FAR), await organisation(city, NEXT)
    assert (far["active"], [one["impeded"] for one in far["planned"]]) == (True, ["members_left"])
    assert (near["active"], near["planned"]) == (True, [])


async def test_the_tree_is_asked_as_it_was_on_a_day(city: CityOfTests) -> None:
    """Rights of a day gone by: who stood under the township then, whoever stands there now."""
    await move_organisation(city.tools, city.asker(), HOME, OTHER_TOWN, document_no=None, occurred_on=date(2026, 6, 1))
    await city.settle()
    directory = city.tools.directory
    await directory.refresh(after_sequence=await city.ledger.head(), wait_seconds=5)
    cases = ((date(2026, 5, 31), {TOWN, HOME, NEXT}), (date(2026, 6, 1), {TOWN, NEXT}), (None, {TOWN, NEXT}))
    for as_of, codes in cases:
        assert (await directory.scope(TOWN, as_of=as_of)).codes == codes
    assert (await directory.scope(TOWN, as_of=date(2025, 12, 31))).codes == {TOWN}


async def test_what_was_merged_is_seen_by_its_successor(city: CityOfTests) -> None:
    """The records of the old branch belong to the new one's office from the merger's day on."""
    await merge_organisation(city.tools, city.asker(), FAR, HOME, document_no=None, occurred_on=date(2026, 6, 1))
    directory = city.tools.directory
    await directory.refresh(after_sequence=await city.ledger.head(), wait_seconds=5)
    assert (await directory.scope(HOME)).codes == {HOME, FAR}
    assert (await directory.scope(TOWN)).covers(FAR)
    assert not (await directory.scope(HOME, as_of=date(2026, 5, 31))).covers(FAR)


async def test_an_interrupted_merger_is_finished_by_asking_again(city: CityOfTests) -> None:
    """Whoever went over stays; the rest follows, each once."""
    for _ in range(40):
        await city.register(HOME)
    asked = asyncio.create_task(
        merge_organisation(city.tools, city.asker("m"), HOME, NEXT, document_no=None, occurred_on=None)
    )
    while not any(one.type == "BranchAssigned" for one in events(city)):  # noqa: ASYNC110 - to stop it right in between
        await asyncio.sleep(0)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    head = await city.ledger.head()
    done = await merge_organisation(city.tools, city.asker("m"), HOME, NEXT, document_no=None, occurred_on=None)
    await city.settle()
    assert await branches(city) == {NEXT: 40}
    assert done.sequence >= head
    found = await types_since(city, 0)
    assert (found["BranchAssigned"], found["OrganisationMerged"]) == (40, 1)


def dying(city: CityOfTests, after: int) -> Tools:
    """The tools of a process that dies with its write number `after`: that is in the ledger, and nothing after it."""
    plan = ListedFaults([*[Fault.NONE] * after, Fault.CRASH, *[Fault.AWAY] * 100])
    ledger = MemoryLedger(city.ledger.log, faults=plan)
    return replace(city.tools, ledger=ledger, commands=Commands(ledger, city.parts.sealer, city.clock))


async def killed(asked: Awaitable[Outcome]) -> None:
    """It does not come to its end."""
    with pytest.raises((Crashed, LedgerUnavailable)):
        await asked


async def later(city: CityOfTests, minutes: int) -> None:
    """Some time goes by, and what is due is done."""
    await city.settle()
    city.clock.set(city.clock.now() + timedelta(minutes=minutes))
    await city.due_loop.fire_due()
    await city.settle()


@pytest.mark.parametrize("after", range(6))
async def test_what_a_killed_process_began_is_finished_without_asking(city: CityOfTests, after: int) -> None:
    """Wherever it died, ten minutes later all have gone over, each once; until then the office sees it planned."""
    for _ in range(3):
        await city.register(HOME)
    trip = (await leave(city, (await city.register(FAR)).id, date(2026, 5, 1))).id
    await report_in(city.tools, city.asker(), trip, HOME, date(2026, 5, 2))
    tools, told = dying(city, after), {"document_no": "示1号", "occurred_on": date(2026, 6, 1)}
    await killed(merge_organisation(tools, city.asker("m"), HOME, NEXT, **told))
    planned = (await organisation(city, HOME))["planned"]
    assert [(one["change"], one["into"]) for one in planned] == ([("MERGE", NEXT)] if after < 5 else [])
    await later(city, 9)
    assert (await organisation(city, HOME))["active"] == (after < 5)
    await later(city, 1)
    home, found = await organisation(city, HOME), await types_since(city, 0)
    assert (home["successors"], home["planned"], home["dissolved_on"]) == ([NEXT], [], "2026-06-01")
    assert await branches(city) == {NEXT: 3, FAR: 1}
    assert (await city.documents("departures"))[trip]["host_branch"] == NEXT
    assert found["HostReportedIn"] == 2, "at the old host, and once at the new"
    assert (found["BranchAssigned"], found["OrganisationMerged"], found["OrganisationChangePlanned"]) == (3, 1, 1)
    again = await merge_organisation(city.tools, city.asker("m"), HOME, NEXT, **told)
    assert again.version == home["version"]
    assert not (await types_since(city, 0) - found)


async def test_a_killed_split_is_finished_as_it_was_told(city: CityOfTests) -> None:
    """Who goes where is written down with the beginning."""
    members = [(await city.register(HOME)).id for _ in range(4)]
    shares = (SplitShare(org_code=NEXT), SplitShare(org_code=FAR, members=tuple(members[2:])))
    await killed(split_organisation(dying(city, 1), city.asker(), HOME, shares, document_no=None, occurred_on=None))
    await later(city, 10)
    register = await city.documents("members")
    assert [register[one]["branch"] for one in members] == [NEXT, NEXT, FAR, FAR]
    assert (await organisation(city, HOME))["successors"] == [NEXT, FAR]


async def test_two_who_do_the_same_both_end_well(city: CityOfTests) -> None:
    """The timer and a slow caller, say: each member goes over once, it ends once, and neither is told of an error."""
    for _ in range(20):
        await city.register(HOME)
    asked = [
        merge_organisation(city.tools, city.asker(one), HOME, NEXT, document_no=None, occurred_on=None)
        for one in ("a", "b")
    ]
    await asyncio.gather(*asked)
    found = await types_since(city, 0)
    assert (found["BranchAssigned"], found["OrganisationMerged"], found["OrganisationChangePlanned"]) == (20, 1, 1)


async def test_what_has_begun_is_not_turned_elsewhere(city: CityOfTests) -> None:
    """Half of the members in one branch, half in another: refused, unless the first decision is withdrawn."""
    for _ in range(3):
        await city.register(HOME)
    await killed(merge_organisation(dying(city, 1), city.asker("m"), HOME, NEXT, document_no=None, occurred_on=None))
    with pytest.raises(Refused, match="change_begun_already"):
        await merge_organisation(city.tools, city.asker(), HOME, FAR, document_no=None, occurred_on=None)
    change_id = (await organisation(city, HOME))["planned"][0]["change_id"]
    await withdraw_change(city.tools, city.asker(), HOME, change_id, None)
    await later(city, 10)
    assert (await organisation(city, HOME))["active"]
    await merge_organisation(city.tools, city.asker(), HOME, FAR, document_no=None, occurred_on=None)
    assert sum((await branches(city)).values()) == 3


async def test_what_has_begun_and_is_impossible_is_told(city: CityOfTests) -> None:
    """The successor ended in between: the timer says so with the organisation, and is not run again."""
    await city.register(HOME)
    await killed(merge_organisation(dying(city, 0), city.asker("m"), HOME, NEXT, document_no=None, occurred_on=None))
    await dissolve_organisation(city.tools, city.asker(), NEXT, None, None)
    await later(city, 10)
    home = await organisation(city, HOME)
    assert (home["active"], [one["impeded"] for one in home["planned"]]) == (True, ["organisation_dissolved"])


async def test_the_version_expected_is_that_of_the_beginning(city: CityOfTests) -> None:
    """If-Match: what is stale moves nobody; what is not is no hindrance at the end."""
    await city.register(HOME)
    head = await city.ledger.head()
    with pytest.raises(VersionConflict):
        await merge_organisation(city.tools, city.asker(version=9), HOME, NEXT, document_no=None, occurred_on=None)
    assert await city.ledger.head() == head
    asker = city.asker("m", version=1)
    await merge_organisation(city.tools, asker, HOME, NEXT, document_no=None, occurred_on=None)
    assert await branches(city) == {NEXT: 1}


async def test_moving_a_township_with_ten_thousand_members_is_one_event(city: CityOfTests) -> None:
    """Whatever moves along is not told again: one event, and the new parent sees every one of them."""
    context = city.asker().context
    for _ in range(10_000):
        member_id = new_id(city.clock.now())
        facts = MemberRegistered(member_id=member_id, branch=FAR, person_category="FULL", source="IMPORT")
        writing = Writing(city.parts.sealer, "member", member_id, member_id, context, "b", city.clock.now())
        await city.ledger.append(await make_commit(writing, facts, date(2026, 1, 2), None))
    await city.settle()
    head = await city.ledger.head()
    done = await move_organisation(city.tools, city.asker(), OTHER_TOWN, TOWN, document_no=None, occurred_on=None)
    await city.settle()
    assert (await city.ledger.head(), [one.type for one in done.events]) == (head + 1, ["OrganisationMoved"])
    directory = city.tools.directory
    await directory.refresh(after_sequence=head + 1, wait_seconds=5)
    scope = await directory.scope(TOWN)
    assert await city.tools.register.count("members", scope.where("branch")) == 10_000
