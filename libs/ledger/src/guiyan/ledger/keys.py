"""The persons' data keys: wrapped by a master key, kept in a key store, destroyed to erase a person (ADR 0006).

A destroyed key is gone from the store at once; its wrapped bytes may stay on the server's disk and in backups until
the blocks are rewritten (measured). What makes those useless, too, is a new master key: `rewrap`, then withdraw the
old one.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import from_json

from guiyan.ledger.mac import KeysUnusable, decode_secret, read_key_file
from guiyan.ledger.sealed_text import from_base64, to_base64

KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key under a master key; `revision` is its place in the store, 0 before it is stored."""

    master: str
    nonce: bytes
    wrapped: bytes = field(repr=False)
    revision: int = 0

    def encode(self) -> bytes:
        """As the store keeps it."""
        document = {"v": 1, "master": self.master, "nonce": to_base64(self.nonce), "key": to_base64(self.wrapped)}
        return json.dumps(document, separators=(",", ":")).encode()

    @classmethod
    def decode(cls, text: bytes, revision: int) -> Self:
        """As the store gave it. Raises ValueError."""
        try:
            document = from_json(text)
            return cls(document["master"], from_base64(document["nonce"]), from_base64(document["key"]), revision)
        except (KeyError, TypeError, ValueError):
            raise ValueError(f"the key store holds something at revision {revision} that is no wrapped key") from None


@dataclass(frozen=True, slots=True)
class ErasedKey:
    """What stays where a key was destroyed: nothing but the fact."""

    revision: int = 0


StoredKey = WrappedKey | ErasedKey


class KeyStore(Protocol):
    """Where wrapped keys lie. Every method raises LedgerUnavailable when the store is away."""

    async def find(self, person_ids: Sequence[str], *, sure: bool = True) -> Mapping[str, StoredKey]:
        """What stands under these ids; the unknown ones are left out. Unless `sure`, a replica may answer."""

    async def create(self, keys: Mapping[str, WrappedKey]) -> Mapping[str, StoredKey]:
        """Store the keys of persons who have none, and give what stands there now: ours, or who was first."""

    async def replace(self, person_id: str, key: WrappedKey) -> bool:
        """Put a key wrapped anew in the place of `key.revision`; False when something else stands there."""

    async def destroy(self, person_id: str) -> None:
        """Destroy a person's key for ever and leave a mark, so that none is made again; safe to repeat."""

    def ids(self) -> AsyncIterator[str]:
        """Every person with a key."""


class MasterKeys:
    """The keys that wrap data keys: the current one wraps, all unwrap; never kept where the wrapped keys are."""

    def __init__(self, keys: Mapping[str, bytes], current: str, index: bytes) -> None:
        if current not in keys:
            raise KeysUnusable(f"the current master key {current!r} is not among the keys")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._current = current
        self._index = index

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read GUIYAN_MASTER_KEYS_FILE: `{"current": id, "keys": {id: base64 of 32 bytes}, "index": base64}`.

        Raises KeysUnusable.
        """
        document = read_key_file(path)
        try:
            keys = {key_id: decode_secret(text)[:KEY_BYTES] for key_id, text in document["keys"].items()}
            return cls(keys, document["current"], decode_secret(document["index"]))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            reason = "expected {'current': id, 'keys': {id: base64 of 32 bytes}, 'index': base64 of 32 bytes}"
            raise KeysUnusable(f"{path}: {reason}") from error

    @classmethod
    def made_up(cls) -> Self:
        """Fresh random keys, for tests and twins."""
        return cls({"made-up": os.urandom(KEY_BYTES)}, "made-up", os.urandom(KEY_BYTES))

    @property
    def current(self) -> str:
        """The id of the key that wraps now."""
        return self._current

    @property
    def index_key(self) -> bytes:
        """The key of the blind indexes."""
        return self._index

    def wrap(self, person_id: str, data_key: bytes, revision: int = 0) -> WrappedKey:
        """Wrap a data key for one person under the current master key."""
        nonce = os.urandom(NONCE_BYTES)
        wrapped = self._ciphers[self._current].encrypt(nonce, data_key, _bound_to(person_id, self._current))
        return WrappedKey(self._current, nonce, wrapped, revision)

    def unwrap(self, person_id: str, key: WrappedKey) -> bytes:
        """The data key. Raises KeysUnusable when the master key is missing or the wrapped key was tampered with."""
        cipher = self._ciphers.get(key.master)
        if cipher is None:
            raise KeysUnusable(f"master key {key.master!r} is needed to unwrap a data key; add it to the key file")
        try:
            return cipher.decrypt(key.nonce, key.wrapped, _bound_to(person_id, key.master))
        except InvalidTag:
            raise KeysUnusable(f"the wrapped key of person {person_id} was changed or moved") from None


async def rewrap(store: KeyStore, master: MasterKeys) -> int:
    """Wrap every data key that an older master key holds with the current one; how many. Safe to stop and repeat."""
    changed = 0
    async for person_id in store.ids():
        key = (await store.find([person_id])).get(person_id)
        if isinstance(key, WrappedKey) and key.master != master.current:
            anew = master.wrap(person_id, master.unwrap(person_id, key), key.revision)
            changed += await store.replace(person_id, anew)
    return changed


def _bound_to(person_id: str, master: str) -> bytes:
    return f"guiyan data key|{master}|{person_id}".encode()
