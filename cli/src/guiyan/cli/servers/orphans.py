"""Servers left over when their parent was killed: they are ending by themselves, and the next start waits for that."""

import contextlib
import json
from pathlib import Path

import psutil

FILE = "servers.json"
GRACE_SECONDS = 30.0


def remember(folder: Path, pids: dict[str, int]) -> None:
    """Writes down which processes serve `folder`."""
    (folder / FILE).write_text(json.dumps(pids) + "\n", encoding="utf-8")


def wait_until_gone(folder: Path, seconds: float = GRACE_SECONDS) -> list[str]:
    """Waits for the servers of a killed run, ends those that linger, and returns the names of the ones it had to kill.

    A process counts only when its command line names `folder`: process ids are used again.
    """
    with contextlib.suppress(FileNotFoundError, ValueError):
        written = json.loads((folder / FILE).read_text(encoding="utf-8"))
        left = {name: process for name, pid in written.items() if (process := _ours(pid, folder))}
        for process in left.values():
            with contextlib.suppress(psutil.Error):
                process.terminate()
        _, alive = psutil.wait_procs(list(left.values()), timeout=seconds)
        for process in alive:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(alive, timeout=seconds)
        (folder / FILE).unlink()
        return [name for name, process in left.items() if process in alive]
    return []


def _ours(pid: int, folder: Path) -> psutil.Process | None:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        if any(str(folder) in part for part in process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None
