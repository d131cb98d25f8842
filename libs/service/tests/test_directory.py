"""The directory: the tree from registry's events, read again only as far as it changed; scopes from it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiyan.events import Event, Payload, encode_data, new_id, registry
from guiyan.events.codes import OrganisationKind
from guiyan.ledger import Fact
from guiyan.ledger.testing.projections import project
from guiyan.service.directory import ORGANISATIONS, Directory, Organisation, OrganisationDirectory, tree
from guiyan.service.problems import NotFound
from guiyan.service.scope import Scope, below
from guiyan.service.testing import MemoryReads, until

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CITY, TOWN, BRANCH, OTHER = "654002000000", "654002100000", "654002100001", "654002200000"


def fact(code: str, payload: Payload, sequence: int, on: date = date(2026, 3, 1)) -> Fact:
    """An event of an organisation in the ledger."""
    event = Event(
        id=new_id(NOW),
        source="guiyan/registry",
        type=payload.type_name(),
        subject=f"organisation/{code}",
        time=NOW,
        dataschema=payload.dataschema(),
        data=encode_data(payload),
        occurredon=on,
        actor="o",
        actororg=CITY,
        causationid="c",
        correlationid="c",
        streamversion=1,
    )
    return Fact(event, sequence)


def created(code: str, parent: str | None, sequence: int, on: date = date(2026, 3, 1), **more: Any) -> Fact:
    """An organisation began."""
    payload = registry.OrganisationCreated(
        name=f"name {code}",
        short_name=code[-4:],
        kind=OrganisationKind.BRANCH,
        area_code="654002",
        parent=parent,
        **more,
    )
    return fact(code, payload, sequence, on)


TREE = (
    created(CITY, None, 1),
    created(TOWN, CITY, 2, is_basic_committee=True),
    created(BRANCH, TOWN, 3),
    created(OTHER, CITY, 4),
)


def documents(*facts: Fact) -> list[dict[str, Any]]:
    """The projection's documents after these facts."""
    return list(project(OrganisationDirectory(), facts)[ORGANISATIONS].values())


async def test_the_scope_is_the_own_organisation_and_all_below() -> None:
    """A township sees itself and its branches, the city sees all, a branch itself."""
    directory = Directory(MemoryReads({ORGANISATIONS: documents(*TREE)}))
    assert (await directory.scope(CITY)).codes == {CITY, TOWN, BRANCH, OTHER}
    assert (await directory.scope(TOWN)).codes == {TOWN, BRANCH}
    assert (await directory.scope("999999999999")).codes == {"999999999999"}


async def test_a_moved_branch_is_seen_by_its_new_township() -> None:
    """One event moves it and everything below; an ended organisation's records stay visible."""
    moved = registry.OrganisationMoved(from_parent=TOWN, to_parent=OTHER)
    facts = [*TREE, fact(BRANCH, moved, 5), fact(TOWN, registry.OrganisationDissolved(), 6)]
    reads = MemoryReads({ORGANISATIONS: documents(*TREE)})
    directory = Directory(reads)
    assert (await directory.scope(TOWN)).covers(BRANCH)
    reads.replace({ORGANISATIONS: documents(*facts)})
    reads.sequence = 6
    await directory.refresh(after_sequence=6)
    assert not (await directory.scope(TOWN)).covers(BRANCH)
    assert (await directory.scope(OTHER)).covers(BRANCH)
    town = await directory.find(TOWN)
    assert town is not None
    assert not town.is_active
    assert (await directory.scope(CITY)).covers(TOWN)


async def test_path_and_basic_committee_follow_the_tree() -> None:
    """The letter's issuer is the nearest basic committee at or above the branch (R1 Art. 25)."""
    directory = Directory(MemoryReads({ORGANISATIONS: documents(*TREE)}))
    await directory.refresh()
    assert [one.code for one in directory.path(BRANCH)] == [CITY, TOWN, BRANCH]
    committee = directory.basic_committee(BRANCH)
    assert committee is not None
    assert committee.code == TOWN
    assert directory.basic_committee(OTHER) is None


def test_corrections_and_names_keep_the_rest() -> None:
    """A later event changes what it names and nothing else; one about an unknown organisation changes nothing."""
    renamed = registry.OrganisationRenamed(name="new", short_name="n")
    corrected = registry.OrganisationDetailsCorrected(is_basic_committee=False)
    found = {one["_id"]: one for one in documents(*TREE, fact(TOWN, renamed, 5), fact(TOWN, corrected, 6))}
    assert (found[TOWN]["name"], found[TOWN]["parent"], found[TOWN]["sequence"]) == ("new", CITY, 6)
    assert found[TOWN]["is_basic_committee"] is False
    assert documents(*TREE, fact("654002300000", renamed, 5)) == documents(*TREE)


