"""Sign-ins under names that nobody has: counted and paused like those of real accounts, so that nobody can tell.

Not in the ledger, for they are about nobody. What a flood of made-up names leaves behind has a bound: names share
BUCKETS documents by a part of their blind index.
"""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Final

from guiyan.ledger.database import Database
from guiyan.registry.domain.account_rules import AccountRules

COLLECTION: Final = "strangers"
BUCKETS: Final = 16**4


class Strangers:
    """One document a bucket, `{_id, failures, until}`; replicas count together."""

    def __init__(self, database: Database) -> None:
        self._collection = database.collection(COLLECTION)

    async def paused_seconds(self, index: str, now: datetime) -> int:
        """For how long no sign-in under such a name is looked at; 0 when it is."""
        found = await self._collection.find_one(bucket(index))
        until = None if found is None else found.get("until")
        return 0 if until is None or now >= until else ceil((until - now).total_seconds())

    async def failed(self, index: str, now: datetime, rules: AccountRules) -> int:
        """Count one more; with the last one allowed the pause begins, for whose seconds any further one has to wait."""
        key = bucket(index)
        over = {"_id": key, "until": {"$lte": now}}
        await self._collection.update_one(over, {"$set": {"failures": 0, "until": None}})
        found = await self._collection.find_one_and_update({"_id": key}, {"$inc": {"failures": 1}}, upsert=True)
        failures = 1 if found is None else int(found["failures"])
        if failures == rules.failures:
            await self._collection.update_one({"_id": key}, {"$set": {"until": now + rules.locked_for}})
        return ceil(rules.locked_for.total_seconds()) if failures > rules.failures else 0


def bucket(index: str) -> str:
    """The bucket of a name's index."""
    return index[:4]
