"""Whatever ends a command - a bug, Ctrl-C, a closed pipe, a full disk - is an exit code and one sentence."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import nats.errors
import pytest
import typer
from cli.tests.front.said import Guiyan

from guiyan.cli.explain import explain
from guiyan.cli.failures import Failure, Misuse
from guiyan.cli.front import run
from guiyan.cli.keys.folder import KeyFolder
from guiyan.cli.servers.problems import PortInUse
from guiyan.cli.speech import VARIABLES, language
from guiyan.ledger.errors import LedgerUnavailable

GUIYAN = [sys.executable, "-m", "guiyan.cli.main"]
FROM_A_TERMINAL = [
    sys.executable,
    "-c",
    (
        "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        " runpy.run_module('guiyan.cli.main', run_name='__main__', alter_sys=True)"
    ),
]
"""The same with Ctrl-C as a terminal has it. Who is started in the background of a script ignores it, and so does
whatever he starts: tests in the background of a script saw a command wait its time, as it must there."""
SECONDS = 30


def _ending_with(error: BaseException) -> typer.Typer:
    app = typer.Typer(rich_markup_mode=None)

    @app.command()
    def fail() -> None:
        raise error

    return app


def test_a_bug_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """What nobody foresaw is `internal`, says what it was, and how to get the traceback."""
    assert run(_ending_with(KeyError("x")), ["--json"]) == 2  # this app has no --json: usage
    capsys.readouterr()
    assert run(_ending_with(KeyError("x")), []) == 1
    told = capsys.readouterr().err
    assert "KeyError: 'x'" in told
    assert "GUIYAN_DEBUG=1" in told
    assert "Traceback" not in told


def test_a_bug_shows_its_traceback_when_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """GUIYAN_DEBUG=1 is for whoever has to mend it."""
    monkeypatch.setenv("GUIYAN_DEBUG", "1")
    assert run(_ending_with(KeyError("x")), []) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "data/x"), "disk_full"),
        (PermissionError(errno.EACCES, "Permission denied", "data/x"), "no_permission"),
        (FileNotFoundError(errno.ENOENT, "No such file", "data/x"), "no_such_file"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "unreachable"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "data"), "system_error"),
        (nats.errors.NoRespondersError(), "service_not_running"),
        (nats.errors.TimeoutError(), "no_answer"),
        (nats.errors.Error("nats: odd"), "nats_refused"),
        (LedgerUnavailable("the stream is away"), "ledger_unavailable"),
        (httpx.ReadTimeout("slow"), "service_unreachable"),
        (PortInUse(port=8101, name="registry", where="GUIYAN_FIRST_PORT"), "port_in_use"),
        (Misuse("Not so.", "不行。"), "misuse"),
    ],
    ids=lambda one: one if isinstance(one, str) else type(one).__name__,
)
def test_every_known_error_has_its_code_and_both_sentences(error: Exception, code: str) -> None:
    """The code is stable; the sentences differ, end, and say more than the error did."""
    failure = explain(error)
    assert failure.code == code
    assert failure.en.endswith(".")
    assert failure.zh.endswith("。")


def test_a_failure_is_told_in_the_chosen_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """GUIYAN_LANG is asked first, then LC_ALL, LC_MESSAGES, LANG; an empty one does not count."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert language() == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert str(Failure("Yes.", "是。")) == "是。"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert language() == "en"
    monkeypatch.setenv("LC_ALL", "")
    assert language() == "zh-CN"
    monkeypatch.setenv("GUIYAN_LANG", "en")
    assert language() == "en"


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    """`guiyan … | head` is no error worth a word."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [*GUIYAN, "sample", "--out", str(tmp_path / "city"), "--members", "5", "--away", "1", "--json"]
    done = subprocess.run(  # noqa: S603 - our own
        command, stdout=writing, stderr=subprocess.PIPE, timeout=SECONDS, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_ctrl_c_is_told_in_a_sentence(tmp_path: Path) -> None:
    """SIGINT in the middle of a wait: exit code 1 and one JSON document, no traceback."""
    KeyFolder(tmp_path / "keys").make_missing()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"nats://127.0.0.1:{silent.getsockname()[1]}"
        environment = {**os.environ, "GUIYAN_DATA": str(tmp_path), "GUIYAN_NATS_URL": address, "GUIYAN_LANG": "en"}
        environment["GUIYAN_MONGO_URL"] = "mongodb://127.0.0.1:9"
        running = subprocess.Popen(  # noqa: S603 - our own
            [*FROM_A_TERMINAL, "clock", "show", "--json"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        silent.settimeout(SECONDS)
        with silent.accept()[0]:  # it waits for NATS's first words now
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=SECONDS)
    assert running.returncode == 1
    assert json.loads(out)["error"]["code"] == "interrupted"
    assert err == b""


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "8101.5", "٨١٠١", "9" * 30])
def test_a_wrong_first_port_is_told(
    text: str, guiyan: Guiyan, bare_world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names the setting and what it takes, before anything is made."""
    monkeypatch.setenv("GUIYAN_FIRST_PORT", text)
    said = guiyan("up", "--data", str(bare_world / "new"), "--json")
    assert (said.code, said.error["code"], said.error["setting"]) == (2, "wrong_setting", "GUIYAN_FIRST_PORT")
    assert not (bare_world / "new").exists()


def test_a_broken_key_is_told(guiyan: Guiyan, dead_city: Path) -> None:
    """A seed or an issuer key that is none names its file."""
    (dead_city / "keys" / "nats" / "operator.nk").write_text("SUGARBAGE\n")
    (dead_city / "keys" / "issuer.json").write_text('{"kty": "OKP"}')
    assert guiyan("clock", "show", "--json").error["code"] == "broken_key"
    assert guiyan("token", "--role", "AUDITOR", "--json").error["code"] == "broken_key"
    (dead_city / "keys" / "nats" / "operator.nk").unlink()
    assert guiyan("clock", "show", "--json").error["code"] == "no_key"


@pytest.mark.parametrize("content", ["", "one", "a b c", "\x00\xff"])
def test_a_damaged_address_file_is_told(content: str, guiyan: Guiyan, dead_city: Path) -> None:
    """What `guiyan up` wrote down and somebody broke is named."""
    (dead_city / "addresses.txt").write_text(content)
    said = guiyan("clock", "show", "--json")
    assert (said.code, said.error["code"]) == (1, "broken_installation")


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        (("SYS_ADMIN", "SEC_ADMIN"), 2),
        (("AUDITOR", "AUDIT_ADMIN", "SYS_ADMIN"), 2),
        (("SEC_ADMIN", "SEC_ADMIN"), 0),
        (("AUDITOR", "AUDIT_ADMIN"), 0),
    ],
)
def test_no_token_that_every_service_refuses(
    guiyan: Guiyan, dead_city: Path, roles: tuple[str, ...], code: int
) -> None:
    """Two administrators in one person are refused before a token is made; one with another role is a token."""
    said = guiyan("token", *(word for role in roles for word in ("--role", role)), "--json")
    assert said.code == code
    if code:
        assert said.error["code"] == "admin_roles_combined"


def test_a_token_is_told_with_its_claims(guiyan: Guiyan, dead_city: Path) -> None:
    """For people the bare token, to put into a header; for programs its claims and end beside it."""
    said = guiyan("token", "--role", "AUDITOR", "--role", "CITY_OFFICER", "--hours", "1")
    assert said.out.count(".") == 2
    told = json.loads(guiyan("token", "--role", "AUDITOR", "--json").out)
    assert told["roles"] == ["AUDITOR"]
    assert told["expires_at"].endswith("+00:00")
