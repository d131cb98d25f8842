"""A week of digests, killed now and then: each matter is told once, whatever comes in whatever order (ADR 0037)."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from services.notifications.tests.digesting import (
    DAY,
    NUMBER,
    account,
    daily,
    duty,
    escalated,
    events_of,
    gathering,
    pass_to,
    reached,
    texts_of,
)
from services.notifications.tests.test_both_sides import Sides, rows
from services.notifications.tests.town import HOME, OTHER, PARENTS, TOWN

from guiyan.ledger import SHANGHAI
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.notifications.app import BLUEPRINT
from guiyan.notifications.projections import Notices
from guiyan.notifications.projections.notices import NOTICES
from guiyan.notifications.settings import NotificationsSettings
from guiyan.service.twins import World, on_twins


@asynccontextmanager
async def a_life(world: World, database: MemoryDatabase, folder: Path) -> AsyncIterator[Sides]:
    """The service from where the one before it died, until it dies as by SIGKILL."""
    chosen = NotificationsSettings.model_construct(mailbox=folder, providers_file=None)
    async with on_twins(BLUEPRINT, chosen, world, database=database) as running:
        await running.settle()
        yield Sides(running, folder)


EXAMPLES: Final = int(os.environ.get("GUIYAN_DIGEST_WEEKS", "8"))
ACTS: Final = st.lists(
    st.tuples(
        st.sampled_from(["missed", "missed", "reached", "escalated", "wish", "kill", "gather", "send", "hours"]),
        st.integers(0, 30),
    ),
    min_size=5,
    max_size=14,
)


@pytest.mark.timeout(900)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(acts=ACTS)
async def test_a_week_of_digests_killed_anywhere_tells_each_matter_once(acts: list[tuple[str, int]]) -> None:
    """In any order of arrivals, settlements, wishes and kills: nothing twice, nothing forgotten, every account at 0."""
    with tempfile.TemporaryDirectory() as folder:
        world, database, book = World(), MemoryDatabase(), Path(folder) / "mailbox"
        await world.organise(PARENTS, basic=(TOWN, OTHER))
        async with a_life(world, database, book) as town:
            await town.everybody()
            await daily(town)
        waiting = [("missed", 0), ("missed", 1), *acts, ("hours", 24 * 7)]
        while waiting:
            async with a_life(world, database, book) as town:
                while waiting:
                    act, number = waiting.pop(0)
                    if act == "kill":
                        break
                    await _do(town, act, number)
        async with a_life(world, database, book) as town:
            await _do(town, "hours", 24 * 4)
            await _adds_up(town)


async def _do(town: Sides, act: str, number: int) -> None:
    """One act on one of three duties; some are cut off before anything follows from them."""
    name = str(number % 3)
    match act:
        case "missed":
            await duty(town, name)
        case "reached":
            await duty(town, name, reached(town))
        case "escalated":
            await duty(town, name, escalated(town))
        case "wish":
            digest = (None, "DAILY", "AT_ONCE")[number % 3]
            body = {"channel": "EMAIL", "language": "zh-CN", "digest": digest}
            who = town.world.id("person", HOME, "keeper")
            await town.town.http.post(f"/v1/preferences/{who}/set", json=body, headers=town.city)
        case "gather":
            await gathering(town).look()
        case "send":
            await town.sent()
        case _:
            await pass_to(town, town.world.clock.now() + timedelta(hours=number))


async def _adds_up(town: Sides) -> None:
    """Each cause has one notice with one end, each SENT one stands in one mail, no mail is there twice."""
    found = await rows(town, limit="500")
    assert {one["state"] for one in found} <= {"SENT", "SUPPRESSED"}
    events = await events_of(town)
    causes = [event.id for event in events if event.type in {"ContactMissed", "ContactEscalated"}]
    intents = [one for one in found if one["rule"] != "digest"]
    assert sorted(one["cause_event_id"] for one in intents) == sorted(causes)
    there = [(str(mail["Message-ID"]), texts_of(mail)) for _, mail in await town.sent()]
    assert len({id_ for id_, _ in there}) == len(there)
    alone = [one for one in found if one["state"] == "SENT" and one["digest_id"] is None]
    assert len(there) == len(alone)
    told = Counter(
        number for _, text in there if "今日事项" in text or NUMBER.search(text) for number in NUMBER.findall(text)
    )
    in_digests = [one["id"] for one in intents if one["state"] == "SENT" and one["digest_id"] is not None]
    documents = {one["_id"]: one for one in await town.town.parts.reads(Notices).find(NOTICES, {})}
    assert told == Counter(documents[one]["params"]["duty"] for one in in_digests)
    for one in await rows(town, rule="digest"):
        for change in (await town.row(one["id"]))["changes"]:
            if change["event"] == "NoticeSendStarted":
                assert 9 <= datetime.fromisoformat(change["at"]).astimezone(SHANGHAI).hour < 21
    day = DAY
    while day <= town.world.clock.now().astimezone(SHANGHAI).date():
        assert (await account(town, day))["pending"] == 0
        day += timedelta(days=1)
