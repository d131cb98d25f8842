"""An import in a process of its own: it uses the machine's second core, and the doors stay quick meanwhile.

`python -m guiyan.registry.imports.worker FOLDER` takes `order.json` and `roster` from the folder, tells how it stands
on stdout, one JSON object a line, and leaves `faulty.xlsx`, `refused.json` and `rows.json` in the folder. It ends when
its parent does.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, cast

import structlog
import uvloop
from pydantic import SecretStr

from guiyan.ledger import Commands, Context, Projection
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.mongo import connect
from guiyan.ledger.nats import NatsKeyStore, NatsLedger
from guiyan.ledger.runner import Follower
from guiyan.ledger.seal import PersonSealer
from guiyan.ledger.store import Store
from guiyan.registry.imports.document import error_of
from guiyan.registry.imports.run import BulkLedger, Order
from guiyan.registry.imports.runner import Ended, ImportFailed, RunnerHere, Told
from guiyan.registry.messages import MESSAGES
from guiyan.registry.projections import CodeTables, Inflows, Organisations, PolicyLibrary, Register
from guiyan.registry.roster.corrected import read_corrections
from guiyan.registry.settings import RegistrySettings, limits_of
from guiyan.service import logs
from guiyan.service.assembly import shell_projections
from guiyan.service.blueprint import Parts
from guiyan.service.bus import Bus
from guiyan.service.clock_control import ClockKeeper
from guiyan.service.directory import Directory, OrganisationDirectory
from guiyan.service.following import Following
from guiyan.service.messages import Catalogue
from guiyan.service.metrics import Metrics
from guiyan.service.process_settings import PREFIX
from guiyan.service.reads import CountingReads
from guiyan.service.rulebook import PolicyParameters, Rulebook
from guiyan.service.scope import Scope

ORDER: Final = "order.json"
ROSTER: Final = "roster"
FAULTY: Final = "faulty.xlsx"
ROWS: Final = "rows.json"
REFUSED: Final = "refused.json"
LINE_BYTES: Final = 16_000_000
NICER: Final = 5

log = structlog.get_logger("guiyan.imports")


class WorkerRunner:
    """Runs each import in a worker with the service's own settings."""

    def __init__(self, settings: RegistrySettings) -> None:
        self._settings = settings

    async def run(self, order: Order, told: Told) -> Ended:
        """Import; raises ImportFailed, also when the worker dies. Cancelled, it takes the worker with it."""
        with tempfile.TemporaryDirectory(prefix="guiyan-import-") as name:
            folder = Path(name)
            await asyncio.to_thread(_lay_out, folder, order)
            worker = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "guiyan.registry.imports.worker",
                name,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, **environment_of(self._settings)},
                limit=LINE_BYTES,
            )
            try:
                return await _listen(worker, folder, told)
            finally:
                if worker.returncode is None:
                    worker.kill()
                await worker.wait()


async def _listen(worker: asyncio.subprocess.Process, folder: Path, told: Told) -> Ended:
    assert worker.stdout is not None  # noqa: S101 - asked for above
    report: dict[str, Any] | None = None
    async for line in worker.stdout:
        said = json.loads(line)
        if "failed" in said:
            raise ImportFailed(**said["failed"])
        told(said["report"])
        if said.get("done"):
            report = said["report"]
    if report is None:
        raise ImportFailed.cut_short("interrupted", "worker ended")
    return await asyncio.to_thread(_gathered, folder, report)


def _gathered(folder: Path, report: dict[str, Any]) -> Ended:
    """What the worker left."""
    workbook, refused = [file.read_bytes() if file.exists() else None for file in (folder / FAULTY, folder / REFUSED)]
    return Ended(report, workbook, json.loads((folder / ROWS).read_bytes()), refused)


def _lay_out(folder: Path, order: Order) -> None:
    """The folder is this user's alone and goes with the import."""
    (folder / ROSTER).write_bytes(order.file)
    written = {"import_id": order.import_id, "context": asdict(order.context), "dry_run": order.dry_run}
    written["corrections"] = order.corrections
    (folder / ORDER).write_text(json.dumps({**written, "org": order.scope.org}))


