"""The keys that sign the codes of activity certificates: made here, held by transfers alone, published without `d`."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from guiyan.cli.keys.files import read_json, write_secret_json


def _key() -> dict[str, Any]:
    key_id = f"paper-{uuid.uuid4().hex[:8]}"
    key = OKPKey.generate_key("Ed25519", {"kid": key_id, "use": "sig", "alg": "EdDSA"})
    return dict(key.as_dict(private=True))


def make_certificate_keys(path: Path) -> None:
    """Makes the file that GUIYAN_CERTIFICATE_KEYS_FILE names; raises FileExistsError when it is there."""
    key = _key()
    write_secret_json(path, {"current": key["kid"], "keys": [key]})


def rotate_certificate_key(path: Path) -> str:
    """A new key signs from now on; of the old ones the public part stays, so that old papers are checked still.

    Returns the new key's id. The private part of the old key is gone: nothing can be signed with it any more.
    """
    document, key = read_json(path), _key()
    kept = [{name: value for name, value in one.items() if name != "d"} for one in document["keys"]]
    write_secret_json(path, {"current": key["kid"], "keys": [*kept, key]}, replace=True)
    return str(key["kid"])
