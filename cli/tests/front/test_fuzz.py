"""Any words and any settings: never a traceback, an exit code of three, a sentence or one JSON document."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiyan.cli.front import run
from guiyan.cli.main import app
from guiyan.cli.reference import commands

LEAVES = dict(commands(typer.main.get_command(app)))
OPTIONS = sorted(
    {word for one in LEAVES.values() for parameter in one.params for word in parameter.opts if "-" in word}
)
# No slash and no dot: what is written stays in the folder of the test.
JUNK = st.text(st.characters(exclude_characters="/.\0"), max_size=12)
NUMBERS = st.sampled_from(["0", "1", "5", "-1", "1.5", "9" * 30, "1e9", "\N{ARABIC-INDIC DIGIT FIVE}"])
WORDS = st.one_of(
    st.sampled_from([*OPTIONS, "--", "-", "roster", "registry", "AUDITOR", "654002000000", "registry/member/x", "91d"]),
    NUMBERS,
    JUNK,
)
ADDRESSES = st.one_of(
    JUNK,
    st.sampled_from(["nats://[::1", "nats://127.0.0.1:9", "http://[", "http://127.0.0.1:9", "http://a:99999", "://"]),
)
SETTINGS = (
    "GUIYAN_DATA",
    "GUIYAN_KEYS",
    "GUIYAN_NATS_URL",
    "GUIYAN_MONGO_URL",
    "GUIYAN_REGISTRY_URL",
    "GUIYAN_TOWNSHIPS",
)
BOUNDED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def _check(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = run(app, arguments)
    out, err = capsys.readouterr()
    assert code in {0, 1, 2}, (arguments, out, err)
    assert "Traceback" not in err
    assert "inside guiyan" not in out + err, (arguments, out, err)
    words = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if "--json" in words and "--help" not in words:
        json.loads(out.splitlines()[-1])
        assert err == ""
    elif code:
        assert "guiyan" in err


def _only(environment: Mapping[str, str]) -> mock._patch_dict:  # type: ignore[name-defined]  # what patch.dict gives
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUIYAN_")}
    return mock.patch.dict(os.environ, {**kept, **environment}, clear=True)


@BOUNDED
@given(path=st.sampled_from([name.split()[1:] for name in LEAVES]), words=st.lists(WORDS, max_size=6))
def test_any_words(path: list[str], words: list[str], bare_world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever stands behind a command, it is done, failed or usage, and said in a sentence."""
    (bare_world / "roster").write_text("a")
    with _only({"GUIYAN_FIRST_PORT": "none", "GUIYAN_LANG": "en"}):  # so that `up` starts nothing
        _check([*path, *words], capsys)


@BOUNDED
@given(words=st.lists(WORDS, max_size=4))
def test_any_words_without_a_command(words: list[str], bare_world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same without a command in front."""
    with _only({"GUIYAN_FIRST_PORT": "none", "GUIYAN_LANG": "zh"}):
        _check(words, capsys)


@BOUNDED
@given(
    path=st.sampled_from(
        [["clock", "show"], ["replay"], ["parked", "list"], ["token", "--role", "OPS"], ["import", "roster"]]
    ),
    environment=st.fixed_dictionaries({}, optional=dict.fromkeys(SETTINGS, ADDRESSES)),
)
def test_any_settings(
    path: list[str],
    environment: dict[str, str],
    dead_city: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A wrong setting is a sentence; where it is the setting that is wrong, the sentence names it."""
    monkeypatch.chdir(dead_city)
    (dead_city / "roster").write_text("a")
    told = {name: value for name, value in environment.items() if value.isprintable()}
    with _only({"GUIYAN_DATA": str(dead_city), **told}):
        _check([*path, "--json"], capsys)
