"""A commit as it travels: subject, headers and body of one message, and what a reader makes of one.

A reader believes a message only when the server enforced the very guard that the MAC covers. Hence the strictness
about headers: a second copy of the guard, or a guard on another subject, would let an old commit be written again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from guiyan.events import BATCH_MEDIA_TYPE, encode_batch
from guiyan.ledger.commit import Commit, StoredCommit
from guiyan.ledger.mac import KeyRing, Signed
from guiyan.ledger.subject import Subject

_log = structlog.get_logger(__name__)

COMMAND_ID = "Nats-Msg-Id"
EXPECTED = "Nats-Expected-Last-Subject-Sequence"
TYPES = "Guiyan-Types"
MAC = "Guiyan-Mac"
KEY_ID = "Guiyan-Key-Id"
CONTENT_TYPE = "Content-Type"
BATCH_ID = "Nats-Batch-Id"
BATCH_SEQUENCE = "Nats-Batch-Sequence"
BATCH_COMMIT = "Nats-Batch-Commit"
REPEATED = "\0repeated"
"""Stands among the headers when one of them came twice or in a form that servers and clients read differently."""

_COMMAND_ID = re.compile(r"[A-Za-z0-9._:-]{1,200}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_FORMS = {
    COMMAND_ID: _COMMAND_ID,
    EXPECTED: _NUMBER,
    TYPES: re.compile(r"[A-Za-z0-9,]{1,20000}"),
    MAC: re.compile(r"[A-Za-z0-9+/]{43}="),
    KEY_ID: re.compile(r"[A-Za-z0-9._-]{1,80}"),
    CONTENT_TYPE: re.compile(re.escape(BATCH_MEDIA_TYPE)),
    BATCH_ID: re.compile(r"[A-Za-z0-9]{1,64}"),
    BATCH_SEQUENCE: _NUMBER,
    BATCH_COMMIT: re.compile(r"1"),
}
"""Every header that a commit may carry, and the only form in which it may."""


class WellFormed(dict[str, str]):
    """Headers of which every one is known and has its form; made by `read_well_formed` alone."""


WELL_FORMED = re.compile(
    b"".join(
        b"%b: (%b)\r\n" % (name.encode(), _FORMS[name].pattern.encode())
        for name in (EXPECTED, COMMAND_ID, TYPES, MAC, KEY_ID, CONTENT_TYPE)
    )
    + b"(?:%b: ([A-Za-z0-9]{1,64})\r\n%b: (0|[1-9][0-9]{0,18})\r\n(?:%b: (1)\r\n)?)?"
    % (BATCH_ID.encode(), BATCH_SEQUENCE.encode(), BATCH_COMMIT.encode())
    + b"(?:\r\n)?"
)
"""The header block of a commit as services write it: names, order and forms."""
_NAMES = (EXPECTED, COMMAND_ID, TYPES, MAC, KEY_ID, CONTENT_TYPE, BATCH_ID, BATCH_SEQUENCE, BATCH_COMMIT)


def read_well_formed(raw: bytes) -> WellFormed | None:
    """The headers of a commit as services write them, names and order and forms; None for all else. One match: fast."""
    match = WELL_FORMED.fullmatch(raw)
    if match is None:
        return None
    return WellFormed({name: value.decode() for name, value in zip(_NAMES, match.groups(), strict=True) if value})


@dataclass(frozen=True, slots=True)
class Message:
    """One message on its way to the ledger; the subject is without a stream prefix."""

    subject: str
    headers: dict[str, str]
    body: bytes


def encode(commit: Commit, ring: KeyRing) -> Message:
    """The message of a commit, guarded and signed.

    Raises ValueError for a commit without events or with a command id that cannot stand in a header, KeysUnusable
    for a subject of another service.
    """
    if not commit.events:
        raise ValueError(f"a commit on {commit.subject} needs at least one event")
    if not _COMMAND_ID.fullmatch(commit.command_id):
        raise ValueError("a command id is 1 to 200 of letters, digits and . _ : -")
    body = encode_batch(commit.events)
    types = tuple(dict.fromkeys([event.type for event in commit.events]))
    signed = Signed(commit.subject, commit.expected_sequence, commit.command_id, types, body)
    key_id, mac = ring.sign(signed)
    headers = {
        EXPECTED: str(commit.expected_sequence),
        COMMAND_ID: commit.command_id,
        TYPES: ",".join(types),
        MAC: mac,
        KEY_ID: key_id,
        CONTENT_TYPE: BATCH_MEDIA_TYPE,
    }
    return Message(str(commit.subject), headers, body)


def decode(  # noqa: PLR0913 - a stored message has six parts
    *,
    sequence: int,
    subject: str,
    headers: Mapping[str, str],
    body: bytes,
    stored_at: datetime,
    ring: KeyRing,
) -> StoredCommit:
    """The commit of a stored message; `forged` says why when it is not to be believed. Never raises.

    `headers` are those that the writer gave, without what a server adds when it answers a direct get.
    """
    try:
        parsed = Subject.parse(subject)
    except ValueError:
        return StoredCommit(sequence, _stand_in(subject), "", (), body, stored_at, "its subject is no aggregate's")
    command_id = headers.get(COMMAND_ID, "")
    names = headers.get(TYPES, "")
    types = tuple(names.split(",")) if names else ()
    forged = None if type(headers) is WellFormed else _header_fault(headers)
    if forged is None:
        signed = Signed(parsed, int(headers[EXPECTED]), command_id, types, body)
        forged = ring.fault(headers.get(KEY_ID), headers.get(MAC), signed)
    return StoredCommit(sequence, parsed, command_id, types, body, stored_at, forged)


def believed(commits: Iterable[StoredCommit]) -> tuple[StoredCommit, ...]:
    """The commits of an aggregate without the forged ones, each of which is logged for the alarm."""
    good: list[StoredCommit] = []
    for commit in commits:
        if commit.forged is None:
            good.append(commit)
        else:
            _log.critical("forged_commit_left_out", sequence=commit.sequence, reason=commit.forged)
    return tuple(good)


def _header_fault(headers: Mapping[str, str]) -> str | None:
    for name, value in headers.items():
        form = _FORMS.get(name)
        if form is None:
            if name == REPEATED:
                return "a header of it is repeated or malformed"
            return "it carries a header that no service writes"
        if not form.fullmatch(value):
            return f"its header {name} has a form that no service writes"
    if EXPECTED not in headers:
        return "it was written without the guard of its subject"
    return None


def _stand_in(subject: str) -> Subject:
    """A subject to file a stray message under; its own may hold anything."""
    return Subject("unknown", "unknown", hashlib.sha256(subject.encode(errors="replace")).hexdigest()[:32])
