"""Looking somebody up and turning a list's page through the registry's doors: a large city beside a small one.

Both cities stand on the same servers, each with a registry of its own, and are asked by turns, so that whatever else
the machine does falls on both. Requests go one after the other: what an answer costs is measured, not a crowd.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from bench.city import client_of, create_organisations
from bench.filled import append_all, settled
from bench.pace import Door
from bench.place import Place, Town
from bench.report import Bar, Row, percentile
from bench.scaling import member_facts
from guiyan.cli.sample.identity import RESERVED_REGION
from guiyan.cli.sample.names import FAMILY_NAMES
from guiyan.cli.tokens import CITY
from guiyan.events import new_id
from guiyan.events.codes import DepartureSource, DestCertainty, FlowReason
from guiyan.events.id_numbers import check_digit
from guiyan.events.registry.departure import MemberLeft
from guiyan.events.registry.member import MemberText
from guiyan.ledger import Commit, Context, Sealer
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.clock import SHANGHAI
from guiyan.registry.domain.trip import trip_id
from guiyan.registry.imports.commits import Writing, make_commit

LIMIT: Final = 1.2
AT_ONCE: Final = 1_000
BORNE_BY: Final = 10
"""How many members share a name, whatever the city's size: so that an answer has as many rows in both."""
AWAY_EACH: Final = 10
"""Every tenth member is away."""
FIRST_BIRTH: Final = date(1950, 1, 1)
BIRTH_DAYS: Final = 18_000
DESTINATIONS: Final = ("440306", "310115", "110105", "330106", "510107")
RARE: Final = "653101"
RARELY: Final = 10
"""How many members have gone to the rare destination, whatever the city's size."""
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class City:
    """One of the two: how many members, and its registry's door."""

    members: int
    door: Door


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, by the member whose turn it is: path and body of a POST; how many rows so many members give."""

    name: str
    of: Callable[[int], tuple[str, dict[str, str] | None]]
    rows: Callable[[int], int]


def _ledger(query: str) -> tuple[str, None]:
    return f"/v1/departures?open=true&limit={PAGE}&{query}", None


QUESTIONS: Final[Sequence[Question]] = (
    Question("find by ID number", lambda one: ("/v1/members/find", {"id_no": id_number(one)}), lambda _: 1),
    Question("find by name", lambda one: ("/v1/members/find", {"name": name_of(one)}), lambda _: BORNE_BY),
    Question(
        "members, a page by name",
        lambda _: (f"/v1/members?sort=name&limit={PAGE}", None),
        lambda members: min(PAGE, members),
    ),
    Question(
        "outflow ledger, away longest",
        lambda _: _ledger("sort=away_since"),
        lambda members: min(PAGE, members // AWAY_EACH),
    ),
    Question(
        "outflow ledger, a destination of many",
        lambda one: _ledger(f"dest_area_code={DESTINATIONS[one % len(DESTINATIONS)]}"),
        lambda members: min(PAGE, (members // AWAY_EACH - RARELY) // len(DESTINATIONS)),
    ),
    Question("outflow ledger, a destination of few", lambda _: _ledger(f"dest_area_code={RARE}"), lambda _: RARELY),
)


async def measure(place: Place) -> list[Row]:
    """Fill both cities, wait until their registries show everything, then ask them by turns."""
    sizes = place.sizes
    async with asyncio.timeout(sizes.scale_seconds), AsyncExitStack() as both:
        few = await both.enter_async_context(_a_city(place, sizes.few_members))
        many = await both.enter_async_context(_a_city(place, sizes.many_members))
        rows = [await _ask_both(question, few, many, sizes.asked) for question in QUESTIONS]
    rows[0].notes.append(
        f"{sizes.many_members:,} members (ours) against {sizes.few_members:,} (bare), every {AWAY_EACH}th away, each "
        f"name borne by {BORNE_BY}; {sizes.asked} questions of each kind by a city officer, both cities by turns, p95"
    )
    return rows


async def _ask_both(question: Question, few: City, many: City, asked: int) -> Row:
    """One row: the p95 of the large city as a multiple of the small one's, in milliseconds."""
    row = Row(f"{question.name} p95", Bar(LIMIT, at_least=False), unit=" ms")
    millis: dict[int, list[float]] = {few.members: [], many.members: []}
    for city in (few, many):
        await _ask(question, city, 0)  # the first finds empty caches, and perhaps a connection that was let go
    for number in range(asked):
        for city in (few, many):
            took, fault = await _ask(question, city, number * 7_919 % city.members)
            millis[city.members].append(took)
            row.fault = row.fault or fault
    row.add(percentile(millis[many.members], 95), percentile(millis[few.members], 95))
    medians = [percentile(millis[one], 50) for one in (many.members, few.members)]
    row.notes.append(f"median {medians[0]:.1f} ms against {medians[1]:.1f} ms")
    return row


