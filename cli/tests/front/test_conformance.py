"""What the contract asks of every command (contract.md §6), walked over all there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from cli.tests.front.said import Guiyan

from guiyan.cli.help import CHINESE, commands_below
from guiyan.cli.main import app

HAN = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"[a-z][a-z0-9_]*")
# What a parameter is given that a command cannot do without; any other gets a place where nothing can be written.
GIVEN = {"span": "91d", "role": "AUDITOR", "service": "registry", "reason": "a test"}
NOWHERE = "data/x"


def _leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    below = getattr(command, "commands", {})
    if not below:
        yield path, command
    for name, one in below.items():
        yield from _leaves(one, (*path, name))


ALL = dict(_leaves(typer.main.get_command(app)))


@pytest.fixture(params=ALL, ids=" ".join)
def path(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Every command there is, one after the other."""
    found: tuple[str, ...] = request.param
    return found


def _call(path: tuple[str, ...], folder: Path) -> list[str]:
    """The command with a value for each parameter it cannot do without."""
    (folder / "roster.csv").write_text("姓名\n")
    words = list(path)
    for one in ALL[path].params:
        if one.required:
            value = str(folder / "roster.csv") if one.name == "file" else GIVEN.get(one.name, NOWHERE)
            words += [one.opts[0], value] if one.param_type_name == "option" else [value]
    return words


def test_the_contract_names_its_commands() -> None:
    """Each command of contract.md §6 that is built is there, under that name."""
    names = {" ".join(path) for path in ALL}
    assert names >= {
        *("up", "import", "sample", "token", "clock show", "clock advance", "projections status"),
        *("projections rebuild", "parked list", "parked retry", "parked skip", "replay", "bench"),
    }


def test_every_command_takes_json(path: tuple[str, ...]) -> None:
    """`--json` is a flag everywhere: it never swallows the next word."""
    found = [one for one in ALL[path].params if "--json" in one.opts]
    assert [one.is_flag for one in found] == [True]


def test_every_help_text_is_there_in_both_languages() -> None:
    """No command or option without help, none without its Chinese, and no Chinese for what is gone."""
    texts: set[str] = set()
    for command in commands_below(typer.main.get_command(app)):
        texts.add(command.help)
        texts.update(one.help for one in command.params if one.name != "help")
    assert texts == set(CHINESE)
    assert all(HAN.search(chinese) for english, chinese in CHINESE.items() if not english.startswith("table, json"))


def test_help_is_in_the_callers_language(path: tuple[str, ...], guiyan: Guiyan, language: str) -> None:
    """`--help` ends with 0 and speaks the language of the locale, its headings included."""
    said = guiyan(*path, "--help")
    assert (said.code, said.err) == (0, "")
    assert bool(HAN.search(said.out)) is (language == "zh-CN")
    assert ("Usage:" in said.out) is (language == "en")


def test_a_failure_is_one_json_document(path: tuple[str, ...], guiyan: Guiyan, bare_world: Path, language: str) -> None:
    """With --json an error is the one document on standard output, in the caller's language, and nothing beside it."""
    said = guiyan(*_call(path, bare_world), "--json")
    assert said.code in {1, 2}
    assert CODE.fullmatch(said.error["code"])
    assert said.error["code"] != "internal"
    assert bool(HAN.search(said.error["message"])) is (language == "zh-CN")
    assert said.err == ""


def test_a_failure_is_one_sentence(path: tuple[str, ...], guiyan: Guiyan, bare_world: Path, language: str) -> None:
    """Without --json standard output stays empty and standard error has the sentence, never a traceback."""
    said = guiyan(*_call(path, bare_world))
    assert said.code in {1, 2}
    assert said.out == ""
    assert said.err.splitlines()[-1].startswith("guiyan: ")
    assert said.err.rstrip().endswith((".", "。"))
    assert bool(HAN.search(said.err)) is (language == "zh-CN")
    assert "Traceback" not in said.err


def test_an_unknown_option_is_usage(path: tuple[str, ...], guiyan: Guiyan, bare_world: Path, language: str) -> None:
    """Exit code 2, and the sentence names the option and where the help is."""
    said = guiyan(*path, "--no-such-option", "--json")
    assert said.code == 2
    assert said.error["code"] == "usage"
    assert "--no-such-option" in said.error["message"]
    assert f"guiyan {' '.join(path)} --help" in said.error["message"]


ASKING = [path for path in ALL if path[0] in {"clock", "projections", "parked", "replay", "import"}]


@pytest.mark.parametrize("path", ASKING, ids=" ".join)
def test_servers_that_are_gone_are_told(
    path: tuple[str, ...], guiyan: Guiyan, dead_city: Path, tmp_path: Path, language: str
) -> None:
    """Whatever has to ask a server says which one does not answer, and what to do."""
    roster = tmp_path / "roster.csv"
    roster.write_text("姓名\n")
    told = {("replay",): ["replay", "registry/member/x"], ("import",): ["import", str(roster)]}
    call = told.get(path) or _call(path, tmp_path)
    said = guiyan(*call, "--json")
    assert said.code == 1
    assert said.error["code"] in {"nats_unreachable", "service_unreachable"}
    assert "127.0.0.1:9" in said.error["message"]
