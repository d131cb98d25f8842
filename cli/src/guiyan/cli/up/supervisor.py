"""The supervisor: every service under one roof, kept alive until told to stop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from guiyan.cli.installation import Installation, service_ports
from guiyan.cli.servers.ports import require_free
from guiyan.cli.up.environment import environment_of
from guiyan.cli.up.services import READY_SECONDS, ServiceProcess

LOOK_SECONDS = 0.2
HOPELESS_RESTARTS = 5


def _silent(_: ServiceProcess) -> None:
    """Nobody wants to be told."""


class Supervisor:
    """Starts the services, restarts what ends by itself, stops all in order."""

    def __init__(
        self, installation: Installation, *, clock: str, tell: Callable[[ServiceProcess], None] = _silent
    ) -> None:
        self._tell = tell
        self.services = {
            name: ServiceProcess(
                name,
                port,
                environment_of(name, installation, clock=clock),
                installation.folder / "log" / f"{name}.log",
            )
            for name, port in service_ports().items()
        }
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
        """Look after the services from now on, in the running event loop."""
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
        while True:
            for service in self.services.values():
                if service.look_after():
                    self._tell(service)
            await asyncio.sleep(LOOK_SECONDS)
