"""nats-server and mongod of this process, looked after like the services: started again on their ports and data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from guiyan.cli.servers.children import Child
from guiyan.cli.servers.embedded import Embedded
from guiyan.cli.up.pauses import Pauses
from guiyan.cli.up.restarts import Restart, try_to


@dataclass
class ServerProcess:
    """One of the two servers. Nobody waits here until it answers: who needs it reconnects by itself."""

    name: str
    log: Path
    child: Callable[[], Child]
    launch: Callable[[], None]
    pauses: Pauses = field(default_factory=Pauses)

    def look_after(self) -> Restart | None:
        """Reap it and start it again when it ended by itself and the pause is over; what was done, if anything."""
        child = self.child()
        if child.is_running or not self.pauses.over():
            return None
        self.pauses.started()
        refused = try_to(self.launch, self.name, self.log)
        return Restart(self.name, child.ending, self.log, self.pauses.failures, refused)


def server_processes(servers: Embedded) -> tuple[ServerProcess, ...]:
    """Both servers, to be looked after in the main thread."""
    log = servers.folder.sub("log")
    return (
        ServerProcess("nats-server", log / "nats-server.log", lambda: servers.nats, servers.launch_nats),
        ServerProcess("mongod", log / "mongod.log", lambda: servers.mongod, servers.launch_mongod),
    )
