"""Writes to the stream: one guarded message, or an atomic batch (ADR-50 of NATS), and what the answer means."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from nats.aio.client import Client
from nats.errors import MaxPayloadError

from guiyan.ledger.append import Answer, Said
from guiyan.ledger.commit import Commit
from guiyan.ledger.errors import CommitTooLarge, LedgerError
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.message import BATCH_COMMIT, BATCH_ID, BATCH_SEQUENCE, Message, encode
from guiyan.ledger.nats.names import Names
from guiyan.ledger.nats.replies import Received, Replies

_WRONG_SEQUENCE = 10071
_WRONG_SEQUENCE_IN_FLIGHT = 10164
_BATCH_WITH_KNOWN_ID = 10201
_ID_IN_FLIGHT = 10158
_BATCH_ABANDONED = 10176
_TOO_MANY_BATCHES = 10210
_MEANINGS = {
    _WRONG_SEQUENCE: Said.STALE,
    _WRONG_SEQUENCE_IN_FLIGHT: Said.BUSY,
    _BATCH_WITH_KNOWN_ID: Said.KNOWN,
    _ID_IN_FLIGHT: Said.NOTHING,
    _BATCH_ABANDONED: Said.NOBODY,
    _TOO_MANY_BATCHES: Said.NOBODY,
}
_HTTP_UNAVAILABLE = 503
_STORED = re.compile(rb'\{"stream":"[^"\\]+","seq":([1-9][0-9]*)\}')


class Writer:
    """Sends signed commits and reads the acknowledgements."""

    def __init__(
        self, client: Client, replies: Replies, ring: KeyRing, names: Names, ack_timeout_seconds: float
    ) -> None:
        self._client = client
        self._replies = replies
        self._ring = ring
        self._names = names
        self._ack_timeout_seconds = ack_timeout_seconds
        self._batches = 0
        self._batch_prefix = client.new_inbox().rpartition(".")[2]

    async def publish(self, commit: Commit) -> Answer:
        """Send one commit; raises LedgerUnavailable when it surely was not sent, CommitTooLarge."""
        message = encode(commit, self._ring)
        return await self._send(commit, [(self._names.subject(message.subject), message.body, message.headers)])

    async def publish_batch(self, commits: Sequence[Commit]) -> Answer:
        """Send commits as one atomic batch; the answer's sequence is that of the first."""
        self._batches += 1
        batch_id = f"{self._batch_prefix}{self._batches}"
        messages = [self._in_batch(encode(commit, self._ring), batch_id, n) for n, commit in enumerate(commits, 1)]
        messages[-1].headers[BATCH_COMMIT] = "1"
        wire: list[tuple[str, bytes, dict[str, str] | None]] = [
            (self._names.subject(message.subject), message.body, message.headers) for message in messages
        ]
        return await self._send(commits[0], wire)

    @staticmethod
    def _in_batch(message: Message, batch_id: str, place: int) -> Message:
        message.headers[BATCH_ID] = batch_id
        message.headers[BATCH_SEQUENCE] = str(place)
        return message

    async def _send(self, commit: Commit, messages: list[tuple[str, bytes, dict[str, str] | None]]) -> Answer:
        try:
            if len(messages) == 1:
                reply = await self._replies.request(*messages[0], timeout_seconds=self._ack_timeout_seconds)
            else:
                reply = await self._replies.requests(messages, timeout_seconds=self._ack_timeout_seconds)
        except MaxPayloadError as error:
            largest = max(len(body) for _, body, _ in messages)
            raise CommitTooLarge(str(commit.subject), largest, self._client.max_payload) from error
        return read_answer(reply)


def read_answer(reply: Received | None) -> Answer:
    """What an acknowledgement says. Raises LedgerError for a refusal that no retry can mend."""
    if reply is None:
        return Answer(Said.NOTHING)
    if not reply.data:
        return Answer(Said.NOBODY)
    plain = _STORED.fullmatch(reply.data)
    if plain is not None:
        return Answer(Said.STORED, int(plain[1]))
    document = json.loads(reply.data)
    error = document.get("error")
    if error is not None:
        meaning = _MEANINGS.get(error.get("err_code"))
        if meaning is None and error.get("code") == _HTTP_UNAVAILABLE:
            meaning = Said.NOBODY
        if meaning is None:
            raise LedgerError(f"the ledger refused a write: {error.get('description')} ({error.get('err_code')})")
        return Answer(meaning)
    if document.get("duplicate"):
        return Answer(Said.KNOWN)
    return Answer(Said.STORED, int(document["seq"]) - int(document.get("count", 1)) + 1)
