"""The sealer: personal text in and out of events, under the persons' own keys."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ValidationError

from guiyan.events import Event, EventError, Sealed
from guiyan.ledger.errors import PersonErased
from guiyan.ledger.keycache import KeyCache
from guiyan.ledger.keys import KEY_BYTES, ErasedKey, KeyStore, MasterKeys, StoredKey
from guiyan.ledger.mac import KeysUnusable
from guiyan.ledger.sealed_text import open_text, seal_text

_log = structlog.get_logger(__name__)
_PARTITION = 1000


class PersonSealer:
    """`Sealer` over a key store and the master keys; `unopened` counts, by reason, what could not be opened.

    The key's id is the person's id. Open keys are held for five seconds at most: so long may a destroyed key still be
    used by another process.
    """

    def __init__(self, store: KeyStore, master: MasterKeys, cache: KeyCache | None = None) -> None:
        self._store = store
        self._master = master
        self._cache = cache if cache is not None else KeyCache()
        self.unopened: Counter[str] = Counter()

    async def seal(self, person_id: str, pii: BaseModel, *, stream: str, version: int, type_: str) -> Sealed:
        """See `Sealer.seal`; raises PersonErased, LedgerUnavailable."""
        if person_id not in self._cache:
            await self.prepare([person_id])
        cipher = self._cache[person_id]
        if cipher is None:
            raise PersonErased(person_id)
        text = pii.model_dump_json(exclude_none=True).encode()
        return seal_text(cipher, text, kid=person_id, stream=stream, version=version, type_=type_)

    async def prepare(self, person_ids: Sequence[str]) -> None:
        """See `Sealer.prepare`; raises LedgerUnavailable."""
        wanted = [person_id for person_id in dict.fromkeys(person_ids) if person_id not in self._cache]
        for start in range(0, len(wanted), _PARTITION):
            part = wanted[start : start + _PARTITION]
            found = dict(await self._store.find(part, sure=False))
            missing = [person_id for person_id in part if person_id not in found]
            if missing:
                fresh = {person_id: self._master.wrap(person_id, os.urandom(KEY_BYTES)) for person_id in missing}
                found |= await self._store.create(fresh)
            for person_id, key in found.items():
                self._cache.put(person_id, self._open_key(person_id, key))

    async def open(self, events: Sequence[Event]) -> Mapping[str, BaseModel | None]:
        """See `Sealer.open`; raises LedgerUnavailable. What cannot be opened is None, counted and logged."""
        sealed = {event.id: (event, _sealed(event)) for event in events if event.data.get("pii") is not None}
        ciphers = await self._ciphers({block.kid for _, block in sealed.values() if block is not None})
        return {event_id: self._open(event, block, ciphers) for event_id, (event, block) in sealed.items()}

    async def destroy(self, person_id: str) -> None:
        """Erase a person: destroy the key in the store and forget it here. Raises LedgerUnavailable."""
        await self._store.destroy(person_id)
        self._cache.put(person_id, None)

    async def _ciphers(self, person_ids: Iterable[str]) -> Mapping[str, AESGCM | None]:
        ciphers: dict[str, AESGCM | None] = {}
        unknown: list[str] = []
        for person_id in person_ids:
            if person_id in self._cache:
                ciphers[person_id] = self._cache[person_id]
            else:
                unknown.append(person_id)
        for start in range(0, len(unknown), _PARTITION):
            found = await self._store.find(unknown[start : start + _PARTITION])
            for person_id, key in found.items():
                try:
                    ciphers[person_id] = self._open_key(person_id, key)
                except KeysUnusable as error:
                    _log.error("data key unusable", person_id=person_id, why=str(error))
                    continue
                self._cache.put(person_id, ciphers[person_id])
        return ciphers

    def _open_key(self, person_id: str, key: StoredKey) -> AESGCM | None:
        return None if isinstance(key, ErasedKey) else AESGCM(self._master.unwrap(person_id, key))

    def _open(self, event: Event, block: Sealed | None, ciphers: Mapping[str, AESGCM | None]) -> BaseModel | None:
        if block is None:
            return self._unopened(event, "malformed")
        if block.kid not in ciphers:
            return self._unopened(event, "no_key")
        cipher = ciphers[block.kid]
        if cipher is None:
            self.unopened["erased"] += 1
            return None
        text = open_text(cipher, block, stream=event.subject, version=event.streamversion, type_=event.type)
        if text is None:
            return self._unopened(event, "tampered")
        try:
            return event.read_personal(text)
        except (EventError, ValueError):
            return self._unopened(event, "unreadable")

    def _unopened(self, event: Event, reason: str) -> BaseModel | None:
        self.unopened[reason] += 1
        _log.warning("personal text not opened", event_id=event.id, type=event.type, reason=reason)
        return None


def _sealed(event: Event) -> Sealed | None:
    """The sealed block as it is stored: taken from the decoded payload where that was not lifted, else read alone."""
    try:
        payload = event.payload
    except EventError:
        payload = None
    if payload is not None and event.schema_version == payload.schema_version:
        pii: Sealed | None = getattr(payload, "pii", None)
        return pii
    try:
        return Sealed.model_validate(event.data["pii"])
    except ValidationError:
        return None
