"""The one deploy step: makes the streams and consumers that are missing and tells every setting that differs.

`python -m guiyan.cli.servers.deploy` is the one-shot of an installation: it waits for both servers, begins the replica
set, makes the streams, and ends with code 1 when something on the server is not as the files say. Idempotent.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from guiyan.cli.interrupting import run
from guiyan.cli.servers.deployment import CONNECT_SECONDS, Outcome, connect_when_up, deploy_streams
from guiyan.cli.servers.mongo import wait_for_replica_set
from guiyan.cli.servers.problems import ServersError
from guiyan.cli.servers.record import RECORD_NAME, Record


async def _run(chosen: argparse.Namespace) -> Outcome:
    record = Record(chosen.record or chosen.seed.parent.parent / RECORD_NAME)
    client = await connect_when_up(chosen.nats_url, chosen.seed, "deploy", chosen.ca)
    try:
        return await deploy_streams(
            client, prefix=chosen.prefix, replicas=chosen.replicas, update=chosen.update, record=record
        )
    finally:
        await client.close()


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options, by default from the environment; ends the process with 2 for wrong ones."""
    environ = os.environ
    parser = argparse.ArgumentParser(prog="python -m guiyan.cli.servers.deploy", description=__doc__)
    parser.add_argument("--nats-url", default=environ.get("GUIYAN_NATS_URL", "nats://127.0.0.1:4222"))
    parser.add_argument("--seed", type=Path, default=environ.get("GUIYAN_NATS_NKEY_SEED_FILE"), help="seed of `deploy`")
    parser.add_argument(
        "--ca", type=Path, default=environ.get("GUIYAN_NATS_CA_FILE"), help="certificates (PEM) NATS is checked against"
    )
    parser.add_argument(
        "--record", type=Path, help="file that remembers the streams made; by default streams.json in the key folder"
    )
    parser.add_argument(
        "--mongo",
        action="append",
        default=[],
        help="host:port of a replica set's member; repeat it (GUIYAN_MONGO_HOST, parted by commas)",
    )
    parser.add_argument("--replicas", type=int, default=1, help="copies of each stream (3 on three hosts)")
    parser.add_argument("--prefix", default=environ.get("GUIYAN_STREAM_PREFIX", ""))
    parser.add_argument("--update", action="store_true", help="change what differs, instead of only telling it")
    chosen = parser.parse_args(arguments)
    chosen.mongo = chosen.mongo or [host for host in environ.get("GUIYAN_MONGO_HOST", "").split(",") if host]
    if chosen.seed is None:
        parser.error("--seed or GUIYAN_NATS_NKEY_SEED_FILE must name the seed file of the user `deploy`")
    return chosen


def deploy_with(chosen: argparse.Namespace) -> Outcome:
    """Sets the servers up by the chosen options; raises ServersError."""
    if chosen.mongo:
        wait_for_replica_set(chosen.mongo[0], tuple(chosen.mongo), CONNECT_SECONDS)
    return run(_run(chosen))


def main(arguments: Sequence[str] | None = None) -> int:
    """Sets the servers up; 0 done, 1 something differs or failed, 2 usage."""
    chosen = parse(arguments)
    try:
        outcome = deploy_with(chosen)
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
