"""The servers every test builds on."""

from typing import Any

import nats
from nats.js.api import Header
from pymongo import AsyncMongoClient

from guiyan.cli.keys import SERVICES, KeyFolder


async def _connect(url: str, keys: KeyFolder, user: str) -> Any:
    return await nats.connect(url, nkeys_seed=str(keys.nkey_seed_file(user)), inbox_prefix=f"_INBOX_{user}")


async def test_each_service_appends_to_its_own_subjects(nats_url: str, prefix: str, keys: KeyFolder) -> None:
    """Every service user may append guarded events under its own name, whatever the prefix of the test."""
    for service in SERVICES:
        client = await _connect(nats_url, keys, service)
        guard = {Header.EXPECTED_LAST_SUBJECT_SEQUENCE: "0"}
        acknowledged = await client.jetstream().publish(f"{prefix}evt.{service}.thing.1", b"[]", headers=guard)
        assert acknowledged.stream == f"{prefix}LEDGER"
        await client.close()


async def test_the_mongo_fixture_has_transactions(mongo_url: str, mongo_database: str) -> None:
    """The fixture's MongoDB is a replica set: a transaction over two collections commits."""
    async with AsyncMongoClient[dict[str, Any]](mongo_url) as client, client.start_session() as session:
        database = client[mongo_database]
        async with await session.start_transaction():
            await database.one.insert_one({"_id": 1}, session=session)
            await database.two.insert_one({"_id": 1}, session=session)
        assert await database.two.count_documents({}) == 1


async def test_a_township_reports_and_gets_its_receipt(
    nats_url: str, prefix: str, keys: KeyFolder, township_codes: tuple[str, ...]
) -> None:
    """A township's account reaches its ingest subjects, sees its receipts live, and fetches one later."""
    code = township_codes[0]
    seed = str(keys.township_seed_file(code))
    township = await nats.connect(nats_url, nkeys_seed=seed, inbox_prefix="_INBOX_township")
    service = await _connect(nats_url, keys, "registry")
    live = await township.subscribe(f"{prefix}receipt.{code}.*")
    await township.flush()
    stored = await township.request(f"{prefix}ingest.{code}.MemberLeft", b"{}", timeout=2)
    assert f"{prefix}INGEST".encode() in stored.data
    await service.jetstream().publish(f"{prefix}receipt.{code}.7", b"accepted")
    assert (await live.next_msg(timeout=2)).data == b"accepted"
    subject = f"$JS.API.DIRECT.GET.{prefix}RECEIPTS.{prefix}receipt.{code}.7"
    assert (await township.request(subject, b"", timeout=2)).data == b"accepted"
    for client in (township, service):
        await client.close()
