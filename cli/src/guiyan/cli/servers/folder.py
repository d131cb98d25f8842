"""The data folder of one instance: ours, with room, and used by one running instance at a time."""

import contextlib
import fcntl
import json
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from guiyan.cli.servers.problems import FolderInUse, FolderRefused, NoDiskSpace

NEEDED_MB = 500
LOCK = "instance.lock"


class DataFolder:
    """A data folder, held from `__enter__` to `__exit__`.

    `log/`, `nats/`, `mongo/`, `keys/` lie under it, and `ports.json`, which keeps the ports: a replica set's
    configuration names its own address.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock: int | None = None

    def __enter__(self) -> Self:
        """Takes the folder; raises FolderRefused, NoDiskSpace or FolderInUse."""
        self._make()
        self._take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Gives the folder free again."""
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def sub(self, name: str) -> Path:
        """The folder `name` in here, made when missing, closed to other users."""
        path = self.path / name
        try:
            path.mkdir(mode=0o700, exist_ok=True)
        except OSError as refused:
            raise FolderRefused(folder=self.path, reason=f"{name} in it cannot be made a folder") from refused
        return path

    def read_ports(self) -> dict[str, int]:
        """The remembered ports; empty at the first start."""
        try:
            document = json.loads((self.path / "ports.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as broken:
            raise FolderRefused(folder=self.path, reason="ports.json in it is not JSON") from broken
        if not isinstance(document, dict) or not all(isinstance(port, int) for port in document.values()):
            raise FolderRefused(folder=self.path, reason="ports.json in it does not map names to numbers")
        return document

    def remember_ports(self, ports: dict[str, int]) -> None:
        """Adds `ports` to those remembered."""
        draft = self.path / "ports.json.new"
        draft.write_text(json.dumps(self.read_ports() | ports, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        draft.replace(self.path / "ports.json")

    def _make(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError as no_folder:
            raise FolderRefused(folder=self.path, reason="it is a file") from no_folder
        except OSError as refused:
            raise FolderRefused(folder=self.path, reason=(refused.strerror or "it cannot be made").lower()) from refused
        if self.path.stat().st_uid != os.geteuid():
            raise FolderRefused(folder=self.path, reason="it belongs to another user")
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise FolderRefused(folder=self.path, reason="it cannot be written")
        free_mb = shutil.disk_usage(self.path).free // 1_000_000
        if free_mb < NEEDED_MB:
            raise NoDiskSpace(folder=self.path, free_mb=free_mb, needed_mb=NEEDED_MB)

    def _take(self) -> None:
        """A lock the kernel gives back when this process ends in whatever way; the file tells who holds it."""
        lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            pid = os.pread(lock, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(lock)
            raise FolderInUse(folder=self.path, pid=pid) from held
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        self._lock = lock


def is_held(path: Path) -> bool:
    """Whether a running instance holds the data folder `path`."""
    with contextlib.suppress(FileNotFoundError):
        lock = os.open(path / LOCK, os.O_RDWR)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
    return False
