"""A text as SMPP carries it: GSM-7 or UCS-2, in parts that a phone puts together (3GPP TS 23.038, 23.040; SMPP 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE: Final = 0x1B
_EXTENDED: Final = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
_SEVEN: Final = {sign: bytes((code,)) for code, sign in enumerate(_BASIC) if code != _ESCAPE} | {
    sign: bytes((_ESCAPE, code)) for sign, code in _EXTENDED.items()
}
SMSC_DEFAULT: Final = 0
UCS2: Final = 8
WITH_HEADER: Final = 0x40
"""Bit of esm_class: the text begins with a user data header."""
_ROOM: Final = {SMSC_DEFAULT: (160, 153), UCS2: (140, 134)}
"""Octets of a message that stands alone, and of each part of a longer one."""
PARTS_MOST: Final = 255


@dataclass(frozen=True, slots=True)
class Part:
    """One submit_sm: its octets with the header, and what they are."""

    content: bytes
    data_coding: int
    esm_class: int


def parts_of(text: str, number: int) -> Sequence[Part]:
    """The parts of a text, in order; `number` (0–255) ties them together. ValueError for one that is too long.

    No sign is torn apart: an escape and what follows it, the halves of a sign outside the first plane stay together.
    """
    coding, signs = _coded(text)
    alone, room = _ROOM[coding]
    if sum(map(len, signs)) <= alone:
        return (Part(b"".join(signs), coding, 0),)
    contents = [b""]
    for sign in signs:
        if len(contents[-1]) + len(sign) > room:
            contents.append(b"")
        contents[-1] += sign
    if len(contents) > PARTS_MOST:
        raise ValueError(f"the text needs {len(contents)} parts, {PARTS_MOST} is the most")
    return [
        Part(bytes((5, 0, 3, number, len(contents), place)) + content, coding, WITH_HEADER)
        for place, content in enumerate(contents, start=1)
    ]


@lru_cache(maxsize=256)
def _coded(text: str) -> tuple[int, Sequence[bytes]]:
    """The octets of each sign; the same few texts go to many people, for an SMS says little."""
    if all(sign in _SEVEN for sign in text):
        return SMSC_DEFAULT, [_SEVEN[sign] for sign in text]
    return UCS2, [sign.encode("utf-16-be") for sign in text]
