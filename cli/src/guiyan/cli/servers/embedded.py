"""Both servers of one data folder, started together: what `guiyan up` and the tests run on."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from guiyan.cli.keys import KeyFolder
from guiyan.cli.servers import orphans, ports
from guiyan.cli.servers.children import Child
from guiyan.cli.servers.conf import NatsConf, write_conf
from guiyan.cli.servers.deployment import Outcome, connect_when_up, deploy_streams
from guiyan.cli.servers.folder import DataFolder
from guiyan.cli.servers.mongo import REPLICA_SET, launch_mongod, start_mongod
from guiyan.cli.servers.nats import launch_nats, reload_nats, start_nats
from guiyan.cli.servers.record import RECORD_NAME, Record


@dataclass(frozen=True)
class Addresses:
    """Where the servers answer, and the keys to enter with."""

    nats_url: str
    mongo_url: str
    monitor_url: str
    keys: KeyFolder


class Embedded:
    """nats-server and mongod on the data of one folder, from `__enter__` to `__exit__`; enter it in the main thread.

    The first start chooses the ports and makes the keys; later starts find the same. `townships` are the organisation
    codes whose systems get an account. `shared_by_tests` loosens permissions to every stream prefix: for tests alone.
    """

    def __init__(self, path: Path, *, townships: Iterable[str] = (), shared_by_tests: bool = False) -> None:
        self.folder = DataFolder(path)
        self.keys = KeyFolder(self.folder.path / "keys")
        self._townships = tuple(townships)
        self._shared_by_tests = shared_by_tests
        self._stack = ExitStack()
        self._pids: dict[str, int] = {}
        self.nats: Child
        self.mongod: Child
        self.addresses: Addresses

    def __enter__(self) -> Self:
        """Starts both servers; raises a ServersError, and leaves nothing running then."""
        with ExitStack() as stack:
            stack.enter_context(self.folder)
            orphans.wait_until_gone(self.folder.path)
            self.keys.make_missing(self._townships, ("admin",) if self._shared_by_tests else ())
            self._own_ports = self._ports()
            self.addresses = Addresses(
                nats_url=f"nats://{ports.HOST}:{self._own_ports['nats']}",
                mongo_url=f"mongodb://{ports.HOST}:{self._own_ports['mongo']}/?replicaSet={REPLICA_SET}",
                monitor_url=f"http://{ports.HOST}:{self._own_ports['monitor']}",
                keys=self.keys,
            )
            self.start_nats()
            stack.callback(self.stop_nats)
            self.start_mongod()
            stack.callback(self.stop_mongod)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops both servers cleanly and gives the folder free."""
        self._stack.close()

    def start_nats(self) -> None:
        """Starts nats-server and waits until it answers; also after its end, by whatever cause."""
        self._start_nats(start_nats)

    def launch_nats(self) -> None:
        """Starts nats-server again without waiting until it answers: for who looks after it."""
        self._start_nats(launch_nats)

    def _start_nats(self, start: Callable[[NatsConf, Path, Path], Child]) -> None:
        self._require_free("nats", "monitor")
        self.nats = start(self._nats_conf(), self._nats_conf_file, self.folder.sub("log") / "nats-server.log")
        self._remember("nats-server", self.nats)

    def add_township(self, org_code: str) -> None:
        """Makes the seed and the account of one more township while the server runs."""
        self.keys.make_missing([org_code])
        conf = self._nats_conf()
        write_conf(self._nats_conf_file, conf)
        # nats-server 2.15.1 gives an account that is new in a reload its imports at the next one only (measured).
        for _ in range(2):
            reload_nats(self.nats, conf)

    def start_mongod(self) -> None:
        """Starts mongod and waits until it takes writes; also after its end, by whatever cause."""
        self._start_mongod(start_mongod)

    def launch_mongod(self) -> None:
        """Starts mongod again without waiting until it takes writes: for who looks after it."""
        self._start_mongod(launch_mongod)

    def _start_mongod(self, start: Callable[[int, Path, Path, Path], Child]) -> None:
        self._require_free("mongo")
        self.mongod = start(
            self._own_ports["mongo"],
            self.folder.sub("mongo"),
            self.folder.path / "mongod.conf",
            self.folder.sub("log") / "mongod.log",
        )
        self._remember("mongod", self.mongod)

    def stop_nats(self) -> None:
        """Ends the nats-server that runs now, cleanly."""
        self.nats.stop()

    def stop_mongod(self) -> None:
        """Ends the mongod that runs now, cleanly."""
        self.mongod.stop()

    def kill(self) -> None:
        """Ends both servers at once, as a crash would; `__exit__` then has nothing left to wait for."""
        self.nats.kill()
        self.mongod.kill()

    def deploy(self) -> Outcome:
        """Makes what is missing and tells what differs; raises DeployFailed or StreamsGone."""
        with ThreadPoolExecutor(1) as aside:  # the caller may be inside an event loop of its own
            return aside.submit(asyncio.run, self._deploy()).result()

    async def _deploy(self) -> Outcome:
        client = await connect_when_up(self.addresses.nats_url, self.keys.nkey_seed_file("deploy"), "deploy")
        try:
            return await deploy_streams(client, record=Record(self.keys.path / RECORD_NAME))
        finally:
            await client.close()

    def _ports(self) -> dict[str, int]:
        remembered = self.folder.read_ports()
        missing = [name for name in ("nats", "monitor", "mongo") if name not in remembered]
        if missing:
            remembered |= dict(zip(missing, ports.choose(len(missing)), strict=True))
            self.folder.remember_ports(remembered)
        return remembered

    @property
    def _nats_conf_file(self) -> Path:
        return self.folder.path / "nats-server.conf"

    def _nats_conf(self) -> NatsConf:
        return NatsConf(
            keys=self.keys,
            store_dir=self.folder.sub("nats"),
            port=self._own_ports["nats"],
            monitor_port=self._own_ports["monitor"],
            shared_by_tests=self._shared_by_tests,
        )

    def _remember(self, name: str, child: Child) -> None:
        self._pids[name] = child.pid
        orphans.remember(self.folder.path, self._pids)

    def _require_free(self, *wanted: str) -> None:
        for name in wanted:
            server = "mongod" if name == "mongo" else "nats-server"
            ports.require_free(self._own_ports[name], server, self.folder.path / "ports.json")
