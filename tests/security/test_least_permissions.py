"""With the least permissions of production the ledger and the key store do all they must: no call is refused."""

import os

import pytest
from tests.security.users import Login

from guiyan.cli.servers import Embedded
from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.keys import KEY_BYTES, MasterKeys, WrappedKey
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsKeyStore, NatsLedger
from guiyan.ledger.testing.events import a_commit, a_subject
from guiyan.ledger.testing.keys_conformance import a_person


@pytest.mark.parametrize("service", ["registry", "transfers", "contact", "notifications"])
async def test_each_service_uses_its_ledger(service: str, login: Login, production: Embedded) -> None:
    """Append, append together, import, read from a replica and from the leader, head, follow."""
    user = await login(service)
    ledger = NatsLedger(user.client, KeyRing.load(production.keys.mac_keys_file(service)))
    start = await ledger.head()
    one, two, three = (a_subject(service) for _ in range(3))
    await ledger.append(a_commit(one))
    await ledger.append_together([a_commit(two), a_commit(three)])
    await ledger.append_many([a_commit(a_subject(service)) for _ in range(3)])
    for fresh in (False, True):
        assert len((await ledger.read(one, fresh=fresh)).commits) == 1
    seen: list[StoredCommit] = []
    async for batch in ledger.follow(start):
        seen.extend(batch)
        if len(seen) == 6:
            break
    assert [commit.forged for commit in seen] == [None] * 6
    assert user.violations == []


@pytest.mark.parametrize("service", ["registry", "contact", "notifications"])
async def test_each_writer_of_keys_uses_the_key_store(service: str, login: Login) -> None:
    """Make one key and many at once, find, wrap anew, walk over all, destroy."""
    user = await login(service)
    store, master = NatsKeyStore(user.client), MasterKeys.made_up()
    one, *more = (a_person() for _ in range(4))
    keys = {person: master.wrap(person, os.urandom(KEY_BYTES)) for person in (one, *more)}
    made = await store.create({one: keys[one]})
    await store.create({person: keys[person] for person in more})
    assert set(await store.find([one, *more])) == {one, *more}
    stored = made[one]
    assert isinstance(stored, WrappedKey)
    assert await store.replace(one, stored)
    assert {person async for person in store.ids()} >= {one, *more}
    await store.destroy(one)
    assert not isinstance((await store.find([one]))[one], WrappedKey)
    assert user.violations == []


async def test_transfers_reads_keys_and_writes_none(login: Login) -> None:
    """A service that only opens sealed text finds keys; what it may not do is proved at the borders."""
    registry, transfers = await login("registry"), await login("transfers")
    person, master = a_person(), MasterKeys.made_up()
    await NatsKeyStore(registry.client).create({person: master.wrap(person, os.urandom(KEY_BYTES))})
    assert set(await NatsKeyStore(transfers.client).find([person])) == {person}
    assert transfers.violations == []
