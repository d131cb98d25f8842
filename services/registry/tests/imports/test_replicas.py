"""Imports with several replicas: a running one is left alone, a dead one's goes on, and nobody is entered twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from services.registry.tests.city import CityOfTests, id_number
from services.registry.tests.imports.test_imports import a_row, roster

from guiyan.events import new_id
from guiyan.ledger import Appended, Commit, LedgerError
from guiyan.ledger.lease import Leases
from guiyan.ledger.testing.following import until
from guiyan.registry.imports.jobs import ATTEMPTS_MAX, Asked, Imports
from guiyan.registry.imports.run import Order
from guiyan.registry.imports.runner import RunnerHere

ROWS = 20
PATIENCE_SECONDS = 0.3
LOOK_SECONDS = 0.05


class Gated:
    """A ledger that writes the first chunk and then waits at a gate."""

    def __init__(self, ledger: Any) -> None:
        self._ledger = ledger
        self.open = asyncio.Event()
        self.waiting = asyncio.Event()
        self._chunks = 0

    async def append_many(self, commits: Sequence[Commit]) -> list[Appended | LedgerError]:
        """Write, from the second chunk on when the gate is open."""
        self._chunks += 1
        if self._chunks > 1:
            self.waiting.set()
            await self.open.wait()
        answers: list[Appended | LedgerError] = await self._ledger.append_many(commits)
        return answers


class Silent(Leases):
    """The leases of a process that hangs: it believes to be alive and gives no sign of it."""

    async def beat(self, name: str, fence: int, **info: Any) -> None:
        """Nothing."""


class Looking(Leases):
    """Leases that count how often somebody tried to take one."""

    looks = 0

    async def try_acquire(self, name: str) -> int | None:
        """Count, and try."""
        self.looks += 1
        return await super().try_acquire(name)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guiyan.registry.imports.run.CHUNK", 5)
    monkeypatch.setattr("guiyan.registry.imports.run.AT_ONCE", 1)
    monkeypatch.setattr("guiyan.registry.imports.jobs.TOLD_EVERY_SECONDS", LOOK_SECONDS)
    monkeypatch.setattr("guiyan.registry.imports.jobs.BEAT_SECONDS", LOOK_SECONDS)


@asynccontextmanager
async def replica(
    city: CityOfTests, name: str, ledger: Any = None, leases: type[Leases] = Leases
) -> AsyncIterator[Imports]:
    """The import job of one more process over the same database."""
    held = leases(city.database, name, PATIENCE_SECONDS)
    imports = Imports(RunnerHere(city.tools, ledger or city.ledger), city.parts.index, city.database, held, city.clock)
    task = asyncio.create_task(imports.run())
    try:
        yield imports
    finally:
        await imports.stop()
        await task


@pytest.fixture
async def alone(city: CityOfTests) -> CityOfTests:
    """A city whose own import job is out of the way."""
    await city.imports.stop()
    return city


def an_order(city: CityOfTests) -> Order:
    """A roster of twenty, eight of them away."""
    file = roster(*(a_row(number, mobile_member="是" if number <= 8 else "否") for number in range(1, ROWS + 1)))
    asker = city.asker()
    return Order(new_id(city.clock.now()), file, asker.context, asker.scope)


def ended(imports: Imports, import_id: str) -> Callable[[], Any]:
    """Whether an import has come to its end."""

    async def look() -> bool:
        return bool((await imports.get(import_id))["state"] != "running")

    return look


async def everybody_once(city: CityOfTests) -> None:
    """Each row is one member and no more, in one event."""
    await city.settle()
    assert (len(await city.documents("members")), len(await city.documents("departures"))) == (ROWS, 8)
    subjects = [message.subject for message in city.ledger.log.messages]
    assert len(subjects) == len(set(subjects))


async def test_a_replica_that_starts_leaves_a_running_import_alone(alone: CityOfTests) -> None:
    """As long as its owner gives signs of life, whatever the time it takes."""
    gated, order = Gated(alone.ledger), an_order(alone)
    async with replica(alone, "a", gated) as first:
        fence = (await first.start(order))["fence"]
        await gated.waiting.wait()
        async with replica(alone, "b", leases=Looking) as second:

            async def looked_long_enough() -> bool:
                looking = second._leases
                return isinstance(looking, Looking) and looking.looks > 3 * PATIENCE_SECONDS / LOOK_SECONDS

            await until(looked_long_enough, "the second one has looked for longer than a dead one is waited for")
            assert not second.running
            gated.open.set()
            await until(ended(second, order.import_id), "the import ends")
        document = await first.get(order.import_id)
    assert (document["state"], document["fence"], document["attempts"]) == ("done", fence, 1)
    await everybody_once(alone)


async def test_a_dead_processs_import_goes_on_elsewhere(alone: CityOfTests) -> None:
    """Silent for the lease's patience: another replica goes on; who wakes up again afterwards changes nothing."""
    gated, order = Gated(alone.ledger), an_order(alone)
    async with replica(alone, "a", gated, Silent) as hanging, replica(alone, "b") as second:
        await hanging.start(order)
        await gated.waiting.wait()
        await until(ended(second, order.import_id), "the import ends")
        document = await second.get(order.import_id)
        assert (document["state"], document["attempts"], document["total"]) == ("done", 2, ROWS)
        assert (document["accepted"], document["repeated"]) == (ROWS, 0)
        gated.open.set()
        await hanging.wait()
        assert await second.get(order.import_id) == document
    await everybody_once(alone)


