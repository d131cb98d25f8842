"""Sweeps on the clock and over the write path: windows, trees that change, crashes, races (§2.12, S-30)."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from services.registry.tests.city import (
    CITY,
    FAR,
    FOUNDED_ON,
    HOME,
    NEXT,
    OTHER_TOWN,
    PARENTS,
    START,
    TOWN,
    CityOfTests,
    a_city,
    id_number,
)
from services.registry.tests.commands.test_departures import transfer

from guiyan.events import decode_batch, new_id
from guiyan.events.codes import OrganisationKind, SweepFinding
from guiyan.events.registry.inflow import InflowText
from guiyan.events.registry.member import MemberText
from guiyan.events.registry.organisation import OrganisationCreated, SplitShare
from guiyan.ledger import Commit, Outcome, Refused
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.registry.commands import departures, inflows, sweep_sheets, sweeps
from guiyan.registry.commands.departures import Told
from guiyan.registry.commands.members import NewMember, register_member
from guiyan.registry.commands.organisations import NewOrganisation, create_organisation, move_organisation
from guiyan.registry.commands.reorganisations import merge_organisation, split_organisation
from guiyan.registry.commands.sweep_sheets import Finding
from guiyan.registry.domain.organisation_changes import ORGANISATION
from guiyan.registry.domain.sheet_record import sheet_id
from guiyan.registry.domain.sweep_sheet import SHEET, SettleSheet
from guiyan.service.problems import NotFound
from guiyan.service.scope import Scope

OPENS, CLOSES = date(2026, 7, 1), date(2026, 7, 10)
LEAVING = {"reason": "MIGRANT_WORK", "dest_certainty": "FIXED", "source": "SWEEP"}
AT_HOME = Scope(HOME, frozenset({HOME}))


async def go_on(city: CityOfTests, day: date) -> None:
    """The clock stands at the morning of a day, at once; what was due by then is done, in order."""
    city.clock.set(datetime(day.year, day.month, day.day, 2, tzinfo=UTC))
    await city.due_loop.fire_due()
    await city.settle()
    await city.settle()


async def documents(city: CityOfTests, collection: str) -> list[dict[str, Any]]:
    """The documents of sweeps, in the order of their ids."""
    return list(await city.tools.sweeps.find(collection, {}, sort=(("_id", 1),)))


async def windows(city: CityOfTests) -> list[tuple[str, str, str]]:
    """Every sweep of the calendar in the order of its days: kind, first day, state."""
    found = [one for one in await documents(city, "sweeps") if one["kind"] != "AD_HOC"]
    return [(one["kind"], one["opens_on"], one["state"]) for one in sorted(found, key=lambda one: one["opens_on"])]


def types(city: CityOfTests) -> Counter[str]:
    """Everything in the ledger by type."""
    return Counter(event.type for message in city.ledger.log.messages for event in decode_batch(message.body))


async def opened(city: CityOfTests, root: str = CITY, command: str = "sweep") -> str:
    """A sweep in between that opens today; gives its id."""
    await city.settle()
    days = sweeps.Days(root, OPENS, CLOSES)
    planned = await sweeps.plan_sweep(city.tools, city.asker(command), days)
    await city.settle()
    await city.due_loop.fire_due()
    await city.settle()
    return planned.id


async def check(city: CityOfTests, sweep: str, branch: str, finding: str, **more: Any) -> Outcome:
    """Check somebody, in the city's name unless an asker is given."""
    asker = more.pop("asker", None) or city.asker()
    return await sweep_sheets.check_member(city.tools, asker, sweep, branch, Finding(SweepFinding(finding), **more))


def left(on: date = date(2026, 6, 1)) -> Told:
    """What is told of a leaving."""
    return Told(dict(LEAVING), None, on)