def test_what_lies_outside_is_not_found() -> None:
    """Outside the scope is 404, not 403: nobody learns that there is such a record."""
    scope = Scope(TOWN, frozenset({TOWN, BRANCH}))
    scope.check(None, BRANCH)
    with pytest.raises(NotFound):
        scope.check(OTHER, None)
    assert scope.where("branch", "host") == {
        "$or": [{"branch": {"$in": [TOWN, BRANCH]}}, {"host": {"$in": [TOWN, BRANCH]}}]
    }


NODES = st.sampled_from([f"n{number}" for number in range(8)])


@given(st.dictionaries(NODES, st.none() | NODES), NODES)
def test_any_tree_even_with_a_ring_gives_a_scope(parents: dict[str, str | None], org: str) -> None:
    """A fault in the data ends the walk: the own organisation is always in, and only what hangs below it."""
    found = below(org, {code: (parent,) for code, parent in parents.items()})
    assert org in found
    assert all(parents.get(code) in found for code in found - {org})


ACTS = st.tuples(
    st.sampled_from(("create", "move", "merge", "split")), st.integers(0, 9), st.integers(0, 9), st.integers(0, 3)
)


class Years:
    """A tree that grows, moves, merges and splits day after day; what a tree cannot do is left out."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.day = date(2026, 1, 10)
        self.parents: dict[str, str | None] = {}
        self.active: list[str] = []
        self.create(None)
        for parent in (0, 0, 1, 2):
            self.create(self.active[parent])

    def create(self, parent: str | None) -> str:
        """One more organisation."""
        code = f"6540020000{len(self.parents):02}"
        self.facts.append(created(code, parent, len(self.facts) + 1, self.day))
        self.parents[code] = parent
        self.active.append(code)
        return code

    def do(self, act: str, first: int, second: int, days: int) -> None:
        """The next act, some days later."""
        self.day += timedelta(days=days)
        one, other = (self.active[number % len(self.active)] for number in (first, second))
        if act == "create":
            self.create(one)
        elif self.parents[one] is None or one in self.above(other):
            return
        elif act == "move":
            self.move(one, other)
        else:
            new = [other] if act == "merge" else [self.create(self.parents[one]), self.create(self.parents[one])]
            self.end(one, new, is_merger=act == "merge")

    def move(self, code: str, to: str) -> None:
        """Under another one."""
        moved = registry.OrganisationMoved(from_parent=self.parents[code], to_parent=to)
        self.facts.append(fact(code, moved, len(self.facts) + 1, self.day))
        self.parents[code] = to

    def end(self, code: str, new: list[str], *, is_merger: bool) -> None:
        """What stands under it goes to the first that takes its place."""
        for child in [one for one in self.active if self.parents[one] == code]:
            self.move(child, new[0])
        shares = {"into": tuple(new)}
        ended = registry.OrganisationMerged(into=new[0]) if is_merger else registry.OrganisationSplit(**shares)
        self.facts.append(fact(code, ended, len(self.facts) + 1, self.day))
        self.active.remove(code)

    def above(self, code: str | None) -> set[str]:
        """It and all above it."""
        found: set[str] = set()
        while code is not None:
            found.add(code)
            code = self.parents[code]
        return found


@settings(max_examples=150, deadline=None)
@given(st.lists(ACTS, max_size=14), st.integers(-5, 45))
def test_nobody_falls_out_of_the_tree_of_any_day(acts: list[tuple[str, int, int, int]], days: int) -> None:
    """`standing(as_of)`: all of today are in it, none in two parts, and every part is in its whole."""
    years = Years()
    for act in acts:
        years.do(*act)

    async def check() -> None:
        directory = Directory(MemoryReads({ORGANISATIONS: documents(*years.facts)}))
        top, day = years.active[0], date(2026, 1, 10) + timedelta(days=days)
        assert (await directory.standing(top)).codes == set(years.parents)
        for on in (day, None):
            assert (await directory.standing(top, as_of=on)).codes == set(years.parents)
            for code in years.parents:
                parts = [
                    (await directory.standing(one, as_of=on)).codes for one in await directory.children(code, as_of=on)
                ]
                whole = (await directory.standing(code, as_of=on)).codes
                assert sum(map(len, parts)) + 1 == len(whole)
                assert frozenset({code}).union(*parts) == whole

    asyncio.run(check())


async def test_one_made_later_stands_where_its_people_stood() -> None:
    """A branch split stands with what it came from, one that took in two with the first, a new one under its parent."""
    parts = ("654002100002", "654002100003")
    both, new, week = "654002100004", "654002100005", date(2026, 3, 8)
    facts = [
        *TREE,
        *(created(code, OTHER, 5 + number, week) for number, code in enumerate(parts)),
        fact(BRANCH, registry.OrganisationSplit(into=parts), 7, week),
        created(both, OTHER, 8, date(2026, 4, 1)),
        fact(parts[0], registry.OrganisationMerged(into=both), 9, date(2026, 4, 2)),
        fact(parts[1], registry.OrganisationMerged(into=both), 10, date(2026, 4, 3)),
        created(new, OTHER, 11, date(2026, 4, 4)),
    ]
    directory = Directory(MemoryReads({ORGANISATIONS: documents(*facts)}))
    before, between = date(2026, 3, 7), date(2026, 3, 31)
    assert (await directory.standing(TOWN, as_of=before)).codes == {TOWN, BRANCH, *parts, both}
    assert (await directory.standing(OTHER, as_of=before)).codes == {OTHER, new}
    assert (await directory.standing(parts[0], as_of=between)).codes == {parts[0], both}
    assert (await directory.standing(OTHER, as_of=between)).codes == {OTHER, *parts, both, new}
    assert (await directory.standing(TOWN)).codes == {TOWN, BRANCH}


@given(st.dictionaries(NODES, st.tuples(st.none() | NODES, st.none() | NODES, st.integers(1, 3))))
def test_a_fault_in_the_data_leaves_everybody_a_place(told: dict[str, tuple[str | None, str | None, int]]) -> None:
    """Parents, mergers and days as no domain would have them: nothing runs for ever, each has one place."""
    kept = [
        Organisation(
            code, code, code, "BRANCH", parent, "654002", False, False, f"2026-01-0{day}",
            "2026-01-02" if into else None, into, (), ((f"2026-01-0{day}", parent),),
        )
        for code, (parent, into, day) in told.items()
    ]  # fmt: skip
    assert tree(kept, date(2026, 1, 2)).keys() == told.keys()


class SlowReads(MemoryReads):
    """Reads that answer only when they are allowed to."""

    def __init__(self, contents: dict[str, list[dict[str, Any]]]) -> None:
        super().__init__(contents)
        self.allowed = asyncio.Event()
        self.allowed.set()
        self.asked = 0

    async def find(self, collection: str, query: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        """Wait until allowed."""
        self.asked += 1
        await self.allowed.wait()
        return await super().find(collection, query, **more)


async def test_nobody_waits_for_a_look_at_a_fresh_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow database holds up one reading, not every request; what it brings is seen by those who ask after it."""
    reads = SlowReads({ORGANISATIONS: documents(*TREE)})
    directory = Directory(reads)
    await directory.refresh()

    async def asked_again() -> bool:
        return reads.asked == 2

    async def seen() -> bool:
        return (await directory.scope(OTHER)).covers(BRANCH)

    monkeypatch.setattr("guiyan.service.mirror.REFRESH_SECONDS", 0.0)
    reads.allowed.clear()
    moved = registry.OrganisationMoved(from_parent=TOWN, to_parent=OTHER)
    reads.replace({ORGANISATIONS: documents(*TREE, fact(BRANCH, moved, 5))})
    async with asyncio.timeout(0.5):
        scopes = [await directory.scope(OTHER) for _ in range(10)]
        await until(asked_again)
    assert not any(scope.covers(BRANCH) for scope in scopes)
    reads.allowed.set()
    await until(seen)


async def test_a_tree_that_was_not_asked_for_long_is_read_before_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a quiet hour nobody is answered by the tree of an hour ago."""
    reads = MemoryReads({ORGANISATIONS: documents(*TREE)})
    directory = Directory(reads)
    await directory.refresh()
    monkeypatch.setattr("guiyan.service.mirror.STALE_SECONDS", 0.0)
    monkeypatch.setattr("guiyan.service.mirror.REFRESH_SECONDS", -1.0)
    moved = registry.OrganisationMoved(from_parent=TOWN, to_parent=OTHER)
    reads.replace({ORGANISATIONS: documents(*TREE, fact(BRANCH, moved, 5))})
    assert (await directory.scope(OTHER)).covers(BRANCH)
