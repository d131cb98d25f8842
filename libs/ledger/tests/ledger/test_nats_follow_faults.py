"""Following a real server when things go wrong: vanished consumers, lost messages, slow callers, holes."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import Any, cast

import pytest
from libs.ledger.tests.ledger.conftest import NatsWorld
from nats.aio.client import Client

from guiyan.ledger.errors import HoleInLedger
from guiyan.ledger.nats.following import Follower
from guiyan.ledger.testing.ledger_conformance import DEADLINE_SECONDS, many_commits, take


async def test_the_consumer_is_deleted_under_the_follower(nats_world: NatsWorld, admin: Client) -> None:
    """A follower whose consumer vanishes makes a new one from where it stood."""
    ledger, stream = nats_world.ledger(), f"{nats_world.prefix}LEDGER"
    await many_commits(ledger, 5)
    seen: list[int] = []
    deleted = False
    async with asyncio.timeout(DEADLINE_SECONDS), aclosing(cast("Any", ledger.follow(0, batch=3))) as batches:
        async for batch in batches:
            seen.extend(commit.sequence for commit in batch)
            if len(seen) == 5 and not deleted:
                deleted = True
                await _delete_consumers(admin, stream)
                await many_commits(ledger, 5)
            if len(seen) >= 10:
                break
    assert seen == list(range(1, 11))


async def _delete_consumers(admin: Client, stream: str) -> None:
    names = json.loads((await admin.request(f"$JS.API.CONSUMER.NAMES.{stream}", b"", timeout=5)).data)["consumers"]
    assert names
    for name in names:
        await admin.request(f"$JS.API.CONSUMER.DELETE.{stream}.{name}", b"", timeout=5)


@pytest.mark.parametrize("lost", [1, 4, 5, 9])
async def test_a_message_lost_on_the_way(nats_world: NatsWorld, monkeypatch: pytest.MonkeyPatch, lost: int) -> None:
    """A message that the client never delivers is fetched again; nothing is skipped."""
    ledger = nats_world.ledger()
    await many_commits(ledger, 10)
    taken = Follower._take
    drops = [lost]

    def lossy(self: Follower, frames: Any) -> None:
        for frame in frames:
            if drops and frame.reply.split(b".")[5:6] == [b"%d" % drops[0]]:
                drops.pop()
            else:
                taken(self, [frame])

    monkeypatch.setattr(Follower, "_take", lossy)
    assert [c.sequence for c in await take(ledger.follow(0, batch=4), 10)] == list(range(1, 11))
    assert not drops


async def test_a_slow_caller_is_no_silence(nats_world: NatsWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller that works on a batch for long finds its follow as it left it."""
    ledger = nats_world.ledger()
    await many_commits(ledger, 4)
    opened: list[int] = []
    opening = Follower._open

    async def counted(self: Follower) -> None:
        opened.append(self._position)
        await opening(self)

    monkeypatch.setattr(Follower, "_open", counted)
    monkeypatch.setattr("guiyan.ledger.nats.following._SILENCE_SECONDS", 1.2)
    async with asyncio.timeout(DEADLINE_SECONDS), aclosing(cast("Any", ledger.follow(0, batch=2))) as batches:
        assert [c.sequence for c in await anext(batches)] == [1, 2]
        blocked_until = asyncio.get_running_loop().time() + 1.5
        while asyncio.get_running_loop().time() < blocked_until:
            pass  # a fold that never yields to the loop
        assert [c.sequence for c in await anext(batches)] == [3, 4]
        for _ in range(2):
            assert not await anext(batches)
    assert opened == [0]


async def test_a_hole_in_the_stream_stops_the_follower(nats_world: NatsWorld, admin: Client) -> None:
    """When the server itself has lost a message the follower stops and says between which."""
    stream = f"{nats_world.prefix}LEDGER"
    info = json.loads((await admin.request(f"$JS.API.STREAM.INFO.{stream}", b"", timeout=5)).data)
    await admin.request(f"$JS.API.STREAM.DELETE.{stream}", b"", timeout=5)
    config = info["config"] | {"deny_delete": False}
    await admin.request(f"$JS.API.STREAM.CREATE.{stream}", json.dumps(config).encode(), timeout=5)
    ledger = nats_world.ledger()
    await many_commits(ledger, 5)
    await admin.request(f"$JS.API.STREAM.MSG.DELETE.{stream}", json.dumps({"seq": 3}).encode(), timeout=5)
    with pytest.raises(HoleInLedger, match="between 2 and 4"):
        await take(ledger.follow(0), 5)


async def test_a_stream_may_begin_late(nats_world: NatsWorld, admin: Client) -> None:
    """A stream whose first message has a higher number than 1 is followed from its beginning."""
    stream = f"{nats_world.prefix}LEDGER"
    info = json.loads((await admin.request(f"$JS.API.STREAM.INFO.{stream}", b"", timeout=5)).data)
    await admin.request(f"$JS.API.STREAM.DELETE.{stream}", b"", timeout=5)
    config = info["config"] | {"first_seq": 1000}
    await admin.request(f"$JS.API.STREAM.CREATE.{stream}", json.dumps(config).encode(), timeout=5)
    ledger = nats_world.ledger()
    await many_commits(ledger, 3)
    assert [c.sequence for c in await take(ledger.follow(0), 3)] == [1000, 1001, 1002]