async def figures(city: CityOfTests, branch: str = HOME) -> dict[str, Any]:
    """The sheet of a branch, after everything has been applied and every policy has run."""
    await city.settle()
    await city.settle()
    (found,) = [one for one in await documents(city, "sweep_sheets") if one["branch"] == branch]
    return found


async def test_a_jump_of_a_year_plans_and_opens_every_window_once_in_order(city: CityOfTests) -> None:
    """S-30: from 1 July 2026 to 1 July 2027 come October, Spring Festival 2027 and May; October is planned later."""
    await go_on(city, date(2027, 7, 1))
    assert await windows(city) == [
        ("NATIONAL_DAY", "2026-09-28", "OPEN"),
        ("SPRING_FESTIVAL", "2027-01-22", "OPEN"),
        ("MAY_DAY", "2027-04-28", "OPEN"),
    ]
    await go_on(city, date(2027, 8, 29))
    assert (await windows(city))[-1] == ("NATIONAL_DAY", "2027-09-28", "PLANNED")
    done = types(city)
    assert (done["SweepPlanned"], done["SweepOpened"], done["SweepCityOverdue"]) == (4, 3, 3)
    assert (done["SweepBranchOverdue"], done["SweepTownshipOverdue"]) == (9, 6)
    sweep = (await documents(city, "sweeps"))[0]
    assert (sweep["overdue"], sweep["townships_overdue"], sweep["state"]) == (3, 2, "OPEN"), (
        "nobody was moved by a timer"
    )


async def test_a_window_opens_at_midnight_in_shanghai(city: CityOfTests) -> None:
    """§2.12: 28 September begins at 16:00 UTC of the 27th; branches are late from the day after their last one."""
    city.clock.set(datetime(2026, 9, 27, 15, 59, 59, tzinfo=UTC))
    await city.due_loop.fire_due()
    await city.settle()
    assert (await windows(city))[0][2] == "PLANNED"
    city.clock.set(datetime(2026, 9, 27, 16, 0, tzinfo=UTC))
    await city.due_loop.fire_due()
    await city.settle()
    assert (await windows(city))[0][2] == "OPEN"
    city.clock.set(datetime(2026, 10, 13, 15, 59, 59, tzinfo=UTC))
    await city.due_loop.fire_due()
    assert types(city)["SweepBranchOverdue"] == 0
    city.clock.set(datetime(2026, 10, 13, 16, 0, tzinfo=UTC))
    await city.due_loop.fire_due()
    assert types(city)["SweepBranchOverdue"] == 3


async def test_a_tree_that_was_there_before_begins_with_the_next_window(city: CityOfTests) -> None:
    """An installation that learns of sweeps later has none of years gone by; built anew, it plans nothing twice."""
    ledger = MemoryLedger()
    for code in PARENTS:
        for one in (await city.ledger.read(ORGANISATION.subject(code))).commits:
            await ledger.append(Commit(one.subject, new_id(START), 0, one.events))
    async with a_city(ledger, organised=True, now=datetime(2029, 3, 1, 2, tzinfo=UTC)) as old:
        await go_on(old, date(2029, 3, 1))
        assert await windows(old) == [("MAY_DAY", "2029-04-28", "PLANNED")]
    async with a_city(ledger, organised=True, now=datetime(2029, 3, 2, 2, tzinfo=UTC)) as rebuilt:
        await go_on(rebuilt, date(2029, 4, 28))
        assert await windows(rebuilt) == [("MAY_DAY", "2029-04-28", "OPEN")]
        assert types(rebuilt)["SweepPlanned"] == 1


async def test_every_top_of_a_tree_has_its_own_calendar(city: CityOfTests) -> None:
    """Another organisation without parent in the same installation is asked for its own windows."""
    other = "654003000000"
    facts = OrganisationCreated(
        name="另一党委", short_name="另一", kind=OrganisationKind.COMMITTEE, parent=None, area_code="654003"
    )
    asker = city.asker(scope=Scope(other, frozenset({other})))
    await create_organisation(city.tools, asker, NewOrganisation(other, facts, occurred_on=FOUNDED_ON))
    await city.settle()
    await go_on(city, date(2026, 9, 28))
    found = {(one["root_org"], one["state"]) for one in await documents(city, "sweeps")}
    assert found == {(CITY, "OPEN"), (other, "TOWNSHIP_CHECKED")}, "nobody below it: nothing to check"


