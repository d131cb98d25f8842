"""Files of imports - rosters while needed, faulty rows, what was typed: sealed, and gone after seven days."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guiyan.ledger import Index
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.database import Database

FILES: Final = "import_files"
KEPT: Final = timedelta(days=7)
PART_BYTES: Final = 8_000_000
NONCE_BYTES: Final = 12


class SealedFiles:
    """Files by name, in parts that fit a document, each sealed (AES-256-GCM) under a key of the file's own.

    That key is derived from the installation's index key, so that the database alone opens nothing.
    """

    def __init__(self, database: Database, blind: BlindIndex) -> None:
        self._files = database.collection(FILES)
        self._blind = blind

    async def open(self) -> None:
        """Make the index, and forget what is past its time."""
        await self._files.create_index(Index(FILES, ("expires_at",)))
        await self._files.create_index(Index(FILES, ("name", "part")))
        await self.forget_old()

    async def keep(self, name: str, content: bytes) -> None:
        """Keep a file for seven days."""
        expires_at = datetime.now(UTC) + KEPT
        for part, start in enumerate(range(0, len(content), PART_BYTES)):
            nonce, id_ = os.urandom(NONCE_BYTES), f"{name}.{part}"
            sealed = self._cipher(name).encrypt(nonce, content[start : start + PART_BYTES], id_.encode())
            document = {"name": name, "part": part, "bytes": nonce + sealed, "expires_at": expires_at}
            await self._files.update_one({"_id": id_}, {"$set": document}, upsert=True)

    async def find(self, name: str) -> bytes | None:
        """The file; None when there is none, or no more."""
        parts = await self._files.find({"name": name}).sort("part").to_list()
        if not parts or parts[0]["expires_at"] <= datetime.now(UTC):
            return None
        cipher = self._cipher(name)
        return b"".join(
            cipher.decrypt(bytes(one["bytes"][:NONCE_BYTES]), bytes(one["bytes"][NONCE_BYTES:]), one["_id"].encode())
            for one in parts
        )

    async def forget(self, name: str) -> None:
        """Remove a file before its time."""
        await self._files.delete_many({"name": name})

    async def forget_old(self) -> None:
        """Remove what is past its time."""
        await self._files.delete_many({"expires_at": {"$lte": datetime.now(UTC)}})

    def _cipher(self, name: str) -> AESGCM:
        return AESGCM(bytes.fromhex(self._blind.of("id_no", f"key of import {name}")))
