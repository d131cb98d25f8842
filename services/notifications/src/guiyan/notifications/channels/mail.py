"""A message as a mail: RFC 5322, with the notice's id in its Message-ID so that it can be found again.

Written line by line: Python's own package makes the same of a mail of our kind in eight times the time.
"""

from __future__ import annotations

import re
from base64 import b64encode, encodebytes
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from guiyan.notifications.channels.marks import HEADER
from guiyan.notifications.channels.port import Message

_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
"""An address without quotes: nothing in it can end a header, a path or the address itself."""
_WORD_OCTETS: Final = 39
"""Octets of an encoded word: with its frame and the name of a header before it, a line has at most 76 signs."""
_HIDDEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLAIN: Final = re.compile(r"[!-~]*")
"""What is no words: nothing in it can end its line."""


def compose(message: Message, sender: str, at: datetime, mark: str | None = None) -> bytes:
    """The mail, its lines ended by CR LF; raises ValueError for an address that cannot stand in one."""
    if _ADDRESS.fullmatch(message.to_address) is None:
        raise ValueError("the recipient's address is no mail address")
    if not all(map(_PLAIN.fullmatch, (sender, message.reference, message.cause, mark or ""))):
        raise ValueError("sender, reference, cause and mark hold no spaces and no line's end")
    to = f"{_words(message.to_name)} <{message.to_address}>" if message.to_name else message.to_address
    lines = [
        'Content-Type: text/plain; charset="utf-8"',
        "MIME-Version: 1.0",
        "Content-Transfer-Encoding: base64",
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {_words(message.subject)}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{message.reference}@{sender.rpartition('@')[2]}>",
        f"X-Guiyan-Notice: {message.reference}",
        f"X-Guiyan-Cause: {message.cause}",
        *([] if mark is None else [f"{HEADER}: {mark}"]),
        "Auto-Submitted: auto-generated",
    ]
    text = encodebytes(message.body.encode()).replace(b"\n", b"\r\n")
    return b"%b\r\n\r\n%b" % ("\r\n".join(lines).encode(), text)


def _words(text: str) -> str:
    """Words as a header carries them (RFC 2047), folded; a line's end or another hidden sign in them is a space."""
    return "\r\n ".join(f"=?utf-8?b?{b64encode(one).decode()}?=" for one in _pieces(_HIDDEN.sub(" ", text)))


def _pieces(text: str) -> Iterator[bytes]:
    """So much of it as an encoded word may hold, and again; no sign is torn apart."""
    piece = b""
    for sign in text:
        octets = sign.encode()
        if len(piece) + len(octets) > _WORD_OCTETS:
            yield piece
            piece = b""
        piece += octets
    yield piece
