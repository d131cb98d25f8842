"""Real NATS and MongoDB servers for one machine: found or fetched, configured, started, watched, stopped."""

from guiyan.cli.servers.embedded import Addresses, Embedded
from guiyan.cli.servers.problems import ServersError

__all__ = ["Addresses", "Embedded", "ServersError"]
