"""The oldest servers the product runs on, and how a binary tells its own version."""

import re
import subprocess
from pathlib import Path

Version = tuple[int, int, int]

MINIMUM_NATS: Version = (2, 12, 0)  # atomic batches, which 2.12 brought; tested with 2.15.1
MINIMUM_MONGOD: Version = (6, 0, 0)


def text(version: Version) -> str:
    """`2.14.0`."""
    return ".".join(map(str, version))


def parse(told: str) -> Version | None:
    """The first `x.y.z` in `told`."""
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", told)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def of(binary: Path) -> Version | None:
    """What `binary --version` tells; None when it does not run."""
    try:
        done = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - a server found on the PATH
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse(done.stdout + done.stderr) if done.returncode == 0 else None
