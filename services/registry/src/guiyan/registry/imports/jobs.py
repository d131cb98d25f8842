"""Imports as resources: a process runs one at a time, its document tells how it stands, a dead process's goes on here.

A running import is leased (owner and beat): a replica that starts leaves it alone, and goes on with it, from its kept
file, only when its owner has been silent for the lease's patience or has given it back. Nothing is entered twice by
that, because every row's commit has the row's hash as its command id.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog

from guiyan.ledger import Clock, Context, Document, Index, Refused
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.database import Database, DatabaseError, DuplicateKey
from guiyan.ledger.errors import CommandIdTaken
from guiyan.ledger.lease import BEAT_SECONDS, Leases
from guiyan.registry.imports.document import (
    digest_of,
    document_of,
    error_of,
    file_of,
    lease_of,
    order_of,
    refused_of,
    roster_of,
    typed_of,
)
from guiyan.registry.imports.files import SealedFiles
from guiyan.registry.imports.kept import Collected, KeptRows
from guiyan.registry.imports.run import Order
from guiyan.registry.imports.runner import ImportFailed, Runner
from guiyan.registry.roster import Corrections
from guiyan.registry.roster.corrected import merged, read_corrections
from guiyan.service.problems import NotFound
from guiyan.service.scope import Scope

IMPORTS: Final = "imports"
TOLD_EVERY_SECONDS: Final = 0.5
ATTEMPTS_MAX: Final = 3
FORGET_EVERY_SECONDS: Final = 3_600.0

log = structlog.get_logger("guiyan.imports")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for one more import of a file that is here, and the id that it is to have."""

    import_id: str
    context: Context
    scope: Scope


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
        self.rows = KeptRows(database)
        self.reads = Collected(database)
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
        """Look after imports whose process has died, and forget what is past its time, until `stop`."""
        await self.files.open()
        await self.rows.open()
        await self._jobs.create_index(Index(IMPORTS, ("org", "-started_at")))
        forgotten = time.monotonic()
        while not self._stopped.is_set():
            await self._look_after()
            if time.monotonic() - forgotten > FORGET_EVERY_SECONDS:
                with suppress(DatabaseError):  # an hour later again
                    await self._forget_old()
                forgotten = time.monotonic()
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
            if (known["file_sha256"], known["dry_run"]) != (digest_of(order), order.dry_run):
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
        await self._forget_old()
        if not order.file_of:
            await self.files.keep(roster_of(order.import_id), order.file)
        if order.corrections:
            await self.files.keep(typed_of(order.import_id), json.dumps(order.corrections).encode())
        fence = await self._leases.try_acquire(lease_of(order.import_id))
        if fence is None:  # the very same request, at another replica, a moment ago
            raise Refused("import_running")
        document = {**document_of(order, self._clock.now()), "fence": fence}
        try:
            await self._jobs.insert_one(document)
        except DuplicateKey:  # told and ended since we looked
            self._busy = False
            return await self.get(order.import_id)
        self._running = asyncio.create_task(self._run(order, fence))
        return document

    async def confirm(self, import_id: str, asked: Asked) -> Document:
        """Import for real what a dry run has looked at; asked again, the same import as it stands.

        Raises Refused for what was no dry run, has not ended, or whose file is no longer kept.
        """
        document = await self.get(import_id)
        if not document["dry_run"]:
            raise Refused("import_not_dry")
        known = document.get("confirmed_by")
        if known and (found := await self.get(known))["state"] != "failed":
            return found
        started = await self._start_after(document, asked, {}, dry_run=False)
        await self._jobs.update_one({"_id": import_id}, {"$set": {"confirmed_by": started["_id"]}})
        return started

    async def correct(self, import_id: str, asked: Asked, typed: Corrections, *, dry_run: bool) -> Document:
        """Import the same file once more, these cells of it as they were typed; nobody is entered twice by that.

        Raises Refused for an import that has not ended, or whose file is no longer kept.
        """
        return await self._start_after(await self.get(import_id), asked, typed, dry_run=dry_run)

    async def _start_after(self, document: Document, asked: Asked, typed: Corrections, *, dry_run: bool) -> Document:
        """One more import of a file; the same request again gives the import as it stands, whether the file is kept."""
        corrections = merged(await self._typed(document["_id"]), typed)
        known = await self._jobs.find_one(asked.import_id)
        if known is None:
            return await self.start(await self._order_after(document, asked, corrections, dry_run=dry_run))
        same = (known.get("follows"), known["dry_run"]) == (document["_id"], dry_run)
        if not same or await self._typed(asked.import_id) != corrections:
            raise CommandIdTaken(asked.import_id)
        return known

    async def _order_after(self, document: Document, asked: Asked, corrections: Corrections, *, dry_run: bool) -> Order:
        if document["state"] == "running":
            raise Refused("import_not_done")
        sent_with = file_of(document)
        file = await self.files.find(roster_of(sent_with))
        if file is None:
            raise Refused("import_file_gone")
        return Order(
            asked.import_id, file, asked.context, asked.scope, dry_run, corrections, document["_id"], sent_with
        )

    async def _typed(self, import_id: str) -> dict[int, dict[int, str]]:
        kept = await self.files.find(typed_of(import_id))
        return read_corrections(json.loads(kept)) if kept else {}

    async def refused(self, import_id: str) -> Document | None:
        """The first refused rows as they stood (imports.told.refused); None when there are none, or no more."""
        kept = await self.files.find(refused_of(import_id))
        found: Document | None = json.loads(kept) if kept else None
        return found

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
                fence = await self._leases.try_acquire(lease_of(document["_id"]))
                if fence is not None:
                    await self._take_over(document["_id"], fence)
        except DatabaseError as away:
            log.warning("imports of other processes could not be looked after", fault=type(away).__name__)

    async def _forget_old(self) -> None:
        """Remove files and rows that are past their time, also where nobody imports and nothing is started anew."""
        await self.files.forget_old()
        await self.rows.forget_old()

    async def _take_over(self, import_id: str, fence: int) -> None:
        """Go on with an import whose owner is gone, a bounded number of times: it may be what kills its process."""
        mine = {"$set": {"fence": fence}, "$inc": {"attempts": 1}}
        if not await self._jobs.update_one({"_id": import_id, "state": "running"}, mine):
            return
        document = await self.get(import_id)
        file = await self.files.find(roster_of(file_of(document)))
        if document["attempts"] > ATTEMPTS_MAX or file is None:
            await self._end(order_of(document, b"", {}), fence, {}, ImportFailed.cut_short("interrupted", "restart"))
            return
        order = order_of(document, file, await self._typed(import_id))
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
                await self._end(order, fence, latest, work.result())
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
            if ended.refused is not None:
                await self.files.keep(refused_of(order.import_id), ended.refused)
            await self.rows.keep(order.import_id, order.context.org, ended.rows)
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
                await self._leases.beat(lease_of(import_id), fence)
            except DatabaseError as away:
                log.warning("an import gave no sign of life", import_id=import_id, fault=type(away).__name__)
            if latest:
                await self._note(import_id, fence, latest)

    async def _end(self, order: Order, fence: int, latest: Document, failed: ImportFailed | None) -> None:
        """Tell the end; where that cannot be told, the import counts as running and is gone through once more.

        The roster stays, for its seven days, while it may be needed: after a dry run, and for rows to be set right.
        """
        import_id = order.import_id
        needed = failed is not None or order.dry_run or bool(latest.get("faulty"))
        error = None if failed is None else error_of(failed)
        state = "done" if failed is None else "failed"
        if await self._note(
            import_id, fence, {**latest, "ended_at": self._clock.now(), "state": state, "error": error}
        ):
            with suppress(DatabaseError):  # both are forgotten in time
                if not needed:
                    await self.files.forget(roster_of(order.file_of or import_id))
                await self._leases.release(lease_of(import_id), fence)
        log.info("import ended", import_id=import_id, state=state, rows=latest.get("rows"))

    async def _give_back(self, import_id: str, fence: int, latest: Document) -> None:
        await self._note(import_id, fence, latest)
        with suppress(DatabaseError):  # others then find it silent
            await self._leases.release(lease_of(import_id), fence)

    async def _note(self, import_id: str, fence: int, changes: Document) -> bool:
        """Write to the document while the import is ours; whether it could be."""
        try:
            return bool(await self._jobs.update_one({"_id": import_id, "fence": fence}, {"$set": {**changes}}))
        except DatabaseError as away:
            log.warning("an import's progress could not be noted", import_id=import_id, fault=type(away).__name__)
            return False