def environment_of(settings: RegistrySettings) -> dict[str, str]:
    """The settings as the GUIYAN_* variables that they came from."""
    found: dict[str, str] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if value is not None:
            plain = value.get_secret_value() if isinstance(value, SecretStr) else value
            found[PREFIX + name.upper()] = str(plain)
    return found


def _read_order(folder: Path) -> Order:
    written = json.loads((folder / ORDER).read_text())
    return Order(
        written["import_id"],
        (folder / ROSTER).read_bytes(),
        Context(**written["context"]),
        Scope(written["org"], frozenset({written["org"]})),
        written["dry_run"],
        read_corrections(written["corrections"]),
    )


async def connect_parts(settings: RegistrySettings, stack: AsyncExitStack) -> Parts[RegistrySettings]:
    """What the service has, without its doors and its follower: reads are served from what that has written."""
    metrics = Metrics()
    bus = Bus(settings, metrics)
    await bus.connect()
    stack.push_async_callback(bus.stop)
    keeper = ClockKeeper(bus, manual=settings.clock == "manual")
    await keeper.start()
    database = connect(settings.mongo_url.get_secret_value(), settings.mongo_database, settings.mongo_driver)
    stack.push_async_callback(database.close)
    master = MasterKeys.load(settings.master_keys_file)
    ledger = NatsLedger(bus.client, KeyRing.load(settings.mac_keys_file), prefix=settings.stream_prefix)
    sealer = PersonSealer(NatsKeyStore(bus.client, prefix=settings.stream_prefix), master)
    store = Store(database)
    projections: list[Projection] = [
        Register(),
        Organisations(),
        Inflows(),
        PolicyLibrary(),
        CodeTables(),
        *shell_projections(),
    ]
    following = Following(Follower(settings.service, store, ledger, sealer, projections), metrics)

    def reads(projection: type[Projection]) -> CountingReads:
        return following.reads(projection)

    return Parts(
        settings=settings,
        clock=keeper.clock,
        bus=bus,
        ledger=ledger,
        sealer=sealer,
        index=BlindIndex(master),
        commands=Commands(ledger, sealer, keeper.clock),
        database=database,
        store=store,
        directory=Directory(reads(OrganisationDirectory)),
        rulebook=Rulebook(reads(PolicyParameters)),
        catalogue=Catalogue(MESSAGES),
        metrics=metrics,
        reads=reads,
    )


async def work(folder: Path) -> int:
    """Import what lies in the folder; 0 when it came to its end."""
    from guiyan.registry.app import make_tools  # noqa: PLC0415 - the composition root knows this module

    settings = RegistrySettings.load()
    async with AsyncExitStack() as stack:
        parts = await connect_parts(settings, stack)
        runner = RunnerHere(make_tools(parts), cast("BulkLedger", parts.ledger), limits_of(settings))
        try:
            ended = await runner.run(_read_order(folder), lambda report: _say({"report": report}))
        except ImportFailed as failed:
            _say({"failed": error_of(failed)})
            return 1
    for name, content in ((FAULTY, ended.workbook), (REFUSED, ended.refused)):
        if content is not None:
            (folder / name).write_bytes(content)
    (folder / ROWS).write_text(json.dumps(ended.rows, ensure_ascii=False), encoding="utf-8")
    _say({"report": ended.report, "done": True})
    return 0


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def _until_parent_ends(main: asyncio.Task[int]) -> int:
    """The parent holds the other end of stdin: when that closes, there is nobody left to tell."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    alone = asyncio.create_task(reader.read())
    await asyncio.wait({main, alone}, return_when=asyncio.FIRST_COMPLETED)
    alone.cancel()
    if not main.done():
        main.cancel()
        return 1
    return main.result()


async def _main(folder: Path) -> int:
    return await _until_parent_ends(asyncio.create_task(work(folder)))


def main() -> None:
    """Run as a process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the whole group; the parent decides
    os.nice(NICER)
    logs.configure("registry", log_format="json", level="WARNING", stream=sys.stderr)
    raise SystemExit(uvloop.run(_main(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
