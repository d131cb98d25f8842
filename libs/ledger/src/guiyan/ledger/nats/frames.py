"""Frames of the NATS protocol, cut out of what a connection reads: whole messages, raw, for whoever tapped them.

nats-py's parser takes three regular expressions and several slices a message, its client a queue and a task more. A
follower of the whole ledger needs none of it: its messages go from the bytes to its own callback. All else goes on as
nats-py does it: other subscriptions' messages to its client, control lines to its own parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import ProtocolError
from nats.protocol.parser import AWAITING_CONTROL_LINE, Parser

_MSG: Final = re.compile(rb"MSG[ \t]+([^\s]+)[ \t]+(\d+)[ \t]+(?:([^\s]+)[ \t]+)?()(\d+)\r\n")
_HMSG: Final = re.compile(rb"HMSG[ \t]+([^\s]+)[ \t]+(\d+)[ \t]+(?:([^\s]+)[ \t]+)?(\d+)[ \t]+(\d+)\r\n")
_LINE_END: Final = b"\r\n"


class Frame(NamedTuple):
    """One message as it came: `header` is its whole header block, empty when there is none."""

    subject: bytes
    reply: bytes
    header: bytes
    body: bytes


Tap = Callable[[Sequence[Frame]], None]
"""Takes the frames of its subscription, as many as have come at once."""


class FrameParser(Parser):
    """Stands in the place of a client's own parser; `taps` are found by the number of their subscription."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.taps: dict[bytes, Tap] = {}

    def reset(self) -> None:
        """Forget what had come of an unfinished frame: the connection is a new one."""
        super().reset()
        self._raw = b""

    async def parse(self, data: bytes = b"") -> None:
        """Hand out every whole frame of what has come, each subscription's in order; raises ProtocolError."""
        self._raw = b"%b%b" % (self._raw, data)
        tapped: dict[bytes, list[Frame]] = {sid: [] for sid in self.taps}
        try:
            await self._cut(self._raw, tapped)
        finally:
            for sid, frames in tapped.items():
                if frames and sid in self.taps:
                    self.taps[sid](frames)

    async def _cut(self, raw: bytes, tapped: Mapping[bytes, list[Frame]]) -> None:
        at = 0
        while True:
            head = (_HMSG if raw.startswith(b"H", at) else _MSG).match(raw, at)
            if head is None:
                end = _end_of_line(raw, at)
                if end == 0:
                    break
                await self._parse_line(raw[at:end])
            else:
                subject, sid, reply, header_size, size = head.groups(b"")
                start = head.end()
                body_at, body_end = start + int(header_size or 0), start + int(size)
                end = body_end + len(_LINE_END)
                if end > len(raw):
                    break
                header, body = raw[start:body_at], raw[body_at:body_end]
                if sid in tapped:
                    tapped[sid].append(Frame(subject, reply, header, body))
                else:
                    await self.nc._process_msg(int(sid), subject, reply, body, header or None)  # noqa: SLF001 - nats-py has no other way in
            if self._raw is not raw:
                return  # reset while something was awaited: this is of the connection before
            at = end
        self._raw = raw[at:]

    async def _parse_line(self, line: bytes) -> None:
        await super().parse(line)
        if self.buf or self.state != AWAITING_CONTROL_LINE:
            raise ProtocolError("nats: unknown protocol")


def _end_of_line(raw: bytes, at: int) -> int:
    """Where the line that begins at `at` is over; 0 when its end has not come."""
    found = raw.find(_LINE_END, at)
    return 0 if found < 0 else found + len(_LINE_END)


async def nobody(_: Msg) -> None:
    """The callback of a subscription that is tapped at once: nothing comes here."""


def tap(client: Client, subscription: Subscription, taker: Tap) -> None:
    """Give the messages of a subscription to `taker`, raw, as they are read; its own callback gets none."""
    parser = _frames_of(client)
    parser.taps[_number(subscription)] = taker


def untap(client: Client, subscription: Subscription) -> None:
    """End it."""
    _frames_of(client).taps.pop(_number(subscription), None)


def _number(subscription: Subscription) -> bytes:
    return b"%d" % subscription._id  # noqa: SLF001 - nats-py tells it nowhere else


def _frames_of(client: Client) -> FrameParser:
    """The client's parser, put in the place of nats-py's with what that one had not finished."""
    before = client._ps  # noqa: SLF001 - no public hook exists
    if isinstance(before, FrameParser):
        return before
    parser = FrameParser(client)
    parser._raw = _unfinished(before)  # noqa: SLF001 - nats-py has no other way in
    before.reset()
    client._ps = parser  # noqa: SLF001 - nats-py has no other way in
    return parser


def _unfinished(parser: Parser) -> bytes:
    """What a parser of nats-py holds of a frame that has not come wholly, as it came."""
    if parser.state == AWAITING_CONTROL_LINE:
        return bytes(parser.buf)
    of, reply = parser.msg_arg, parser.msg_arg["reply"] + b" " if parser.msg_arg["reply"] else b""
    sizes = b"%d %d" % (parser.header_needed, parser.needed) if parser.header_needed else b"%d" % parser.needed
    kind = b"HMSG" if parser.header_needed else b"MSG"
    return b"%b %b %d %b%b\r\n%b" % (kind, of["subject"], of["sid"], reply, sizes, bytes(parser.buf))
