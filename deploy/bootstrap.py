"""Makes the virtual environment: `python3.11 deploy/bootstrap.py run|dev`. Standard library only.

Installs the locked requirements (every file checked against its hash) and the workspace's own packages, once;
a stamp with the lock's digest says when there is nothing to do. Each thing that can go wrong is one sentence.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "guiyan-requirements.sha256"
PYTHON = VENV / "bin" / "python"
MEMBERS = (
    "libs/events",
    "libs/ledger",
    "libs/service",
    "services/registry",
    "services/transfers",
    "services/contact",
    "services/notifications",
    "services/console",
    "cli",
)
NEEDED_BYTES = 900 * 1024 * 1024


def main(argv: list[str]) -> int:
    """Make the environment ready for `run` (default) or `dev`; returns the exit code."""
    wanted = argv[1] if len(argv) > 1 else "run"
    problem = find_problem()
    if problem:
        print(f"guiyan: {problem}", file=sys.stderr)
        return 1
    lock = ROOT / "requirements" / f"{wanted}.txt"
    digest = digest_of(lock)
    if STAMP.exists() and digest in STAMP.read_text().split():
        build_console_pages()
        return 0
    started = time.monotonic()
    say(f"setting up {VENV.name}/ once (about 40 s; needs the package index)")
    try:
        if not PYTHON.exists():
            venv.create(VENV, with_pip=True, clear=VENV.exists())
        step("installing the locked requirements", "--require-hashes", "-r", str(lock))
        members = [part for member in MEMBERS for part in ("-e", str(ROOT / member))]
        step("installing the workspace", "--no-deps", "--no-build-isolation", *members)
    except subprocess.CalledProcessError as error:
        print(f"guiyan: {explain(error)}", file=sys.stderr)
        return 1
    with STAMP.open("a") as stamp:  # what tests need holds all that running needs
        stamp.write(f"{digest}\n{digest_of(ROOT / 'requirements' / 'run.txt')}\n")
    build_console_pages()
    say(f"ready after {time.monotonic() - started:.0f} s")
    return 0


def build_console_pages() -> None:
    """Style and scripts of the console's pages, where they are stale; without Node.js one line says what is missing."""
    subprocess.run([sys.executable, str(ROOT / "services" / "console" / "build_assets.py")], check=False)  # noqa: S603 - our own command


def find_problem() -> str | None:
    """What keeps this machine from running Guiyan, as one sentence; None when nothing does."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the message is for those who run an older one
        return f"needs Python 3.11 or newer, this is {platform.python_version()}; try `make PYTHON=python3.12 …`"
    if platform.system() not in {"Linux", "Darwin"}:
        return f"{platform.system()} is not supported; use Linux, or the containers of docker-compose.yml"
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES and not STAMP.exists():
        return f"needs {NEEDED_BYTES >> 20} MB of free disk space below {ROOT.name}/, only {free >> 20} MB are left"
    if not os.access(ROOT, os.W_OK):
        return f"cannot write below {ROOT.name}/; clone it into a folder of your own"
    return None


def digest_of(lock: Path) -> str:
    """A digest over the lock and the members' own declarations."""
    files = [lock, *(ROOT / member / "pyproject.toml" for member in MEMBERS)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def step(what: str, *arguments: str) -> None:
    """One pip call, told with its seconds."""
    started = time.monotonic()
    command = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)  # noqa: S603 - our own command
    say(f"{what}: {time.monotonic() - started:.0f} s")


def explain(error: subprocess.CalledProcessError) -> str:
    """A failed pip call, as one sentence."""
    text = str(error.stderr)
    if "HASHES" in text or "hashes" in text.lower():
        return "a downloaded package does not match its recorded hash, so nothing was installed; run the command again"
    if (
        "No matching distribution" in text
        or "ConnectionError" in text
        or "Max retries" in text
        or "Temporary failure" in text
    ):
        return "a package could not be downloaded; check the network or the package index and run the command again"
    if "No space left" in text:
        return "the disk is full; free some space and run the command again"
    last = text.strip().splitlines()[-1:] or ["pip failed without a word"]
    return f"the installation failed: {last[0]}"


def say(text: str) -> None:
    """One line of progress."""
    print(f"guiyan: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
