"""The key store on a NATS bucket: create-if-absent by the sequence guard, destruction by a purge marker."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from nats.aio.client import Client

from guiyan.ledger.append import Said
from guiyan.ledger.errors import LedgerUnavailable
from guiyan.ledger.keys import ErasedKey, StoredKey, WrappedKey
from guiyan.ledger.message import BATCH_COMMIT, BATCH_ID, BATCH_SEQUENCE, EXPECTED
from guiyan.ledger.nats.headers import parse_strictly
from guiyan.ledger.nats.names import Names
from guiyan.ledger.nats.reading import PREAMBLE, get_answered, is_last, read_leaders_message
from guiyan.ledger.nats.replies import Received, Replies
from guiyan.ledger.nats.writing import read_answer
from guiyan.ledger.subject import Subject

TIMEOUT_SECONDS = 2.0
_TRIES = 5
_LEADER_READS_UNDER_WAY = 64
_OPERATION = "KV-Operation"
_PURGED = {_OPERATION: "PURGE", "Nats-Rollup": "sub"}


class NatsKeyStore:
    """`KeyStore` on the bucket KEYS; one message a person, and after destruction one marker."""

    def __init__(self, client: Client, *, prefix: str = "", timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._names = Names(prefix)
        self._replies = Replies(client)
        self._timeout_seconds = timeout_seconds
        self._batches = 0
        self._batch_prefix = client.new_inbox().rpartition(".")[2]

    async def find(self, person_ids: Sequence[str], *, sure: bool = True) -> Mapping[str, StoredKey]:
        """See `KeyStore.find`; at most 1000 ids at once."""
        by_subject = {self._subject(person_id): person_id for person_id in person_ids}
        if not by_subject:
            return {}
        messages = await self._replies.collect(
            f"$JS.API.DIRECT.GET.{self._names.keys_stream}",
            json.dumps({"multi_last": list(by_subject)}).encode(),
            is_last,
            timeout_seconds=self._timeout_seconds,
        )
        found = {
            by_subject[_header(m, "Nats-Subject")]: _read(m)
            for m in get_answered(messages, self._names.keys_stream)[:-1]
        }
        missing = [person_id for person_id in person_ids if person_id not in found]
        return found | await self._ask_leader_for(missing) if sure and missing else found

    async def create(self, keys: Mapping[str, WrappedKey]) -> Mapping[str, StoredKey]:
        """See `KeyStore.create`; at most 1000 at once, in one atomic batch when none of them exists."""
        wanted = list(keys.items())
        if len(wanted) > 1:
            answer = read_answer(
                await self._replies.requests(self._batch(wanted), timeout_seconds=self._timeout_seconds)
            )
            if answer.said is Said.STORED:
                return {
                    person_id: replace(key, revision=answer.sequence + place)
                    for place, (person_id, key) in enumerate(wanted)
                }
        gate = asyncio.Semaphore(_LEADER_READS_UNDER_WAY)

        async def create(person_id: str, key: WrappedKey) -> StoredKey:
            async with gate:
                return await self._create(person_id, key)

        made = await asyncio.gather(*[create(person_id, key) for person_id, key in wanted])
        return dict(zip(keys, made, strict=True))

    async def replace(self, person_id: str, key: WrappedKey) -> bool:
        """See `KeyStore.replace`."""
        for _ in range(_TRIES):
            said, _ = await self._put(person_id, key, key.revision)
            if said is Said.STORED:
                return True
            standing = (await self._ask_leader_for([person_id])).get(person_id)
            if standing is None or standing.revision != key.revision:
                return isinstance(standing, WrappedKey) and standing.wrapped == key.wrapped
        raise LedgerUnavailable("the key store did not take a key wrapped anew; try again later")

    async def destroy(self, person_id: str) -> None:
        """See `KeyStore.destroy`."""
        for _ in range(_TRIES):
            reply = await self._replies.request(
                self._subject(person_id), b"", dict(_PURGED), timeout_seconds=self._timeout_seconds
            )
            if read_answer(reply).said is Said.STORED:
                return
        raise LedgerUnavailable(f"the key of person {person_id} is not known to be destroyed; try again")

    async def ids(self) -> AsyncIterator[str]:
        """See `KeyStore.ids`: walks the bucket, one message at a time."""
        sequence = 0
        while True:
            request = {"seq": sequence + 1, "next_by_subj": self._subject(">"), "batch": 1000}
            messages = await self._replies.collect(
                f"$JS.API.DIRECT.GET.{self._names.keys_stream}",
                json.dumps(request).encode(),
                is_last,
                timeout_seconds=self._timeout_seconds,
            )
            data = get_answered(messages, self._names.keys_stream)[:-1]
            if not data:
                return
            for message in data:
                sequence = int(_header(message, "Nats-Sequence"))
                if isinstance(_read(message), WrappedKey):
                    yield _header(message, "Nats-Subject").rpartition(".")[2]

    async def _create(self, person_id: str, key: WrappedKey) -> StoredKey:
        for _ in range(_TRIES):
            said, sequence = await self._put(person_id, key, 0)
            if said is Said.STORED:
                return replace(key, revision=sequence)
            standing = (await self._ask_leader_for([person_id])).get(person_id)
            if standing is not None:
                return standing
        raise LedgerUnavailable("the key store did not take a new key; try again later")

    async def _put(self, person_id: str, key: WrappedKey, expected: int) -> tuple[Said, int]:
        reply = await self._replies.request(
            self._subject(person_id), key.encode(), {EXPECTED: str(expected)}, timeout_seconds=self._timeout_seconds
        )
        answer = read_answer(reply)
        return answer.said, answer.sequence

    def _batch(self, keys: Sequence[tuple[str, WrappedKey]]) -> list[tuple[str, bytes, dict[str, str] | None]]:
        self._batches += 1
        batch_id = f"{self._batch_prefix}{self._batches}"
        messages: list[tuple[str, bytes, dict[str, str] | None]] = []
        for place, (person_id, key) in enumerate(keys, 1):
            headers = {EXPECTED: "0", BATCH_ID: batch_id, BATCH_SEQUENCE: str(place)}
            if place == len(keys):
                headers[BATCH_COMMIT] = "1"
            messages.append((self._subject(person_id), key.encode(), headers))
        return messages

    async def _ask_leader_for(self, person_ids: Sequence[str]) -> dict[str, StoredKey]:
        """Replicas may lag: what they do not have yet, the leader is asked for."""
        gate = asyncio.Semaphore(_LEADER_READS_UNDER_WAY)

        async def ask(person_id: str) -> StoredKey | None:
            async with gate:
                return await self._ask_leader(person_id)

        found = await asyncio.gather(*[ask(person_id) for person_id in person_ids])
        return {person_id: key for person_id, key in zip(person_ids, found, strict=True) if key is not None}

    async def _ask_leader(self, person_id: str) -> StoredKey | None:
        stream = self._names.keys_stream
        reply = await self._replies.request(
            f"$JS.API.STREAM.MSG.GET.{stream}",
            json.dumps({"last_by_subj": self._subject(person_id)}).encode(),
            timeout_seconds=self._timeout_seconds,
        )
        message = read_leaders_message(reply, stream)
        if message is None:
            return None
        headers = parse_strictly(base64.b64decode(message.get("hdrs", "")).removeprefix(PREAMBLE))
        return _key(headers.get(_OPERATION), base64.b64decode(message.get("data", "")), int(message["seq"]))

    def _subject(self, person_id: str) -> str:
        if person_id != ">":
            Subject.check_token(person_id)
        return self._names.key(person_id)


def _header(message: Received, name: str) -> str:
    return str((message.headers or {})[name])


def _read(message: Received) -> StoredKey:
    return _key((message.headers or {}).get(_OPERATION), message.data, int(_header(message, "Nats-Sequence")))


def _key(operation: str | None, text: bytes, revision: int) -> StoredKey:
    return ErasedKey(revision) if operation is not None else WrappedKey.decode(text, revision)
