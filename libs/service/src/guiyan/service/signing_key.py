"""Key files of whoever signs: `{"current": kid, "keys": [JWK, …]}`, Ed25519, the current key with its private part."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from guiyan.ledger.mac import KeysUnusable, read_key_file


def load_signing_key(path: Path) -> tuple[OKPKey, list[dict[str, Any]]]:
    """The key that signs now, and all keys of the file as they stand there. Raises KeysUnusable, at start."""
    document = read_key_file(path)
    try:
        keys = list(document["keys"])
        (current,) = [one for one in keys if one["kid"] == document["current"]]
        key = ed25519(current)
        if not key.is_private:
            raise ValueError  # noqa: TRY301 - told as every other fault of the file
    except (KeyError, TypeError, ValueError, JoseError):
        reason = "expected {'current': kid, 'keys': [JWK of Ed25519, …]} with the current key's private part"
        raise KeysUnusable(f"{path}: {reason}") from None
    return key, keys


def ed25519(key: Mapping[str, Any]) -> OKPKey:
    """A JWK of an Ed25519 key with an id; raises ValueError or JoseError for any other."""
    found = OKPKey.import_key(dict(key))
    if found.curve_name != "Ed25519" or not found.kid:
        raise ValueError("not an Ed25519 key with an id")
    return found
