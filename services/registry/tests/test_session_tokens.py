"""The key that signs the tokens of local accounts, as its file tells it (ADR 0036)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey

from guiyan.ledger.mac import KeysUnusable
from guiyan.registry.session_tokens import SessionTokens

KEY = OKPKey.generate_key("Ed25519", {"kid": "one"})
OTHER = ECKey.generate_key("P-256", {"kid": "one"})


def write(folder: Path, current: str, *keys: dict[str, Any]) -> Path:
    """A key file."""
    path = folder / "sign-in.json"
    path.write_text(json.dumps({"current": current, "keys": keys}))
    return path


def test_a_key_file_that_can_sign_is_taken(tmp_path: Path) -> None:
    """Whatever else stands in it beside the current key."""
    older = OKPKey.generate_key("Ed25519", {"kid": "older"}).as_dict(private=False)
    SessionTokens.load(write(tmp_path, "one", older, KEY.as_dict(private=True)))


@pytest.mark.parametrize(
    ("current", "key"),
    [
        ("two", KEY.as_dict(private=True)),
        ("one", KEY.as_dict(private=False)),
        ("one", OTHER.as_dict(private=True)),
        ("one", OKPKey.generate_key("X25519", {"kid": "one"}).as_dict(private=True)),
    ],
)
def test_a_key_file_that_cannot_sign_is_told_at_start(tmp_path: Path, current: str, key: dict[str, Any]) -> None:
    """Not at the first sign-in: the current key missing, without its private part, or of another kind."""
    with pytest.raises(KeysUnusable):
        SessionTokens.load(write(tmp_path, current, key))
