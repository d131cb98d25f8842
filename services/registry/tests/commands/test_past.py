"""The past on both time axes: what the doors tell of it is what the live documents were, or would have been."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services.registry.tests.city import CITY, FOUNDED_ON, HOME, NEXT, OTHER_TOWN, TOWN, CityOfTests, a_city
from services.registry.tests.commands.test_departures import foreign_events, transfer_events
from services.registry.tests.commands.test_histories import BRANCHES, FIRST, act

from guiyan.events import new_id
from guiyan.events.codes import DuesPayer, LostCause
from guiyan.events.contact.lost_contact import ContactRegained, LostContactOpened
from guiyan.events.registry.member import MemberTextChange
from guiyan.events.registry.organisation import OrganisationRenamed
from guiyan.events.transfers.transfer import TransferRequested, TransferWithdrawn
from guiyan.ledger import Fact, Refused, Subject
from guiyan.ledger.past import Past, fold
from guiyan.registry import queries
from guiyan.registry.commands import members, organisations
from guiyan.registry.projections import Organisations, Register
from guiyan.service.problems import NotFound
from guiyan.service.resources import TimeAxes

LAST = FIRST + timedelta(days=180)
DAYS = st.integers(0, 180)
STEPS = st.tuples(
    st.sampled_from(
        [
            "register",
            "leave",
            "announce",
            "report_in",
            "accept",
            "return",
            "transfer",
            "pay",
            "correct",
            "ask",
            "rename",
        ]
    ),
    st.integers(0, 2),
    st.sampled_from(BRANCHES),
    DAYS,
)
Step = tuple[str, int, str, int]
Documents = dict[str, dict[str, Any]]


@dataclass
class Told:
    """A history as it went: who there is, and every document as it was at each moment."""

    city: CityOfTests
    people: dict[int, str] = field(default_factory=dict)
    moments: list[tuple[datetime, dict[str, Documents]]] = field(default_factory=list)

    async def step(self, step: Step) -> None:
        """One more step; a refusal is a normal answer. An hour later the next one follows."""
        with suppress(Refused, KeyError):
            await self._act(*step)
        await self.city.settle()
        self.moments.append((self.city.clock.now(), await documents(self.city)))
        self.city.clock.set(self.city.clock.now() + timedelta(hours=1))

    async def _act(self, what: str, number: int, branch: str, day: int) -> None:
        city, on = self.city, FIRST + timedelta(days=day)
        if what == "rename":
            name = OrganisationRenamed(name=f"示例党支部{day}", short_name=str(day))
            await organisations.rename_organisation(city.tools, city.asker(), branch, name, on)
            parent = (TOWN, OTHER_TOWN)[number % 2]
            await organisations.move_organisation(
                city.tools, city.asker(), branch, parent, document_no=None, occurred_on=on
            )
        elif what == "pay":
            payment = members.Payment((f"{on:%Y-%m}",), DuesPayer.SELF, None, on)
            await members.record_dues(city.tools, city.asker(), self.people[number], payment)
        elif what == "correct":
            text = MemberTextChange(name=f"李示例{day}")
            change = members.Correction({"education_code": "21"}, text, on)
            await members.correct_member(city.tools, city.asker(), self.people[number], change)
        elif what == "lose":
            case = Subject("contact", "lost_contact", new_id(city.clock.now()))
            await foreign_events(city, case, lost(self.people[number], found=day % 2 == 0), on)
        elif what == "ask":
            await ask(city, self.people[number], on, withdrawn=day % 2 == 0)
        else:
            await act(city, (what, number, branch, day), self.people)


def lost(member: str, *, found: bool) -> list[Any]:
    """A case of lost contact, and perhaps its end."""
    facts = {"member_id": member, "branch": HOME, "since": FIRST, "cause": next(iter(LostCause))}
    opened: list[Any] = [LostContactOpened.model_validate(facts)]
    return opened + [ContactRegained.model_validate({"member_id": member, "channel": "PHONE"})] * found


async def ask(city: CityOfTests, member: str, on: date, *, withdrawn: bool) -> None:
    """A transfer is asked for, and perhaps withdrawn."""
    facts = {
        "member_id": member, "channel": "PAPER", "change_type": "OUT_INSIDE", "to_title": "示例",
        "dues_paid_to": "2026-05", "from_branch": HOME, "from_committee": TOWN,
    }  # fmt: skip
    payloads: list[Any] = [TransferRequested.model_validate(facts)]
    if withdrawn:
        payloads.append(TransferWithdrawn(member_id=member))
    await transfer_events(city, new_id(city.clock.now()), payloads, on)


async def documents(city: CityOfTests) -> dict[str, Documents]:
    """Every live document by collection and id."""
    shown = {name: await city.documents(name) for name in ("members", "departures", "dues")}
    found = await city.tools.organisations.find("organisations", {})
    return shown | {"organisations": {one["_id"]: one for one in found}}


async def told_of(city: CityOfTests, live: dict[str, Documents], at: TimeAxes) -> dict[str, Documents]:
    """What the queries tell of that past, of everything that is live."""
    told: dict[str, Documents] = {"members": {}, "departures": {}, "dues": {}, "organisations": {}}
    for id_, document in live["members"].items():
        with suppress(NotFound):
            told["members"][id_] = (await queries.member_at(city.tools, document, at))[0]
    for id_, document in live["departures"].items():
        with suppress(NotFound):
            told["departures"][id_] = (await queries.departure_at(city.tools, document, at))[0]
    for id_, document in live["dues"].items():
        with suppress(NotFound):
            told["dues"][id_] = (await queries.dues_at(city.tools, document, at))[0]
    for id_ in live["organisations"]:
        with suppress(NotFound):
            told["organisations"][id_] = (await queries.organisation_at(city.tools, id_, at))[0]
    return told


async def whole_ledger(city: CityOfTests, day: date) -> tuple[Past, Past]:
    """What the projections make of the whole ledger, fed with the events of that day and before alone."""
    facts: list[Fact] = []
    async for batch in city.ledger.follow(0):
        if not batch:
            break
        for commit in batch:
            opened = await city.tools.sealer.open(commit.events)
            facts += [
                Fact(event, commit.sequence, index, opened.get(event.id))
                for index, event in enumerate(commit.events)
                if event.occurredon <= day
            ]
        if facts and commit.sequence == await city.ledger.head():
            break
    kinds = (Register(), Organisations())
    register, tree = (fold(kind, [one for one in facts if one.type in kind.handles]) for kind in kinds)
    return register, tree


async def check(told: Told, days: list[int]) -> None:
    """The present is what is live; a moment's past is what was live; a day's past is what its events make."""
    city = told.city
    live = await documents(city)
    now, today = city.clock.now(), city.clock.today()
    for at in (TimeAxes(today), TimeAxes(known_at=now), TimeAxes(today, now)):
        assert await told_of(city, live, at) == live
    for moment, then in told.moments:
        assert await told_of(city, live, TimeAxes(known_at=moment)) == then
    for day in (FIRST + timedelta(days=one) for one in days):
        register, tree = await whole_ledger(city, day)
        shown = await told_of(city, live, TimeAxes(day))
        for collection, past in (
            ("members", register),
            ("departures", register),
            ("dues", register),
            ("organisations", tree),
        ):
            expected = {id_: past.find(collection, id_) for id_ in live[collection]}
            assert shown[collection] == {id_: one for id_, one in expected.items() if one is not None}


async def tell(steps: list[Step], days: list[int]) -> None:
    """A whole history, then every question about its past."""
    async with a_city() as city:
        told = Told(city)
        for number, branch in enumerate(BRANCHES):
            await told.step(("register", number, branch, 0))
        for step in steps:
            await told.step(step)
        await check(told, days)


@settings(max_examples=25, deadline=None)
@given(st.lists(STEPS, max_size=12), st.lists(DAYS, min_size=1, max_size=3))
def test_every_past_is_told_as_it_was(steps: list[Step], days: list[int]) -> None:
    """One truth: the past is folded by the projection that tells the present, over the events that count in it."""
    asyncio.run(tell(steps, days))


async def test_an_organisation_stands_where_it_stood(city: CityOfTests) -> None:
    """The way up the tree is that of the day asked for (§2.13)."""
    before = city.clock.now()
    city.clock.set(before + timedelta(days=2))
    await organisations.move_organisation(
        city.tools, city.asker(), NEXT, OTHER_TOWN, document_no=None, occurred_on=date(2026, 7, 2)
    )
    ways = {
        TimeAxes(date(2026, 7, 1)): [CITY, TOWN, NEXT],
        TimeAxes(known_at=before): [CITY, TOWN, NEXT],
        TimeAxes(date(2026, 7, 2)): [CITY, OTHER_TOWN, NEXT],
    }
    for at, way in ways.items():
        _, path, _ = await queries.organisation_at(city.tools, NEXT, at)
        assert [one["_id"] for one in path] == way
    with pytest.raises(NotFound):
        await queries.organisation_at(city.tools, NEXT, TimeAxes(FOUNDED_ON - timedelta(days=1)))
