"""The keys that seal the console's sessions: a file with one a line, the newest first (Fernet: 32 bytes, base64)."""

import base64
import secrets
from pathlib import Path

from guiyan.cli.keys.files import write_secret

KEY_BYTES = 32


def make_session_keys(path: Path) -> None:
    """Makes the file with one key; raises FileExistsError when it is there."""
    write_secret(path, base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
