"""A ledger that is not set as it must be is told at start, setting by setting."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from nats.aio.client import Client
from tests.servers import TestServers

from guiyan.ledger.checks import require_safe_ledger
from guiyan.ledger.errors import UnsafeLedger

Change = Callable[[dict[str, Any]], None]


async def _remake(admin: Client, stream: str, change: Change) -> None:
    """Make a stream anew with another configuration."""
    info = json.loads((await admin.request(f"$JS.API.STREAM.INFO.{stream}", b"", timeout=5)).data)
    config = info["config"]
    change(config)
    config.pop("metadata", None)
    await admin.request(f"$JS.API.STREAM.DELETE.{stream}", b"", timeout=5)
    answer = await admin.request(f"$JS.API.STREAM.CREATE.{stream}", json.dumps(config).encode(), timeout=5)
    assert b'"error"' not in answer.data, answer.data


async def test_the_deployed_streams_are_safe(servers: TestServers, prefix: str, admin: Client) -> None:
    """What the deploy step makes passes, with the server's sync setting looked at."""
    assert await require_safe_ledger(admin, prefix=prefix, monitor_url=servers.monitor_url) == []


async def test_what_cannot_be_checked_is_said(prefix: str, admin: Client) -> None:
    """Without the monitor's address, or with a dead one, the sync setting is told as unchecked, never as fine."""
    (note,) = await require_safe_ledger(admin, prefix=prefix)
    assert "GUIYAN_NATS_MONITOR_URL" in note
    (note,) = await require_safe_ledger(admin, prefix=prefix, monitor_url="http://127.0.0.1:1")
    assert "not checked" in note


async def test_missing_streams_are_told(admin: Client) -> None:
    """A missing ledger is no empty ledger."""
    with pytest.raises(UnsafeLedger) as unsafe:
        await require_safe_ledger(admin, prefix="nowhere_")
    assert [problem.split(":")[0] for problem in unsafe.value.problems] == ["nowhere_LEDGER", "KV_nowhere_KEYS"]


async def test_a_server_that_does_not_sync_is_told(prefix: str, admin: Client) -> None:
    """One replica on a server that acknowledges before it syncs is refused, with the line to set."""

    async def monitor(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b'{"jetstream": {"config": {"sync_interval": 120000000000}}}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(monitor, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(UnsafeLedger, match="sync_interval: always"):
            await require_safe_ledger(admin, prefix=prefix, monitor_url=f"http://127.0.0.1:{port}")


LEDGER_FAULTS: dict[str, Change] = {
    "storage": lambda c: c.update(storage="memory"),
    "deny_delete": lambda c: c.update(deny_delete=False),
    "deny_purge": lambda c: c.update(deny_purge=False),
    "discard": lambda c: c.update(discard="old"),
    "max_age": lambda c: c.update(max_age=3600 * 10**9),
    "max_msgs": lambda c: c.update(max_msgs=10),
    "max_bytes": lambda c: c.update(max_bytes=10**7),
    "max_msgs_per_subject": lambda c: c.update(max_msgs_per_subject=5),
    "retention": lambda c: c.update(retention="interest", deny_delete=False),
    "compression": lambda c: c.update(compression="s2"),
    "allow_direct": lambda c: c.update(allow_direct=False),
    "allow_atomic": lambda c: c.update(allow_atomic=False),
    "allow_rollup_hdrs": lambda c: c.update(allow_rollup_hdrs=True, deny_purge=False),
    "duplicate_window": lambda c: c.update(duplicate_window=120 * 10**9),
    "subjects": lambda c: c.update(subjects=[c["subjects"][0].replace("evt.>", "evt.registry.>")]),
    "no_ack": lambda c: c.update(no_ack=True, allow_atomic=False),
    "allow_msg_ttl": lambda c: c.update(allow_msg_ttl=True),
    "persist_mode": lambda c: c.update(persist_mode="async", allow_atomic=False),
}


@pytest.mark.parametrize("setting", LEDGER_FAULTS)
async def test_each_wrong_setting_is_told(prefix: str, admin: Client, setting: str) -> None:
    """A wrong setting of the ledger's stream stops the start, with a sentence that names it and how to mend it."""
    await _remake(admin, f"{prefix}LEDGER", LEDGER_FAULTS[setting])
    with pytest.raises(UnsafeLedger) as unsafe:
        await require_safe_ledger(admin, prefix=prefix)
    assert any(problem.startswith(f"{prefix}LEDGER: {setting}") for problem in unsafe.value.problems), unsafe.value


@pytest.mark.parametrize(
    ("setting", "change"),
    [
        ("max_msgs_per_subject", lambda c: c.update(max_msgs_per_subject=5)),
        ("allow_rollup_hdrs", lambda c: c.update(allow_rollup_hdrs=False)),
        ("max_age", lambda c: c.update(max_age=3600 * 10**9)),
    ],
)
async def test_a_wrong_key_bucket_is_told(prefix: str, admin: Client, setting: str, change: Change) -> None:
    """So does a bucket in which keys would vanish, or could not be destroyed."""
    await _remake(admin, f"KV_{prefix}KEYS", change)
    with pytest.raises(UnsafeLedger, match=setting):
        await require_safe_ledger(admin, prefix=prefix)
