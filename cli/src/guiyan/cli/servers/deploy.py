"""The one deploy step: makes the streams and consumers that are missing and tells every setting that differs.

`python -m guiyan.cli.servers.deploy` is the one-shot of an installation: it waits for both servers, begins the replica
set, makes the streams, and ends with code 1 when something on the server is not as the files say. Idempotent.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError

from guiyan.cli.servers.mongo import wait_for_replica_set
from guiyan.cli.servers.problems import DeployFailed, ServersError
from guiyan.cli.servers.streams import Config, Consumer, differences, load_consumers, load_streams

API = "$JS.API"
NOT_FOUND = frozenset({10059, 10014})  # no such stream, no such consumer
ANSWER_SECONDS = 10.0
CONNECT_SECONDS = 60.0


@dataclass
class Outcome:
    """What the step did: names made, names updated, and the differences left, by name."""

    made: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    differing: dict[str, list[str]] = field(default_factory=dict)


async def deploy_streams(client: Client, *, prefix: str = "", replicas: int = 1, update: bool = False) -> Outcome:
    """Makes what is missing; with `update` also changes what differs. Raises DeployFailed when the server refuses.

    `client` is connected as the user `deploy`.
    """
    outcome = Outcome()
    for config in load_streams(prefix, replicas):
        await _stream(client, config, outcome, update=update)
    for consumer in load_consumers(prefix):
        await _consumer(client, consumer, outcome, update=update)
    return outcome


async def _stream(client: Client, config: Config, outcome: Outcome, *, update: bool) -> None:
    name = config["name"]
    found = await _ask(client, f"STREAM.INFO.{name}", {})
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


async def connect(url: str, seed_file: Path, user: str) -> Client:
    """A connection as `user`, whose inbox prefix its permissions expect; raises DeployFailed."""
    try:
        return await nats.connect(
            url,
            nkeys_seed=str(seed_file),
            inbox_prefix=f"_INBOX_{user}",
            allow_reconnect=False,
            connect_timeout=5,
            error_cb=_quiet,
        )
    except (NatsError, OSError) as refused:
        raise DeployFailed(what="NATS", reason=f"no connection as {user}: {refused}") from refused


async def _quiet(error: Exception) -> None:
    """Errors come back from the call that caused them."""
    del error


async def connect_when_up(url: str, seed_file: Path, user: str, seconds: float = CONNECT_SECONDS) -> Client:
    """Like `connect`, and waits for a server that is still starting."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            return await connect(url, seed_file, user)
        except DeployFailed:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.2)


async def _run(chosen: argparse.Namespace) -> Outcome:
    client = await connect_when_up(chosen.nats_url, chosen.seed, "deploy")
    try:
        return await deploy_streams(client, prefix=chosen.prefix, replicas=chosen.replicas, update=chosen.update)
    finally:
        await client.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Sets the servers up; 0 done, 1 something differs or failed, 2 usage."""
    environ = os.environ
    parser = argparse.ArgumentParser(prog="python -m guiyan.cli.servers.deploy", description=main.__doc__)
    parser.add_argument("--nats-url", default=environ.get("GUIYAN_NATS_URL", "nats://127.0.0.1:4222"))
    parser.add_argument("--seed", type=Path, default=environ.get("GUIYAN_NATS_NKEY_SEED_FILE"), help="seed of `deploy`")
    parser.add_argument("--mongo", action="append", default=[], help="host:port of a replica set's member; repeat it")
    parser.add_argument("--replicas", type=int, default=1, help="copies of each stream (3 on three hosts)")
    parser.add_argument("--prefix", default=environ.get("GUIYAN_STREAM_PREFIX", ""))
    parser.add_argument("--update", action="store_true", help="change what differs, instead of only telling it")
    chosen = parser.parse_args(arguments)
    if chosen.seed is None:
        parser.error("--seed or GUIYAN_NATS_NKEY_SEED_FILE must name the seed file of the user `deploy`")
    try:
        if chosen.mongo:
            wait_for_replica_set(chosen.mongo[0], tuple(chosen.mongo), CONNECT_SECONDS)
        outcome = asyncio.run(_run(chosen))
    except ServersError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    for word, items in (("made", outcome.made), ("updated", outcome.updated)):
        sys.stdout.write("".join(f"{word} {name}\n" for name in items))
    for name, settings in outcome.differing.items():
        sys.stderr.write("".join(f"{name}: {setting}\n" for setting in settings))
    return 1 if outcome.differing else 0


if __name__ == "__main__":
    sys.exit(main())
