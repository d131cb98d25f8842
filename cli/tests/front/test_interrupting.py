"""Ctrl-C ends a command, whatever the code it meets makes of it: the races are made here, not waited for."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nats.errors import NoServersError

from guiyan.cli import interrupting
from guiyan.cli.connection import connected
from guiyan.cli.failures import Unreachable
from guiyan.cli.installation import Installation
from guiyan.cli.interrupting import end, run
from guiyan.cli.keys.folder import KeyFolder


@pytest.fixture(autouse=True)
def ctrl_c(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ctrl-C as Python has it from a terminal, also where the tests were started with it ignored; no long clean-ups."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr(interrupting, "AGAIN_SECONDS", 0.01)
    yield
    signal.signal(signal.SIGINT, before)


def press_ctrl_c() -> None:
    """At this very instant of the event loop."""
    signal.raise_signal(signal.SIGINT)


async def _for_ever() -> None:
    await asyncio.Event().wait()


def test_without_ctrl_c_nothing_is_changed() -> None:
    """Results and errors come as they are."""

    async def give() -> int:
        await asyncio.sleep(0)
        return 7

    async def fail() -> None:
        await asyncio.sleep(0)
        raise NoServersError

    assert run(give()) == 7
    with pytest.raises(NoServersError):
        run(fail())


def test_a_wait_that_ends_at_the_same_instant_does_not_lose_it() -> None:
    """bpo-37658, made to happen: `wait_for` gives its result and forgets the cancellation; the command would go on."""
    lost: list[str] = []

    async def command() -> None:
        async def just_then() -> str:
            press_ctrl_c()
            return "result"

        lost.append(await asyncio.wait_for(just_then(), 60))
        await _for_ever()

    with pytest.raises(KeyboardInterrupt):
        run(command())
    assert lost == ["result"], "wait_for lost it, which this test is about; if no longer, there is less to mend"


def test_who_turns_it_into_another_error_is_not_believed() -> None:
    """A library that gives up connecting with an error of its own: the command was interrupted all the same."""

    async def command() -> None:
        press_ctrl_c()
        try:
            await _for_ever()
        except asyncio.CancelledError:
            raise NoServersError from None

    with pytest.raises(KeyboardInterrupt):
        run(command())


def test_who_gives_a_result_all_the_same_is_not_believed() -> None:
    """Nobody is told that a command is done which he stopped."""

    async def command() -> str:
        press_ctrl_c()
        with contextlib.suppress(asyncio.CancelledError):
            await _for_ever()
        return "done"

    with pytest.raises(KeyboardInterrupt):
        run(command())


def test_who_catches_it_and_goes_on_is_told_again() -> None:
    """As often as it takes; clean-up in between is let come to its end."""
    caught: list[int] = []

    async def command() -> None:
        press_ctrl_c()
        for number in range(3):
            try:
                await _for_ever()
            except asyncio.CancelledError:
                caught.append(number)
        await _for_ever()

    with pytest.raises(KeyboardInterrupt):
        run(command())
    assert caught == [0, 1, 2]


async def test_a_task_is_ended_whatever_it_makes_of_it() -> None:
    """What `guiyan up` does with its journey; one that has ended already is left alone."""

    async def stubborn() -> str:
        with contextlib.suppress(asyncio.CancelledError):
            await _for_ever()
        await _for_ever()
        return "never"

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await end(task)
    assert task.cancelled()
    done = asyncio.create_task(asyncio.sleep(0))
    await done
    await end(done)
    assert not done.cancelled()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """One whose NATS accepts connections and says nothing."""
    KeyFolder(tmp_path / "keys").make_missing()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield Installation(tmp_path, f"nats://127.0.0.1:{silent.getsockname()[1]}", "mongodb://127.0.0.1:9")


async def _connect(installation: Installation) -> None:
    async with connected(installation):
        pytest.fail("a silent server is none")


def test_ctrl_c_at_the_instant_of_connecting(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is there just as Ctrl-C comes: nats-py goes on, and would try for seconds, then tell of NATS."""
    opened: list[bool] = []
    real = asyncio.open_connection

    async def just_then(*arguments: Any, **options: Any) -> Any:
        connection = await real(*arguments, **options)
        opened.append(True)
        press_ctrl_c()
        return connection

    monkeypatch.setattr(asyncio, "open_connection", just_then)
    with pytest.raises(KeyboardInterrupt):
        run(_connect(installation))
    assert opened == [True], "not once more"


def test_ctrl_c_at_the_instant_of_giving_up(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the error is told that ends the last try: it is no error of NATS any more."""

    async def refuse(*_: Any, **options: Any) -> Any:
        await options["error_cb"](ConnectionRefusedError(111, "refused"))
        press_ctrl_c()
        raise NoServersError

    monkeypatch.setattr("nats.connect", refuse)
    with pytest.raises(KeyboardInterrupt):
        run(_connect(installation))


def test_without_ctrl_c_a_server_that_is_none_is_told(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same without it: `nats_unreachable`, as ever."""

    async def refuse(*_: Any, **__: Any) -> Any:
        raise NoServersError

    monkeypatch.setattr("nats.connect", refuse)
    with pytest.raises(Unreachable) as told:
        run(_connect(installation))
    assert told.value.code == "nats_unreachable"
