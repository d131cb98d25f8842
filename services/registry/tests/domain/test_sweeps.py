"""Sweeps: the windows of a year, the order of acts, and figures that add up in any order (§2.12, S-13, S-14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services.registry.tests.story import Story

from guiyan.events import derived_id, new_id
from guiyan.events.codes import SweepFinding, SweepKind
from guiyan.events.registry.sweep import SweepCounts, SweepExtended, SweepPlanned, SweepTownship
from guiyan.ledger import Refused
from guiyan.ledger.calendar import SPRING_FESTIVALS, moment_of
from guiyan.ledger.testing.projections import project
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.parameters import DEFAULTS
from guiyan.registry.domain.sheet_record import SETTLED, Found, counts_of, sheet_id
from guiyan.registry.domain.sweep import (
    SWEEP,
    CancelSweep,
    CheckTownship,
    CloseSweep,
    ExtendSweep,
    OpenSweep,
    PlanSweep,
    RemindCity,
    RemindTownships,
    ReportSweep,
)
from guiyan.registry.domain.sweep_run import COUNTERS, summed
from guiyan.registry.domain.sweep_sheet import (
    SHEET,
    CheckMember,
    ExpectMember,
    OpenSheet,
    RemindSheet,
    ReturnSheet,
    SettleSheet,
    SubmitSheet,
    WithdrawFinding,
)
from guiyan.registry.domain.sweep_windows import Window, first_window, limits_of, window_after, windows_of
from guiyan.registry.projections import Sweeps

CITY, TOWN, OTHER = "654002000000", "654002001000", "654002002000"
BRANCHES: Final = {"654002001001": TOWN, "654002001002": TOWN, "654002002001": OTHER}
DAY, LAST = date(2026, 4, 28), date(2026, 5, 7)
TODAY: Final = Occasion(date(2026, 5, 5), date(2026, 5, 5))
LATER: Final = date(2026, 6, 30)
SWEEP_ID: Final = derived_id(moment_of(DAY), "sweep", "test")
MEMBERS: Final = {branch: tuple(derived_id(moment_of(DAY), branch, str(n)) for n in range(3)) for branch in BRANCHES}
MAY_DAY: Final = SweepPlanned(
    kind=SweepKind.MAY_DAY, year=2026, number=2, root_org=CITY, opens_on=DAY, closes_on=LAST,
    branch_due_on=date(2026, 5, 10), township_due_on=date(2026, 5, 14), city_due_on=date(2026, 5, 22),
)  # fmt: skip
TOWNSHIPS: Final = (SweepTownship(township=TOWN, branches=2), SweepTownship(township=OTHER, branches=1))


def test_the_windows_of_2027() -> None:
    """§2.12, §4.4: fifteen days around 6 February 2027, 28 April to 7 May, 28 September to 10 October."""
    assert [(one.kind, one.opens_on, one.closes_on) for one in windows_of(2027)] == [
        (SweepKind.SPRING_FESTIVAL, date(2027, 1, 22), date(2027, 2, 21)),
        (SweepKind.MAY_DAY, date(2027, 4, 28), date(2027, 5, 7)),
        (SweepKind.NATIONAL_DAY, date(2027, 9, 28), date(2027, 10, 10)),
    ]


def test_a_window_over_29_february() -> None:
    """2024 and 2028 are leap years: the window's last day is counted in days, not by the calendar's month."""
    assert windows_of(2024)[0].closes_on == date(2024, 2, 25)
    assert windows_of(2028)[0] == Window(date(2028, 1, 11), date(2028, 2, 10), SweepKind.SPRING_FESTIVAL, 2028)
    window = Window(date(2028, 2, 20), date(2028, 2, 28), SweepKind.AD_HOC, 2028)
    assert limits_of(window.closes_on, DEFAULTS).branch_due_on == date(2028, 3, 2)


def test_a_spring_festival_that_is_not_in_the_table_is_not_guessed() -> None:
    """§4.4: the table ends with 2031; such a year has the two windows that need no moon."""
    unknown = max(SPRING_FESTIVALS) + 1
    assert [one.kind for one in windows_of(unknown)] == [SweepKind.MAY_DAY, SweepKind.NATIONAL_DAY]
    assert window_after(windows_of(unknown - 1)[-1]).kind == SweepKind.MAY_DAY


@given(st.dates(date(2024, 1, 1), date(2029, 12, 31)))
def test_from_any_day_each_window_comes_once_and_in_order(day: date) -> None:
    """S-30: the first is the one that is not over, and each names the next: none left out, twice or overlapping."""
    window, found = first_window(day), []
    assert window.closes_on >= day
    while window.year < 2032:
        found.append(window)
        window = window_after(window)
    assert found == [one for year in range(2024, 2032) for one in windows_of(year) if one.closes_on >= day]
    assert all(one.closes_on < other.opens_on for one, other in pairwise(found))


@pytest.mark.parametrize("year", sorted(SPRING_FESTIVALS))
def test_the_last_days_follow_the_window(year: int) -> None:
    """§2.12: three, seven and fifteen days after the window."""
    for window in windows_of(year):
        limits = limits_of(window.closes_on, DEFAULTS)
        days = [(one - window.closes_on).days for one in (
            limits.branch_due_on, limits.township_due_on, limits.city_due_on,
        )]  # fmt: skip
        assert days == [3, 7, 15]


class Run:
    """One sweep with its sheets, as handlers work on them: what is refused changes nothing."""

    def __init__(self) -> None:
        self.sweep = Story(SWEEP, SWEEP_ID)
        self.sheets = {branch: Story(SHEET, sheet_id(SWEEP_ID, branch)) for branch in BRANCHES}
        self.facts: list[Any] = []

    def do(self, story: Story, command: Any) -> Sequence[Any]:
        """Run a command; its events stand in one order for the projection."""
        before = len(story.events)
        done = story.when(command)
        self.facts.extend(story.events[before:])
        return done

    def opened(self) -> Run:
        """Planned and opened, with everybody's sheet."""
        self.do(self.sweep, PlanSweep(MAY_DAY, Occasion(DAY, DAY)))
        self.do(self.sweep, OpenSweep(TOWNSHIPS))
        for branch, town in BRANCHES.items():
            self.do(self.sheets[branch], OpenSheet(SWEEP_ID, branch, town, MEMBERS[branch], DAY))
        return self

    def filled(self, finding: SweepFinding = SweepFinding.UNCHANGED) -> Run:
        """Everybody is checked and every sheet handed in."""
        for branch, story in self.sheets.items():
            for member in MEMBERS[branch]:
                self.do(story, CheckMember(member, Found(finding), TODAY))
            self.do(story, SubmitSheet(TODAY))
        return self

    def check(self, town: str, missing: frozenset[str] = frozenset()) -> Sequence[Any]:
        """The township checks, as the handler does: first all could be settled, then each is, then the sums."""
        own = {branch: self.sheets[branch] for branch, of in BRANCHES.items() if of == town}
        commands = {branch: SettleSheet(branch in missing, TODAY) for branch in own}
        for branch, story in own.items():
            SHEET.decide(commands[branch], story.state)
        for branch, story in own.items():
            self.do(story, commands[branch])
        counted = {branch: story.state.counted for branch, story in own.items()}
        return self.do(self.sweep, CheckTownship(town, counted, tuple(sorted(missing)), TODAY))


