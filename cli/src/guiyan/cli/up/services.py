"""One service as a supervised process: started, watched, restarted when it ends by itself, stopped in order."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from guiyan.cli.servers.children import Child
from guiyan.cli.servers.problems import ServerFailed
from guiyan.cli.up.pauses import Pauses
from guiyan.cli.up.restarts import Restart, last_event, try_to

READY_SECONDS = 60.0
STOP_SECONDS = 15.0


@dataclass
class ServiceProcess:
    """A service, its environment, and the process it runs in now; `restarts` counts the unasked ones."""

    name: str
    port: int
    environment: Mapping[str, str]
    log: Path
    restarts: int = 0
    _child: Child | None = field(default=None, repr=False)
    pauses: Pauses = field(default_factory=Pauses, repr=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._child.pid if self._child is not None and self._child.process.poll() is None else None

    def start(self) -> None:
        """Start the process; `wait_ready` tells when it answers."""
        self.pauses.started()
        self._child = Child(self.name, [sys.executable, "-m", f"guiyan.{self.name}"], self.log, self.environment)

    def failure(self, reason: str) -> ServerFailed:
        """The service's failure with the last event of its log."""
        return ServerFailed(name=self.name, reason=reason, tail=last_event(self.log), log=self.log)

    def is_ready(self) -> bool:
        """Whether it says so itself."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2.0).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def look_after(self) -> Restart | None:
        """Restart it when it ended by itself, not too often in a row; what was done just now, if anything."""
        ended = self._child
        if ended is None or ended.is_running or not self.pauses.over():
            return None
        self.restarts += 1
        refused = try_to(self.start, self.name, self.log)
        return Restart(self.name, ended.ending, self.log, self.pauses.failures, refused)

    def kill(self) -> None:
        """SIGKILL, as a crash would; `look_after` brings it back."""
        if self._child is not None:
            self._child.kill()

    def ask_to_stop(self) -> None:
        """SIGTERM without waiting, so that all services drain at once."""
        if self._child is not None and self._child.process.poll() is None:
            self._child.process.terminate()

    def stop(self) -> None:
        """SIGTERM, wait for the drain, SIGKILL when it takes too long."""
        if self._child is not None:
            self._child.stop(seconds=STOP_SECONDS)
            self._child = None
