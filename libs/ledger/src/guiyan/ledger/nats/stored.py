"""A stored message as it came off the wire, read into a commit: a short way for what services write.

The short way takes exactly the header block that `guiyan.ledger.message.encode` makes and reads everything out of its
bytes; whatever differs by one byte goes the long way, through named headers. Both come to the same commit (tested).
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final

from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.mac import KeyRing, text_of
from guiyan.ledger.message import WELL_FORMED, decode
from guiyan.ledger.nats.headers import read_headers
from guiyan.ledger.subject import Subject

PREAMBLE: Final = b"NATS/1.0\r\n"


def read_stored(  # noqa: PLR0913 - a stored message has six parts
    sequence: int, subject: bytes, header: bytes, body: bytes, *, stored_at: datetime, ring: KeyRing
) -> StoredCommit:
    """The commit; `subject` is without a stream prefix. Never raises: `forged` says why it is not to be believed."""
    block = WELL_FORMED.fullmatch(header, len(PREAMBLE)) if header.startswith(PREAMBLE) else None
    place = Subject.find(subject.decode("ascii", "replace")) if block is not None else None
    if block is None or place is None:
        headers = read_headers(header) or {}
        text = subject.decode("utf-8", "replace")
        return decode(sequence=sequence, subject=text, headers=headers, body=body, stored_at=stored_at, ring=ring)
    expected, command_id, types, mac, key_id = block.group(1, 2, 3, 4, 5)
    signed = text_of(subject, expected, command_id, types, body)
    forged = ring.fault_of(key_id.decode(), mac, place.service, signed)
    return StoredCommit(sequence, place, command_id.decode(), _names(types), body, stored_at, forged)


@lru_cache(maxsize=1024)
def _names(types: bytes) -> tuple[str, ...]:
    return tuple(types.decode().split(","))
