"""The key store's twin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from guiyan.ledger.keys import ErasedKey, StoredKey, WrappedKey


class MemoryKeyStore:
    """`KeyStore` in memory; share one between sealers as processes share a bucket."""

    def __init__(self) -> None:
        self._keys: dict[str, StoredKey] = {}
        self._revision = 0

    async def find(self, person_ids: Sequence[str], *, sure: bool = True) -> Mapping[str, StoredKey]:  # noqa: ARG002 - the port has it
        """See `KeyStore.find`."""
        await asyncio.sleep(0)  # as with a real store, others may go first
        return {person_id: self._keys[person_id] for person_id in person_ids if person_id in self._keys}

    async def create(self, keys: Mapping[str, WrappedKey]) -> Mapping[str, StoredKey]:
        """See `KeyStore.create`."""
        await asyncio.sleep(0)
        for person_id, key in keys.items():
            if person_id not in self._keys:
                self._keys[person_id] = replace(key, revision=self._next())
        return {person_id: self._keys[person_id] for person_id in keys}

    async def replace(self, person_id: str, key: WrappedKey) -> bool:
        """See `KeyStore.replace`."""
        await asyncio.sleep(0)
        standing = self._keys.get(person_id)
        if not isinstance(standing, WrappedKey) or standing.revision != key.revision:
            return False
        self._keys[person_id] = replace(key, revision=self._next())
        return True

    async def destroy(self, person_id: str) -> None:
        """See `KeyStore.destroy`."""
        await asyncio.sleep(0)
        self._keys[person_id] = ErasedKey(self._next())

    async def ids(self) -> AsyncIterator[str]:
        """See `KeyStore.ids`."""
        for person_id, key in list(self._keys.items()):
            if isinstance(key, WrappedKey):
                yield person_id

    def _next(self) -> int:
        self._revision += 1
        return self._revision
