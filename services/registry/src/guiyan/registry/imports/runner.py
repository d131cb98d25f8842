"""Where an import runs: here, in the service's own process, or in a worker process beside it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol

from guiyan.ledger import LedgerError
from guiyan.ledger.database import DatabaseError
from guiyan.registry.commands.tools import Tools
from guiyan.registry.imports.run import BulkLedger, ImportRun, InflowList, Order
from guiyan.registry.imports.told import refused
from guiyan.registry.roster import Limits, RosterUnreadable, write_faulty
from guiyan.service.problems import Problem

Told = Callable[[dict[str, Any]], None]
TOLD_EVERY_SECONDS = 0.5
SMALL_BYTES = 250_000


@dataclass(frozen=True, slots=True)
class Ended:
    """An import that came to its end: its report, its rows to be looked at, and what was refused, if anything was.

    `workbook` holds all refused rows, `refused` the first of them as JSON, to be set right on a screen (imports.told).
    """

    report: dict[str, Any]
    workbook: bytes | None
    rows: list[dict[str, Any]]
    refused: bytes | None


class ImportFailed(Exception):  # noqa: N818 - what happened
    """An import did not come to its end; what was written stays, and the same file again goes on.

    `code` is stable, the messages are one sentence each.
    """

    def __init__(self, code: str, message_zh: str, message_en: str) -> None:
        super().__init__(message_en)
        self.code = code
        self.message_zh = message_zh
        self.message_en = message_en

    @classmethod
    def cut_short(cls, code: str, reason: str) -> ImportFailed:
        """Something that has nothing to do with the file."""
        return cls(
            code,
            f"导入中断({reason}),已登记的行保留;请重新上传同一文件继续。",
            f"The import was cut short ({reason}); what was entered stays. Send the same file again to go on.",
        )


class Runner(Protocol):
    """Runs one import to its end."""

    async def run(self, order: Order, told: Told) -> Ended:
        """Import; `told` hears how it stands about twice a second. Raises ImportFailed."""


class RunnerBySize:
    """Small rosters here, where nothing has to be started first; large ones in a worker, so that the doors stay quick.

    A roster of 2,000 rows has about 200 kB and takes this process about a second, in slices.
    """

    def __init__(self, here: Runner, worker: Runner, *, small_bytes: int = SMALL_BYTES) -> None:
        self._here = here
        self._worker = worker
        self._small_bytes = small_bytes

    async def run(self, order: Order, told: Told) -> Ended:
        """Import; raises ImportFailed."""
        runner = self._here if len(order.file) <= self._small_bytes else self._worker
        return await runner.run(order, told)


class RunnerHere:
    """Runs imports in this process: over the twins, and inside a worker."""

    def __init__(self, tools: Tools, bulk: BulkLedger, limits: Limits | None = None) -> None:
        self._tools = tools
        self._bulk = bulk
        self._limits = limits or Limits()

    async def run(self, order: Order, told: Told) -> Ended:
        """Import; raises ImportFailed."""
        run = ImportRun(self._tools, self._bulk, order, self._limits)
        teller = asyncio.create_task(_tell(run, told))
        try:
            await run.run()
        except (RosterUnreadable, InflowList) as error:
            raise ImportFailed(error.code, error.message_zh, error.message_en) from None
        except (LedgerError, DatabaseError, Problem) as away:
            raise ImportFailed.cut_short("unavailable", type(away).__name__) from away
        finally:
            teller.cancel()
            told(run.report.as_document())
        workbook = await asyncio.to_thread(_workbook, run) if run.faulty else None
        return Ended(run.report.as_document(), workbook, run.rows.all(), _refused(run) if run.faulty else None)


async def _tell(run: ImportRun, told: Told) -> None:
    while True:
        await asyncio.sleep(TOLD_EVERY_SECONDS)
        told(run.report.as_document())


def _workbook(run: ImportRun) -> bytes:
    assert run.roster is not None  # noqa: S101 - faulty rows come from it
    buffer = BytesIO()
    write_faulty(buffer, run.roster.header, run.faulty)
    return buffer.getvalue()


def _refused(run: ImportRun) -> bytes:
    assert run.roster is not None  # noqa: S101 - refused rows come from it
    return json.dumps(refused(run.roster.header, run.faulty), ensure_ascii=False).encode()
