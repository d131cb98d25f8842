"""Imports as resources: one runs at a time in a process, its document tells how it stands, its faulty rows are kept."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime
from typing import Final

import structlog

from guiyan.ledger import Document, Refused
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.database import Database, DatabaseError
from guiyan.registry.imports.files import FaultyFiles
from guiyan.registry.imports.report import ImportReport
from guiyan.registry.imports.run import Order
from guiyan.registry.imports.runner import ImportFailed, Runner
from guiyan.service.problems import NotFound

IMPORTS: Final = "imports"
TOLD_EVERY_SECONDS: Final = 0.5

log = structlog.get_logger("guiyan.imports")


class Imports:
    """Starts imports and tells how they stand; `files` holds the workbooks of faulty rows."""

    def __init__(self, runner: Runner, blind: BlindIndex, database: Database) -> None:
        self._runner = runner
        self._jobs = database.collection(IMPORTS)
        self.files = FaultyFiles(database, blind)
        self._running: asyncio.Task[None] | None = None
        self._busy = False
        self._stopped = asyncio.Event()

    @property
    def running(self) -> bool:
        """Whether an import is under way in this process."""
        return self._busy

    async def run(self) -> None:
        """Tell what was under way when the process ended as failed, to be sent again; then be there until `stop`."""
        await self.files.open()
        stopped = {"state": "failed", "error": _told(ImportFailed.cut_short("interrupted", "restart"))}
        await self._jobs.update_many({"state": "running"}, {"$set": stopped})
        await self._stopped.wait()

    async def stop(self) -> None:
        """Break off what is under way; the same file again goes on."""
        self._stopped.set()
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def at_rest(self) -> bool:
        """Whether no import is under way."""
        return not self.running

    async def start(self, order: Order) -> Document:
        """Begin an import; the same import id again gives the import as it stands. Raises Refused while one runs."""
        known = await self._jobs.find_one(order.import_id)
        if known is not None:
            return known
        if self.running:
            raise Refused("import_running")
        await self.files.forget_old()
        document = {
            "_id": order.import_id,
            "state": "running",
            "dry_run": order.dry_run,
            "org": order.context.org,
            "actor": order.context.actor,
            "started_at": _now(),
            "file_sha256": hashlib.sha256(order.file).hexdigest(),
            "error": None,
            "has_faulty_file": False,
            **ImportReport().as_document(),
        }
        await self._jobs.insert_one(document)
        self._busy = True
        self._running = asyncio.create_task(self._run(order))
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

    async def _run(self, order: Order) -> None:
        latest: Document = {}
        teller = asyncio.create_task(self._tell(order.import_id, latest))
        state, error, workbook = "failed", None, None
        try:
            ended = await self._runner.run(order, latest.update)
            latest.update(ended.report)
            if ended.workbook is not None:
                workbook = ended.workbook
                await self.files.keep(order.import_id, workbook)
            state = "done"
        except ImportFailed as failed:
            error = _told(failed)
        except DatabaseError as away:
            error = _told(ImportFailed.cut_short("unavailable", type(away).__name__))
        except asyncio.CancelledError:
            error = _told(ImportFailed.cut_short("interrupted", "stopped"))
            raise
        except Exception as fault:
            log.exception("an import failed by a fault of ours", import_id=order.import_id)
            error = _told(ImportFailed.cut_short("internal", type(fault).__name__))
        finally:
            teller.cancel()
            self._busy = False  # before its end can be read: who reads it may send the next one
            ended_at = {"ended_at": _now(), "has_faulty_file": workbook is not None and state == "done"}
            await self._note(order.import_id, {**latest, **ended_at, "state": state, "error": error})
            log.info("import ended", import_id=order.import_id, state=state, rows=latest.get("rows"))

    async def _tell(self, import_id: str, latest: Document) -> None:
        """Keep the document fresh while the import runs."""
        while True:
            await asyncio.sleep(TOLD_EVERY_SECONDS)
            if latest:
                await self._note(import_id, dict(latest))

    async def _note(self, import_id: str, changes: Document) -> None:
        try:
            await self._jobs.update_one({"_id": import_id}, {"$set": changes})
        except DatabaseError as away:
            log.warning("an import's progress could not be noted", import_id=import_id, fault=type(away).__name__)


def _told(failed: ImportFailed) -> Document:
    return {"code": failed.code, "message_zh": failed.message_zh, "message_en": failed.message_en}


def _now() -> datetime:
    return datetime.now(UTC)
