"""Secret files: written whole or not at all, mode 0600, never replaced by accident."""

import json
import os
import secrets
from pathlib import Path
from typing import Any


def write_secret(path: Path, text: str, *, replace: bool = False) -> None:
    """Writes `text` to `path` with mode 0600 in one step; raises FileExistsError unless `replace`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            draft.replace(path)
        else:
            os.link(draft, path)  # fails when the file is there already, unlike a rename
    finally:
        draft.unlink(missing_ok=True)


def write_secret_json(path: Path, value: Any, *, replace: bool = False) -> None:
    """Like `write_secret`, for a JSON document."""
    write_secret(path, json.dumps(value, indent=2, sort_keys=True) + "\n", replace=replace)


def read_json(path: Path) -> Any:
    """The JSON document in `path`."""
    return json.loads(path.read_text(encoding="utf-8"))