def test_nothing_is_handed_in_before_all_were_looked_at() -> None:
    """S-10: who cannot be reached is a finding too; the counters are the sheet's own (S-14)."""
    run = Run().opened()
    branch, story = next(iter(run.sheets.items()))
    first, second, third = MEMBERS[branch]
    run.do(story, CheckMember(first, Found(SweepFinding.NOT_REACHED), TODAY))
    run.do(story, CheckMember(second, Found(SweepFinding.FOUND_OUT, new_id(moment_of(DAY))), TODAY))
    assert story.refused(SubmitSheet(TODAY)).code == "sheet_incomplete"
    run.do(story, CheckMember(third, Found(SweepFinding.UNCHANGED), TODAY))
    (submitted,) = run.do(story, SubmitSheet(TODAY))
    assert [getattr(submitted, name) for name in COUNTERS] == [3, 3, 1, 0, 0, 1]
    assert story.refused(CheckMember(first, Found(SweepFinding.CHANGED), TODAY)).code == "sheet_state"


def test_a_finding_is_corrected_until_the_sheet_is_handed_in_and_when_it_was_given_back() -> None:
    """§2.12: the last finding counts; said twice it is said once."""
    run = Run().opened().filled()
    branch, story = next(iter(run.sheets.items()))
    member = MEMBERS[branch][0]
    changed = CheckMember(member, Found(SweepFinding.CHANGED), TODAY)
    run.do(story, ReturnSheet(TODAY))
    assert len(run.do(story, changed)) == 1
    assert not run.do(story, changed)
    run.do(story, SubmitSheet(TODAY))
    assert counts_of(story.state).checked == 3


