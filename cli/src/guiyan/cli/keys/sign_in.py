"""The key that signs the tokens of local accounts: held by registry alone, its public part among the JWKS of all."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, Final

from joserfc.jwk import OKPKey

from guiyan.cli.keys.files import read_json, write_secret_json

KEPT: Final = 2
"""How many sign-in keys the JWKS tells: the one that signs, and the one before, whose tokens live on for minutes."""
_PREFIX: Final = "sign-in-"


def _key() -> dict[str, Any]:
    key = OKPKey.generate_key("Ed25519", {"kid": f"{_PREFIX}{uuid.uuid4().hex[:8]}", "use": "sig", "alg": "EdDSA"})
    return dict(key.as_dict(private=True))


def make_sign_in_key(path: Path) -> None:
    """Makes the file that GUIYAN_SIGN_IN_KEYS_FILE names; raises FileExistsError when it is there."""
    key = _key()
    write_secret_json(path, {"current": key["kid"], "keys": [key]})


def publish_sign_in_key(path: Path, jwks: Path) -> None:
    """The public part of the key that signs stands in the JWKS, once, beside what is there."""
    document, known = read_json(path), read_json(jwks)
    current = next(one for one in document["keys"] if one["kid"] == document["current"])
    others = [one for one in known["keys"] if one["kid"] != current["kid"]]
    ours = [one for one in others if one["kid"].startswith(_PREFIX)][-(KEPT - 1) :]
    kept = [one for one in others if not one["kid"].startswith(_PREFIX)]
    public = {name: value for name, value in current.items() if name != "d"}
    if known["keys"] != (keys := [*kept, *ours, public]):
        write_secret_json(jwks, {"keys": keys}, replace=True)


def rotate_sign_in_key(path: Path, jwks: Path) -> str:
    """A new key, which signs when registry is started anew; services learn it from the JWKS by themselves.

    Returns its id. The private part of the old key is gone; its public part stays in the JWKS until the next rotation,
    so that whoever is signed in stays so.
    """
    key = _key()
    write_secret_json(path, {"current": key["kid"], "keys": [key]}, replace=True)
    publish_sign_in_key(path, jwks)
    return str(key["kid"])
