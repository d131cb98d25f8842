"""The record of streams that were made, kept apart from the server's data.

With a wrong encryption key nats-server shows no stream at all, and creating one of the same name then removes the
unreadable one from the disk (measured on 2.15.1). So the deploy step makes a stream anew only when no record says
that it was made before.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from guiyan.cli.keys.files import write_secret_json
from guiyan.cli.servers.problems import DeployFailed, StreamsGone

RECORD_NAME = "streams.json"


class Record:
    """The file `path`, which maps a stream's name to the moment it was first seen."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def require_none_gone(self, missing: Iterable[str]) -> None:
        """Raises StreamsGone when a missing stream was made before."""
        gone = sorted(self._read().keys() & set(missing))
        if gone:
            raise StreamsGone(names=", ".join(gone), record=self.path)

    def add(self, names: Iterable[str]) -> None:
        """Remembers streams that are there now; raises DeployFailed when the file cannot be written."""
        known = self._read()
        new = [name for name in names if name not in known]
        if not new:
            return
        now = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            write_secret_json(self.path, known | dict.fromkeys(new, now), replace=True)
        except OSError as refused:
            reason = f"the file cannot be written: {refused.strerror}"
            raise DeployFailed(what=f"The record of streams {self.path}", reason=reason) from refused

    def _read(self) -> dict[str, str]:
        try:
            known: dict[str, str] = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as broken:
            raise DeployFailed(what=f"The record of streams {self.path}", reason="the file is not JSON") from broken
        return known
