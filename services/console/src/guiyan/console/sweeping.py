"""How a sweep's figures stand on its page: which figures, in which order, and exactly the list behind each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from guiyan.console.i18n import mark

Asked = tuple[tuple[str, str], ...]
PEOPLE: Final[Mapping[str, Asked]] = {
    "expected": (("listed", "true"),),
    "checked": (("listed", "true"), ("checked", "true")),
    "found_out": (("finding", "FOUND_OUT"),),
    "found_in": (("finding", "FOUND_IN"),),
    "returned": (("finding", "RETURNED"),),
    "not_reached": (("finding", "NOT_REACHED"),),
}
"""The figures of §6 no. 14 that count people, and what the list of people is asked for each."""
LEFT: Final[Asked] = (("listed", "true"), ("checked", "false"))
"""Who is still to be checked."""
BRANCHES: Final[Mapping[str, Asked]] = {
    "branches": (),
    "submitted": (("state", "SUBMITTED"), ("state", "ACCEPTED")),
    "overdue": (("overdue", "true"), ("state", "OPEN"), ("state", "RETURNED"), ("state", "LEFT_OUT")),
}
"""The figures that count sheets, and what the list of sheets is asked for each."""
CHECKED: Final = mark("已查")
TO_CHECK: Final = mark("未查")
MOST_CHARTED: Final = 60


@dataclass(frozen=True, slots=True)
class Number:
    """A figure, and where it leads: exactly what it counts; nought leads nowhere."""

    value: int
    address: str


def number(row: Mapping[str, Any], name: str, of: Asked) -> Number:
    """A figure of a township's or a branch's row; `of` says of which sweep, township and branch the list is."""
    ledger, asked = ("sweep-rows", PEOPLE[name]) if name in PEOPLE else ("sweeps-progress", BRANCHES[name])
    value = int(row.get(name) or 0)
    return Number(value, f"/ledgers/{ledger}?{urlencode([*of, *asked])}" if value else "")


def chart(parts: Sequence[tuple[str, Mapping[str, Any], Asked]], titles: Iterable[str]) -> str:
    """Checked and still to check, on top of each other, a bar a part; a click opens the same list as the table."""
    if not parts or len(parts) > MOST_CHARTED:
        return ""
    done, left = titles

    def address(of: Asked, asked: Asked) -> str:
        return f"/ledgers/sweep-rows?{urlencode([*of, *asked])}"

    series = [
        {
            "name": done,
            "stack": "all",
            "data": [row["checked"] for _, row, _ in parts],
            "lists": [address(of, PEOPLE["checked"]) for _, _, of in parts],
        },
        {
            "name": left,
            "stack": "all",
            "data": [row["expected"] - row["checked"] for _, row, _ in parts],
            "lists": [address(of, LEFT) for _, _, of in parts],
        },
    ]
    return json.dumps({"names": [name for name, _, _ in parts], "series": series}, ensure_ascii=False)
