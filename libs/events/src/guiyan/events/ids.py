"""Identifiers: UUIDv7 (RFC 9562 §5.7), lower case, random or derived from what they stand for."""

import hashlib
import os
import re
from datetime import UTC, datetime, timedelta

ID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
"""What every id looks like: a UUID of version 7, lower case, with hyphens."""

_ID = re.compile(ID_PATTERN, re.ASCII)
_RANDOM_BYTES = 10
_EPOCH = datetime.fromtimestamp(0, UTC)
_MILLISECONDS_MAX = (1 << 48) - 1


def new_id(at: datetime) -> str:
    """Make a fresh random id whose time part is `at` (aware, millisecond resolution).

    Raises:
        ValueError: `at` has no time zone or lies outside 1970..10889.
    """
    return _uuid7(at, os.urandom(_RANDOM_BYTES))


def derived_id(at: datetime, *parts: str) -> str:
    """Make the one id that belongs to `parts` at `at`: the same arguments give the same id on every machine, for ever.

    The time part is `at` (aware, cut to milliseconds); the other 74 bits come from a SHA-256 over the parts, each
    preceded by its length, so that ("ab", "c") and ("a", "bc") differ. A policy or timer that runs twice therefore
    writes the same id twice, and the second write is a duplicate.

    What is recorded here may go back further than an id's time can (a timer due in 1922): such an id says 1970, and
    the time itself joins the parts, so that other times still give other ids.

    Raises:
        ValueError: `at` has no time zone, or there are no parts.
    """
    if not parts:
        raise ValueError("derived_id needs at least one part, else every id of that instant would be the same")
    if at.tzinfo is not None and at < _EPOCH:
        at, parts = _EPOCH, (*parts, at.astimezone(UTC).isoformat(timespec="milliseconds"))
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return _uuid7(at, digest.digest()[:_RANDOM_BYTES])


def is_id(text: str) -> bool:
    """Tell whether `text` is a well-formed id."""
    return _ID.fullmatch(text) is not None


def time_of(id_: str) -> datetime:
    """The time part of an id, to the millisecond.

    Raises:
        ValueError: `id_` is no well-formed id.
    """
    if not is_id(id_):
        raise ValueError("no id of this system: its time cannot be told")
    return _EPOCH + timedelta(milliseconds=int(id_[:8] + id_[9:13], 16))


def _uuid7(at: datetime, rest: bytes) -> str:
    """Put 48 bits of milliseconds, the version, the variant and 74 of the 80 bits of `rest` together."""
    if at.tzinfo is None:
        raise ValueError(f"an id needs an aware time, got {at.isoformat()} without a zone")
    milliseconds = int(at.timestamp() * 1000)
    if not 0 <= milliseconds <= _MILLISECONDS_MAX:
        raise ValueError(f"{at.isoformat()} does not fit into an id")
    bits = int.from_bytes(rest, "big")
    number = (
        (milliseconds << 80) | (0x7 << 76) | ((bits >> 64 & 0xFFF) << 64) | (0b10 << 62) | (bits & 0x3FFFFFFFFFFFFFFF)
    )
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
