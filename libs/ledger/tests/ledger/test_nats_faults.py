"""The ledger on a real server when things go wrong: lost answers, late writes, killed servers, vanished consumers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from typing import Any, cast
from urllib.parse import urlsplit

import nats
import pytest
from libs.ledger.tests.ledger.conftest import NatsWorld
from libs.ledger.tests.ledger.proxy import Proxy
from nats.aio.client import Client
from tests.servers import TestServers

from guiyan.cli.servers import Embedded
from guiyan.events import new_id
from guiyan.ledger.commit import Appended
from guiyan.ledger.errors import (
    CommitTooLarge,
    LedgerError,
    LedgerUnavailable,
    OutcomeUnknown,
    WrongSequence,
)
from guiyan.ledger.mac import KeyRing, KeysUnusable
from guiyan.ledger.nats import NatsLedger
from guiyan.ledger.testing.events import AT, a_commit, a_subject, an_event
from guiyan.ledger.testing.ledger_conformance import DEADLINE_SECONDS, take


async def _quiet(error: Exception) -> None:
    """Broken connections are the point of these tests."""


async def _connect(url: str, seed: str) -> Client:
    return await nats.connect(
        url,
        nkeys_seed=seed,
        inbox_prefix="_INBOX_registry",
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.05,
        error_cb=_quiet,
    )


@pytest.fixture
async def proxy(servers: TestServers) -> AsyncIterator[Proxy]:
    """A proxy in front of the server."""
    parts = urlsplit(servers.nats_url)
    async with Proxy(parts.hostname or "", parts.port or 0).running() as running:
        yield running


@pytest.fixture
async def through(servers: TestServers, proxy: Proxy, nats_world: NatsWorld) -> AsyncIterator[NatsLedger]:
    """The ledger of registry behind the proxy, with little patience."""
    client = await _connect(proxy.url, str(servers.keys.nkey_seed_file("registry")))
    yield NatsLedger(client, nats_world.ring(), prefix=nats_world.prefix, ack_timeout_seconds=0.3, patience_seconds=1.5)
    proxy.to_client.set()
    proxy.to_server.set()
    await client.close()


async def _until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not await condition():  # noqa: ASYNC110 - the condition is on a server
            await asyncio.sleep(0.01)


async def test_a_lost_acknowledgement(through: NatsLedger, proxy: Proxy, nats_world: NatsWorld) -> None:
    """A commit whose acknowledgement is lost is found at the leader and told as written, once."""
    commit, there = a_commit(a_subject()), nats_world.ledger()
    await through.head()
    proxy.to_client.clear()
    writing = asyncio.create_task(through.append(commit))

    async def stands() -> bool:
        return await there.head() == 1

    await _until(stands)
    proxy.cut()
    proxy.to_client.set()
    assert await writing == Appended(1)
    assert await there.head() == 1


async def test_a_late_write(through: NatsLedger, proxy: Proxy, nats_world: NatsWorld) -> None:
    """A write that hangs on the way while it is sent again stands once when all of it arrives."""
    commit, there = a_commit(a_subject()), nats_world.ledger()
    await through.head()
    proxy.to_server.clear()
    writing = asyncio.create_task(through.append(commit))
    await asyncio.wait([writing], timeout=0.7)  # longer than one acknowledgement is waited for
    assert not writing.done()
    proxy.to_server.set()
    assert await writing == Appended(1)
    assert [c.command_id for c in (await there.read(commit.subject, fresh=True)).commits] == [commit.command_id]


async def test_a_dead_line_is_unknown_and_then_harmless(
    through: NatsLedger, proxy: Proxy, nats_world: NatsWorld
) -> None:
    """Without any answer the outcome is unknown; the same command later finds out what became of it."""
    commit = a_commit(a_subject())
    await through.head()
    proxy.to_server.clear()
    with pytest.raises(OutcomeUnknown, match=commit.command_id):
        await through.append(commit)
    proxy.to_server.set()
    appended = await through.append(commit)
    assert appended.sequence == 1
    assert await nats_world.ledger().head() == 1


async def test_no_connection_is_unavailable(servers: TestServers, nats_world: NatsWorld) -> None:
    """Without a connection nothing is sent: unavailable, not unknown."""
    client = await _connect(servers.nats_url, str(servers.keys.nkey_seed_file("registry")))
    ledger = NatsLedger(client, nats_world.ring(), prefix=nats_world.prefix)
    await client.close()
    for call in (ledger.append(a_commit(a_subject())), ledger.read(a_subject()), ledger.head()):
        with pytest.raises(LedgerUnavailable):
            await call


async def test_no_stream_is_unavailable(servers: TestServers, nats_world: NatsWorld) -> None:
    """Where no stream takes the subject nothing was written, and the caller is told so."""
    ledger = NatsLedger(
        nats_world.clients["admin"], nats_world.ring(), prefix="nowhere_", ack_timeout_seconds=0.2, patience_seconds=0.3
    )
    for call in (ledger.append(a_commit(a_subject())), ledger.read(a_subject()), ledger.head()):
        with pytest.raises(LedgerUnavailable):
            await call
    async with asyncio.timeout(DEADLINE_SECONDS), aclosing(cast("Any", ledger.follow(0))) as batches:
        assert await anext(batches) == ()  # a follower waits for its stream to come back


async def test_another_services_subject_is_refused_here(nats_world: NatsWorld) -> None:
    """A service does not even sign a commit for another service's subject."""
    with pytest.raises(KeysUnusable, match="send it a command instead"):
        await nats_world.ledger().append(a_commit(a_subject("contact", "duty")))