def test_who_comes_from_elsewhere_is_no_member_of_the_branch() -> None:
    """S-14: found in is a list of its own; who is on the sheet cannot be found to have come to it."""
    run = Run().opened()
    branch, story = next(iter(run.sheets.items()))
    guest, came = new_id(moment_of(DAY)), Found(SweepFinding.FOUND_IN, new_id(moment_of(DAY)))
    run.do(story, CheckMember(guest, came, TODAY))
    assert [getattr(counts_of(story.state), name) for name in COUNTERS] == [3, 0, 0, 1, 0, 0]
    assert story.refused(CheckMember(MEMBERS[branch][0], came, TODAY)).code == "host_is_origin"
    assert story.refused(CheckMember(guest, Found(SweepFinding.CHANGED), TODAY)).code == "not_on_the_sheet"
    run.do(story, WithdrawFinding(str(came.record_id), TODAY))
    assert counts_of(story.state).found_in == 0


def test_a_township_names_who_is_missing_and_overlooks_nobody() -> None:
    """A sheet that is missing must be named, one that is there must not; neither half of the township is settled."""
    run = Run().opened()
    first, second = (branch for branch, town in BRANCHES.items() if town == TOWN)
    for member in MEMBERS[first]:
        run.do(run.sheets[first], CheckMember(member, Found(SweepFinding.UNCHANGED), TODAY))
    run.do(run.sheets[first], SubmitSheet(TODAY))
    for missing in (frozenset[str](), frozenset({first}), frozenset({first, second})):
        with pytest.raises(Refused):
            run.check(TOWN, missing)
        assert run.sheets[first].state.state not in SETTLED
    (checked,) = run.check(TOWN, frozenset({second}))
    assert (checked.expected, checked.checked, checked.missing) == (6, 3, (second,))
    assert run.sheets[first].refused(ReturnSheet(TODAY)).code == "sheet_state"
    assert run.sheets[second].refused(SubmitSheet(TODAY)).code == "sheet_state"


def test_the_city_closes_when_all_townships_have_checked_and_reports_after_that() -> None:
    """§2.12: TOWNSHIP_CHECKED → CITY_CLOSED → REPORTED, each once."""
    run = Run().opened().filled()
    run.check(TOWN)
    assert run.sweep.refused(CloseSweep(TODAY)).code == "sweep_state"
    run.check(OTHER)
    assert run.sweep.refused(ReportSweep(None, TODAY)).code == "sweep_state"
    (closed,) = run.do(run.sweep, CloseSweep(TODAY))
    assert closed.expected == closed.checked == 9
    run.do(run.sweep, ReportSweep(None, TODAY))
    for command in (CloseSweep(TODAY), ReportSweep(None, TODAY), CancelSweep(None, TODAY)):
        assert run.sweep.refused(command).code == "sweep_state"


def test_a_township_with_sheets_that_are_not_there_yet_is_not_checked() -> None:
    """A sweep names how many sheets each township has: a crash while they are opened loses none."""
    run = Run().opened().filled()
    only = {branch: counts_of(run.sheets[branch].state) for branch in list(BRANCHES)[:1]}
    assert run.sweep.refused(CheckTownship(TOWN, only, (), TODAY)).code == "sheets_opening"


def test_who_is_late_is_told_once_a_last_day() -> None:
    """§2.12: branch, township and city; a day that was moved is not told, the new one is."""
    run = Run().opened()
    branch, story = next(iter(run.sheets.items()))
    due = MAY_DAY.branch_due_on
    assert len(run.do(story, RemindSheet(due))) == 1
    assert not run.do(story, RemindSheet(due))
    for member in MEMBERS[branch]:
        run.do(story, CheckMember(member, Found(SweepFinding.UNCHANGED), TODAY))
    run.do(story, SubmitSheet(TODAY))
    assert not run.do(story, RemindSheet(LATER))
    township = RemindTownships(MAY_DAY.township_due_on)
    assert [one.township for one in run.do(run.sweep, township)] == [TOWN, OTHER]
    assert not run.do(run.sweep, township)
    assert len(run.do(run.sweep, RemindCity(MAY_DAY.city_due_on))) == 1
    assert not run.do(run.sweep, RemindCity(MAY_DAY.city_due_on))
    longer = SweepExtended(
        closes_on=LATER, branch_due_on=LATER, township_due_on=LATER, city_due_on=LATER, document_no="示1号"
    )
    run.do(run.sweep, ExtendSweep(longer, TODAY))
    assert not run.do(run.sweep, township)
    assert len(run.do(run.sweep, RemindTownships(LATER))) == 2
    assert len(run.do(run.sweep, RemindCity(LATER))) == 1


