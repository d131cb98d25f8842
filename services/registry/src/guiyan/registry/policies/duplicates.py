"""Whoever is entered, imported or corrected is compared with everybody: who may be one person is flagged (§3.6)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import ClassVar, Final

from guiyan.events.registry.member import MemberDetailsCorrected, MemberImported, MemberRegistered
from guiyan.ledger import Call, Document, Fact, Policy, business_date
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.duplicate import DUPLICATE, FlagDuplicate, pair_id, rule_of
from guiyan.registry.projections.members import MEMBERS
from guiyan.service.directory import Directory
from guiyan.service.reads import Reads

FLAGGED_MAX: Final = 5
"""How many pairs one entry makes at most: a birth date that stands in a thousand records is a fault of its own."""
ASKED_MAX: Final = 1_000
_FIELDS: Final = ("id_index", "match_index")


class DuplicateWatch(Policy):
    """Runs for everyone, whoever enters them, behind the register that has applied the entry already.

    So of two that are entered at the same time at least the later one finds the other. Nothing is refused and nothing
    is changed: people decide.
    """

    name: ClassVar[str] = "duplicate_watch"
    handles: ClassVar[frozenset[str]] = frozenset({"MemberRegistered", "MemberImported", "MemberDetailsCorrected"})

    def __init__(self, register: Reads, directory: Directory) -> None:
        self._alike = Alike(register)
        self._directory = directory

    async def react(self, fact: Fact) -> Sequence[Call]:
        """A pair for each other record with the same ID number, or with the same name and birth date."""
        facts = fact.payload
        assert isinstance(facts, MemberRegistered | MemberImported | MemberDetailsCorrected)  # noqa: S101 - all handled
        told = {name: index for name in _FIELDS if (index := getattr(facts, name)) is not None}
        if not told:
            return []
        found = {one["_id"]: one for one in await self._alike.find(told)}
        own = found.pop(facts.member_id, None) or (found and await self._alike.get(facts.member_id))
        if not own or not found:
            return []
        today = business_date(fact.event.time)
        await self._directory.refresh()
        return [self._flag(own, other, Occasion(today, today)) for _, other in sorted(found.items())[:FLAGGED_MAX]]

    def _flag(self, own: Document, other: Document, when: Occasion) -> Call:
        rule = rule_of(
            same_number=own["id_index"] is not None and own["id_index"] == other["id_index"],
            same_branch=own["branch"] == other["branch"],
        )
        above = nearest_above(self._directory, own["branch"], other["branch"])
        pair = (str(own["_id"]), str(other["_id"]))
        return Call(DUPLICATE, pair_id(*pair), FlagDuplicate(pair, rule, when, above))


def nearest_above(directory: Directory, *branches: str) -> str | None:
    """The nearest organisation over all of these, as of the directory's last refresh; None when there is none."""
    paths = [[one.code for one in directory.path(branch)] for branch in branches]
    common = [codes[0] for codes in zip(*paths, strict=False) if len(set(codes)) == 1]
    return common[-1] if common else None


class Alike:
    """Finds records by their blind indexes; what is asked in the same turn of the event loop is asked together.

    An import asks about every row: a query for many costs little more than one for a single record.
    """

    def __init__(self, register: Reads) -> None:
        self._register = register
        self._next: asyncio.Task[list[Document]] | None = None
        self._wanted: dict[str, set[str]] = defaultdict(set)

    async def find(self, told: dict[str, str]) -> list[Document]:
        """The records that have one of these indexes, by field."""
        for field, index in told.items():
            self._wanted[field].add(index)
        if self._next is None:
            self._next = asyncio.create_task(self._read())
        found = await asyncio.shield(self._next)
        return [one for one in found if any(one[field] == index for field, index in told.items())]

    async def get(self, member_id: str) -> Document | None:
        """One record."""
        return await self._register.get(MEMBERS, member_id)

    async def _read(self) -> list[Document]:
        await asyncio.sleep(0)  # whoever asks in this turn comes along
        wanted, self._wanted, self._next = self._wanted, defaultdict(set), None
        either = [{field: {"$in": sorted(indexes)}} for field, indexes in wanted.items()]
        found = await self._register.find(MEMBERS, {"$or": either}, limit=ASKED_MAX)
        if len(found) < ASKED_MAX:
            return found
        each = [{field: index} for field, indexes in wanted.items() for index in sorted(indexes)]
        return [one for query in each for one in await self._few(query)]

    async def _few(self, query: dict[str, str]) -> list[Document]:
        """The oldest records that have this index, one more than is flagged: one of them may be the asker's own."""
        return await self._register.find(MEMBERS, query, sort=(("_id", 1),), limit=FLAGGED_MAX + 1)
