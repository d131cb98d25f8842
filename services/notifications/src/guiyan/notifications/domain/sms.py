"""How long an SMS is: GSM-7 or UCS-2, and how many parts it is sent and paid as (3GPP TS 23.038, 23.040)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet: seven bits a sign."""
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
"""Signs that take an escape before them: two places, never torn apart."""
_GSM7: Final = (160, 153)
_UCS2: Final = (70, 67)
"""Places of a message that stands alone, and of each part of a longer one: its header takes the rest."""


@dataclass(frozen=True, slots=True)
class SmsLength:
    """`encoding` GSM-7 or UCS-2, `units` places in all, `segments` parts, `room` places left in the last one."""

    encoding: str
    units: int
    segments: int
    room: int


def sms_length(text: str) -> SmsLength:
    """Measure a text as it would be sent; one sign outside the default alphabet makes all of it UCS-2."""
    seven = all(sign in _BASIC or sign in _EXTENDED for sign in text)
    alone, part = _GSM7 if seven else _UCS2
    sizes = [2 if sign in _EXTENDED else 1 for sign in text] if seven else [_utf16_units(sign) for sign in text]
    units = sum(sizes)
    if units <= alone:
        return SmsLength("GSM-7" if seven else "UCS-2", units, 1, alone - units)
    segments, used = 1, 0
    for size in sizes:
        if used + size > part:
            segments, used = segments + 1, 0
        used += size
    return SmsLength("GSM-7" if seven else "UCS-2", units, segments, part - used)


def _utf16_units(sign: str) -> int:
    return 2 if ord(sign) > 0xFFFF else 1  # noqa: PLR2004 - the end of Unicode's first plane
