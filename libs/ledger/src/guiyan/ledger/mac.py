"""The MAC on every commit: HMAC-SHA256 with the key of the service that owns the subject (ADR 0003).

Errors: KeysUnusable   the key file is missing, malformed, or names no usable key
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from guiyan.ledger.errors import LedgerError
from guiyan.ledger.subject import Subject

_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,80}")
_LEAST_SECRET_BYTES = 32
_BLOCK_BYTES = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


class KeysUnusable(LedgerError):  # noqa: N818 - named for what happened
    """A key file cannot be used; the message names the file and the fault, never a key."""


@dataclass(frozen=True, slots=True)
class MacKey:
    """One MAC key: its id, the only service whose subjects it may sign, and its secret of at least 32 bytes."""

    id: str
    service: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """What the MAC is computed over: everything a reader believes about a commit."""

    subject: Subject
    expected_sequence: int
    command_id: str
    types: Sequence[str]
    body: bytes

    def encode(self) -> bytes:
        """One byte string for one set of values; see `text_of`."""
        subject, types = str(self.subject).encode(), ",".join(self.types).encode()
        return text_of(subject, b"%d" % self.expected_sequence, self.command_id.encode(), types, self.body)


def text_of(subject: bytes, expected: bytes, command_id: bytes, types: bytes, body: bytes) -> bytes:
    """What is signed: each part stands behind its length, so that no two sets of values collide.

    `expected` is the number in decimal digits without leading zeros, `types` the names with a comma between.
    """
    return b"guiyan commit 1\n%d:%b,%b,%d:%b,%d:%b,%d:%b" % (
        len(subject),
        subject,
        expected,
        len(command_id),
        command_id,
        len(types),
        types,
        len(body),
        body,
    )


class Mac:
    """HMAC-SHA256 (RFC 2104) under one key, its two padded key blocks hashed once: 40 % of `hmac.digest`'s cost."""

    def __init__(self, secret: bytes) -> None:
        key = (secret if len(secret) <= _BLOCK_BYTES else hashlib.sha256(secret).digest()).ljust(_BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(key.translate(_INNER))
        self._outer = hashlib.sha256(key.translate(_OUTER))

    def of(self, text: bytes) -> bytes:
        """The MAC of a text, in base64."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return binascii.b2a_base64(outer.digest(), newline=False)


class KeyRing:
    """The keys that verify, of every service, and the one that signs, of this service; old keys only verify."""

    def __init__(self, keys: Sequence[MacKey], writer: str | None = None) -> None:
        self._keys: Mapping[str, MacKey] = {key.id: key for key in keys}
        self._macs = {key.id: Mac(key.secret) for key in keys}
        self._writer = self._keys.get(writer) if writer is not None else None
        odd = [key.id for key in keys if not _KEY_ID.fullmatch(key.id)]
        if odd:
            raise KeysUnusable(f"the key id {odd[0]!r} cannot stand in a header: letters, digits and . _ - only")
        if writer is not None and self._writer is None:
            raise KeysUnusable(f"the writer key {writer!r} is not among the keys; add it, or name one that is")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read GUIYAN_MAC_KEYS_FILE: `{"writer": id | null, "keys": {id: {"service": …, "secret": base64}}}`.

        Raises KeysUnusable.
        """
        document = read_key_file(path)
        try:
            keys = [_read_key(key_id, entry) for key_id, entry in document["keys"].items()]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            reason = "expected {'writer': id, 'keys': {id: {'service': name, 'secret': base64 of 32 bytes}}}"
            raise KeysUnusable(f"{path}: {reason}") from error
        return cls(keys, document.get("writer"))

    @property
    def service(self) -> str | None:
        """The service this ring signs for; None when it can only verify."""
        return self._writer.service if self._writer is not None else None

    def sign(self, signed: Signed) -> tuple[str, str]:
        """The writer key's id and the MAC in base64. Raises KeysUnusable for a subject of another service."""
        key = self._writer
        if key is None or key.service != signed.subject.service:
            raise KeysUnusable(
                f"this process holds no key to sign {signed.subject} with: only the service {signed.subject.service!r}"
                " writes there; send it a command instead"
            )
        return key.id, self._macs[key.id].of(signed.encode()).decode()

    def fault(self, key_id: str | None, mac: str | None, signed: Signed) -> str | None:
        """Why a message must not be believed; None when its MAC is right. Compares in constant time."""
        if not key_id or not mac:
            return "it carries no MAC"
        return self.fault_of(key_id, mac.encode(), signed.subject.service, signed.encode())

    def fault_of(self, key_id: str, mac: bytes, service: str, text: bytes) -> str | None:
        """The same, for the text that the MAC is computed over (`text_of`)."""
        key = self._keys.get(key_id)
        if key is None:
            return "its MAC key is not known here"
        if key.service != service:
            return f"its MAC key belongs to the service {key.service}, not to {service}"
        if not hmac.compare_digest(self._macs[key_id].of(text), mac):
            return "its MAC is wrong"
        return None


class ProcessRing(KeyRing):
    """Keys made on demand for every service: for the twin and for tests, where all services live in one process."""

    def __init__(self) -> None:
        super().__init__(())
        self._rings: dict[str, KeyRing] = {}

    def sign(self, signed: Signed) -> tuple[str, str]:
        """Sign for whatever service the subject names."""
        return self._ring(signed.subject.service).sign(signed)

    def fault_of(self, key_id: str, mac: bytes, service: str, text: bytes) -> str | None:
        """See `KeyRing.fault_of`."""
        return self._ring(service).fault_of(key_id, mac, service, text)

    def _ring(self, service: str) -> KeyRing:
        ring = self._rings.get(service)
        if ring is None:
            key = MacKey(f"{service}-twin", service, os.urandom(_LEAST_SECRET_BYTES))
            ring = self._rings[service] = KeyRing([key], key.id)
        return ring


def read_key_file(path: Path) -> dict[str, Any]:
    """A key file's JSON object. Raises KeysUnusable, without showing what is in it."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KeysUnusable(f"{path} cannot be read: {error.strerror}; see `GUIYAN_*_KEYS_FILE`") from error
    except ValueError:
        raise KeysUnusable(f"{path} is not a JSON document") from None
    if not isinstance(document, dict):
        raise KeysUnusable(f"{path} must hold a JSON object")
    return document


def decode_secret(text: str) -> bytes:
    """A secret of at least 32 bytes from base64; raises ValueError."""
    try:
        secret = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("a secret is not base64") from None
    if len(secret) < _LEAST_SECRET_BYTES:
        raise ValueError("a secret has fewer than 32 bytes")
    return secret


def _read_key(key_id: str, entry: Mapping[str, str]) -> MacKey:
    return MacKey(key_id, entry["service"], decode_secret(entry["secret"]))
