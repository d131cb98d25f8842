"""Imports as resources: a process runs one at a time, its document tells how it stands, a dead process's goes on here.

A running import is leased (owner and beat): a replica that starts leaves it alone, and goes on with it, from its kept
file, only when its owner has been silent for the lease's patience or has given it back. Nothing is entered twice by
that, because every row's commit has the row's hash as its command id.
"""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Final

import structlog

from guiyan.ledger import Clock, Context, Document, Refused
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.database import Database, DatabaseError, DuplicateKey
from guiyan.ledger.errors import CommandIdTaken
from guiyan.ledger.lease import BEAT_SECONDS, Leases
from guiyan.registry.imports.files import SealedFiles
from guiyan.registry.imports.report import ImportReport
from guiyan.registry.imports.run import Order
from guiyan.registry.imports.runner import ImportFailed, Runner
from guiyan.service.problems import NotFound
from guiyan.service.scope import Scope

IMPORTS: Final = "imports"
TOLD_EVERY_SECONDS: Final = 0.5
ATTEMPTS_MAX: Final = 3

log = structlog.get_logger("guiyan.imports")


class Imports:
    """Starts imports, takes over those of the dead, tells how they stand; `files` holds the faulty rows' workbooks.

    What is told of an import is dated by the installation's clock; leases and beats go by the machine's.
    """

    def __init__(self, runner: Runner, blind: BlindIndex, database: Database, leases: Leases, clock: Clock) -> None:
        self._clock = clock
        self._runner = runner
        self._jobs = database.collection(IMPORTS)
        self._leases = leases
        self.files = SealedFiles(database, blind)
        self._running: asyncio.Task[None] | None = None
        self._busy = False
        self._stopped = asyncio.Event()

    @property
    def running(self) -> bool:
        """Whether an import is under way in this process."""
        return self._busy

    @property
    def _at_work(self) -> bool:
        """The same, until its end has been told."""
        return self._busy or not (self._running is None or self._running.done())

    async def run(self) -> None:
        """Look after imports whose process has died, until `stop`."""
        await self.files.open()
        while not self._stopped.is_set():
            await self._look_after()
            try:
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._stopped.wait()
            except TimeoutError:
                continue

    async def stop(self) -> None:
        """Break off what is under way and give it back: another replica, or this one started anew, goes on with it."""
        self._stopped.set()
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def at_rest(self) -> bool:
        """Whether no import is under way."""
        return not self.running

    async def start(self, order: Order) -> Document:
        """Begin an import; the same order again gives the import as it stands.

        Raises Refused while one runs, CommandIdTaken when the import id stands for another file.
        """
        known = await self._jobs.find_one(order.import_id)
        if known is not None:
            if (known["file_sha256"], known["dry_run"]) != (_digest(order.file), order.dry_run):
                raise CommandIdTaken(order.import_id)
            return known
        if self.running:
            raise Refused("import_running")
        self._busy = True
        try:
            return await self._begin(order)
        except BaseException:
            self._busy = False
            raise

    async def _begin(self, order: Order) -> Document:
        await self.files.forget_old()
        await self.files.keep(_roster(order.import_id), order.file)
        fence = await self._leases.try_acquire(_lease(order.import_id))
        if fence is None:  # the very same request, at another replica, a moment ago
            raise Refused("import_running")
        document = {**_document(order, self._clock.now()), "fence": fence}
        try:
            await self._jobs.insert_one(document)
        except DuplicateKey:  # told and ended since we looked
            self._busy = False
            return await self.get(order.import_id)
        self._running = asyncio.create_task(self._run(order, fence))
        return document

    async def wait(self) -> None:
        """Until the import under way is done (tests, drains)."""
        if self._running is not None:
            await asyncio.gather(self._running, return_exceptions=True)

    async def get(self, import_id: str) -> Document:
        """The import's document; raises NotFound."""
        found = await self._jobs.find_one(import_id)
        if found is None:
            raise NotFound
        return found

    async def _look_after(self) -> None:
        try:
            for document in await self._jobs.find({"state": "running"}).to_list():
                if self._at_work or self._stopped.is_set():
                    return
                fence = await self._leases.try_acquire(_lease(document["_id"]))
                if fence is not None:
                    await self._take_over(document["_id"], fence)
        except DatabaseError as away:
            log.warning("imports of other processes could not be looked after", fault=type(away).__name__)

    async def _take_over(self, import_id: str, fence: int) -> None:
        """Go on with an import whose owner is gone, a bounded number of times: it may be what kills its process."""
        mine = {"$set": {"fence": fence}, "$inc": {"attempts": 1}}
        if not await self._jobs.update_one({"_id": import_id, "state": "running"}, mine):
            return
        document = await self.get(import_id)
        file = await self.files.find(_roster(import_id))
        if document["attempts"] > ATTEMPTS_MAX or file is None:
            await self._end(import_id, fence, {}, ImportFailed.cut_short("interrupted", "restart"))
            return
        order = _order(document, file)
        log.info("import goes on", import_id=import_id, attempt=document["attempts"])
        self._busy = True
        self._running = asyncio.create_task(self._run(order, fence))

    async def _run(self, order: Order, fence: int) -> None:
        """One attempt, with signs of life beside it; it stops when another process has taken over."""
        latest: Document = {}
        work = asyncio.create_task(self._attempt(order, latest))
        alive = asyncio.create_task(self._tell(order.import_id, fence, latest))
        try:
            await asyncio.wait({work, alive}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (work, alive):
                task.cancel()
            await asyncio.gather(work, alive, return_exceptions=True)
            self._busy = False  # before its end can be read: who reads it may send the next one
            if not work.cancelled():
                await self._end(order.import_id, fence, latest, work.result())
            elif self._stopped.is_set():
                await self._give_back(order.import_id, fence, latest)
            else:
                log.warning("another process goes on with an import", import_id=order.import_id)

    async def _attempt(self, order: Order, latest: Document) -> ImportFailed | None:
        """The whole import; gives why it failed, if it did. How it stands is in `latest`."""
        try:
            ended = await self._runner.run(order, latest.update)
            latest.update(ended.report)
            if ended.workbook is not None:
                await self.files.keep(order.import_id, ended.workbook)
            latest["has_faulty_file"] = ended.workbook is not None
        except ImportFailed as failed:
            return failed
        except DatabaseError as away:
            return ImportFailed.cut_short("unavailable", type(away).__name__)
        except Exception as fault:
            log.exception("an import failed by a fault of ours", import_id=order.import_id)
            return ImportFailed.cut_short("internal", type(fault).__name__)
        return None

    async def _tell(self, import_id: str, fence: int, latest: Document) -> None:
        """Give signs of life and keep the document fresh; raises FenceLost when another process has taken over."""
        while True:
            await asyncio.sleep(TOLD_EVERY_SECONDS)
            try:
                await self._leases.beat(_lease(import_id), fence)
            except DatabaseError as away:
                log.warning("an import gave no sign of life", import_id=import_id, fault=type(away).__name__)
            if latest:
                await self._note(import_id, fence, latest)

    async def _end(self, import_id: str, fence: int, latest: Document, failed: ImportFailed | None) -> None:
        """Tell the end; where that cannot be told, the import counts as running and is gone through once more."""
        error = None if failed is None else _told(failed)
        state = "done" if failed is None else "failed"
        if await self._note(
            import_id, fence, {**latest, "ended_at": self._clock.now(), "state": state, "error": error}
        ):
            with suppress(DatabaseError):  # both are forgotten in time
                await self.files.forget(_roster(import_id))
                await self._leases.release(_lease(import_id), fence)
        log.info("import ended", import_id=import_id, state=state, rows=latest.get("rows"))

    async def _give_back(self, import_id: str, fence: int, latest: Document) -> None:
        await self._note(import_id, fence, latest)
        with suppress(DatabaseError):  # others then find it silent
            await self._leases.release(_lease(import_id), fence)

    async def _note(self, import_id: str, fence: int, changes: Document) -> bool:
        """Write to the document while the import is ours; whether it could be."""
        try:
            return bool(await self._jobs.update_one({"_id": import_id, "fence": fence}, {"$set": {**changes}}))
        except DatabaseError as away:
            log.warning("an import's progress could not be noted", import_id=import_id, fault=type(away).__name__)
            return False


def _document(order: Order, now: datetime) -> Document:
    return {
        "_id": order.import_id,
        "state": "running",
        "dry_run": order.dry_run,
        "org": order.context.org,
        "scope": order.scope.org,
        "context": asdict(order.context),
        "attempts": 1,
        "actor": order.context.actor,
        "started_at": now,
        "file_sha256": _digest(order.file),
        "error": None,
        "has_faulty_file": False,
        **ImportReport().as_document(),
    }


def _order(document: Document, file: bytes) -> Order:
    """The order as it was given; how far its scope reaches now, the run asks the directory."""
    scope = Scope(document["scope"], frozenset({document["scope"]}))
    return Order(document["_id"], file, Context(**document["context"]), scope, document["dry_run"])


def _lease(import_id: str) -> str:
    return f"import:{import_id}"


def _roster(import_id: str) -> str:
    """The name of the kept roster; the faulty rows have the import's own."""
    return f"{import_id}:roster"


def _told(failed: ImportFailed) -> Document:
    return {"code": failed.code, "message_zh": failed.message_zh, "message_en": failed.message_en}


def _digest(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()
