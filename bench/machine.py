"""The environment of a run: what a figure means nothing without."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.sizes import Sizes
from guiyan.cli.servers import versions
from guiyan.cli.servers.binaries import get_mongod, get_nats_server

PACKAGES = ("nats-py", "motor", "pymongo", "uvloop", "pydantic", "fastapi", "uvicorn", "python-calamine")


def describe(sizes: Sizes) -> dict[str, Any]:
    """Machine, versions, settings, sizes and seed."""
    servers = {"nats-server": get_nats_server().path, "mongod": get_mongod().path}
    return {
        "cpus": os.cpu_count(),
        "cpu": _cpu(),
        "load average before": ", ".join(f"{one:.1f}" for one in os.getloadavg()),
        "python": platform.python_version(),
        "servers": {name: _version(path) for name, path in servers.items()},
        "packages": {name: version(name) for name in PACKAGES},
        "nats sync_interval": "always; row 'append, default sync': 2m",
        "mongod": "replica set of one, writes acknowledged by a majority, journalled",
        "event loop": "uvloop, for ours and for the bare clients",
        "sizes": asdict(sizes),
    }


def _version(path: Path) -> str:
    found = versions.of(path)
    return ".".join(map(str, found)) if found else "unknown"


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
