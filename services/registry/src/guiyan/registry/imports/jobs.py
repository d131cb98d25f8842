"""Imports as resources: one runs at a time in a process, its document tells how it stands, its faulty rows are kept."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog

from guiyan.ledger import Document, LedgerError, Refused
from guiyan.ledger.database import Database, DatabaseError
from guiyan.registry.commands.tools import Tools
from guiyan.registry.imports.files import FaultyFiles
from guiyan.registry.imports.report import ImportReport
from guiyan.registry.imports.run import BulkLedger, ImportRun, InflowList, Order
from guiyan.registry.roster import RosterUnreadable, write_faulty
from guiyan.service.problems import NotFound, Problem

IMPORTS: Final = "imports"
TOLD_EVERY_SECONDS: Final = 0.5

log = structlog.get_logger("guiyan.imports")


class Imports:
    """Starts imports and tells how they stand; `files` holds the workbooks of faulty rows."""

    def __init__(self, tools: Tools, bulk: BulkLedger, database: Database) -> None:
        self._tools = tools
        self._bulk = bulk
        self._jobs = database.collection(IMPORTS)
        self.files = FaultyFiles(database, tools.blind)
        self._running: asyncio.Task[None] | None = None
        self._stopped = asyncio.Event()

    @property
    def running(self) -> bool:
        """Whether an import is under way in this process."""
        return self._running is not None and not self._running.done()

    async def run(self) -> None:
        """Tell what was under way when the process ended before as interrupted; then be there until `stop`."""
        await self.files.open()
        await self._jobs.update_many({"state": "running"}, {"$set": {"state": "interrupted"}})
        await self._stopped.wait()

    async def stop(self) -> None:
        """Break off what is under way; the same file again goes on."""
        self._stopped.set()
        if self._running is not None and self.running:
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
        run = ImportRun(self._tools, self._bulk, order)
        teller = asyncio.create_task(self._tell(order.import_id, run))
        state, error = "failed", None
        try:
            await run.run()
            if run.faulty:
                await self.files.keep(order.import_id, await asyncio.to_thread(_workbook, run))
            state = "done"
        except (RosterUnreadable, InflowList) as unreadable:
            error = {
                "code": unreadable.code,
                "message_zh": unreadable.message_zh,
                "message_en": unreadable.message_en,
            }
        except (LedgerError, DatabaseError, Problem) as away:
            error = _error("unavailable", away)
        except asyncio.CancelledError:
            state, error = "interrupted", _error("interrupted", None)
            raise
        except Exception as fault:
            log.exception("an import failed by a fault of ours", import_id=order.import_id)
            error = _error("internal", fault)
        finally:
            teller.cancel()
            await self._end(order.import_id, state, error, run)

    async def _end(self, import_id: str, state: str, error: Document | None, run: ImportRun) -> None:
        ended = {
            "state": state,
            "error": error,
            "ended_at": _now(),
            "has_faulty_file": bool(run.faulty) and state == "done",
            **run.report.as_document(),
        }
        try:
            await self._jobs.update_one({"_id": import_id}, {"$set": ended})
        except DatabaseError as away:
            log.warning("the end of an import could not be noted", import_id=import_id, fault=type(away).__name__)
        log.info("import ended", import_id=import_id, state=state, rows=run.report.rows, accepted=run.report.accepted)

    async def _tell(self, import_id: str, run: ImportRun) -> None:
        """Keep the document fresh while the import runs."""
        while True:
            await asyncio.sleep(TOLD_EVERY_SECONDS)
            try:
                await self._jobs.update_one({"_id": import_id}, {"$set": run.report.as_document()})
            except DatabaseError:
                continue


def _workbook(run: ImportRun) -> bytes:
    assert run.roster is not None  # noqa: S101 - faulty rows come from it
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "faulty.xlsx"
        write_faulty(path, run.roster.header, run.faulty)
        return path.read_bytes()


def _error(code: str, error: BaseException | None) -> Document:
    """What a person is told: what happened, and that the same file again goes on."""
    reason = type(error).__name__ if error is not None else "stopped"
    return {
        "code": code,
        "message_zh": f"导入中断({reason}),已登记的行保留;请重新上传同一文件继续。",
        "message_en": f"The import was cut short ({reason}); what was entered stays. Send the file again to go on.",
    }


def _now() -> datetime:
    return datetime.now(UTC)
