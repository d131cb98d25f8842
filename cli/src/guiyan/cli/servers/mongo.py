"""One mongod process on this machine, a replica set of one, and the start of a replica set anywhere."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from guiyan.cli.servers.binaries import get_mongod
from guiyan.cli.servers.children import Child
from guiyan.cli.servers.files import template
from guiyan.cli.servers.problems import DeployFailed

REPLICA_SET = "rs0"
ALREADY_INITIALISED = 23
ANSWER_MILLISECONDS = 500
POLL_SECONDS = 0.05


def cache_gb() -> float:
    """A sixteenth of the machine's memory, a quarter of a GiB at least and one at most.

    A quarter is enough for the sample city. With a hundred thousand members and all their indexes it is not: mongod
    then rolls transactions back to make room, and writes what it has to read again soon.
    """
    memory: int = psutil.virtual_memory().total
    return round(min(1.0, max(0.25, memory / 2**30 / 16)), 2)


def launch_mongod(port: int, data: Path, conf_file: Path, log: Path) -> Child:
    """Starts mongod on the loopback, without waiting for it; raises a ServersError."""
    conf_file.write_text(
        template("mongo/mongod.conf.template").substitute(
            port=port, data=data, log=log, cache_gb=cache_gb(), replica_set=REPLICA_SET
        ),
        encoding="utf-8",
    )
    binary = get_mongod()
    return Child("mongod", [binary.path, "--config", conf_file], log.with_suffix(".out"), binary.environment)


def start_mongod(port: int, data: Path, conf_file: Path, log: Path) -> Child:
    """Starts mongod on the loopback and waits until its replica set takes writes; raises a ServersError."""
    child = launch_mongod(port, data, conf_file, log)
    try:
        address = f"127.0.0.1:{port}"
        child.wait_until(lambda: initiate(address, (address,)))
    except BaseException:
        child.stop()
        raise
    return child


def initiate(address: str, members: tuple[str, ...]) -> bool:
    """Whether the replica set takes writes now; begins it with `members` (host:port) when nobody has yet.

    `address` is the member that is asked.
    """
    with _client(address) as client:
        try:
            hello = client.admin.command("hello")
            if hello.get("isreplicaset"):  # mongod's word for "has a name and no configuration yet"
                _begin(client, members)
                hello = client.admin.command("hello")
        except OperationFailure:
            raise
        except PyMongoError:
            return False
    return bool(hello.get("isWritablePrimary") or ("primary" in hello and not hello.get("isWritablePrimary")))


def _begin(client: "MongoClient[dict[str, Any]]", members: tuple[str, ...]) -> None:
    configuration = {
        "_id": REPLICA_SET,
        "members": [{"_id": number, "host": host} for number, host in enumerate(members)],
    }
    try:
        client.admin.command("replSetInitiate", configuration)
    except OperationFailure as refused:
        if refused.code != ALREADY_INITIALISED:  # the stored configuration was still loading
            raise


def _client(address: str) -> "MongoClient[dict[str, Any]]":
    return MongoClient(f"mongodb://{address}/?directConnection=true", serverSelectionTimeoutMS=ANSWER_MILLISECONDS)


def wait_for_replica_set(
    address: str, members: tuple[str, ...], seconds: float, pause: Callable[[float], None] = time.sleep
) -> None:
    """Begins the replica set when needed and waits until it takes writes; raises DeployFailed after `seconds`."""
    deadline = time.monotonic() + seconds
    while not initiate(address, members):
        if time.monotonic() > deadline:
            raise DeployFailed(
                what=f"The replica set {REPLICA_SET} at {address}", reason=f"no primary in {seconds:.0f} s"
            )
        pause(POLL_SECONDS)
