"""A service as a process: `python -m guiyan.<service>` - settings, logs, HTTP, signals, exit codes.

Exit codes: 0 stopped as asked, 1 cannot start (one sentence on stderr), 2 wrong settings, 70 lost what it lives on.
"""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol, TypeVar

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.types import ASGIApp

from guiyan.ledger.errors import LedgerError
from guiyan.ledger.mac import KeysUnusable
from guiyan.service import logs, telemetry
from guiyan.service.blueprint import Blueprint
from guiyan.service.bus import LOST_EXIT_CODE, BusError
from guiyan.service.clock_control import ClockError
from guiyan.service.front import Front
from guiyan.service.health import Health
from guiyan.service.process_settings import ProcessSettings, load_or_exit
from guiyan.service.service import CannotStart, Service
from guiyan.service.settings import Settings
from guiyan.service.wire import LimitedHttp

CANNOT_START_EXIT_CODE: Final = 1
BACKLOG: Final = 512
KEEP_ALIVE_SECONDS: Final = 30
GC_THRESHOLDS: Final = (20_000, 20, 100)
S = TypeVar("S", bound=Settings)

log = structlog.get_logger("guiyan.process")


class Runs(Protocol):
    """What a process runs: connected and built by `start`, ended by `stop`; between them `app` answers."""

    app: FastAPI
    health: Health
    failed: asyncio.Event

    async def start(self) -> None:
        """Connect and build; raises CannotStart with the sentence for who started it."""

    async def stop(self) -> None:
        """Finish what is begun."""


def main(blueprint: Blueprint[S]) -> None:
    """Run the service until it is told to stop; ends the process with an exit code."""
    settings = load_or_exit(blueprint.settings)
    run(settings, lambda: Service(blueprint, settings))


def run(settings: ProcessSettings, make: Callable[[], Runs]) -> None:
    """Run what `make` gives until it is told to stop; ends the process with an exit code."""
    logs.configure(settings.service, log_format=settings.log_format, level=settings.log_level)
    try:
        telemetry.start(settings.service, settings.otlp_endpoint)
        code = uvloop.run(_serve(make, settings))
    except KeysUnusable as error:
        print(  # noqa: T201 - for who started it
            f"{settings.service} cannot start: {error}."
            " Put the right file back, or correct the GUIYAN_*_KEYS_FILE that names it.",
            file=sys.stderr,
        )
        code = CANNOT_START_EXIT_CODE
    except (CannotStart, BusError, ClockError, LedgerError, telemetry.TelemetryMissing) as error:
        print(f"{settings.service} cannot start: {error}", file=sys.stderr)  # noqa: T201 - for who started it
        code = CANNOT_START_EXIT_CODE
    finally:
        telemetry.stop()
    raise SystemExit(code)


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: stopping is the service's business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


async def _serve(make: Callable[[], Runs], settings: ProcessSettings) -> int:
    listening = _listen(settings)
    front = Front()
    service = make()
    asked_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    server = server_of(front, settings)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    log.info("listening", host=settings.host, port=listening.getsockname()[1])
    try:
        if not await _start(service, asked_to_stop):
            return 0
        front.app = service.app
        _collect_seldom()
        return await _until_the_end(service, asked_to_stop, serving)
    finally:
        service.health.stopping = True
        server.should_exit = True
        await serving
        await service.stop()
        listening.close()


def _collect_seldom() -> None:
    """Leave what a started service is made of out of garbage collections, and collect seldom.

    Measured on the follower and on imports: half of the processor time went into collections that found nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def server_of(front: ASGIApp, settings: ProcessSettings) -> _Server:
    """The HTTP server of a process, as it is set; it listens once it is told to serve."""
    config = uvicorn.Config(
        front,
        http=LimitedHttp,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        forwarded_allow_ips=[one.strip() for one in settings.trusted_proxies.split(",")],
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=max(1, int(settings.drain_seconds / 2)),
    )
    return _Server(config)


async def _start(service: Runs, asked_to_stop: asyncio.Event) -> bool:
    """Start; False when told to stop before that was done."""
    starting = asyncio.create_task(service.start())
    stopped = asyncio.create_task(asked_to_stop.wait())
    await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return False
    await starting
    return True


async def _until_the_end(service: Runs, asked_to_stop: asyncio.Event, serving: asyncio.Task[None]) -> int:
    """Wait until told to stop, or crippled; gives the exit code."""
    ends = [asyncio.create_task(event.wait()) for event in (asked_to_stop, service.failed)]
    await asyncio.wait({serving, *ends}, return_when=asyncio.FIRST_COMPLETED)
    for one in ends:
        one.cancel()
    return 0 if asked_to_stop.is_set() else LOST_EXIT_CODE


def _listen(settings: ProcessSettings) -> socket.socket:
    """The port, taken before anything else is begun; raises CannotStart in one sentence."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise CannotStart(
            f"port {settings.port} on {settings.host} cannot be used ({error.strerror});"
            " end what uses it, or set GUIYAN_PORT (and GUIYAN_HOST) to another one"
        ) from None
    return listening