def test_a_sweep_is_only_ever_extended_and_only_before_it_was_checked() -> None:
    """Nothing is shortened, and no last day is moved towards anybody."""
    run = Run().opened()
    days = {name: getattr(MAY_DAY, name) for name in ("closes_on", "branch_due_on", "township_due_on", "city_due_on")}
    for change in ({}, {"closes_on": DAY}, {"closes_on": date(2026, 5, 8), "city_due_on": date(2026, 5, 21)}):
        facts = SweepExtended(**{**days, **change}, document_no="示1号")
        assert run.sweep.refused(ExtendSweep(facts, TODAY)).code == "sweep_not_longer"
    run.filled()
    for town in (TOWN, OTHER):
        run.check(town)
    longer = SweepExtended(**{**days, "closes_on": date(2026, 5, 8)}, document_no="示1号")
    assert run.sweep.refused(ExtendSweep(longer, TODAY)).code == "sweep_state"


def test_a_planned_sweep_is_cancelled_and_opens_no_more() -> None:
    """An open one runs to its end; the timer of a cancelled one does nothing."""
    planned = Story(SWEEP, SWEEP_ID)
    planned.when(PlanSweep(MAY_DAY, Occasion(DAY, DAY)))
    assert not planned.when(PlanSweep(MAY_DAY, Occasion(DAY, DAY)))
    planned.when(CancelSweep("示1号", Occasion(DAY, DAY)))
    assert not planned.when(OpenSweep(TOWNSHIPS))
    assert Run().opened().sweep.refused(CancelSweep(None, TODAY)).code == "sweep_state"


@pytest.mark.parametrize(
    ("opens", "closes"), [(-1, 5), (367, 370), (3, 2), (0, 93)], ids=["past", "far", "turned", "long"]
)
def test_the_days_of_a_sweep_in_between(opens: int, closes: int) -> None:
    """S-31: short, from today on, within a year."""
    today = TODAY.today
    first, last = today + timedelta(days=opens), today + timedelta(days=closes)
    days = {"opens_on": first, "closes_on": last, "branch_due_on": last, "township_due_on": last, "city_due_on": last}
    facts = MAY_DAY.model_copy(update={"kind": SweepKind.AD_HOC, **days})
    assert Story(SWEEP, SWEEP_ID).refused(PlanSweep(facts, TODAY)).code == "sweep_window"


PLAIN = (SweepFinding.UNCHANGED, SweepFinding.CHANGED, SweepFinding.NOT_REACHED)
RECORDED = (SweepFinding.FOUND_OUT, SweepFinding.RETURNED)
RECORDS = [derived_id(moment_of(DAY), "record", str(n)) for n in range(4)]
GUESTS = [derived_id(moment_of(DAY), "guest", str(n)) for n in range(2)]
NEWCOMERS = [derived_id(moment_of(DAY), "new", str(n)) for n in range(2)]
SLOTS = st.sampled_from(sorted(BRANCHES))
ACTS = st.one_of(
    st.tuples(st.just("check"), SLOTS, st.integers(0, 2), st.sampled_from([Found(one) for one in PLAIN])),
    st.tuples(st.just("check"), SLOTS, st.integers(0, 2), st.builds(
        Found, st.sampled_from(RECORDED), st.sampled_from(RECORDS),
    )),
    st.tuples(st.just("guest"), SLOTS, st.sampled_from(GUESTS), st.sampled_from(RECORDS)),
    st.tuples(st.just("expect"), SLOTS, st.sampled_from(NEWCOMERS + GUESTS)),
    st.tuples(st.just("join"), SLOTS, st.sampled_from(NEWCOMERS)),
    st.tuples(st.just("withdraw"), SLOTS, st.sampled_from(RECORDS)),
    st.tuples(st.sampled_from(["fill", "submit", "return", "remind"]), SLOTS),
    st.tuples(st.just("town"), st.sampled_from([TOWN, OTHER]), st.booleans()),
    st.tuples(st.sampled_from(["close", "report", "cancel"])),
)  # fmt: skip