async def test_a_tree_whose_top_came_under_another_has_no_calendar_of_its_own(city: CityOfTests) -> None:
    """What is planned stays planned; no window is planned after it."""
    await move_to_the_province(city)
    await go_on(city, date(2027, 7, 1))
    assert [one for one in await documents(city, "sweeps") if one["root_org"] == CITY and one["year"] == 2027] == []


async def move_to_the_province(city: CityOfTests) -> None:
    """The city's committee comes under one that is entered above it."""
    province = "650000000000"
    facts = OrganisationCreated(
        name="上级党委", short_name="上级", kind=OrganisationKind.COMMITTEE, parent=None, area_code="650000"
    )
    asker = city.asker(scope=Scope(province, frozenset({province, *PARENTS})))
    await create_organisation(city.tools, asker, NewOrganisation(province, facts, occurred_on=FOUNDED_ON))
    await city.settle()
    both = Scope(province, frozenset({province, *PARENTS}))
    asker = city.asker(scope=both)
    await move_organisation(city.tools, asker, CITY, province, document_no=None, occurred_on=None)
    await city.settle()


async def test_a_cancelled_window_does_not_end_the_calendar(city: CityOfTests) -> None:
    """The window after it comes all the same."""
    (planned,) = await documents(city, "sweeps")
    await sweeps.cancel_sweep(city.tools, city.asker(), planned["_id"], "示1号", None)
    await city.settle()
    await go_on(city, date(2027, 1, 22))
    assert await windows(city) == [
        ("NATIONAL_DAY", "2026-09-28", "CANCELLED"), ("SPRING_FESTIVAL", "2027-01-22", "OPEN"),
    ]  # fmt: skip


async def test_the_tree_of_the_first_day_decides(city: CityOfTests) -> None:
    """A branch moved after it stays with the township that it was under; one that ended before has no sheet."""
    await merge_organisation(city.tools, city.asker(), NEXT, HOME, document_no=None, occurred_on=None)
    await city.settle()
    sweep = await opened(city)
    await move_organisation(city.tools, city.asker(), HOME, OTHER_TOWN, document_no=None, occurred_on=None)
    await city.settle()
    found = {one["branch"]: one["township"] for one in await documents(city, "sweep_sheets")}
    assert found == {HOME: TOWN, FAR: OTHER_TOWN}
    await sweep_sheets.submit_sheet(city.tools, city.asker(), sweep, HOME, None)
    done = await sweeps.check_township(city.tools, city.asker(), sweep, TOWN, missing=(), occurred_on=None)
    assert [one.type for one in done.events] == ["SweepTownshipChecked"]


async def test_a_merged_branch_s_sheet_is_worked_on_by_its_successor(city: CityOfTests) -> None:
    """Everybody stays on the sheet of the first day, and is found away from there: counted once (§2.13)."""
    member, other = (await city.register(NEXT)).id, (await city.register(HOME)).id
    sweep = await opened(city)
    await merge_organisation(city.tools, city.asker(), NEXT, HOME, document_no=None, occurred_on=None)
    await city.settle()
    secretary = city.asker(scope=Scope(HOME, frozenset({HOME, NEXT})))
    await check(city, sweep, NEXT, "FOUND_OUT", member_id=member, leaving=left(), asker=secretary)
    with pytest.raises(Refused) as told:
        await check(city, sweep, HOME, "UNCHANGED", member_id=member)
    assert told.value.code == "on_another_sheet"
    await check(city, sweep, HOME, "UNCHANGED", member_id=other)
    await sweep_sheets.submit_sheet(city.tools, city.asker(scope=secretary.scope), sweep, NEXT, None)
    merged, kept = await figures(city, NEXT), await figures(city, HOME)
    assert (merged["expected"], merged["found_out"], merged["state"]) == (1, 1, "SUBMITTED")
    assert (kept["expected"], kept["checked"]) == (1, 1)


