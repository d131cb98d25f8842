"""The supervisor: every service and the embedded servers under one roof, kept alive until told to stop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from guiyan.cli.installation import CONSOLE, Installation, console_port, service_ports
from guiyan.cli.servers.embedded import Embedded
from guiyan.cli.servers.ports import require_free
from guiyan.cli.up.embedded import server_processes
from guiyan.cli.up.environment import console_environment, environment_of
from guiyan.cli.up.restarts import Restart, Watched
from guiyan.cli.up.services import READY_SECONDS, ServiceProcess

LOOK_SECONDS = 0.2
HOPELESS_RESTARTS = 5


def _silent(_: Restart) -> None:
    """Nobody wants to be told."""


class Supervisor:
    """Starts the services, restarts what ends by itself, stops the services in order.

    `servers` are looked after too, as long as the services are; who entered them stops them.
    """

    def __init__(
        self,
        installation: Installation,
        *,
        clock: str,
        servers: Embedded | None = None,
        tell: Callable[[Restart], None] = _silent,
    ) -> None:
        self._tell = tell
        self._servers = () if servers is None else server_processes(servers)
        self.services = {
            name: ServiceProcess(
                name,
                port,
                environment_of(name, installation, clock=clock),
                installation.folder / "log" / f"{name}.log",
            )
            for name, port in service_ports().items()
        }
        self.services[CONSOLE] = ServiceProcess(
            CONSOLE, console_port(), console_environment(installation), installation.folder / "log" / "console.log"
        )
        self._watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start every service; raises PortInUse before anything is started when a port is taken."""
        for service in self.services.values():
            require_free(service.port, service.name, "GUIYAN_FIRST_PORT")
        for service in self.services.values():
            service.start()

    async def ready(self, names: Iterable[str] | None = None, *, seconds: float = READY_SECONDS) -> None:
        """Wait until each service says it is ready; raises ServerFailed for the first that does not in time."""
        deadline = time.monotonic() + seconds
        for name in names or self.services:
            service = self.services[name]
            while not await asyncio.to_thread(service.is_ready):
                if time.monotonic() > deadline or service.restarts > HOPELESS_RESTARTS:
                    raise service.failure("is not ready")
                await asyncio.sleep(LOOK_SECONDS)

    def watch(self) -> None:
        """Look after services and servers from now on, in the running event loop of the main thread."""
        self._watch = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Stop watching, ask all services to drain at once, and wait for each."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        for service in self.services.values():
            service.ask_to_stop()
        for service in self.services.values():
            service.stop()

    async def _look(self) -> None:
        watched: tuple[Watched, ...] = (*self._servers, *self.services.values())
        while True:
            for process in watched:
                restart = process.look_after()
                if restart is not None:
                    self._tell(restart)
            await asyncio.sleep(LOOK_SECONDS)
