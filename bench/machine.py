"""The environment of a run: what a figure means nothing without."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.sizes import Sizes
from guiyan.cli.servers.binaries import Binary, get_mongod, get_nats_server

PACKAGES = ("nats-py", "motor", "pymongo", "uvloop", "pydantic", "fastapi", "uvicorn", "python-calamine")


def describe(sizes: Sizes) -> dict[str, Any]:
    """Machine, versions, settings, sizes and seed."""
    servers = (get_nats_server(), get_mongod())
    return {
        "cpus": os.cpu_count(),
        "cpu": _cpu(),
        "load average before": ", ".join(f"{one:.1f}" for one in os.getloadavg()),
        "python": platform.python_version(),
        "servers": [_version(one) for one in servers],
        "packages": {name: version(name) for name in PACKAGES},
        "nats sync_interval": "always; row 'append, default sync': 2m",
        "mongod": "replica set of one, writes acknowledged by a majority, journalled",
        "event loop": "uvloop, for ours and for the bare clients",
        "sizes": asdict(sizes),
    }


def _version(server: Binary) -> str:
    """What the program says of itself."""
    said = subprocess.run(  # noqa: S603 - our own servers
        [server.path, "--version"], env={**os.environ, **server.environment}, capture_output=True, text=True, check=True
    )
    return said.stdout.splitlines()[0]


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
