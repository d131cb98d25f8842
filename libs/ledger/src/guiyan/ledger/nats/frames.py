"""Frames of the NATS protocol, cut out of what a connection reads: whole messages, raw, for whoever tapped them.

nats-py's parser takes three regular expressions and several slices a message, its client a queue and a task more. A
follower of the whole ledger needs none of it: its messages go from the bytes to its own callback. All else goes on as
nats-py does it: other subscriptions' messages to its client, control lines to its own parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import ProtocolError
from nats.protocol.parser import AWAITING_CONTROL_LINE, Parser

_MSG: Final = re.compile(rb"MSG[ \t]+([^\s]+)[ \t]+(\d+)[ \t]+(?:([^\s]+)[ \t]+)?(\d+)\r\n")
_HMSG: Final = re.compile(rb"HMSG[ \t]+([^\s]+)[ \t]+(\d+)[ \t]+(?:([^\s]+)[ \t]+)?(\d+)[ \t]+(\d+)\r\n")
_LINE_END: Final = b"\r\n"
_H: Final = ord("H")


class Frame(NamedTuple):
    """One message as it came: `header` is its whole header block, empty when there is none."""

    subject: bytes
    reply: bytes
    header: bytes
    body: bytes


Tap = Callable[[Frame], None]


class FrameParser(Parser):
    """Stands in the place of a client's own parser; `taps` are found by the number of their subscription."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.taps: dict[int, Tap] = {}

    def reset(self) -> None:
        """Forget what had come of an unfinished frame: the connection is a new one."""
        super().reset()
        self._raw = b""

    async def parse(self, data: bytes = b"") -> None:
        """Hand out every whole frame of what has come, in order; raises ProtocolError."""
        raw = self._raw = b"%b%b" % (self._raw, data)
        at = 0
        while True:
            frame = (_HMSG if raw[at : at + 1] == b"H" else _MSG).match(raw, at)
            end = _end_of_line(raw, at) if frame is None else frame.end() + int(frame[frame.lastindex or 0]) + 2
            if not at < end <= len(raw):
                break
            if frame is None:
                await self._parse_line(raw[at:end])
            else:
                await self._hand_out(frame, raw, end)
            if self._raw is not raw:
                return  # reset while something was awaited: this is of the connection before
            at = end
        self._raw = raw[at:]

    async def _parse_line(self, line: bytes) -> None:
        await super().parse(line)
        if self.buf or self.state != AWAITING_CONTROL_LINE:
            raise ProtocolError("nats: unknown protocol")

    async def _hand_out(self, head: re.Match[bytes], raw: bytes, end: int) -> None:
        subject, sid, reply = head.group(1, 2, 3)
        body_at = head.end() + (int(head[4]) if raw[head.start()] == _H else 0)
        header, body = raw[head.end() : body_at], raw[body_at : end - len(_LINE_END)]
        tap = self.taps.get(int(sid)) if self.taps else None
        if tap is not None:
            tap(Frame(subject, reply or b"", header, body))
        else:
            await self.nc._process_msg(int(sid), subject, reply or b"", body, header or None)  # noqa: SLF001


def _end_of_line(raw: bytes, at: int) -> int:
    """Where the line that begins at `at` is over; 0 when its end has not come."""
    found = raw.find(_LINE_END, at)
    return 0 if found < 0 else found + len(_LINE_END)


async def nobody(_: Msg) -> None:
    """The callback of a subscription that is tapped at once: nothing comes here."""


def tap(client: Client, subscription: Subscription, taker: Tap) -> None:
    """Give the messages of a subscription to `taker`, raw, as they are read; its own callback gets none."""
    parser = _frames_of(client)
    parser.taps[subscription._id] = taker  # noqa: SLF001 - nats-py tells no number of a subscription


def untap(client: Client, subscription: Subscription) -> None:
    """End it."""
    _frames_of(client).taps.pop(subscription._id, None)  # noqa: SLF001


def _frames_of(client: Client) -> FrameParser:
    """The client's parser, put in the place of nats-py's with what that one had not finished."""
    before = client._ps  # noqa: SLF001 - no public hook exists
    if isinstance(before, FrameParser):
        return before
    parser = FrameParser(client)
    parser._raw = _unfinished(before)  # noqa: SLF001
    before.reset()
    client._ps = parser  # noqa: SLF001
    return parser


def _unfinished(parser: Parser) -> bytes:
    """What a parser of nats-py holds of a frame that has not come wholly, as it came."""
    if parser.state == AWAITING_CONTROL_LINE:
        return bytes(parser.buf)
    of, reply = parser.msg_arg, parser.msg_arg["reply"] + b" " if parser.msg_arg["reply"] else b""
    sizes = b"%d %d" % (parser.header_needed, parser.needed) if parser.header_needed else b"%d" % parser.needed
    kind = b"HMSG" if parser.header_needed else b"MSG"
    return b"%b %b %d %b%b\r\n%b" % (kind, of["subject"], of["sid"], reply, sizes, bytes(parser.buf))
