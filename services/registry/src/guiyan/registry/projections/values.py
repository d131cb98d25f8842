"""How a projection's documents hold what payloads hold: codes as their text, days as ISO text."""

from __future__ import annotations

from datetime import date

from guiyan.events.codes.base import Code


def plain(value: Code | date) -> str:
    """A code as its text, a day as ISO text."""
    return str(value) if isinstance(value, str) else value.isoformat()