async def test_what_a_stopping_process_gives_back_goes_on_at_once(alone: CityOfTests) -> None:
    """A release, or a replica taken away, costs an import no more than a moment."""
    gated, order = Gated(alone.ledger), an_order(alone)
    async with replica(alone, "a", gated) as first:
        await first.start(order)
        await gated.waiting.wait()
    assert (await first.get(order.import_id))["state"] == "running"
    async with replica(alone, "b") as second:
        await until(ended(second, order.import_id), "the import ends")
        assert (await second.get(order.import_id))["state"] == "done"
        assert await second.files.find(f"{order.import_id}:roster") is None
    await everybody_once(alone)


async def test_an_import_that_kills_its_process_is_given_up(alone: CityOfTests) -> None:
    """After three attempts it is told as failed, to be sent again."""
    gated, order = Gated(alone.ledger), an_order(alone)
    for name in range(ATTEMPTS_MAX):
        async with replica(alone, str(name), gated) as one:
            if name == 0:
                await one.start(order)
            await gated.waiting.wait()
            gated.waiting.clear()
    async with replica(alone, "last") as last:
        await until(ended(last, order.import_id), "the import ends")
        assert (await last.get(order.import_id))["error"]["code"] == "interrupted"


async def test_one_at_a_time_in_a_process(alone: CityOfTests) -> None:
    """Two sent at the same moment: one runs, the other is told so."""
    gated = Gated(alone.ledger)
    async with replica(alone, "a", gated) as one:
        sent = [one.start(an_order(alone)), one.start(an_order(alone))]
        answers = await asyncio.gather(*sent, return_exceptions=True)
        assert sorted(type(each).__name__ for each in answers) == ["Refused", "dict"]
        gated.open.set()
        await one.wait()


async def test_what_was_typed_goes_on_elsewhere_too(alone: CityOfTests) -> None:
    """A dead process's import of a file with cells set right: the other replica has file and cells."""
    asker, row = alone.asker(), a_row(1, id_no="690101198005010019")
    first = Order(new_id(alone.clock.now()), roster(row, *map(a_row, range(2, ROWS + 1))), asker.context, asker.scope)
    async with replica(alone, "looks") as one:
        await one.start(replace(first, dry_run=True))
        await one.wait()
        gated = Gated(alone.ledger)
        async with replica(alone, "a", gated, Silent) as hanging, replica(alone, "b") as second:
            asked = Asked(new_id(alone.clock.now()), asker.context, asker.scope)
            await hanging.correct(first.import_id, asked, {3: {3: id_number(1)}}, dry_run=False)
            await gated.waiting.wait()
            await until(ended(second, asked.import_id), "the import ends")
            document = await second.get(asked.import_id)
            assert (document["state"], document["accepted"], document["faulty"]) == ("done", ROWS, 0)
            gated.open.set()
            await hanging.wait()


async def test_what_is_past_its_time_is_removed_by_itself(alone: CityOfTests, monkeypatch: pytest.MonkeyPatch) -> None:
    """The roster, and what became of its rows: gone from the database, though nobody imports and nothing is started."""
    monkeypatch.setattr("guiyan.registry.imports.jobs.FORGET_EVERY_SECONDS", 0.0)
    for module in ("files", "kept"):
        monkeypatch.setattr(f"guiyan.registry.imports.{module}.KEPT", timedelta(seconds=-1))
    names = ("import_files", "import_rows")
    async with replica(alone, "a") as one:
        await one.start(replace(an_order(alone), dry_run=True))
        await one.wait()

        async def gone() -> bool:
            return not sum([await alone.database.collection(name).count_documents() for name in names])

        await until(gone, "both are empty")