async def _ask(question: Question, city: City, member: int) -> tuple[float, str | None]:
    """Milliseconds until the answer was there, and what was wrong with it."""
    path, body = question.of(member)
    began = time.perf_counter()
    status, content = await city.door.ask(path, body)
    took = (time.perf_counter() - began) * 1_000
    rows = len(json.loads(content)["items"]) if status == 200 else 0  # noqa: PLR2004 - OK
    right = rows == question.rows(city.members)
    return took, None if right else f"{path} of {city.members:,} members: status {status}, {rows} rows"


@asynccontextmanager
async def _a_city(place: Place, members: int) -> AsyncIterator[City]:
    """A filled city with its registry at rest."""
    sample = place.sample(place.sizes.members)
    branches = [one["org_code"] for one in sample.organisations() if one["kind"] == "BRANCH"]
    async with place.town() as town:
        async with place.services(town, ["registry"]) as services, client_of(place, services["registry"]) as http:
            await create_organisations(http, sample)
        await _fill(town, branches, members)
        async with place.services(town, ["registry"], ready_seconds=place.sizes.scale_seconds) as services:
            await settled(place, town, ["registry"], place.sizes.scale_seconds)
            async with Door.open(services["registry"].port, place.token()) as door:
                yield City(members, door)


async def _fill(town: Town, branches: Sequence[str], members: int) -> None:
    """Members and departures as an import writes them, personal text sealed."""
    sealer, blind = town.sealer, BlindIndex(town.master)
    for first in range(0, members, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, members))
        ids = [new_id(datetime.now(UTC)) for _ in numbers]
        await sealer.prepare(ids)
        commits = []
        for number, member_id in zip(numbers, ids, strict=True):
            branch = branches[number % len(branches)]
            commits.append(await _enters(sealer, blind, number, member_id, branch))
            if number % AWAY_EACH == 0:
                commits.append(await _leaves(sealer, number, member_id, branch))
        await append_all(town, commits)


async def _enters(sealer: Sealer, blind: BlindIndex, number: int, member_id: str, branch: str) -> Commit:
    index = blind.of("id_no", id_number(number))
    facts = member_facts(member_id, branch, index)
    text: dict[str, Any] = {"name": name_of(number), "id_no": id_number(number), "birth_date": _birth(number)}
    return await make_commit(_writing(sealer, "member", member_id), facts, _today(), MemberText(**text))


async def _leaves(sealer: Sealer, number: int, member_id: str, branch: str) -> Commit:
    trip = number // AWAY_EACH
    facts = MemberLeft(
        member_id=member_id,
        branch=branch,
        source=DepartureSource.SWEEP,
        reason=FlowReason.MIGRANT_WORK,
        dest_area_code=RARE if trip < RARELY else DESTINATIONS[trip % len(DESTINATIONS)],
        dest_certainty=DestCertainty.CHANGING,
    )
    left_on = _today() - timedelta(days=1 + trip % 150)
    return await make_commit(_writing(sealer, "departure", trip_id(member_id, 1)), facts, left_on, None)


def _writing(sealer: Sealer, aggregate: str, aggregate_id: str) -> Writing:
    now = datetime.now(UTC)
    command = new_id(now)
    return Writing(
        sealer, aggregate, aggregate_id, command, Context(command, "bench", CITY, command, command), "1", now
    )


def id_number(number: int) -> str:
    """The made-up ID number of a member of either city."""
    body = f"{RESERVED_REGION}{_birth(number):%Y%m%d}{number // BIRTH_DAYS:03d}"
    return body + check_digit(body)


def name_of(number: int) -> str:
    """The name that a member shares with nine others."""
    group = number // BORNE_BY
    family, first, second = group % len(FAMILY_NAMES), group // 100 % 1_000, group % 100
    return f"{FAMILY_NAMES[family]}{chr(0x4E00 + first)}{chr(0x5200 + second)}"


def _birth(number: int) -> date:
    return FIRST_BIRTH + timedelta(days=number % BIRTH_DAYS)


def _today() -> date:
    return datetime.now(SHANGHAI).date()
