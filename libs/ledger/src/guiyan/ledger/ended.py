"""Whether a process that was written down has ended: told for certain where its kernel is ours, else not at all.

A process is known by its kernel's boot, its pid namespace, its pid and the tick it was started at (proc(5)), so that
neither a second machine of the same name nor a pid that is used again is taken for it. Where the kernel tells none of
this, as outside Linux, nothing is ever said to have ended.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE: Final = Path("/proc/self/ns/pid")
_PROCESSES: Final = Path("/proc")
_STARTED_AT: Final = 19
"""Place of `starttime` behind the process's name in its `stat` (field 22; the state is the first behind it)."""
_DEAD: Final = frozenset({"Z", "X", "x"})


def this_process() -> dict[str, Any] | None:
    """This process, to be written down; None where it cannot be told from others."""
    kernel, found = _kernel(), _stat(os.getpid())
    if kernel is None or found is None:
        return None
    return {"kernel": kernel, "pid": os.getpid(), "started_at_ticks": found[1]}


def has_ended(process: Mapping[str, Any] | None) -> bool:
    """Whether the process is certain to have ended; False for one of another machine or container, and for None."""
    if process is None or process["kernel"] != _kernel():
        return False
    pid = int(process["pid"])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # there is one, of another user
    found = _stat(pid)
    return found is not None and (found[0] in _DEAD or found[1] != process["started_at_ticks"])


@cache
def _kernel() -> str | None:
    """The kernel's boot and the pid namespace in it."""
    try:
        return f"{_BOOT.read_text().strip()}/{_NAMESPACE.stat().st_ino}"
    except OSError:
        return None


def _stat(pid: int) -> tuple[str, int] | None:
    """State and start of a process, in ticks since the boot; None when it cannot be read."""
    try:
        fields = (_PROCESSES / str(pid) / "stat").read_text().rpartition(")")[2].split()
        return fields[0], int(fields[_STARTED_AT])
    except (OSError, ValueError, IndexError):
        return None
