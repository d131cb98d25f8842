"""What was told of a trip, in the order of its business dates: what is told late never stands before what is newer.

Two times are needed, for late receipts are normal here (domain.md §8): a destination told today for a day in April is
what was so in April, and says nothing against the one of May that was told before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

Day = Any
"""A business date, or its ISO 8601 text: both sort alike."""
Telling = Sequence[Any]
"""The business date, and the codes told for it by their names."""

_UNTOLD: Final[dict[str, tuple[str, ...]]] = {
    "recognised_on": ("recognised_on", "confirmed_on"),
    "reported_in_on": ("host_branch", "reported_in_on", "host_overdue_on", "hosted_since"),
    "host_overdue_on": ("host_overdue_on",),
    "hosted_since": ("hosted_since",),
}
"""Which facts of a trip are not so when this day lies after its end; a confirmation stands with what it confirms."""


def placed(tellings: Iterable[Telling], on: Day, codes: Mapping[str, Any]) -> list[Telling]:
    """The tellings with one more; of two of one business date the later recorded stands last."""
    return sorted([*tellings, (on, dict(codes))], key=itemgetter(0))


def standing(tellings: Iterable[Telling], until: Day | None = None) -> dict[str, Any]:
    """The codes as the newest tellings have them, up to the day when a trip ended (`until`); what is absent stays."""
    told: dict[str, Any] = {}
    for on, codes in tellings:
        if until is None or on <= until:
            told |= codes
    return told


def said(tellings: Iterable[Telling], on: Day) -> dict[str, Any]:
    """What was told for this very day."""
    return standing(one for one in tellings if one[0] == on)


def not_so(known: Mapping[str, Any], ended_on: Day, *, never: bool) -> dict[str, Any]:
    """What an end takes from what was recorded of a trip, as it was: what is dated after it was not so (§8, §2.1).

    The clock may have recognised, and a host taken in, whom a return told late shows to have been home by then. A trip
    that `never` was made no mobile member (R2).
    """
    after = [first for first in _UNTOLD if known[first] is not None and known[first] > ended_on]
    names = [name for first in after + ["recognised_on"] * never for name in _UNTOLD[first]]
    return {name: known[name] for name in _UNTOLD_NAMES if name in names and known[name] is not None}


_UNTOLD_NAMES: Final = tuple(dict.fromkeys(name for names in _UNTOLD.values() for name in names))