async def test_a_split_branch_s_sheet_is_worked_on_by_the_township(city: CityOfTests) -> None:
    """No one successor has it; the township hands it in."""
    member = (await city.register(NEXT)).id
    sweep = await opened(city)
    shares = (SplitShare(org_code=HOME), SplitShare(org_code=FAR, members=(member,)))
    await split_organisation(city.tools, city.asker(), NEXT, shares, document_no=None, occurred_on=None)
    await city.settle()
    township = city.asker(scope=Scope(TOWN, frozenset({TOWN, HOME, NEXT})))
    await check(city, sweep, NEXT, "CHANGED", member_id=member, asker=township)
    with pytest.raises(Refused) as told:
        await check(
            city, sweep, NEXT, "FOUND_OUT", member_id=member, leaving=left(),
            asker=city.asker(scope=township.scope),
        )  # fmt: skip
    assert told.value.code == "member_moved_on"


async def test_a_member_transferred_in_the_window_is_counted_once(city: CityOfTests) -> None:
    """The old branch's sheet keeps the row; a leaving told by the new branch is found out there."""
    member = (await city.register(HOME)).id
    await opened(city)
    await transfer(city, member, FAR, date(2026, 7, 1))
    await departures.record_leaving(city.tools, city.asker(), member, Told(dict(LEAVING), None, OPENS))
    old, new = await figures(city, HOME), await figures(city, FAR)
    assert (old["expected"], old["found_out"]) == (1, 1)
    assert (new["expected"], new["found_out"]) == (0, 0)


async def test_what_the_ordinary_doors_record_stands_on_the_sheet(city: CityOfTests) -> None:
    """S-14: leavings with source SWEEP, returns, inflows, members newly entered; a leaving announced is none."""
    one, two, away, error = [(await city.register(HOME)).id for _ in range(4)]
    await departures.record_leaving(city.tools, city.asker(), away, left())
    await city.settle()
    await opened(city)
    await departures.record_leaving(city.tools, city.asker(), one, left())
    announced = Told({**LEAVING, "source": "ANNOUNCED"}, None, OPENS)
    await departures.record_leaving(city.tools, city.asker(), two, announced)
    trip = (await city.documents("members"))[away]["departure_id"]
    await departures.record_return(
        city.tools, city.asker(), trip, certificate_handed_in=None, occurred_on=date(2026, 6, 30)
    )
    wrong = await departures.record_leaving(city.tools, city.asker(), error, left())
    guest = inflows.NewInflow(InflowText(name="来示例"), {"host_branch": HOME}, OPENS)
    came = await inflows.register_inflow(city.tools, city.asker(), guest)
    codes = {"branch": HOME, "person_category": "FULL", "source": "SWEEP"}
    await register_member(city.tools, city.asker(), NewMember(codes, MemberText(name="新示例", id_no=id_number(90))))
    found = await figures(city)
    assert [found[name] for name in ("expected", "checked", "found_out", "found_in", "returned")] == [5, 3, 2, 1, 1]
    await departures.close_departure(city.tools, city.asker(), wrong.id, None)
    await inflows.end_inflow(city.tools, city.asker(), came.id, relation_followed=False, occurred_on=None)
    found = await figures(city)
    assert [found[name] for name in ("expected", "checked", "found_out", "found_in", "returned")] == [5, 2, 1, 0, 1]


