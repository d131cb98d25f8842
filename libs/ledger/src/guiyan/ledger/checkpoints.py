"""Checkpoints: how far each projection and policy has come, moved only by whoever holds the newest fence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from guiyan.ledger.database import Database, Session
from guiyan.ledger.errors import FenceLost

CHECKPOINTS: Final = "_checkpoints"


@dataclass(frozen=True, slots=True)
class Move:
    """One checkpoint goes from one ledger sequence to a later one."""

    name: str
    before: int
    after: int


class Checkpoints:
    """One document per projection generation and per policy: position and fence."""

    def __init__(self, database: Database) -> None:
        self._collection = database.collection(CHECKPOINTS)

    async def claim(self, names: Iterable[str], fence: int) -> dict[str, int]:
        """Make these checkpoints ours and give their positions; 0 for one that is new.

        Raises FenceLost when somebody with a newer fence has them already.
        """
        wanted = list(names)
        await self._collection.update_many(
            {"_id": {"$in": wanted}, "fence": {"$lt": fence}}, {"$set": {"fence": fence}}
        )
        found = {one["_id"]: one for one in await self._collection.find({"_id": {"$in": wanted}}).to_list()}
        for name in wanted:
            if name not in found:
                fresh = {"position": 0, "fence": fence}
                await self._collection.update_one({"_id": name}, {"$setOnInsert": fresh}, upsert=True)
                found[name] = fresh
            if found[name]["fence"] != fence:
                raise FenceLost(f"another follower holds {name}; this one must stop")
        return {name: found[name]["position"] for name in wanted}

    async def move(self, moves: Sequence[Move], fence: int, session: Session = None) -> None:
        """Compare and set; raises FenceLost when one is not where we left it or not ours."""
        together: dict[tuple[int, int], list[str]] = defaultdict(list)
        for one in moves:
            together[one.before, one.after].append(one.name)
        for (before, after), names in together.items():
            mine = {"_id": {"$in": names}, "position": before, "fence": fence}
            change = {"$set": {"position": after, "at": datetime.now(UTC)}}
            if await self._collection.update_many(mine, change, session=session) != len(names):
                raise FenceLost(f"the checkpoint of {', '.join(sorted(names))} is not at {before} or not ours any more")

    async def tear(self, names: Sequence[str], fence: int) -> None:
        """Mark checkpoints at 0 torn: their documents are being written without them; raises FenceLost."""
        mine = {"_id": {"$in": list(names)}, "position": 0, "fence": fence}
        if await self._collection.update_many(mine, {"$set": {"torn": True}}) != len(names):
            raise FenceLost(f"the checkpoint of {', '.join(names)} is not at 0 or not ours any more")

    async def hold(self, names: Sequence[str], fence: int, session: Session = None) -> None:
        """Raises FenceLost unless these checkpoints are ours still; inside a transaction they stay so until its end."""
        mine = {"_id": {"$in": list(names)}, "fence": fence}
        if await self._collection.update_many(mine, {"$set": {"at": datetime.now(UTC)}}, session=session) != len(names):
            raise FenceLost(f"another follower holds {', '.join(names)}; this one must stop")

    async def make_whole(self, names: Sequence[str], session: Session = None) -> None:
        """Documents and checkpoints agree again."""
        await self._collection.update_many({"_id": {"$in": list(names)}}, {"$unset": {"torn": 1}}, session=session)

    async def torn(self) -> set[str]:
        """The checkpoints whose documents may be ahead of them: what was built there is not to be used."""
        return {one["_id"] for one in await self._collection.find({"torn": True}).to_list()}

    async def positions(self) -> dict[str, int]:
        """Every checkpoint's position, whoever moves it."""
        return {one["_id"]: one["position"] for one in await self._collection.find().to_list()}

    async def forget(self, name: str) -> None:
        """Remove a checkpoint with what it stood for."""
        await self._collection.delete_many({"_id": name})
