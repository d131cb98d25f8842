"""One service as a supervised process: started, watched, restarted when it ends by itself, stopped in order."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from guiyan.cli.servers.children import Child
from guiyan.cli.servers.problems import ServerFailed

READY_SECONDS = 60.0
STOP_SECONDS = 15.0
BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
STEADY_SECONDS = 30.0
FAILING = 3
LAST_WORDS_CHARS = 400


@dataclass
class ServiceProcess:
    """A service, its environment, and the process it runs in now; `restarts` counts the unasked ones."""

    name: str
    port: int
    environment: Mapping[str, str]
    log: Path
    restarts: int = 0
    _child: Child | None = field(default=None, repr=False)
    _started_at: float = 0.0
    _again_at: float = 0.0
    _failures: int = 0

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
        self._child = Child(self.name, [sys.executable, "-m", f"guiyan.{self.name}"], self.log, self.environment)
        self._started_at = time.monotonic()

    @property
    def failing(self) -> bool:
        """Whether it ends again and again, soon after each start."""
        return self._failures >= FAILING

    def failure(self, reason: str) -> ServerFailed:
        """The service's failure with the last words of its log."""
        return ServerFailed(name=self.name, reason=reason, tail=self.last_words(), log=self.log)

    def last_words(self) -> str:
        """The end of its log, as one line."""
        words = self.log.read_text(encoding="utf-8", errors="replace").split() if self.log.exists() else []
        return " ".join(words)[-LAST_WORDS_CHARS:] or "-"

    def is_ready(self) -> bool:
        """Whether it says so itself."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2.0).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def look_after(self) -> bool:
        """Restart it when it ended by itself, not too often in a row; True when it was restarted just now."""
        if self._child is None or self._child.process.poll() is None:
            return False
        now = time.monotonic()
        if self._again_at == 0.0:
            self._failures = 0 if now - self._started_at > STEADY_SECONDS else self._failures + 1
            self._again_at = now + BACKOFF_SECONDS[min(self._failures, len(BACKOFF_SECONDS) - 1)]
        if now < self._again_at:
            return False
        self._again_at = 0.0
        self.restarts += 1
        self.start()
        return True

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
