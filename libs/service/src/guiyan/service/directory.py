"""The directory of organisations: the tree, kept by every service from registry's events, held in memory for scopes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from guiyan.events import registry
from guiyan.ledger import Docs, Fact, Index, Projection
from guiyan.service.mirror import Mirror
from guiyan.service.reads import Document, Reads
from guiyan.service.scope import Scope, below

ORGANISATIONS: Final = "organisations"
MAX_DEPTH: Final = 20
SCOPES_KEPT: Final = 4_096
TREES_KEPT: Final = 64
_COPIED: Final = [
    "name",
    "short_name",
    "kind",
    "parent",
    "area_code",
    "is_basic_committee",
    "may_approve_probation",
    "address",
    "postcode",
    "unit_situation",
    "unit_name",
    "unit_kind",
    "uscc",
    "founded_on",
]


class OrganisationDirectory(Projection):
    """One document per organisation: what it is called, what it is, where it hangs, and when it ended.

    `sequence` is the ledger sequence of the last change, by which readers fetch only what is new.
    """

    name = "directory"
    version = 3
    handles = frozenset(
        {
            "OrganisationCreated",
            "OrganisationRenamed",
            "OrganisationMoved",
            "OrganisationDissolved",
            "OrganisationSplit",
            "OrganisationMerged",
            "OrganisationDetailsCorrected",
        }
    )
    indexes = (Index(ORGANISATIONS, ("sequence",)), Index(ORGANISATIONS, ("parent",)))

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Copy what the event says; an event about an organisation that never began changes nothing."""
        code = fact.aggregate_id
        known = docs.get(ORGANISATIONS, code)
        changed = _changed(known, fact)
        if changed is not None:
            docs.put(ORGANISATIONS, code, {**changed, "_id": code, "sequence": fact.sequence})


def _changed(known: Document | None, fact: Fact) -> Document | None:
    payload = fact.payload
    if isinstance(payload, registry.OrganisationCreated):
        on = fact.event.occurredon.isoformat()
        begun: Document = {"created_on": on, "dissolved_on": None, "merged_into": None, "split_into": []}
        return {**_plain(payload), **begun, "places": [[on, payload.parent]]}
    if known is None:
        return None
    match payload:
        case registry.OrganisationMoved():
            on = fact.event.occurredon.isoformat()
            kept = [place for place in known["places"] if place[0] < on]
            return {**known, "parent": payload.to_parent, "places": [*kept, [on, payload.to_parent]]}
        case registry.OrganisationRenamed() | registry.OrganisationDetailsCorrected():
            return {**known, **_plain(payload)}
        case _:
            merged = payload.into if isinstance(payload, registry.OrganisationMerged) else None
            split = list(payload.into) if isinstance(payload, registry.OrganisationSplit) else []
            ended = {"dissolved_on": fact.event.occurredon.isoformat(), "merged_into": merged, "split_into": split}
            return {**known, **ended}


