"""The key-encryption keys: they wrap each person's data key, and one more makes the blind indexes."""

import base64
import os
import secrets
from pathlib import Path

from guiyan.cli.keys.files import read_json, write_secret_json


def _key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def make_master_keys(path: Path) -> None:
    """Makes the file that GUIYAN_MASTER_KEYS_FILE names; raises FileExistsError when it is there."""
    key_id = f"master-{secrets.token_hex(4)}"
    write_secret_json(path, {"current": key_id, "keys": {key_id: _key()}, "index": _key()})


def rotate_master_key(path: Path) -> str:
    """Adds a new current key and keeps the old ones, which still unwrap; returns the new key's id.

    The index key never changes: every blind index in the read models is computed with it.
    """
    document = read_json(path)
    key_id = f"master-{secrets.token_hex(4)}"
    document["keys"][key_id] = _key()
    document["current"] = key_id
    write_secret_json(path, document, replace=True)
    return key_id
