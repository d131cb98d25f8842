"""Makes the console's style sheet and scripts: `python services/console/build_assets.py [--check]`.

npm's pinned packages (package-lock.json) -> esbuild -> purgecss over the templates -> files named by their digest and a
manifest in src/guiyan/console/static/. Nothing is done while the manifest says that it was made of the same sources.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "src" / "guiyan" / "console"
STATIC = PACKAGE / "static"
MANIFEST = STATIC / "manifest.json"
MODULES = HERE / "node_modules"
NPM_STAMP = MODULES / ".guiyan-lock.sha256"
BUILD_SECONDS = 300
OLDEST_NODE = 18


class CannotBuild(Exception):  # noqa: N818 - its text is the sentence for a person
    """The assets cannot be made here; says why and what to do."""


def build() -> bool:
    """Make the assets when they are stale; whether anything was made. Raises CannotBuild with one sentence."""
    digest = digest_of_sources()
    if is_fresh(digest):
        return False
    node, npm = _tool("node"), _tool("npm")
    _require_node(node)
    _install(npm)
    _run("the assets could not be built", node, "frontend/build.mjs", digest)
    return True


def digest_of_sources() -> str:
    """A digest over all that the assets are made of: the lock, our own scripts, and the templates' class names."""
    files = [HERE / "package-lock.json", *sorted((HERE / "frontend").iterdir())]
    files += sorted([*PACKAGE.glob("templates/**/*.html"), *PACKAGE.glob("**/*.py")])
    joined = b"".join(file.read_bytes() for file in files if file.is_file())
    return hashlib.sha256(joined).hexdigest()


def is_fresh(digest: str) -> bool:
    """Whether the assets that are there were made of these sources."""
    try:
        return bool(json.loads(MANIFEST.read_text())["sources"] == digest)
    except (OSError, ValueError, KeyError):
        return False


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CannotBuild(
            f"`{name}` is missing, so the console's pages have neither style nor scripts; "
            f"install Node.js {OLDEST_NODE} or newer and run the command again. Everything else runs."
        )
    return found


def _require_node(node: str) -> None:
    version = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout.strip()  # noqa: S603 - found on PATH
    major = version.removeprefix("v").partition(".")[0]
    if not major.isdigit() or int(major) < OLDEST_NODE:
        raise CannotBuild(
            f"Node.js {version or '?'} is too old to build the console's pages; install {OLDEST_NODE} or newer "
            "and run the command again. Everything else runs."
        )


def _install(npm: str) -> None:
    """The locked packages, once for a lock; none of their install scripts is run."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if NPM_STAMP.is_file() and NPM_STAMP.read_text() == lock:
        return
    _run("npm's packages could not be installed", npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    NPM_STAMP.write_text(lock)


def _run(what: str, *command: str) -> None:
    try:
        subprocess.run(  # noqa: S603 - our own command
            command,
            check=True,
            cwd=HERE,
            capture_output=True,
            text=True,
            timeout=BUILD_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout or "").strip().splitlines()[-1:] or ["no word of why"]
        raise CannotBuild(f"{what}: {last[0]}. Everything else runs.") from None
    except subprocess.TimeoutExpired:
        raise CannotBuild(f"{what} within {BUILD_SECONDS} s; look at the network. Everything else runs.") from None


def main(arguments: list[str]) -> int:
    """Build, or with `--check` tell by the exit code whether the assets are fresh."""
    if arguments == ["--check"]:
        return 0 if is_fresh(digest_of_sources()) else 1
    try:
        made = build()
    except CannotBuild as problem:
        print(f"guiyan: {problem}", file=sys.stderr)
        return 1
    if made:
        print("guiyan: the console's pages are built")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