async def test_a_finding_and_its_record_do_not_contradict_each_other(city: CityOfTests) -> None:
    """Who was found away is not unchanged as long as the trip stands; entered in error, the finding goes along."""
    member = (await city.register(HOME)).id
    sweep = await opened(city)
    await check(city, sweep, HOME, "FOUND_OUT", member_id=member, leaving=left())
    await city.settle()
    with pytest.raises(Refused) as told:
        await check(city, sweep, HOME, "UNCHANGED", member_id=member)
    assert told.value.code == "finding_rests_on_record"
    with pytest.raises(Refused) as told:
        await check(city, sweep, HOME, "FOUND_OUT", member_id=member, leaving=left())
    assert told.value.code == "departure_state", "away already: nothing is newly found"
    trip = (await city.documents("members"))[member]["departure_id"]
    await departures.close_departure(city.tools, city.asker(), trip, None)
    assert (await figures(city))["checked"] == 0
    await check(city, sweep, HOME, "UNCHANGED", member_id=member)
    assert (await figures(city))["unchanged"] == 1


async def test_an_act_said_twice_is_done_once_also_after_the_sheet_was_handed_in(city: CityOfTests) -> None:
    """The same command answers as the first time, whatever came of the sheet; nothing is written."""
    member, away = (await city.register(HOME)).id, (await city.register(HOME)).id
    await departures.record_leaving(city.tools, city.asker(), away, left())
    await city.settle()
    sweep = await opened(city)
    guest = inflows.NewInflow(InflowText(name="来示例"), {}, OPENS)
    acts: list[dict[str, Any]] = [
        {"finding": "FOUND_OUT", "member_id": member, "leaving": left()},
        {"finding": "RETURNED", "member_id": away, "occurred_on": OPENS},
        {"finding": "FOUND_IN", "inflow": guest},
    ]
    first = [await check(city, sweep, HOME, asker=city.asker(f"act-{n}"), **one) for n, one in enumerate(acts)]
    await city.settle()
    await sweep_sheets.submit_sheet(city.tools, city.asker(), sweep, HOME, None)
    await city.settle()
    head = await city.ledger.head()
    again = [await check(city, sweep, HOME, asker=city.asker(f"act-{n}"), **one) for n, one in enumerate(acts)]
    assert [one.sequence for one in again] == [one.sequence for one in first]
    assert [one.duplicate for one in again] == [True] * 3
    await city.settle()
    assert await city.ledger.head() == head


async def test_two_who_find_the_same_member_away_begin_one_trip(city: CityOfTests) -> None:
    """Of ten at a time one act is carried out, whole; the others are refused, whole."""
    member = (await city.register(HOME)).id
    sweep = await opened(city)
    acts = (check(city, sweep, HOME, "FOUND_OUT", member_id=member, leaving=left()) for _ in range(10))
    told = await asyncio.gather(*acts, return_exceptions=True)
    assert sorted(type(one).__name__ for one in told) == ["Outcome", *["Refused"] * 9]
    done = types(city)
    assert (done["MemberLeft"], done["SweepMemberChecked"]) == (1, 1)


async def test_what_the_ordinary_command_refuses_leaves_no_finding(city: CityOfTests) -> None:
    """A leaving in the future, a return of somebody at home, an inflow without a valid number: nothing is written."""
    member = (await city.register(HOME)).id
    sweep = await opened(city)
    head = await city.ledger.head()
    guest = inflows.NewInflow(InflowText(name="来示例", id_no="690101198005020011"), {}, OPENS)
    for told in (
        {"finding": "FOUND_OUT", "member_id": member, "leaving": left(date(2026, 7, 2))},
        {"finding": "RETURNED", "member_id": member},
        {"finding": "FOUND_IN", "inflow": guest},
        {"finding": "UNCHANGED", "member_id": member, "checked_on": date(2026, 6, 30)},
    ):
        with pytest.raises(Refused):
            await check(city, sweep, HOME, **told)
    assert await city.ledger.head() == head


