"""Reading the big lists on the real database: a page costs a page, in every order and whatever the caller's scope.

The documents are as the projections make them, multiplied; every query of a page is explained by the server.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from pymongo import AsyncMongoClient, MongoClient
from services.registry.tests.city import CITY, TOWN, a_city
from services.registry.tests.commands.test_departures import leave
from services.registry.tests.commands.test_desk import settled
from services.registry.tests.commands.test_inflows import arrive

from guiyan.events.codes import DuesPayer, FlowState, TaskKind
from guiyan.ledger import Document, Projection
from guiyan.ledger.mongo import connect
from guiyan.registry.commands.finding import FOUND_MAX, find_members
from guiyan.registry.commands.members import Payment, record_dues
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.spelling import key_asked, keys_of
from guiyan.registry.doors import departure_forms, dues, inflows, members, tasks
from guiyan.registry.projections import Desk, Inflows, Register
from guiyan.service.caller import Caller
from guiyan.service.listing import Listing
from guiyan.service.paging import Page, Place, all_of
from guiyan.service.reads import Query
from guiyan.service.scope import Scope
from guiyan.service.subtree import Below

BRANCHES: Final = [f"654002{number:06}" for number in range(1, 301)]
"""More than MongoDB takes apart for one ordered reading (200): who sees them all is another case than a township."""
SCOPES: Final = {"branch": BRANCHES[:1], "township": BRANCHES[:30], "city": BRANCHES}
ROWS: Final = 4_000
LIMIT: Final = 50
PAGES: Final = 2
KEYS_MAX: Final = 5 * LIMIT
SURNAMES: Final = "赵钱孙李周吴郑王冯陈"
GIVEN: Final = "一二三四五六七八九十甲乙丙丁"
DAYS: Final = [(date(2025, 1, 1) + timedelta(days=number)).isoformat() for number in range(500)]
AWAY: Final = str(FlowState.AWAY)
RARE: Final = "653101"
"""A destination that few have gone to: it is not found by reading all who are away."""


@dataclass(frozen=True)
class Big:
    """One big list: who makes its documents, the field that names who sees them, and the filters people use most."""

    listing: Listing
    projection: type[Projection]
    side: str
    filters: Sequence[Mapping[str, str]]

    def cases(self, name: str) -> Iterator[Any]:
        """Every order without a filter, and every filter in the order it is asked in."""
        for sort in (way + one for one in self.listing.sorts for way in ("", "-")):
            yield pytest.param(name, {"sort": sort}, id=f"{name}-{sort}")
        for asked in self.filters:
            yield pytest.param(name, asked, id=f"{name}-{'-'.join(asked.values())}")


LISTS: Final = {
    "members": Big(members.LIST, Register, "branch", ({"departure_state": AWAY}, {"membership_status": "SUSPENDED"})),
    "departures": Big(
        departure_forms.LIST, Register, "sides",
        (
            {"open": "true"}, {"state": AWAY}, {"open": "true", "sort": "away_since"},
            {"open": "true", "dest_area_code": RARE},
        ),
    ),
    "inflows": Big(inflows.LIST, Inflows, "host_branch", ({"open": "true"},)),
    "dues": Big(
        dues.LIST, Register, "branch",
        ({"months_in_arrears_from": "3", "sort": "-months_in_arrears"}, {"case_open": "true"}),
    ),
    "tasks": Big(
        tasks.LIST, Desk, "org_code", ({"open": "true"}, {"open": "true", "kind": str(TaskKind.DESTINATION_UNKNOWN)})
    ),
}  # fmt: skip
CASES: Final = [case for name, big in LISTS.items() for case in big.cases(name)]


def varied(name: str, template: Document, dice: random.Random, number: int) -> Document:
    """One more document of a kind: other person, other branch, other days; a fifth stands open."""
    branch, other, open_ = dice.choice(BRANCHES), dice.choice(BRANCHES), dice.random() < 0.2
    days = {one: dice.choice([None, *DAYS]) for one in template if one.endswith(("_on", "_since"))}
    more: dict[str, dict[str, Any]] = {
        "members": {
            "departure_state": dice.choice([None] * 9 + [AWAY]),
            "membership_status": dice.choice(["NORMAL"] * 19 + ["SUSPENDED"]),
        },
        "departures": {
            "open": open_,
            "state": AWAY if open_ else dice.choice(["RETURNED", "CLOSED"]),
            "sides": dice.choice([[branch], [branch], [branch, other]]),
            "dest_area_code": dice.choice([RARE, *["440306"] * 99]),
        },
        "inflows": {"open": open_, "host_branch": branch},
        "dues": {
            "paid_to": dice.choice([None, "2026-03", "2026-04"]),
            "months_in_arrears": dice.choice([0] * 9 + [3, 4, 6]),
            "months_unpaid": dice.randint(0, 7),
            "case_open": dice.random() < 0.05,
        },
        "tasks": {
            "open": open_, "due_on": dice.choice(DAYS), "org_code": branch, "kind": str(dice.choice(list(TaskKind)))
        },
    }  # fmt: skip
    name_ = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
    id_ = f"{dice.getrandbits(64):016x}-{number}"
    if name == "members":
        more[name] |= {"name_keys": keys_of(name_), "id_index": f"i{number}", "mobile_index": f"m{number % 2_000}"}
    return {**template, **days, "_id": id_, "branch": branch, "name": name_, **more[name]}


async def fill(mongo_url: str, name: str) -> None:
    """The registry's collections with their indexes, thousands of documents in each."""
    dice, database = random.Random(11), connect(mongo_url, name, "pymongo")
    async with a_city() as city:
        member = (await city.register()).id
        await leave(city, member)
        await arrive(city)
        await record_dues(city.tools, city.asker(), member, Payment(("2026-06",), DuesPayer.SELF))
        await settled(city)
        reads = {Register: city.tools.register, Inflows: city.tools.inflows, Desk: city.tools.desk}
        templates = {
            one: (await reads[big.projection].find(big.listing.collection, {}))[0] for one, big in LISTS.items()
        }
    async with AsyncMongoClient[Document](mongo_url) as client:
        for one, big in LISTS.items():
            collection = big.listing.collection
            indexes = [index for index in big.projection.indexes if index.collection == collection]
            await database.collection(collection).create_indexes(indexes)
            documents = [varied(one, templates[one], dice, number) for number in range(ROWS)]
            await client[name][collection].insert_many(documents)
    await database.close()


