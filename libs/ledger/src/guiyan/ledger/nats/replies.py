"""Answers of the server: one inbox, one tapped subscription, integer tokens; far cheaper than nats-py's `request`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from typing import NamedTuple

from nats.aio.client import Client
from nats.errors import ConnectionClosedError, ConnectionDrainingError, OutboundBufferLimitError

from guiyan.ledger.alarm import Alarm
from guiyan.ledger.errors import LedgerUnavailable
from guiyan.ledger.nats.frames import Frame, nobody, tap
from guiyan.ledger.nats.headers import read_headers

_CONNECTED_POLL_SECONDS = 0.05


class Received(NamedTuple):
    """One answer: its headers, None when it has none, and its body."""

    headers: dict[str, str] | None
    data: bytes


class Replies:
    """Sends requests and routes their answers; one for each connection and loop.

    An answer is given up after `timeout_seconds` in which it could have been read here (`Alarm`).
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._inbox = client.new_inbox()
        self._tokens = count(1)
        self._takers: dict[bytes, Callable[[Received], None]] = {}
        self._opening: asyncio.Lock = asyncio.Lock()
        self._open = False

    async def request(
        self, subject: str, body: bytes, headers: dict[str, str] | None = None, *, timeout_seconds: float
    ) -> Received | None:
        """One answer, or None when none came in time. Raises LedgerUnavailable when it surely was not sent."""
        if not (self._open and self._client.is_connected):
            await self._ready(timeout_seconds)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Received | None] = loop.create_future()

        def take(message: Received) -> None:
            if not answer.done():
                answer.set_result(message)

        reply = self._expect(take)
        alarm = Alarm(timeout_seconds, lambda: _set_none(answer))
        try:
            await self._publish(subject, body, headers, reply)
            return await answer
        finally:
            alarm.cancel()
            self._forget(reply)

    async def requests(
        self, messages: list[tuple[str, bytes, dict[str, str] | None]], *, timeout_seconds: float
    ) -> Received | None:
        """Send several messages in a row and wait for the last one's answer, or for an error of the first one."""
        loop = asyncio.get_running_loop()
        await self._ready(timeout_seconds)
        answer: asyncio.Future[Received | None] = loop.create_future()

        def take(message: Received) -> None:
            if not answer.done():
                answer.set_result(message)

        def take_refusal(message: Received) -> None:
            if message.data or message.headers:
                take(message)

        last = self._expect(take)
        first = self._expect(take_refusal) if len(messages) > 1 else ""
        alarm = Alarm(timeout_seconds, lambda: _set_none(answer))
        try:
            for place, (subject, body, headers) in enumerate(messages, 1):
                reply = last if place == len(messages) else first if place == 1 else ""
                await self._publish(subject, body, headers, reply)
            return await answer
        finally:
            alarm.cancel()
            self._forget(last)
            self._forget(first)

    async def collect(
        self, subject: str, body: bytes, is_last: Callable[[Received], bool], *, timeout_seconds: float
    ) -> list[Received] | None:
        """All answers up to the last one, or None when it did not come in time. Raises LedgerUnavailable."""
        loop = asyncio.get_running_loop()
        await self._ready(timeout_seconds)
        messages: list[Received] = []
        done: asyncio.Future[bool] = loop.create_future()

        def take(message: Received) -> None:
            messages.append(message)
            if is_last(message) and not done.done():
                done.set_result(True)

        reply = self._expect(take)
        alarm = Alarm(timeout_seconds, lambda: _set_false(done))
        try:
            await self._publish(subject, body, None, reply)
            return messages if await done else None
        finally:
            alarm.cancel()
            self._forget(reply)

    async def _ready(self, timeout_seconds: float) -> None:
        """Wait for the connection, so that nothing sleeps in the client's buffer and is sent when nobody waits."""
        client = self._client
        if not client.is_connected:
            deadline = asyncio.get_running_loop().time() + timeout_seconds
            while not client.is_connected:
                if client.is_closed or asyncio.get_running_loop().time() > deadline:
                    raise LedgerUnavailable("no connection to NATS; nothing was sent, try again later")
                await asyncio.sleep(_CONNECTED_POLL_SECONDS)
        if not self._open:
            async with self._opening:
                if not self._open:
                    tap(client, await client.subscribe(f"{self._inbox}.*", cb=nobody), self._route)
                    self._open = True

    def _route(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            taker = self._takers.get(frame.subject.rpartition(b".")[2])
            if taker is not None:
                taker(Received(read_headers(frame.header), frame.body))

    def _expect(self, taker: Callable[[Received], None]) -> str:
        token = str(next(self._tokens))
        self._takers[token.encode()] = taker
        return f"{self._inbox}.{token}"

    def _forget(self, reply: str) -> None:
        self._takers.pop(reply.rpartition(".")[2].encode(), None)

    async def _publish(self, subject: str, body: bytes, headers: dict[str, str] | None, reply: str) -> None:
        client = self._client
        try:
            if headers is None or not client.is_connected or len(body) > client.max_payload:
                await client.publish(subject, body, reply=reply, headers=headers)
            else:
                await send_rendered(client, subject, body, headers, reply)
        except (ConnectionClosedError, ConnectionDrainingError, OutboundBufferLimitError) as error:
            raise LedgerUnavailable(f"no connection to NATS ({error}); try again later") from error


async def send_rendered(client: Client, subject: str, body: bytes, headers: dict[str, str], reply: str) -> None:
    """Publish as nats-py does, less its checks of every header: ours have fixed names and checked values.

    Those checks cost a quarter of an append. Raises ConnectionDrainingError, ValueError.
    """
    if client.is_draining_pubs:
        raise ConnectionDrainingError
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    if lines.count("\r\n") != len(headers):
        raise ValueError("a header's value holds a line break")
    raw = f"NATS/1.0\r\n{lines}\r\n".encode()
    head = f"HPUB {subject} {reply} {len(raw)} {len(raw) + len(body)}\r\n".encode()
    client.stats["out_msgs"] += 1
    client.stats["out_bytes"] += len(body)
    await client._send_command(b"%b%b%b\r\n" % (head, raw, body))  # noqa: SLF001 - what publish itself does
    queue = client._flush_queue  # noqa: SLF001 - nats-py has no other way in
    if queue is not None and queue.empty():
        await client._flush_pending()  # noqa: SLF001 - nats-py has no other way in


def _set_none(answer: asyncio.Future[Received | None]) -> None:
    if not answer.done():
        answer.set_result(None)


def _set_false(done: asyncio.Future[bool]) -> None:
    if not done.done():
        done.set_result(False)
