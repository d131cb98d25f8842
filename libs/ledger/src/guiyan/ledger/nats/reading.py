"""Reads one aggregate: by direct get from any replica, or made sure of by the leader."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from guiyan.ledger.commit import History, StoredCommit
from guiyan.ledger.errors import LedgerUnavailable
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.message import believed, decode
from guiyan.ledger.nats.headers import parse_strictly
from guiyan.ledger.nats.names import Names
from guiyan.ledger.nats.replies import Received, Replies
from guiyan.ledger.subject import Subject

PAGE = 1000
_NO_MESSAGE = 10037
PREAMBLE = b"NATS/1.0\r\n"
_SERVERS_OWN = (
    "Nats-Stream",
    "Nats-Subject",
    "Nats-Sequence",
    "Nats-Time-Stamp",
    "Nats-Num-Pending",
    "Nats-Last-Sequence",
    "Nats-UpTo-Sequence",
)


class Reader:
    """Reads aggregates of one ledger."""

    def __init__(self, replies: Replies, ring: KeyRing, names: Names, timeout_seconds: float) -> None:
        self._replies = replies
        self._ring = ring
        self._names = names
        self._timeout_seconds = timeout_seconds

    async def read(self, subject: Subject, *, after: int, fresh: bool) -> History:
        """The aggregate's commits above `after`. Raises LedgerUnavailable."""
        found, last = await self._direct(subject, after)
        if fresh:
            newest = await self._leaders_last(subject)
            position = max(last, after)
            while newest > position:
                found.append(await self._leaders_next(subject, position + 1))
                position = found[-1].sequence
            last = max(last, newest)
        elif not found and after:
            last = await self._leaders_last(subject)
        return History(subject, last, believed(found))

    async def stored_after(self, sequence: int) -> datetime | None:
        """When the first message above a sequence was stored. Raises LedgerUnavailable."""
        found = await self._ask_leader({"seq": sequence + 1, "next_by_subj": ">"})
        return datetime.fromisoformat(found["time"]) if found is not None else None

    async def _direct(self, subject: Subject, after: int) -> tuple[list[StoredCommit], int]:
        found: list[StoredCommit] = []
        last = 0
        pending = 1
        while pending:
            request = {"seq": max(last, after) + 1, "next_by_subj": self._names.subject(subject), "batch": PAGE}
            messages = await self._replies.collect(
                f"$JS.API.DIRECT.GET.{self._names.stream}",
                json.dumps(request).encode(),
                is_last,
                timeout_seconds=self._timeout_seconds,
            )
            *data, end = get_answered(messages, self._names.stream)
            found.extend([self._from_direct(message) for message in data])
            last = found[-1].sequence if found else 0
            pending = int((end.headers or {}).get("Nats-Num-Pending", "0")) if data else 0
        return found, last

    def _from_direct(self, message: Received) -> StoredCommit:
        headers = dict(message.headers or {})
        subject, sequence, stored_at = headers["Nats-Subject"], headers["Nats-Sequence"], headers["Nats-Time-Stamp"]
        for name in _SERVERS_OWN:
            headers.pop(name, None)
        return decode(
            sequence=int(sequence),
            subject=self._names.plain(subject),
            headers=headers,
            body=message.data,
            stored_at=datetime.fromisoformat(stored_at),
            ring=self._ring,
        )

    async def _leaders_last(self, subject: Subject) -> int:
        found = await self._ask_leader({"last_by_subj": self._names.subject(subject)})
        return int(found["seq"]) if found is not None else 0

    async def _leaders_next(self, subject: Subject, sequence: int) -> StoredCommit:
        found = await self._ask_leader({"seq": sequence, "next_by_subj": self._names.subject(subject)})
        if found is None:
            raise LedgerUnavailable(f"the ledger changed its mind about {subject}; try again")
        raw = base64.b64decode(found.get("hdrs", ""))
        return decode(
            sequence=int(found["seq"]),
            subject=self._names.plain(found["subject"]),
            headers=parse_strictly(raw.removeprefix(PREAMBLE)),
            body=base64.b64decode(found.get("data", "")),
            stored_at=datetime.fromisoformat(found["time"]),
            ring=self._ring,
        )

    async def _ask_leader(self, request: dict[str, Any]) -> dict[str, Any] | None:
        reply = await self._replies.request(
            f"$JS.API.STREAM.MSG.GET.{self._names.stream}",
            json.dumps(request).encode(),
            timeout_seconds=self._timeout_seconds,
        )
        return read_leaders_message(reply, self._names.stream)


def is_last(message: Received) -> bool:
    """Whether a message ends the answer to a direct get: a status line, not a stored message."""
    headers = message.headers
    return headers is None or "Nats-Sequence" not in headers


def get_answered(messages: list[Received] | None, stream: str) -> list[Received]:
    """The messages of a direct get that was answered. Raises LedgerUnavailable when it was not."""
    if messages is None:
        raise LedgerUnavailable(f"stream {stream} did not answer in time; try again later")
    status = (messages[-1].headers or {}).get("Status")
    if status not in {"204", "404"}:
        raise LedgerUnavailable(f"stream {stream} cannot be read now (status {status}); try again later")
    return messages


def read_leaders_message(reply: Received | None, stream: str) -> dict[str, Any] | None:
    """The message in the leader's answer, None when there is none. Raises LedgerUnavailable."""
    if reply is None or not reply.data:
        raise LedgerUnavailable(f"the leader of stream {stream} did not answer; try again later")
    document = json.loads(reply.data)
    error = document.get("error")
    if error is None:
        message: dict[str, Any] = document["message"]
        return message
    if error.get("err_code") == _NO_MESSAGE:
        return None
    raise LedgerUnavailable(f"stream {stream} cannot be read: {error.get('description')}; try again later")
