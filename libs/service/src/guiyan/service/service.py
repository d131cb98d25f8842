"""A service at work: connected, assembled from its blueprint, started in order, drained in the reverse order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Final, Generic, TypeVar

import structlog
from fastapi import APIRouter, FastAPI

from guiyan.ledger.checks import require_safe_ledger
from guiyan.ledger.control import ProjectionControl
from guiyan.ledger.database import StoreUnavailable
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.mongo import MongoDatabase
from guiyan.ledger.mongo import connect as connect_mongo
from guiyan.service.assembly import Assembly, Base, assemble
from guiyan.service.asyncapi import asyncapi_document
from guiyan.service.auth import Authenticator, Jwks
from guiyan.service.blueprint import Blueprint, Parts
from guiyan.service.bus import Bus
from guiyan.service.caller import Shell
from guiyan.service.channel import open_channel
from guiyan.service.clock_control import ClockKeeper
from guiyan.service.following import ServiceWork
from guiyan.service.health import Health
from guiyan.service.http import create_app
from guiyan.service.ingest import Ingest
from guiyan.service.ingest_http import Courier, ingest_router
from guiyan.service.limiter import Limiter
from guiyan.service.metrics import Metrics
from guiyan.service.operations import Operations
from guiyan.service.operations_http import operations_router
from guiyan.service.settings import Settings
from guiyan.service.watchdog import watch

START_SECONDS: Final = 60.0
PAUSE_SECONDS: Final = 0.5
S = TypeVar("S", bound=Settings)

log = structlog.get_logger("guiyan.service")


class CannotStart(Exception):  # noqa: N818 - its text is what the operator reads
    """The service cannot start as it is set up; the message says why and what to do."""


class Service(Generic[S]):
    """One service in one process. `start` connects and builds, `stop` drains; between them `app` answers."""

    def __init__(self, blueprint: Blueprint[S], settings: S) -> None:
        self._blueprint = blueprint
        self.settings = settings
        self.metrics = Metrics()
        self.bus = Bus(settings, self.metrics)
        self.health = Health(settings.service, {}, self.metrics)
        self.failed = asyncio.Event()
        self.app: FastAPI
        self._keeper = ClockKeeper(self.bus, manual=settings.clock == "manual")
        self._stack = contextlib.AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect, build, follow, then take messages; raises CannotStart, BusError, ClockError or LedgerError."""
        ring, master = _keys(self.settings)
        await self.bus.connect(wait_seconds=START_SECONDS)
        self._stack.push_async_callback(self.bus.stop)
        for note in await require_safe_ledger(
            self.bus.client, prefix=self.settings.stream_prefix, monitor_url=self.settings.nats_monitor_url
        ):
            log.warning("not checked", note=note)
        await self._keeper.start(wait_seconds=START_SECONDS)
        database = await _database(self.settings)
        self._stack.push_async_callback(database.close)
        base = Base(self.settings, ring, master, self.bus, database, self._keeper.clock, self.metrics)
        assembly = await assemble(self._blueprint, base)
        self._keeper.when_moved(assembly.due.wake)
        ingest = await self._open_ingest(assembly)
        self._open_doors(assembly, ingest)
        self._begin_work(assembly)
        await self.bus.start()
        if ingest is not None:
            self._stack.push_async_callback(ingest.stop)
        log.info("started", version=self._blueprint.version, clock=self.settings.clock)

    async def stop(self) -> None:
        """Not ready any more; then ingest, jobs, timers, follower, database, NATS: each finishes what it has begun."""
        self.health.stopping = True
        try:
            async with asyncio.timeout(self.settings.drain_seconds):
                await self._stack.aclose()
        except TimeoutError:
            log.warning("not everything was finished in time; what is left is done again after the next start")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        log.info("stopped")

    async def _open_ingest(self, assembly: Assembly[S]) -> Ingest | None:
        composed = assembly.composed
        if not composed.ingest and not composed.answers_unknown:
            return None
        ingest = Ingest(
            self.bus,
            composed.ingest,
            assembly.parts.catalogue,
            self.metrics,
            answers_unknown=composed.answers_unknown,
        )
        try:
            await ingest.check()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is told here and not by silence later
            raise CannotStart(
                f"The consumer {ingest.consumer} of stream INGEST cannot be used ({type(error).__name__});"
                " run the deploy step, which makes streams and consumers."
            ) from None
        ingest.subscribe()
        return ingest

    def _open_doors(self, assembly: Assembly[S], ingest: Ingest | None) -> None:
        parts, composed, follower = assembly.parts, assembly.composed, assembly.follower
        operations = Operations(follower.store, ProjectionControl(follower.store, parts.ledger))
        work = ServiceWork(parts.ledger, follower, assembly.due, ingest, composed.jobs)
        open_channel(self.bus, self._keeper, work, operations)
        checks = {"nats": self.bus.ping, "mongodb": parts.database.ping, "follower": assembly.following.check}
        if ingest is not None:
            checks["ingest"] = ingest.check
        self.health = Health(
            self.settings.service,
            checks | dict(composed.checks),
            self.metrics,
            lags=assembly.following.lags,
            ready_lag_seconds=self.settings.ready_lag_seconds,
        )
        routers: list[APIRouter] = [*composed.routers, operations_router(operations)]
        if composed.takes_ingest_by_http:
            routers.append(ingest_router(Courier(self.bus)))
        title, version = f"Guiyan {self._blueprint.title}", self._blueprint.version
        self.app = create_app(
            _shell(parts),
            self.health,
            routers,
            title=title,
            version=version,
            description=self._blueprint.description,
            body_limit_bytes=self.settings.body_limit_bytes,
            ingest_body_limit_bytes=self.settings.ingest_body_limit_bytes,
            gates=composed.gates,
            state=composed.state,
            asyncapi=lambda: asyncapi_document(self.bus, title=title, version=version),
        )

    def _begin_work(self, assembly: Assembly[S]) -> None:
        """Begin the work beside the doors; it is ended in the reverse order."""
        self._begin("watchdog", watch(self.metrics))
        self._begin("clock", self._keeper.run())
        self._begin("follower", assembly.follower.run(), assembly.follower.stop)
        self._begin("due loop", assembly.due.run(), assembly.due.stop)
        for job in assembly.composed.jobs:
            self._begin(type(job).__name__, job.run(), job.stop)

    def _begin(
        self, name: str, work: Coroutine[Any, Any, None], stop: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

        async def end() -> None:
            if stop is None:
                task.cancel()
            else:
                await stop()
            await asyncio.gather(task, return_exceptions=True)

        self._stack.push_async_callback(end)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Work that ends by itself with an error leaves the service crippled: the process ends and is started anew."""
        if not task.cancelled() and task.exception() is not None:
            log.error("work ended by an error", work=task.get_name(), exc_info=task.exception())
            self.failed.set()


def _keys(settings: Settings) -> tuple[KeyRing, MasterKeys]:
    ring = KeyRing.load(settings.mac_keys_file)
    if ring.service != settings.service:
        raise CannotStart(
            f"GUIYAN_MAC_KEYS_FILE holds a key to sign for {ring.service or 'nobody'}, not for {settings.service};"
            " give this service its own file."
        )
    return ring, MasterKeys.load(settings.master_keys_file)


async def _database(settings: Settings) -> MongoDatabase:
    """The service's database, waiting for a server that is still starting."""
    database = connect_mongo(settings.mongo_url.get_secret_value(), settings.mongo_database, settings.mongo_driver)
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while True:
        try:
            await database.ping()
        except StoreUnavailable as error:
            if asyncio.get_running_loop().time() > deadline:
                await database.close()
                raise CannotStart(f"MongoDB does not answer at GUIYAN_MONGO_URL: {error}") from None
            log.warning("waiting for MongoDB")
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return database


def _shell(parts: Parts[S]) -> Shell:
    settings = parts.settings
    jwks = Jwks(settings.jwks, settings.jwks_refresh_seconds)
    return Shell(
        service=settings.service,
        authenticator=Authenticator(jwks, leeway_seconds=settings.token_leeway_seconds),
        scopes=parts.directory,
        limiter=Limiter(settings.rate_limit_per_second, settings.rate_limit_burst),
        clock=parts.clock,
        catalogue=parts.catalogue,
        metrics=parts.metrics,
        index=parts.index,
        list_wait_seconds=settings.list_wait_seconds,
        export_limit_rows=settings.export_limit_rows,
    )


@contextlib.asynccontextmanager
async def running(blueprint: Blueprint[S], settings: S) -> AsyncIterator[Service[S]]:
    """A service that is started, and drained at the end."""
    service = Service(blueprint, settings)
    try:
        await service.start()
        yield service
    finally:
        await service.stop()
