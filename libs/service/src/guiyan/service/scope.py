"""Scope: which organisations a caller may see - the own one and what lies below; what lies outside is not there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from guiyan.service.problems import NotFound

Query = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """The codes of the own organisation (`org`) and of all below it."""

    org: str
    codes: frozenset[str]

    def covers(self, *codes: str | None) -> bool:
        """Whether one of these organisations (say, origin or host branch) lies in the scope."""
        return any(code in self.codes for code in codes if code)

    def check(self, *codes: str | None) -> None:
        """Raise NotFound when none of these organisations lies in the scope."""
        if not self.covers(*codes):
            raise NotFound

    def where(self, *fields: str) -> Query:
        """The query that keeps documents of which one of these fields names an organisation in the scope."""
        codes = sorted(self.codes)
        conditions: list[Query] = [{name: {"$in": codes}} for name in fields]
        return conditions[0] if len(conditions) == 1 else {"$or": conditions}


def below(org: str, places: Mapping[str, Iterable[str | None]]) -> frozenset[str]:
    """`org` and every organisation under it, by each one's parent and by what it was merged into.

    A ring in the data ends the walk, not the world.
    """
    children: dict[str, list[str]] = {}
    for code, above in places.items():
        for one in above:
            children.setdefault(one or "", []).append(code)
    return frozenset(_walk(org, children))


def _walk(org: str, children: Mapping[str, list[str]]) -> Iterable[str]:
    seen = {org}
    waiting = [org]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in seen:
                seen.add(child)
                waiting.append(child)
    return seen