@pytest.fixture(scope="module")
def filled(mongo_url: str) -> Iterator[str]:
    """The name of the database of this module's tests."""
    name = f"t_{secrets.token_hex(6)}"
    asyncio.run(fill(mongo_url, name))
    yield name
    with MongoClient[Document](mongo_url) as client:
        client.drop_database(name)


@pytest.fixture
async def database(mongo_url: str, filled: str) -> AsyncIterator[Any]:
    """That database."""
    async with AsyncMongoClient[Document](mongo_url) as client:
        yield client[filled]


@dataclass
class Explained:
    """`Reads` of the real database that keep what the server says of each query."""

    database: Any
    plans: list[dict[str, Any]] = field(default_factory=list)

    async def find(
        self, collection: str, query: Query, *, sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> list[Document]:
        """Documents in order, and the plan by which they were found."""
        asked = {"find": collection, "filter": query, "sort": dict(sort), "limit": limit}
        self.plans.append(await self.database.command({"explain": asked, "verbosity": "executionStats"}))
        found = self.database[collection].find(query).limit(limit)
        return list(await (found.sort(list(sort)) if sort else found).to_list(None))

    def told(self) -> tuple[set[str], int]:
        """The steps of every plan since the last telling that looked at anything, and at how many keys."""
        done = [(one["queryPlanner"]["winningPlan"], one["executionStats"]) for one in self.plans]
        looked = [plan for plan, stats in done if stats["totalKeysExamined"] or stats["totalDocsExamined"]]
        steps, keys = set(stages(looked)), sum(stats["totalKeysExamined"] for _, stats in done)
        self.plans.clear()
        return steps, keys

    def __getattr__(self, name: str) -> Any:
        """A page asks for nothing else."""
        raise AssertionError(name)


def stages(plan: Any) -> Iterator[str]:
    """The name of every step of a plan."""
    if isinstance(plan, Mapping):
        if isinstance(plan.get("stage"), str):
            yield plan["stage"]
        for one in plan.values():
            yield from stages(one)
    elif isinstance(plan, list):
        for one in plan:
            yield from stages(one)


@pytest.mark.parametrize(("name", "asked"), CASES)
async def test_a_page_costs_a_page(database: Any, name: str, asked: Mapping[str, str]) -> None:
    """No page of a big list reads the whole collection or sorts in memory, be it the first or one in the middle.

    Whoever asks: a branch, a township, or the city; and the rows are those of the order, each once.
    """
    big = LISTS[name]
    collection, question, reads = big.listing.collection, big.listing.question(list(asked.items())), Explained(database)
    for who, codes in SCOPES.items():
        where = all_of(Scope(CITY, frozenset(codes)).where(big.side), question.query)
        kept = {question.sort.field: 1}
        rows = await database[collection].find(where, kept).sort(question.sort.keys()).to_list(None)
        for begin in (0, len(rows) // 2):
            place = Place.of(rows[begin - 1], question.sort) if begin else None
            for page in range(PAGES):
                found, place = await Page(where, question.sort, LIMIT, place).read(reads, collection)
                first = begin + page * LIMIT
                assert [one["_id"] for one in found] == [one["_id"] for one in rows[first : first + LIMIT]]
                steps, keys = reads.told()
                assert not steps & {"COLLSCAN", "SORT"}, (who, begin, page, steps)
                assert keys <= KEYS_MAX, (who, begin, page, keys)
                if place is None:
                    break


class Search:
    """As many of the tools as a search by name needs."""

    def __init__(self, reads: Explained) -> None:
        self.register = reads


@pytest.mark.parametrize("codes", SCOPES.values(), ids=SCOPES)
@pytest.mark.parametrize("term", ["赵", "赵一二", "zhao", "zyj", "sunqi"])
async def test_a_search_by_name_costs_what_it_finds(database: Any, term: str, codes: list[str]) -> None:
    """The beginning of a name or of its pinyin is a range of the index, branch by branch: one look each, no scan."""
    reads = Explained(database)
    found = await find_members(cast("Tools", Search(reads)), Scope(CITY, frozenset(codes)), {"term": term})
    beginning = key_asked(term)
    where = {"branch": {"$in": codes}, "name_keys": {"$regex": f"^{beginning}"}}
    fitting = {one["_id"] for one in await database["members"].find(where, {"_id": 1}).to_list(None)}
    assert {one["_id"] for one in found.members} <= fitting
    assert (len(found.members), found.more) == (min(len(fitting), FOUND_MAX), len(fitting) > FOUND_MAX)
    queries = len(reads.plans)
    steps, keys = reads.told()
    assert not steps & {"COLLSCAN", "SORT"}
    assert keys <= queries * (len(codes) + 1) * 2 + 5 * (FOUND_MAX + 1)


@pytest.mark.parametrize("field", ["id_index", "mobile_index", "phones.index"])
async def test_a_look_up_by_a_number_reads_its_bearer_alone(database: Any, field: str) -> None:
    """Whoever asks, however many branches: the blind index leads to the record."""
    reads, value = Explained(database), {"id_index": "i7", "mobile_index": "m7"}.get(field, "none")
    found = await reads.find(
        "members", all_of({field: value}, Scope(CITY, frozenset(BRANCHES)).where("branch")), limit=51
    )
    steps, keys = reads.told()
    assert ("COLLSCAN" in steps, keys <= 3, len(found) <= keys) == (False, True, True)


@dataclass
class Standing:
    """A directory in which one township stands."""

    codes: list[str]

    async def standing(self, org: str, *, as_of: date | None) -> Scope:
        """What stands under it."""
        del as_of
        return Scope(org, frozenset(self.codes))


@pytest.mark.parametrize(
    "asked", [{}, {"open": "true"}, {"sort": "-away_since"}, {"open": "true", "sort": "away_since"}]
)
async def test_a_township_opened_from_above_costs_a_page(database: Any, asked: Mapping[str, str]) -> None:
    """`under`: the city looks at one township's trips, which is how every figure of the summary opens its rows."""
    big, reads = LISTS["departures"], Explained(database)
    question, city = big.listing.question(list(asked.items())), Scope(CITY, frozenset(BRANCHES))
    caller = cast("Caller", SimpleNamespace(scope=city))
    tools = cast("Tools", SimpleNamespace(directory=Standing(SCOPES["township"])))
    where = all_of(await Below(TOWN).narrowed(caller, tools, city.where("sides"), sides="sides"), question.query)
    plain = {"$and": [{"branch": {"$in": SCOPES["township"]}}, question.query]}
    rows = await database["departures"].find(plain, {"_id": 1}).sort(question.sort.keys()).limit(LIMIT).to_list(None)
    found, _ = await Page(where, question.sort, LIMIT).read(reads, big.listing.collection)
    steps, keys = reads.told()
    assert [one["_id"] for one in found] == [one["_id"] for one in rows]
    assert not steps & {"COLLSCAN", "SORT"}
    assert keys <= KEYS_MAX
