"""One nats-server process on this machine."""

import json
import urllib.request
from pathlib import Path

from guiyan.cli.servers.binaries import get_nats_server
from guiyan.cli.servers.children import Child
from guiyan.cli.servers.conf import NatsConf, write_conf

MEMORY_LIMIT = "400MiB"  # scans otherwise leave the server with a gigabyte that it does not give back


def start_nats(conf: NatsConf, conf_file: Path, log: Path) -> Child:
    """Starts nats-server with `conf` and waits until JetStream is healthy; raises a ServersError."""
    write_conf(conf_file, conf)
    binary = get_nats_server()
    child = Child(
        "nats-server", [binary.path, "-c", conf_file], log, {**binary.environment, "GOMEMLIMIT": MEMORY_LIMIT}
    )
    try:
        child.wait_until(lambda: is_healthy(conf.monitor_port))
    except BaseException:
        child.stop()
        raise
    return child


def is_healthy(monitor_port: int) -> bool:
    """Whether the server on this machine has JetStream up."""
    url = f"http://127.0.0.1:{monitor_port}/healthz?js-enabled-only=true"
    with urllib.request.urlopen(url, timeout=2) as answer:
        return bool(json.load(answer).get("status") == "ok")
