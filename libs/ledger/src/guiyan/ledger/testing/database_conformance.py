# ruff: noqa: S101, PLR2004 - a suite of tests
"""What every database must do: one suite, run on the twin and on MongoDB through both drivers.

A test class inherits `DatabaseConformance` and gives a fixture `database`, an empty one.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from guiyan.ledger.database import Changes, Database, DuplicateKey, StoreUnavailable, WriteRefused
from guiyan.ledger.projection import Index

PEOPLE: list[dict[str, Any]] = [
    {"_id": "a", "n": 3, "tags": ["x", "y"], "at": {"place": "here"}, "born": None},
    {"_id": "b", "n": 1, "tags": ["y"], "at": {"place": "there"}, "flag": True},
    {"_id": "c", "n": 2, "tags": [], "at": {"place": "here"}, "flag": False},
    {"_id": "d", "tags": ["z"], "rows": [{"k": 1, "v": "p"}, {"k": 2, "v": "q"}]},
    {"_id": "e", "n": "text", "tags": ["x"], "at": {"place": "Hereabouts"}},
]
QUERIES: list[tuple[dict[str, Any], str]] = [
    ({}, "abcde"),
    ({"_id": "b"}, "b"),
    ({"_id": {"$in": ["a", "e", "q"]}}, "ae"),
    ({"n": 1}, "b"),
    ({"n": {"$gt": 1}}, "ac"),
    ({"n": {"$gte": 1, "$lt": 3}}, "bc"),
    ({"n": {"$ne": 1}}, "acde"),
    ({"n": {"$nin": [1, 2]}}, "ade"),
    ({"n": None}, "d"),
    ({"n": {"$exists": False}}, "d"),
    ({"born": None}, "abcde"),
    ({"born": {"$exists": True}}, "a"),
    ({"tags": "x"}, "ae"),
    ({"tags": {"$in": ["z", "x"]}}, "ade"),
    ({"tags": {"$all": ["x", "y"]}}, "a"),
    ({"tags": {"$size": 0}}, "c"),
    ({"tags": []}, "c"),
    ({"tags": {"$ne": "x"}}, "bcd"),
    ({"at.place": "here"}, "ac"),
    ({"at.place": {"$regex": "^here"}}, "ac"),
    ({"at.place": {"$regex": "^here", "$options": "i"}}, "ace"),
    ({"at": {"place": "there"}}, "b"),
    ({"rows.k": 2}, "d"),
    ({"rows": {"$elemMatch": {"k": 1, "v": "p"}}}, "d"),
    ({"rows": {"$elemMatch": {"k": 1, "v": "q"}}}, ""),
    ({"rows.1.v": "q"}, "d"),
    ({"flag": True}, "b"),
    ({"flag": {"$ne": True}}, "acde"),
    ({"n": True}, ""),
    ({"$or": [{"n": 1}, {"tags": "z"}]}, "bd"),
    ({"$and": [{"tags": "y"}, {"n": {"$gt": 2}}]}, "a"),
    ({"$nor": [{"tags": "x"}, {"n": 1}]}, "cd"),
    ({"n": {"$not": {"$gt": 1}}}, "bde"),
    ({"n": {"$lt": "zzz"}}, "e"),
]


class DatabaseConformance:
    """Queries, updates, bulk writes, indexes, transactions and snapshots."""

    async def _filled(self, database: Database) -> Any:
        people = database.collection("people")
        await people.write(Changes(inserts=[dict(one) for one in PEOPLE]))
        return people

    async def test_queries_find_the_same(self, database: Database) -> None:
        """Every operator the services use means the same everywhere."""
        people = await self._filled(database)
        for query, expected in QUERIES:
            found = "".join(sorted([one["_id"] async for one in people.find(query)]))
            assert found == expected, query
            assert await people.count_documents(query) == len(expected), query

    async def test_counts_by_a_field_are_what_the_query_finds(self, database: Database) -> None:
        """For each value as many as a query for it finds; documents without a value stand under None."""
        people = await self._filled(database)
        queries: list[dict[str, Any]] = [{}, {"tags": "x"}, {"_id": {"$in": []}}]
        for query in queries:
            counts = await people.count_by(query, "n")
            assert sum(counts.values()) == await people.count_documents(query)
            for value, number in counts.items():
                assert number == await people.count_documents({"$and": [query, {"n": value}]})
        assert None in await people.count_by({}, "n")

    async def test_values_by_a_field_are_what_the_queries_find(self, database: Database) -> None:
        """For each value of one field the different values of another, among the documents that fit."""
        people = await self._filled(database)
        queries: list[dict[str, Any]] = [{}, {"tags": "x"}, {"_id": {"$in": []}}]
        for query in queries:
            found = await people.values_by(query, "n", "_id")
            assert set(found) == set(await people.count_by(query, "n"))
            for value, ids in found.items():
                fit = people.find({"$and": [query, {"n": value}]})
                assert ids == {one["_id"] async for one in fit}
        assert (await people.values_by({}, "_id", "n"))["a"] is not None

    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            ([("n", 1), ("_id", 1)], "dbcae"),
            ([("n", -1), ("_id", 1)], "eacbd"),
            ([("_id", -1)], "edcba"),
            ([("tags", 1), ("_id", 1)], "caebd"),
            ([("tags", -1), ("_id", 1)], "dabec"),
            ([("at.place", 1), ("_id", -1)], "decab"),
        ],
    )
    async def test_sorting_is_the_same(self, database: Database, sort: list[tuple[str, int]], expected: str) -> None:
        """Mixed types, lists and absent values stand in one order."""
        people = await self._filled(database)
        assert "".join(one["_id"] for one in await people.find().sort(sort).to_list()) == expected

    async def test_pages_and_fields(self, database: Database) -> None:
        """Skip, limit, length, and only the fields asked for."""
        people = await self._filled(database)
        assert [one["_id"] for one in await people.find().sort("_id").skip(1).limit(2).to_list()] == ["b", "c"]
        assert len(await people.find().sort("_id", -1).to_list(3)) == 3
        assert await people.find_one("a", {"n": 1}) == {"_id": "a", "n": 3}
        assert await people.find_one("a", {"n": 1, "_id": 0}) == {"n": 3}
        assert sorted(await people.find_one("a", {"tags": 0, "at": 0}) or {}) == ["_id", "born", "n"]
        assert await people.find_one({"n": 99}) is None

    async def test_updates(self, database: Database) -> None:
        """Set, unset, increase, largest, lists, upserts; and what an update says it found."""
        people = await self._filled(database)
        assert (
            await people.update_one({"_id": "a"}, {"$set": {"n": 9, "at.place": "moved"}, "$unset": {"tags": 1}}) == 1
        )
        assert await people.find_one("a") == {"_id": "a", "n": 9, "at": {"place": "moved"}, "born": None}
        assert await people.update_one({"_id": "q"}, {"$set": {"n": 1}}) == 0
        assert await people.update_one({"_id": "q", "kind": "k"}, {"$setOnInsert": {"n": 1}}, upsert=True) == 0
        assert await people.update_one({"_id": "q"}, {"$setOnInsert": {"n": 2}, "$inc": {"m": 5}}, upsert=True) == 1
        assert await people.find_one("q") == {"_id": "q", "kind": "k", "n": 1, "m": 5}
        assert await people.update_many({"tags": "y"}, {"$addToSet": {"tags": "w"}}) == 1
        assert await people.update_many({"n": {"$exists": True}}, {"$max": {"seen": 3}}) == 5
        after = await people.find_one_and_update({"_id": "b"}, {"$inc": {"n": 1}, "$push": {"tags": "v"}})
        assert after is not None
        assert (after["n"], after["tags"], after["seen"]) == (2, ["y", "w", "v"], 3)
        assert await people.find_one_and_update({"_id": "none"}, {"$inc": {"n": 1}}) is None
        made = await people.find_one_and_update({"_id": "new"}, {"$inc": {"n": 1}}, upsert=True)
        assert made == {"_id": "new", "n": 1}
        assert await people.update_one({"_id": "b"}, {"$pull": {"tags": "w"}}) == 1
        assert await people.delete_many({"_id": {"$in": ["a", "b"]}}) == 2

    async def test_values_come_back_as_the_database_keeps_them(self, database: Database) -> None:
        """Times in UTC with milliseconds, tuples as lists; a read document is the reader's own."""
        notes = database.collection("notes")
        at = datetime(2026, 3, 1, 2, 3, 4, 567_000, tzinfo=UTC)
        await notes.insert_one({"_id": "n", "at": at, "pair": (1, 2), "raw": b"x", "deep": {"list": [1]}})
        found = await notes.find_one("n")
        assert found == {"_id": "n", "at": at, "pair": [1, 2], "raw": b"x", "deep": {"list": [1]}}
        found["deep"]["list"].append(2)
        again = await notes.find_one("n")
        assert again is not None
        assert again["deep"] == {"list": [1]}

    async def test_what_cannot_be_stored_is_refused_by_name(self, database: Database) -> None:
        """A value without a type, a double unique value, a taken id: told which document, without its values."""
        people = await self._filled(database)
        await people.create_indexes([Index("people", ("n",), unique=True, sparse=True)])
        with pytest.raises(WriteRefused) as refused:
            await people.write(Changes(replaces=[{"_id": "x", "day": date(2026, 1, 1)}]))
        assert refused.value.id == "x"
        with pytest.raises(WriteRefused) as refused:
            await people.write(Changes(inserts=[{"_id": "y", "n": 1}]))
        assert refused.value.id == "y"
        with pytest.raises(WriteRefused) as refused:
            await people.write(Changes(replaces=[{"_id": "d", "n": 2}]))
        assert refused.value.id == "d"
        with pytest.raises(DuplicateKey):
            await people.insert_one({"_id": "a"})
        with pytest.raises(DuplicateKey):
            await people.insert_one({"_id": "z", "n": 3})

    async def test_a_transaction_is_all_or_nothing(self, database: Database) -> None:
        """An exception inside leaves no trace; inside, its own writes are seen, outside not yet."""
        people = await self._filled(database)
        await database.create("other")
        with pytest.raises(RuntimeError):  # noqa: PT012 - the transaction is what is tried
            async with database.transaction() as session:
                await people.update_one({"_id": "a"}, {"$set": {"n": 100}}, session=session)
                await database.collection("other").write(Changes(inserts=[{"_id": "o"}]), session=session)
                seen = await people.find_one("a", session=session)
                assert seen is not None
                assert seen["n"] == 100
                outside = await people.find_one("a")
                assert outside is not None
                assert outside["n"] == 3
                raise RuntimeError
        assert (await people.find_one("a") or {})["n"] == 3
        assert await database.collection("other").count_documents() == 0
        async with database.transaction() as session:
            await people.delete_many({"_id": "b"}, session=session)
            assert await people.update_many({"_id": {"$in": ["a", "b"]}}, {"$set": {"n": 7}}, session=session) == 1
        assert await people.count_documents({"n": 7}) == 1

    async def test_two_transactions_on_one_document_conflict(self, database: Database) -> None:
        """One of them must try again; the document holds the winner's value."""
        people = await self._filled(database)

        async def raise_to(value: int, go: asyncio.Event, wait: asyncio.Event) -> bool:
            try:
                async with database.transaction() as session:
                    await people.update_one({"_id": "a"}, {"$set": {"n": value}}, session=session)
                    go.set()
                    await asyncio.wait_for(wait.wait(), 5)
            except StoreUnavailable:
                go.set()
                return False
            return True

        one, two = asyncio.Event(), asyncio.Event()
        results = await asyncio.gather(raise_to(10, one, two), raise_to(20, two, one))
        assert sorted(results) == [False, True]
        assert (await people.find_one("a") or {})["n"] == (10 if results[0] else 20)

    async def test_a_snapshot_stands_still(self, database: Database) -> None:
        """What is written meanwhile is not seen."""
        people = await self._filled(database)
        async with database.snapshot() as session:
            before = await people.find({}, session=session).sort("_id").to_list()
            assert len(before) == 5
            await people.delete_many({"_id": "a"})
            await people.update_one({"_id": "b"}, {"$set": {"city": "changed"}})
            await people.insert_one({"_id": "new", "city": "changed"})
            assert await people.find({}, session=session).sort("_id").to_list() == before
            assert await people.count_documents({"city": "changed"}, session=session) == 0
            async with database.snapshot() as later:
                assert await people.count_documents({"city": "changed"}, session=later) == 2
        assert await people.count_documents() == 5

    async def test_collections_come_and_go(self, database: Database) -> None:
        """Making one twice is harmless; a dropped one is empty, and its indexes are gone."""
        await database.create("made")
        await database.create("made")
        made = database.collection("made")
        await made.create_indexes([Index("made", ("n", "-m"), unique=True), Index("made", ("m",))])
        await made.create_indexes([Index("made", ("n", "-m"), unique=True)])
        await made.insert_one({"_id": "1", "n": 1})
        assert "made" in await database.collection_names()
        await database.drop("made")
        assert "made" not in await database.collection_names()
        await made.insert_one({"_id": "1", "n": 1})
        await made.insert_one({"_id": "2", "n": 1})
        await database.ping()
