"""Follows the whole stream in order: an own pull consumer, one inbox, frames off the wire, and a watch for holes.

nats-py's `fetch` costs five times as much a message and more, and its ordered consumer took 19 s to find its feet after
a crash of the server; so the few lines are here. Any doubt (a gap, silence, a vanished consumer) makes a new consumer
from the last message that was yielded.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from nats.aio.client import Client
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.errors import HoleInLedger, LedgerRewound, LedgerUnavailable
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats.frames import Frame, nobody, tap, untap
from guiyan.ledger.nats.headers import read_headers
from guiyan.ledger.nats.names import Names
from guiyan.ledger.nats.replies import Replies
from guiyan.ledger.nats.stored import read_stored

_SECOND_NS = 1_000_000_000
_EXPIRES_SECONDS = 20
_HEARTBEAT_SECONDS = 1
_SILENCE_SECONDS = 3.5
_INACTIVE_SECONDS = 60
_IDLE_SECONDS = 1.0
_RETRY_SECONDS = 0.25
_OLD_FORM_TOKENS = 9
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_log = structlog.get_logger(__name__)


class _Lost(Exception):  # noqa: N818 - a state, not an error of the caller
    """The consumer is gone or in doubt; a new one is to be made."""


class Follower:
    """One follow of the stream from a position; not to be used twice."""

    def __init__(  # noqa: PLR0913 - what it needs of the ledger it belongs to
        self,
        client: Client,
        replies: Replies,
        ring: KeyRing,
        names: Names,
        head: Callable[[], Awaitable[int]],
        *,
        name: str,
        after: int,
        batch: int,
    ) -> None:
        self._head = head
        self._client = client
        self._replies = replies
        self._ring = ring
        self._names = names
        self._name = name
        self._batch = batch
        self._position = after
        self._buffer: deque[Frame] = deque()
        self._wake = asyncio.Event()
        self._subscription: Subscription | None = None
        self._inbox = b""
        self._prefix = names.prefix.encode()
        self._consumer = ""
        self._asked = 0
        self._delivered = 0
        self._heard_at = 0.0
        self._left_at = 0.0
        self._lost: str | None = None

    async def run(self) -> AsyncIterator[Sequence[StoredCommit]]:
        """Yield batches in order, for ever; an empty one about once a second while nothing comes."""
        try:
            while True:
                try:
                    await self._open()
                    while True:
                        yield await self._next()
                except (_Lost, LedgerUnavailable, NatsError) as reason:
                    _log.info("follower starts anew", stream=self._names.stream, after=self._position, why=str(reason))
                await self._close()
                yield ()
                await asyncio.sleep(_RETRY_SECONDS)
        finally:
            await self._close()

    async def _open(self) -> None:
        self._consumer = f"{self._name}-{self._client.new_inbox().rpartition('.')[2]}"
        self._buffer.clear()
        self._asked, self._lost, self._delivered = 0, None, 0
        config = {
            "name": self._consumer,
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": self._position + 1,
            "ack_policy": "none",
            "max_deliver": 1,
            "mem_storage": True,
            "num_replicas": 1,
            "inactive_threshold": _INACTIVE_SECONDS * _SECOND_NS,
        }
        stream = self._names.stream
        newest = await self._head()
        if newest < self._position:
            raise LedgerRewound(stream, self._position, newest)
        reply = await self._replies.request(
            f"$JS.API.CONSUMER.CREATE.{stream}.{self._consumer}",
            json.dumps({"stream_name": stream, "config": config, "action": "create"}).encode(),
            timeout_seconds=5,
        )
        document: dict[str, Any] = json.loads(reply.data) if reply is not None and reply.data else {}
        if "config" not in document:
            why = document.get("error", {}).get("description", "no answer")
            raise LedgerUnavailable(f"stream {stream} cannot be followed now: {why}")
        inbox = self._client.new_inbox()
        self._subscription, self._inbox = await self._client.subscribe(inbox, cb=nobody), inbox.encode()
        tap(self._client, self._subscription, self._take)
        self._heard_at = self._left_at = asyncio.get_running_loop().time()

    async def _close(self) -> None:
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            untap(self._client, subscription)
            with contextlib.suppress(NatsError):
                await subscription.unsubscribe()

    def _take(self, frames: Sequence[Frame]) -> None:
        """Keep messages for the loop; statuses come on the inbox itself, stored messages on their own subject."""
        if self._subscription is None or self._lost is not None:
            return
        self._heard_at = asyncio.get_running_loop().time()
        stored = [frame for frame in frames if frame.subject != self._inbox]
        self._asked -= len(stored)
        self._buffer.extend(stored)
        if len(stored) < len(frames):
            for frame in frames:
                if frame.subject == self._inbox:
                    self._take_status(read_headers(frame.header) or {})
        self._wake.set()

    def _take_status(self, headers: dict[str, str]) -> None:
        status = headers.get("Status")
        if status == "100":
            return
        if status in {"404", "408"}:
            self._asked -= int(headers.get("Nats-Pending-Messages", self._asked))
            return
        self._lost = f"status {status} {headers.get('Description', '')}".strip()

    async def _next(self) -> Sequence[StoredCommit]:
        """The next batch; silence is counted only while we listen, not while the caller is busy."""
        loop = asyncio.get_running_loop()
        self._heard_at += max(0.0, loop.time() - max(self._left_at, self._heard_at))
        try:
            return await self._listen(loop.time() + _IDLE_SECONDS)
        finally:
            self._left_at = loop.time()

    async def _listen(self, idle_until: float) -> Sequence[StoredCommit]:
        loop = asyncio.get_running_loop()
        while True:
            await self._ask()
            if self._buffer and (commits := self._drain()):
                return commits
            if self._lost is not None:
                raise _Lost(self._lost)
            now = loop.time()
            if now - self._heard_at > _SILENCE_SECONDS or not self._client.is_connected:
                raise _Lost("the server went silent")
            if now >= idle_until:
                return ()
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(idle_until - now):
                    await self._wake.wait()

    async def _ask(self) -> None:
        """Keep one or two batches under way, so that the server never waits for us."""
        if self._asked > self._batch or self._subscription is None or len(self._buffer) > self._batch:
            return
        want = 2 * self._batch - max(self._asked, 0)
        self._asked = max(self._asked, 0) + want
        request = {
            "batch": want,
            "expires": _EXPIRES_SECONDS * _SECOND_NS,
            "idle_heartbeat": _HEARTBEAT_SECONDS * _SECOND_NS,
        }
        await self._client.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{self._names.stream}.{self._consumer}",
            json.dumps(request).encode(),
            reply=self._subscription.subject,
        )

    def _drain(self) -> list[StoredCommit]:
        """What has come, up to a batch.

        The consumer counts what it sends: a hole in its count is a message lost on the way; a hole in the stream's
        sequences alone is a message that the server does not have, which is right only before the very first.
        Raises HoleInLedger.
        """
        commits: list[StoredCommit] = []
        buffer = self._buffer
        while buffer and len(commits) < self._batch:
            frame = buffer.popleft()
            sequence, delivered, stored_at = _place(frame.reply)
            if delivered != self._delivered + 1:
                self._lost = f"messages after {self._position} did not arrive"
                buffer.clear()
                break
            if sequence != self._position + 1 and self._position:
                if commits:  # these are whole: hand them out first
                    buffer.appendleft(frame)
                    break
                raise HoleInLedger(self._names.stream, self._position, sequence)
            self._delivered = delivered
            self._position = sequence
            subject = frame.subject.removeprefix(self._prefix)
            commits.append(
                read_stored(sequence, subject, frame.header, frame.body, stored_at=stored_at, ring=self._ring)
            )
        return commits


def _place(reply: bytes) -> tuple[int, int, datetime]:
    """Stream sequence, consumer sequence and time of a message, out of its acknowledgement subject."""
    tokens = reply.split(b".")
    offset = 5 if len(tokens) == _OLD_FORM_TOKENS else 7
    return (
        int(tokens[offset]),
        int(tokens[offset + 1]),
        _EPOCH + timedelta(microseconds=int(tokens[offset + 2]) // 1000),
    )