async def test_too_large_a_commit_is_told(nats_world: NatsWorld) -> None:
    """A commit beyond the server's payload limit is refused with both sizes; nothing is written."""
    ledger, subject = nats_world.ledger(), a_subject()
    event = an_event(subject).model_copy(update={"data": {"name": "字" * 500_000}})
    commit = a_commit(subject)
    with pytest.raises(CommitTooLarge, match="split the command"):
        await ledger.append(type(commit)(subject, commit.command_id, 0, (event,)))
    assert await ledger.head() == 0


async def test_no_header_can_be_smuggled_in(nats_world: NatsWorld) -> None:
    """A value with a line break never becomes a header of its own: nothing is sent."""
    ledger = nats_world.ledger()
    with pytest.raises(ValueError, match="command id"):
        await ledger.append(a_commit(a_subject(), command_id="x\r\nNats-Rollup: all"))
    with pytest.raises(ValueError, match="line break"):
        await ledger._replies.request("evt.a.b.c", b"", {"A": "x\r\nNats-Rollup: all"}, timeout_seconds=1)
    assert await ledger.head() == 0


async def test_writers_and_a_follower_survive_kills(own_servers: Embedded) -> None:
    """Through three SIGKILLs of the server: what was acknowledged stands once, chains are whole, nothing is skipped."""
    keys, url = own_servers.keys, own_servers.addresses.nats_url
    clients = [await _connect(url, str(keys.nkey_seed_file("registry"))) for _ in range(2)]
    ring = KeyRing.load(keys.mac_keys_file("registry"))
    ledgers = [NatsLedger(client, ring, ack_timeout_seconds=0.5, patience_seconds=20) for client in clients]
    subjects = [a_subject() for _ in range(4)]
    acknowledged: dict[str, int] = {}
    stop = asyncio.Event()

    async def write(ledger: NatsLedger, place: int) -> None:
        while not stop.is_set():
            subject = subjects[place % len(subjects)]
            with suppress(WrongSequence, LedgerUnavailable, OutcomeUnknown):
                history = await ledger.read(subject, fresh=True)
                version = len(history.events) + 1
                commit = a_commit(subject, history.last_sequence, version=version, command_id=new_id(AT))
                acknowledged[commit.command_id] = (await ledger.append(commit)).sequence

    seen: list[tuple[int, str]] = []

    async def follow() -> None:
        async with aclosing(cast("Any", ledgers[1].follow(0, batch=50))) as batches:
            async for batch in batches:
                seen.extend((commit.sequence, commit.command_id) for commit in batch)
                if stop.is_set() and len(seen) >= max(acknowledged.values()):
                    return

    tasks = [asyncio.create_task(write(ledgers[n % 2], n)) for n in range(6)]
    following = asyncio.create_task(follow())

    async def more_than(count: int) -> bool:
        return len(acknowledged) > count

    for _ in range(3):
        count = len(acknowledged) + 30
        await _until(lambda count=count: more_than(count))  # type: ignore[misc] # bound now
        own_servers.nats.kill()
        own_servers.start_nats()
    count = len(acknowledged) + 30
    await _until(lambda: more_than(count))
    stop.set()
    await asyncio.gather(*tasks)
    async with asyncio.timeout(DEADLINE_SECONDS):
        await following
    assert [sequence for sequence, _ in seen] == list(range(1, len(seen) + 1))
    assert len({command_id for _, command_id in seen}) == len(seen)
    places = {command_id: sequence for sequence, command_id in seen}
    assert all(places[command_id] == sequence for command_id, sequence in acknowledged.items())
    for subject in subjects:
        history = await ledgers[0].read(subject, fresh=True)
        assert [event.streamversion for event in history.events] == list(range(1, len(history.events) + 1))
    for client in clients:
        await client.close()


