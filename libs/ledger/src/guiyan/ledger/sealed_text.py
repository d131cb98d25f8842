"""One sealed text: AES-256-GCM under a data key, bound to the one place in the ledger where it stands."""

from __future__ import annotations

import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guiyan.events import Sealed

_NONCE_BYTES = 12


def seal_text(  # noqa: PLR0913 - key, text, and the four words of their place
    cipher: AESGCM, text: bytes, *, kid: str, stream: str, version: int, type_: str
) -> Sealed:
    """Seal a text; random 96-bit nonces are safe here, one data key seals far fewer than 2**32 texts."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = cipher.encrypt(nonce, text, _bound_to(stream, version, type_))
    return Sealed(kid=kid, alg="A256GCM", nonce=to_base64(nonce), ct=to_base64(sealed))


def open_text(cipher: AESGCM, sealed: Sealed, *, stream: str, version: int, type_: str) -> bytes | None:
    """The text, or None when it was changed, moved, or sealed under another key."""
    try:
        return cipher.decrypt(from_base64(sealed.nonce), from_base64(sealed.ct), _bound_to(stream, version, type_))
    except (InvalidTag, ValueError):
        return None


def to_base64(raw: bytes) -> str:
    """Bytes as text."""
    return binascii.b2a_base64(raw, newline=False).decode()


def from_base64(text: str) -> bytes:
    """Text as bytes; raises ValueError."""
    return binascii.a2b_base64(text, strict_mode=True)


def _bound_to(stream: str, version: int, type_: str) -> bytes:
    """No part can hold a bar: they are names of subjects and types, and a number."""
    return f"{stream}|{version}|{type_}".encode()
