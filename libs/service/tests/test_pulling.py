"""Pulling: nothing that was pulled is forgotten, and nothing waits for a batch to be full."""

from typing import Any

import nats.errors
import nats.js.errors
import pytest

from guiyan.service import pulling
from guiyan.service.pulling import PromptPull


class Subscription:
    """Stands for nats-py's: gives what it was told, message or error, and notes what it was asked."""

    pending = 3

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[int, float]] = []

    async def fetch(self, batch: int, timeout: float) -> list[Any]:  # noqa: ASYNC109 - nats-py's signature
        """Give the next answer."""
        self.asked.append((batch, timeout))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return [answer] if isinstance(answer, str) else list(answer)


def prompt(*answers: Any) -> tuple[Any, Subscription]:
    """A prompt pull over such a subscription."""
    subscription = Subscription(*answers)
    return PromptPull(subscription), subscription  # type: ignore[arg-type] # it has what is used of a subscription


async def test_what_came_is_handed_over_before_more_is_asked_for() -> None:
    """After a batch the next fetch ends at once, so that FastStream calls its handler."""
    pull, subscription = prompt("a", ["b", "c"], "d", nats.errors.TimeoutError())
    assert await pull.fetch(10, timeout=1) == ["a", "b", "c"]
    with pytest.raises(nats.errors.TimeoutError):
        await pull.fetch(7, timeout=0.9)
    assert await pull.fetch(10, timeout=1) == ["d"]
    assert [batch for batch, _ in subscription.asked] == [1, 9, 1, 9]


async def test_no_time_left_is_never_asked_of_the_server() -> None:
    """A tenth of a millisecond would become a negative time in the request, and the refusal would end the pull."""
    pull, subscription = prompt(nats.errors.TimeoutError())
    with pytest.raises(nats.errors.TimeoutError):
        await pull.fetch(10, timeout=0.00001)
    assert subscription.asked[0][1] >= pulling.LEAST_SECONDS


async def test_a_refusal_on_the_way_keeps_what_was_pulled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server refuses the second request: the message of the first is handed over all the same."""
    monkeypatch.setattr(pulling, "FAULT_SECONDS", 0)
    pull, _ = prompt("a", nats.js.errors.BadRequestError())
    assert await pull.fetch(10, timeout=1) == ["a"]


async def test_a_refusal_without_messages_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any refusal is waited out; only a closed connection is told, for the process to end."""
    monkeypatch.setattr(pulling, "FAULT_SECONDS", 0)
    pull, _ = prompt(nats.js.errors.ServiceUnavailableError(), nats.errors.ConnectionClosedError())
    with pytest.raises(nats.errors.TimeoutError):
        await pull.fetch(10, timeout=1)
    with pytest.raises(nats.errors.ConnectionClosedError):
        await pull.fetch(10, timeout=1)


def test_the_rest_is_the_subscriptions() -> None:
    """Whoever asks for anything else gets the subscription's."""
    pull, _ = prompt()
    assert pull.pending == 3