async def test_least_permissions_suffice(own_servers: Embedded) -> None:
    """On a server with production's permissions a service writes its own, reads and follows all, and forges nothing."""
    keys, url = own_servers.keys, own_servers.addresses.nats_url
    registry = await _connect(url, str(keys.nkey_seed_file("registry")))
    contact = await nats.connect(
        url, nkeys_seed=str(keys.nkey_seed_file("contact")), inbox_prefix="_INBOX_contact", error_cb=_quiet
    )
    writer = NatsLedger(registry, KeyRing.load(keys.mac_keys_file("registry")))
    reader = NatsLedger(contact, KeyRing.load(keys.mac_keys_file("contact")), ack_timeout_seconds=0.3)
    commits = [a_commit(a_subject()) for _ in range(3)]
    await writer.append(commits[0])
    outcomes: list[Appended | LedgerError] = await writer.append_many(commits[1:])
    assert outcomes == [Appended(2), Appended(3)]
    assert [c.forged for c in await take(reader.follow(0), 3)] == [None, None, None]
    assert (await reader.read(commits[1].subject, fresh=True)).events == commits[1].events
    with pytest.raises(LedgerUnavailable):
        await _forbidden(reader)
    assert await writer.head() == 3
    await registry.close()
    await contact.close()


async def _forbidden(ledger: NatsLedger) -> None:
    """What a broken-into service might try: another service's subject with a stolen ring is a silent refusal."""
    reply = await ledger._replies.request(str(a_subject()), b"[]", {}, timeout_seconds=0.3)
    if reply is None:
        raise LedgerUnavailable("the server did not take it")


async def test_an_answer_that_has_come_counts_although_this_process_stood_still(nats_world: NatsWorld) -> None:
    """A starved process finds the answers in its socket when it goes on: none is given up, and nothing is 503."""
    ledger = NatsLedger(
        nats_world.clients["registry"], nats_world.ring(), prefix=nats_world.prefix, ack_timeout_seconds=0.2
    )
    subject = a_subject()
    await ledger.append(a_commit(subject))
    for _ in range(3):
        asks = [asyncio.create_task(ledger.read(subject)) for _ in range(20)]
        asks.append(asyncio.create_task(ledger.read(subject, fresh=True)))
        await asyncio.sleep(0)  # all of them have asked
        time.sleep(0.5)  # noqa: ASYNC251 - that the loop stands still is the point
        assert {len((await ask).events) for ask in asks} == {1}
        assert await ledger.head() > 0
