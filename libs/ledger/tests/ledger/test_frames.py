"""Frames cut by our parser are those that nats-py's own parser finds, however the bytes arrive."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client
from nats.errors import ProtocolError
from nats.protocol.parser import Parser

from guiyan.ledger.nats.frames import Frame, tap, untap

_TOKENS = st.from_regex(rb"[A-Za-z0-9_$.>*-]{1,30}", fullmatch=True)
_HEADERS = st.binary(max_size=60).map(lambda lines: b"NATS/1.0\r\n%b\r\n\r\n" % lines)
_LINES = st.sampled_from([b"PING\r\n", b"PONG\r\n", b"+OK\r\n", b"-ERR 'Slow Consumer'\r\n", b'INFO {"port":4222}\r\n'])


@st.composite
def _messages(draw: st.DrawFn) -> bytes:
    subject, sid, body = draw(_TOKENS), draw(st.integers(1, 3)), draw(st.binary(max_size=200))
    reply = draw(st.one_of(st.just(b""), _TOKENS.map(lambda one: one + b" ")))
    header = draw(st.one_of(st.just(b""), _HEADERS))
    sizes = b"%d %d" % (len(header), len(header) + len(body)) if header else b"%d" % len(body)
    kind = b"HMSG" if header else b"MSG"
    return b"%b %b %d %b%b\r\n%b%b\r\n" % (kind, subject, sid, reply, sizes, header, body)


class _Told:
    """In the place of a client: writes down what its parser tells it."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self._ps: Parser = Parser(self)

    async def _process_msg(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes | None) -> None:
        self.heard.append((sid, subject, reply, data, headers))

    async def _process_ping(self) -> None:
        self.heard.append(("ping",))

    async def _process_pong(self) -> None:
        self.heard.append(("pong",))

    async def _process_err(self, text: str) -> None:
        self.heard.append(("err", text))

    async def _process_info(self, info: dict[str, Any]) -> None:
        self.heard.append(("info", info))

    async def hear(self, parts: list[bytes]) -> None:
        """Read parts as they arrive."""
        for part in parts:
            await self._ps.parse(part)

    def tap(self) -> list[tuple[Any, ...]]:
        """Tap subscription 2, and write its frames down among the rest."""

        def take(frames: Sequence[Frame]) -> None:
            for frame in frames:
                self.heard.append((2, frame.subject, frame.reply, frame.body, frame.header or None))

        tap(cast("Client", self), cast("Any", _Subscription), take)
        return self.heard


class _Subscription:
    _id = 2


def _parts(stream: bytes, cuts: list[int]) -> list[bytes]:
    at = sorted({min(cut, len(stream)) for cut in cuts})
    return [stream[start:end] for start, end in zip([0, *at], [*at, len(stream)], strict=True)]


@given(
    st.lists(st.one_of(_messages(), _LINES), max_size=8),
    st.lists(st.integers(0, 2_000), max_size=12),
    st.integers(0, 9),
)
def test_frames_are_those_of_nats_py(frames: list[bytes], cuts: list[int], taken_over_at: int) -> None:
    """Same messages and lines, the tapped in order and the others too, whatever the cuts, whenever the tap begins."""
    parts = _parts(b"".join(frames), cuts)
    plain, tapped = _Told(), _Told()

    async def hear() -> None:
        await plain.hear(parts)
        await tapped.hear(parts[:taken_over_at])
        tapped.tap()
        await tapped.hear(parts[taken_over_at:])

    asyncio.run(hear())
    for of_two in (True, False):
        assert [one for one in tapped.heard if (one[0] == 2) is of_two] == [
            one for one in plain.heard if (one[0] == 2) is of_two
        ]
    assert len(tapped.heard) == len([one for one in frames if one != b"+OK\r\n"])


def test_an_untapped_subscription_is_the_clients_again() -> None:
    """After `untap` its messages go to nats-py."""
    client = _Told()

    async def hear() -> None:
        client.tap()
        untap(cast("Client", client), cast("Any", _Subscription))
        await client.hear([b"MSG a 2 1\r\nx\r\n"])

    asyncio.run(hear())
    assert client.heard == [(2, b"a", b"", b"x", None)]


def test_a_new_connection_begins_with_nothing() -> None:
    """What had come of a frame when the connection broke is not put before what the next one sends."""
    client = _Told()

    async def hear() -> None:
        client.tap()
        await client.hear([b"MSG a 2 10\r\nunfin"])
        client._ps.reset()
        await client.hear([b"PING\r\n"])

    asyncio.run(hear())
    assert client.heard == [("ping",)]


@pytest.mark.parametrize(
    "line", [b"MSG\r\n", b"HMSG a 1 x\r\n", b"HELLO\r\n", b"MSG\x0ba 1 1\r\nx\r\n", b"Y" * 5_000 + b"\r\n"]
)
def test_what_is_no_protocol_is_refused(line: bytes) -> None:
    """A server that speaks something else ends the connection, as in nats-py."""
    client = _Told()

    async def hear() -> None:
        client.tap()
        await client.hear([line])

    with pytest.raises(ProtocolError):
        asyncio.run(hear())