async def test_a_township_that_was_interrupted_goes_on(city: CityOfTests) -> None:
    """Sheets settled, the sums not yet written: whoever asks again finishes, and the sums are those of the sheets."""
    for branch in (HOME, NEXT):
        await city.register(branch)
    sweep = await opened(city)
    for branch in (HOME, NEXT):
        (row,) = await city.tools.sweeps.find("sweep_rows", {"branch": branch})
        await check(city, sweep, branch, "UNCHANGED", member_id=row["member_id"])
        await sweep_sheets.submit_sheet(city.tools, city.asker(), sweep, branch, None)
    when = city.tools.when(None)
    await city.tools.commands.execute(
        SHEET, sheet_id(sweep, HOME), SettleSheet(named=False, when=when), city.asker().context
    )
    done = await sweeps.check_township(city.tools, city.asker(), sweep, TOWN, missing=(), occurred_on=None)
    facts: Any = done.events[0].payload
    assert (facts.expected, facts.checked, facts.missing) == (2, 2, ())


async def test_a_branch_hands_in_while_the_township_checks(city: CityOfTests) -> None:
    """Whatever comes first: the township's sums are those of its sheets, and a returned sheet is in no sum."""
    sweep = await opened(city)
    for branch in (HOME, NEXT):
        await sweep_sheets.submit_sheet(city.tools, city.asker(), sweep, branch, None)
    acts = [sweeps.check_township(city.tools, city.asker(), sweep, TOWN, missing=(), occurred_on=None)]
    acts += [sweep_sheets.return_sheet(city.tools, city.asker(), sweep, branch, None) for branch in (HOME, NEXT)]
    await asyncio.gather(*acts, return_exceptions=True)
    await city.settle()
    states = {one["branch"]: one["state"] for one in await documents(city, "sweep_sheets")}
    (town,) = [one for one in await documents(city, "sweep_townships") if one["township"] == TOWN]
    assert town["checked_on"] is None or {states[HOME], states[NEXT]} == {"ACCEPTED"}


async def test_a_sweep_of_a_township_or_a_branch_asks_what_lies_below(city: CityOfTests) -> None:
    """S-31: by any organisation; a branch's own sweep has its own sheet. Numbered on from the year's windows."""
    await opened(city, TOWN, "first")
    await opened(city, HOME, "second")
    await opened(city, TOWN, "third")
    found = {
        one["_id"]: (one["root_org"], one["batch"]) for one in await documents(city, "sweeps") if one["number"] > 3
    }
    assert sorted(found.values()) == [(TOWN, "2026年第4批"), (TOWN, "2026年第5批"), (HOME, "2026年第4批")]
    sheets = Counter((found[one["sweep_id"]][0], one["township"]) for one in await documents(city, "sweep_sheets"))
    assert sheets == {(TOWN, TOWN): 4, (HOME, HOME): 1}


async def test_only_who_takes_part_works_on_a_sheet(city: CityOfTests) -> None:
    """A foreign branch, township or sweep is not there (404); a branch does not give its own sheet back."""
    sweep = await opened(city)
    foreign = Scope(FAR, frozenset({FAR}))
    with pytest.raises(NotFound):
        await sweep_sheets.submit_sheet(city.tools, city.asker(scope=foreign), sweep, HOME, None)
    with pytest.raises(NotFound):
        await sweeps.close_sweep(city.tools, city.asker(scope=foreign), sweep, None)
    other = Scope(OTHER_TOWN, frozenset({OTHER_TOWN, FAR}))
    with pytest.raises(NotFound):
        await sweeps.check_township(city.tools, city.asker(scope=other), sweep, TOWN, missing=(), occurred_on=None)
    await sweep_sheets.submit_sheet(city.tools, city.asker(scope=AT_HOME), sweep, HOME, None)
    with pytest.raises(Refused) as told:
        await sweep_sheets.return_sheet(city.tools, city.asker(scope=AT_HOME), sweep, HOME, None)
    assert told.value.code == "for_the_township"
