"""The tree of organisations over time: who stands under whom on a day, and whether a move would make a ring (§2.13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

Parents = tuple[tuple[date, str | None], ...]
"""Under whom an organisation stands from which day on, in the order of the days; the first is its creation."""


def parent_on(parents: Parents, day: date) -> str | None:
    """The parent on a day; None at the top, and before there was the organisation."""
    return next((parent for since, parent in reversed(parents) if since <= day), None)


def placed(parents: Parents, day: date, parent: str | None) -> Parents:
    """The history with one place more; a second place of the same day takes the first one's."""
    return (*(one for one in parents if one[0] < day), (day, parent))


def spans(parents: Parents, since: date, until: date) -> list[tuple[str, date, date]]:
    """The parents within [since, until) and from when to when each was."""
    ends = [start for start, _ in parents[1:]] + [date.max]
    clipped = ((parent, max(start, since), min(end, until)) for (start, parent), end in zip(parents, ends, strict=True))
    return [(parent, start, end) for parent, start, end in clipped if parent is not None and start < end]


def above_since(code: str, since: date, parents_of: Mapping[str, Parents]) -> frozenset[str]:
    """Every organisation that `code` stands under, itself included, on whatever day from `since` on.

    A move of X to `code` as of `since` makes a ring on some day exactly when X is among them: later changes of those
    above are looked at as well, because a move may be told after them.
    """
    found = {code}
    waiting = [(code, since, date.max)]
    seen = set(waiting)
    while waiting:
        current, start, end = waiting.pop()
        for span in spans(parents_of.get(current, ()), start, end):
            found.add(span[0])
            if span not in seen:
                seen.add(span)
                waiting.append(span)
    return frozenset(found)
