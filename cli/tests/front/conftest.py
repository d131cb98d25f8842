"""What the tests of the command line share: running one in this process, and worlds in which nothing works."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from cli.tests.front.said import Guiyan, Said

from guiyan.cli import benching
from guiyan.cli.front import run
from guiyan.cli.keys.folder import KeyFolder
from guiyan.cli.main import app
from guiyan.cli.speech import VARIABLES

NOBODY = "127.0.0.1:9"  # the discard port: nothing listens there


@pytest.fixture
def guiyan(capsys: pytest.CaptureFixture[str]) -> Guiyan:
    """`guiyan("clock", "show")` as a person would type it, without a process of its own."""

    def call(*arguments: str) -> Said:
        code = run(app, arguments)
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return call


@pytest.fixture(params=["en", "zh-CN"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both languages, one after the other."""
    chosen: str = request.param
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GUIYAN_LANG", chosen)
    return chosen


@pytest.fixture
def bare_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which no command can succeed: `data` is a file, and nothing is named in the environment."""
    _forget_the_environment(monkeypatch)
    (tmp_path / "data").write_text("not a folder")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(benching, "find_checkout", lambda: None)  # nor does one that would measure for minutes
    return tmp_path


@pytest.fixture
def dead_city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with all its keys whose servers and services have gone."""
    _forget_the_environment(monkeypatch)
    KeyFolder(tmp_path / "keys").make_missing()
    (tmp_path / "addresses.txt").write_text(f"nats://{NOBODY}\nmongodb://{NOBODY}\n")
    monkeypatch.setenv("GUIYAN_DATA", str(tmp_path))
    monkeypatch.setenv("GUIYAN_REGISTRY_URL", f"http://{NOBODY}")
    return tmp_path


def _forget_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    names: Sequence[str] = (
        *("GUIYAN_DATA", "GUIYAN_KEYS", "GUIYAN_NATS_URL", "GUIYAN_MONGO_URL", "GUIYAN_MONGO_HOST"),
        *("GUIYAN_FIRST_PORT", "GUIYAN_NATS_NKEY_SEED_FILE", "GUIYAN_TOWNSHIPS", "GUIYAN_DEBUG"),
    )
    for name in names:
        monkeypatch.delenv(name, raising=False)
