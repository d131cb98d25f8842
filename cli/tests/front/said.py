"""What a command line gave, as tests look at it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """What a command line gave: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> dict[str, Any]:
        """The error of the one JSON document on standard output."""
        document = json.loads(self.out)
        assert set(document) == {"error"}, self.out
        error: dict[str, Any] = document["error"]
        return error


Guiyan = Callable[..., Said]