def act(run: Run, name: str, *told: Any) -> None:
    """One act of a random history."""
    story = run.sheets.get(told[0]) if told else None
    match name, told:
        case "check", (branch, number, found):
            run.do(run.sheets[branch], CheckMember(MEMBERS[branch][number], found, TODAY))
        case "guest", (branch, guest, record):
            run.do(run.sheets[branch], CheckMember(guest, Found(SweepFinding.FOUND_IN, record), TODAY))
        case "expect", (branch, member):
            run.do(run.sheets[branch], ExpectMember(member, TODAY))
        case "join", (branch, member):
            found = Found(SweepFinding.FOUND_OUT, RECORDS[0])
            run.do(run.sheets[branch], CheckMember(member, found, TODAY, joins=True))
        case "withdraw", (branch, record):
            run.do(run.sheets[branch], WithdrawFinding(record, TODAY))
        case "fill", (branch,):
            for member in sorted(run.sheets[branch].state.expected):
                run.do(run.sheets[branch], CheckMember(member, Found(SweepFinding.UNCHANGED), TODAY))
        case "town", (town, named):
            waiting = {one for one, of in BRANCHES.items() if of == town and run.sheets[one].state.state != "SUBMITTED"}
            run.check(town, frozenset(waiting if named else ()))
        case _:
            command = {
                "submit": SubmitSheet(TODAY), "return": ReturnSheet(TODAY), "remind": RemindSheet(LATER),
                "close": CloseSweep(TODAY), "report": ReportSweep(None, TODAY), "cancel": CancelSweep(None, TODAY),
            }[name]  # fmt: skip
            run.do(story or run.sweep, command)


def plain(counts: Any) -> dict[str, int]:
    """The counters alone."""
    return {name: counts[name] if isinstance(counts, dict) else getattr(counts, name) for name in COUNTERS}


@settings(max_examples=300, deadline=None)
@given(st.lists(ACTS, max_size=60))
def test_the_sums_hold_whatever_the_order(acts: list[tuple[Any, ...]]) -> None:
    """§8: township = sum of its branches, city = sum of its townships; what was settled changes no more."""
    run, settled = Run().opened(), dict[str, SweepCounts]()
    for one in acts:
        try:
            act(run, *one)
        except Refused:
            continue
        for branch, story in run.sheets.items():
            state = story.state
            assert plain(counts_of(state))["checked"] <= len(state.expected)
            if state.state in SETTLED:
                assert settled.setdefault(branch, state.counted) == state.counted
                assert plain(counts_of(state)) == plain(settled[branch])
    check_sums(run)


def check_sums(run: Run) -> None:
    """The events' sums and the documents' are those of the sheets."""
    state = run.sweep.state
    for town, counts in state.checked.items():
        own = [run.sheets[branch].state.counted for branch, of in BRANCHES.items() if of == town]
        assert plain(counts) == summed(own)
    closed = [one.payload for one in run.sweep.events if one.type == "SweepCityClosed"]
    assert len(closed) <= 1
    for one in closed:
        assert plain(one) == summed(story.state.counted for story in run.sheets.values())
    documents = project(Sweeps(), run.facts)
    sheets = {one["branch"]: one for one in documents["sweep_sheets"].values()}
    for branch, story in run.sheets.items():
        assert plain(sheets[branch]) == plain(counts_of(story.state))
        assert sheets[branch]["state"] == story.state.state
        rows = [one for one in documents["sweep_rows"].values() if one["branch"] == branch]
        assert {one["member_id"] for one in rows if one["listed"]} == story.state.expected
        assert {one["member_id"]: one["finding"] for one in rows if one["checked"]} == {
            person: found.finding for person, found in story.state.found.items()
        }
    for town in documents["sweep_townships"].values():
        assert plain(town) == summed(
            counts_of(run.sheets[branch].state) for branch, of in BRANCHES.items() if of == town["township"]
        )
    whole = documents["sweeps"][SWEEP_ID]
    assert plain(whole) == summed(counts_of(story.state) for story in run.sheets.values())
    assert whole["state"] == state.state
    for name in ("sheets", "submitted", "accepted", "left_out", "overdue"):
        assert whole[name] == sum(one[name] for one in documents["sweep_townships"].values())
    if whole["state"] in {"CITY_CLOSED", "REPORTED"}:
        over = {f"{kind}:{SWEEP_ID}" for kind in ("sweep_city_due", "sweep_open")}
        assert not documents.get("timers", {}).keys() & over
