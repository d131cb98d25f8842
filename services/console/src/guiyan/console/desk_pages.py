"""The desk's pages: tasks of several services as one list, the most pressing first, as many as a screen takes.

Each service tells its own tasks in order, a page at a time. A page of the desk takes from each as far as all are known;
where the next page begins stands in its address: for each service a cursor, and how many rows after it were shown.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from guiyan.console.lists import ListInfo

MOST: Final = 200
"""Tasks on one page, and asked of each service at once."""
TRAIL_MARK: Final = "."
MOST_TRAIL: Final = 12
"""Pages that can be turned back one by one; before these comes the first."""
MOST_TRAIL_CHARS: Final = 16_000


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page begins in one service's tasks: a cursor (empty for the first), and how many after it were shown."""

    cursor: str = ""
    shown: int = 0


Place = Mapping[str, Start]
"""Where a page begins; a service that is not named has nothing more."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one service has for the page; `rows` is None where it does not answer."""

    service: str
    info: ListInfo | None
    rows: list[dict[str, Any]] | None
    start: Start = Start()
    more: str = ""
    """Its cursor of the rows after these."""

    @property
    def left(self) -> list[dict[str, Any]]:
        """The rows that no page before has shown."""
        return (self.rows or [])[self.start.shown :]


def key(row: Mapping[str, Any]) -> tuple[str, str]:
    """The order of the desk: by the day, then by the id, as every service tells its own."""
    return str(row["due_on"]), str(row["id"])


def merged(parts: Sequence[Part]) -> tuple[list[tuple[Part, dict[str, Any]]], Place]:
    """The page's tasks in order with who tells them, and where the next page begins (empty: there is none)."""
    ends = [key(part.rows[-1]) for part in parts if part.more and part.rows]
    rows = sorted(((part, row) for part in parts for row in part.left), key=lambda one: key(one[1]))
    if ends:
        rows = [one for one in rows if key(one[1]) <= min(ends)]
    rows = rows[:MOST]
    return rows, {part.service: start for part in parts if (start := _next(part, rows)) is not None}


def _next(part: Part, page: Sequence[tuple[Part, dict[str, Any]]]) -> Start | None:
    taken = sum(1 for one, _ in page if one.service == part.service)
    if taken < len(part.left):
        return Start(part.start.cursor, part.start.shown + taken)
    return Start(part.more) if part.more else None


def written(place: Place) -> str:
    """A place as it stands in an address."""
    told = json.dumps({name: [one.cursor, one.shown] for name, one in place.items()}, separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def trail_of(text: str) -> tuple[str, ...]:
    """The pages that were turned, from the address; none where it is not one of ours."""
    if len(text) > MOST_TRAIL_CHARS:
        return ()
    return tuple(one for one in text.split(TRAIL_MARK) if one)[-MOST_TRAIL:]


def read(text: str) -> Place | None:
    """The place that stands in an address; None for what is not one."""
    try:
        told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return {str(name): Start(str(cursor), max(int(shown), 0)) for name, (cursor, shown) in told.items()}
    except (binascii.Error, ValueError, TypeError, AttributeError):
        return None
