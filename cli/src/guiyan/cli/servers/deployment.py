"""Setting the servers up: what is missing is made, every setting that differs is told, and changed only when asked."""

import asyncio
import json
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError

from guiyan.cli.servers.problems import DeployFailed
from guiyan.cli.servers.record import Record
from guiyan.cli.servers.streams import Config, Consumer, differences, load_consumers, load_streams

API = "$JS.API"
NOT_FOUND = frozenset({10059, 10014})  # no such stream, no such consumer
ANSWER_SECONDS = 5.0
CONNECT_SECONDS = 60.0


@dataclass
class Outcome:
    """What the step did: names made, names updated, and the differences left, by name."""

    made: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    differing: dict[str, list[str]] = field(default_factory=dict)


async def deploy_streams(
    client: Client, *, prefix: str = "", replicas: int = 1, update: bool = False, record: Record | None = None
) -> Outcome:
    """Makes what is missing; with `update` also changes what differs.

    `client` is connected as the user `deploy`. `record` knows the streams made before: only tests, whose data nobody
    needs again, go without. Raises DeployFailed when the server refuses, StreamsGone before anything would be lost.
    """
    outcome = Outcome()
    wanted = load_streams(prefix, replicas)
    found = {config["name"]: await _ask(client, f"STREAM.INFO.{config['name']}", {}) for config in wanted}
    if record:
        record.require_none_gone(name for name, stream in found.items() if stream is None)
    for config in wanted:
        await _stream(client, config, found[config["name"]], outcome, update=update)
    if record:
        record.add(found)
    for consumer in load_consumers(prefix):
        await _consumer(client, consumer, outcome, update=update)
    return outcome


async def _stream(client: Client, config: Config, found: Config | None, outcome: Outcome, *, update: bool) -> None:
    name = config["name"]
    if found is None:
        await _ask(client, f"STREAM.CREATE.{name}", config)
        outcome.made.append(name)
        return
    differing = differences(config, found["config"])
    if differing and update:
        await _ask(client, f"STREAM.UPDATE.{name}", found["config"] | config)
        outcome.updated.append(name)
    elif differing:
        outcome.differing[name] = differing


async def _consumer(client: Client, consumer: Consumer, outcome: Outcome, *, update: bool) -> None:
    name = f"{consumer.stream}.{consumer.config['durable_name']}"
    found = await _ask(client, f"CONSUMER.INFO.{name}", {})
    request = {"stream_name": consumer.stream, "config": consumer.config}
    if found is None:
        await _ask(client, f"CONSUMER.CREATE.{name}", request | {"action": "create"})
        outcome.made.append(name)
        return
    differing = differences(consumer.config, found["config"])
    if differing and update:
        await _ask(client, f"CONSUMER.CREATE.{name}", request | {"action": "update"})
        outcome.updated.append(name)
    elif differing:
        outcome.differing[name] = differing


async def _ask(client: Client, call: str, request: Any) -> Any:
    """The API's answer; None when the stream or consumer does not exist."""
    what = call.split(".", 2)[2]
    try:
        reply = await client.request(f"{API}.{call}", json.dumps(request).encode(), timeout=ANSWER_SECONDS)
    except NatsError as silent:  # a call that permissions forbid gets no answer either
        reason = "JetStream did not answer; is it enabled, and is this the user `deploy`?"
        raise DeployFailed(what=what, reason=reason) from silent
    answer = json.loads(reply.data)
    error = answer.get("error")
    if error is None:
        return answer
    if error.get("err_code") in NOT_FOUND:
        return None
    raise DeployFailed(what=what, reason=error.get("description", "no reason given"))


async def connect(url: str, seed_file: Path, user: str, ca_file: Path | None = None) -> Client:
    """A connection as `user`, whose inbox prefix its permissions expect; raises DeployFailed."""
    try:
        return await nats.connect(
            url,
            nkeys_seed=str(seed_file),
            inbox_prefix=f"_INBOX_{user}",
            tls=ssl.create_default_context(cafile=ca_file) if ca_file else None,
            allow_reconnect=False,
            connect_timeout=5,
            error_cb=_quiet,
        )
    except (NatsError, OSError) as refused:
        raise DeployFailed(what="NATS", reason=f"no connection as {user}: {refused}") from refused


async def _quiet(error: Exception) -> None:
    """Errors come back from the call that caused them."""
    del error


async def connect_when_up(
    url: str, seed_file: Path, user: str, ca_file: Path | None = None, seconds: float = CONNECT_SECONDS
) -> Client:
    """Like `connect`, and waits for a server that is still starting."""
    if not await asyncio.to_thread(seed_file.is_file):
        raise DeployFailed(what="NATS", reason=f"there is no seed file {seed_file}")
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            return await connect(url, seed_file, user, ca_file)
        except DeployFailed:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.2)
