"""Server processes that cannot outlive this one: even after SIGKILL they get a SIGTERM from the kernel."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from guiyan.cli.servers.problems import ServerFailed

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 30.0
POLL_SECONDS = 0.02
LAST_WORDS = 400

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
T = TypeVar("T")


class Child:
    """One server process with its log."""

    def __init__(self, name: str, command: Sequence[str | Path], log: Path, environment: Mapping[str, str]) -> None:
        # The death signal follows the thread that forked: from another thread the server would end with that thread.
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError(f"{name} must be started from the main thread")
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        parent = os.getpid()

        def die_with_parent() -> None:
            if _libc is not None:
                _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # the parent died between fork and prctl
                os._exit(1)

        with log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, **environment},
                start_new_session=True,  # Ctrl-C reaches this process, which then stops its children in order
                preexec_fn=die_with_parent,  # noqa: PLW1509 - two system calls, started from the main thread
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    @property
    def is_running(self) -> bool:
        """Whether it still runs; one that ended is reaped."""
        return self.process.poll() is None

    @property
    def ending(self) -> str:
        """How it ended: the signal's name, or its exit code."""
        code = self.process.returncode
        if code is not None and code < 0:
            return signal.Signals(-code).name
        return f"exit code {code}"

    def wait_until(self, ready: Callable[[], T], *, seconds: float = 60.0) -> T:
        """The first true value of `ready()`; OSErrors count as "not yet". Raises ServerFailed with the log's end."""
        deadline = time.monotonic() + seconds
        while True:
            if self.process.poll() is not None:
                raise self._failed(f"ended with code {self.process.returncode}")
            try:
                value = ready()
            except OSError:
                value = None
            if value:
                return value
            if time.monotonic() > deadline:
                raise self._failed(f"was not ready after {seconds:.0f} s")
            time.sleep(POLL_SECONDS)

    def stop(self, *, seconds: float = STOP_SECONDS) -> None:
        """SIGTERM, a wait, and SIGKILL when that was not enough."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """SIGKILL: what a crash looks like."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def _failed(self, reason: str) -> ServerFailed:
        words = self.log.read_text(encoding="utf-8", errors="replace").strip() if self.log.exists() else ""
        return ServerFailed(name=self.name, reason=reason, tail=words[-LAST_WORDS:] or "none", log=self.log)