def _plain(payload: Any) -> Document:
    values: Document = payload.model_dump(mode="json", exclude_none=True)
    return {name: value for name, value in values.items() if name in _COPIED}


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation as the directory knows it."""

    code: str
    name: str
    short_name: str
    kind: str
    parent: str | None
    area_code: str
    is_basic_committee: bool
    may_approve_probation: bool
    created_on: str
    dissolved_on: str | None
    merged_into: str | None
    split_into: tuple[str, ...]
    places: tuple[tuple[str, str | None], ...]
    """Under whom it stood from which day on, in the order of the days."""
    facts: Document = field(default_factory=dict, compare=False)

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self.dissolved_on is None

    def parent_on(self, day: date | None) -> str | None:
        """Under whom it stood on a day (None: stands now); None at the top, and before it was there."""
        if day is None:
            return self.parent
        return next((parent for since, parent in reversed(self.places) if since <= day.isoformat()), None)

    def successor_on(self, day: date | None) -> str | None:
        """What it had been merged into by a day (None: by now)."""
        ended = self.dissolved_on is not None and (day is None or self.dissolved_on <= day.isoformat())
        return self.merged_into if ended else None

    @property
    def successors(self) -> tuple[str, ...]:
        """What took its place when it was merged or split."""
        return self.split_into if self.merged_into is None else (self.merged_into,)

    def was_there(self, day: date | None) -> bool:
        """Whether it had been created by a day."""
        return day is None or self.created_on <= day.isoformat()


def tree(organisations: Iterable[Organisation], on: date | None) -> Mapping[str, str | None]:
    """Below what each organisation stood on a day (None: stands now): no ring, and nobody without a place.

    One that was made later stands below what it took the place of (a merger or a split; the first, when several were
    merged into it); where there is no such, below the parent it has now. So whoever is in it today is counted where
    those people were on that day, and the parts of every day add up to the whole of today.
    """
    known = {one.code: one for one in organisations}
    above = {code: one.successor_on(on) or one.parent_on(on) for code, one in known.items() if one.was_there(on)}
    later = {code: one for code, one in known.items() if code not in above}
    if not later:
        return above
    before = _predecessors(known.values())
    while later:
        placed: dict[str, str | None] = {
            code: place for code in later if (place := _find_place(code, before, above)) is not None
        }
        if not placed:
            placed = {code: one.parent for code, one in later.items() if not before.get(code) and _rests(one, above)}
        if not placed:  # each took the place of another one made later: by the parents of today, which are no ring
            placed = {code: one.parent for code, one in later.items() if _rests(one, above)} or dict.fromkeys(later)
        above |= placed
        later = {code: one for code, one in later.items() if code not in placed}
    return above


def _predecessors(organisations: Iterable[Organisation]) -> Mapping[str, list[str]]:
    """What each took the place of, those that ended first in front."""
    found: dict[str, list[str]] = {}
    for one in sorted(organisations, key=lambda one: (one.dissolved_on or "", one.code)):
        for code in one.successors:
            found.setdefault(code, []).append(one.code)
    return found


def _find_place(code: str, before: Mapping[str, list[str]], above: Mapping[str, str | None]) -> str | None:
    """The first of its predecessors that has a place, and none below itself."""
    return next((one for one in before.get(code, ()) if one in above and not _leads_to(code, one, above)), None)


def _rests(one: Organisation, above: Mapping[str, str | None]) -> bool:
    """Whether its parent has a place already, and none below itself; or it has no parent."""
    return one.parent is None or (one.parent in above and not _leads_to(one.code, one.parent, above))


def _leads_to(code: str, start: str, above: Mapping[str, str | None]) -> bool:
    """Whether the way up from `start` comes to `code`; a ring in the data ends the walk."""
    current: str | None = start
    seen: set[str] = set()
    while current is not None and current != code and current not in seen:
        seen.add(current)
        current = above.get(current)
    return current == code


class Directory:
    """The tree in memory: a mirror of the projection's documents, and what is asked of a tree."""

    def __init__(self, reads: Reads) -> None:
        self._found: dict[str, Organisation] = {}
        self._scopes: dict[tuple[str, date | None], Scope] = {}
        self._trees: dict[date | None, Mapping[str, str | None]] = {}
        self._mirror = Mirror(reads, ORGANISATIONS, self._take)

    def _take(self, changed: Iterable[Document]) -> None:
        self._found |= {document["_id"]: _organisation(document) for document in changed}
        self._scopes.clear()
        self._trees.clear()

    async def refresh(self, *, after_sequence: int = 0, wait_seconds: float = 0) -> None:
        """Read what changed; with `after_sequence` first wait until the projection has come that far.

        Raises Unavailable (503) when that takes too long.
        """
        await self._mirror.refresh(after_sequence=after_sequence, wait_seconds=wait_seconds)

    async def scope(
        self, org: str, *, as_of: date | None = None, after_sequence: int = 0, wait_seconds: float = 0
    ) -> Scope:
        """The organisation and all below it, those that have ended included (their records remain).

        What was merged into one of them is seen with it, so that no record is without an office for a moment. With
        `as_of` the tree is taken as it was on that business date.
        """
        await self.refresh(after_sequence=after_sequence, wait_seconds=wait_seconds)
        scope = self._scopes.get((org, as_of))
        if scope is None:
            if len(self._scopes) > SCOPES_KEPT:
                self._scopes.clear()
            scope = Scope(org, below(org, self._places(as_of)))
            self._scopes[org, as_of] = scope
        return scope

    async def standing(self, org: str, *, as_of: date | None = None) -> Scope:
        """The organisation and what stands under it: each below one other only, so that parts add up to the whole.

        What was merged into another stands under that one. `scope` is for rights, and holds what was merged away too.
        With `as_of` as the tree was on that business date; what was not there yet has a place in it too (`tree`).
        """
        await self.refresh()
        return Scope(org, below(org, {code: (above,) for code, above in self._above(as_of).items()}))

    async def children(self, org: str, *, as_of: date | None = None) -> tuple[str, ...]:
        """The organisations that stood directly under one, by code."""
        await self.refresh()
        return tuple(sorted(code for code, above in self._above(as_of).items() if above == org and code != org))

    async def with_below(self, counts: Mapping[str, int]) -> dict[str, int]:
        """What each organisation has together with all that stands under it, from what each has alone."""
        await self.refresh()
        above, sums = self._above(None), dict[str, int]()
        for code, count in counts.items():
            way: dict[str, None] = {}
            current: str | None = code
            while current is not None and current not in way and len(way) < MAX_DEPTH:
                way[current] = None
                current = above.get(current)
            for one in way:
                sums[one] = sums.get(one, 0) + count
        return sums

    def _above(self, as_of: date | None) -> Mapping[str, str | None]:
        above = self._trees.get(as_of)
        if above is None:
            if len(self._trees) > TREES_KEPT:
                self._trees.clear()
            above = self._trees[as_of] = tree(self._found.values(), as_of)
        return above

    def _places(self, as_of: date | None) -> dict[str, tuple[str | None, ...]]:
        there = (one for one in self._found.values() if one.was_there(as_of))
        return {one.code: (one.parent_on(as_of), one.successor_on(as_of)) for one in there}

    async def find(self, code: str) -> Organisation | None:
        """An organisation, or None."""
        await self.refresh()
        return self._found.get(code)

    def known(self, code: str) -> Organisation | None:
        """An organisation as of the last refresh, without waiting."""
        return self._found.get(code)

    def title_of(self, code: str) -> str | None:
        """What an organisation is called in tables, as of the last refresh; None when it is unknown."""
        found = self._found.get(code)
        return None if found is None else found.short_name or found.name

    def path(self, code: str) -> tuple[Organisation, ...]:
        """From the top of the tree down to this organisation, as of the last refresh; empty when it is unknown."""
        found: list[Organisation] = []
        current: str | None = code
        while current in self._found and len(found) < MAX_DEPTH:
            found.append(self._found[current])
            current = found[-1].parent
        return tuple(reversed(found))

    def basic_committee(self, code: str) -> Organisation | None:
        """The nearest organisation at or above it that issues and receives letters (R1 Art. 25), or None."""
        return next((one for one in reversed(self.path(code)) if one.is_basic_committee), None)

    def committee_above(self, code: str) -> str:
        """The basic committee that it stands under; its parent where none is known, itself at the top of the tree."""
        basic = self.basic_committee(code)
        if basic is not None and basic.code != code:
            return basic.code
        found = self.known(code)
        return (found.parent if found else None) or code

    def all(self) -> tuple[Organisation, ...]:
        """Every organisation, as of the last refresh."""
        return tuple(self._found.values())


def _organisation(document: Document) -> Organisation:
    return Organisation(
        code=document["_id"],
        name=document["name"],
        short_name=document["short_name"],
        kind=document["kind"],
        parent=document.get("parent"),
        area_code=document["area_code"],
        is_basic_committee=bool(document.get("is_basic_committee")),
        may_approve_probation=bool(document.get("may_approve_probation")),
        created_on=document["created_on"],
        dissolved_on=document.get("dissolved_on"),
        merged_into=document.get("merged_into"),
        split_into=tuple(document.get("split_into") or ()),
        places=tuple((since, parent) for since, parent in document["places"]),
        facts=document,
    )
