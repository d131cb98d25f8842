"""One nats-server process on this machine."""

import json
import signal
import urllib.request
from pathlib import Path
from typing import Any

from guiyan.cli.servers.binaries import get_nats_server
from guiyan.cli.servers.children import Child
from guiyan.cli.servers.conf import NatsConf, write_conf

MEMORY_LIMIT = "400MiB"  # scans otherwise leave the server with a gigabyte that it does not give back


def launch_nats(conf: NatsConf, conf_file: Path, log: Path) -> Child:
    """Starts nats-server with `conf`, without waiting for it; raises a ServersError."""
    write_conf(conf_file, conf)
    binary = get_nats_server()
    return Child("nats-server", [binary.path, "-c", conf_file], log, {**binary.environment, "GOMEMLIMIT": MEMORY_LIMIT})


def start_nats(conf: NatsConf, conf_file: Path, log: Path) -> Child:
    """Starts nats-server with `conf` and waits until JetStream is healthy; raises a ServersError."""
    child = launch_nats(conf, conf_file, log)
    try:
        child.wait_until(lambda: is_healthy(conf.monitor_port))
    except BaseException:
        child.stop()
        raise
    return child


def reload_nats(child: Child, conf: NatsConf) -> None:
    """Lets the running server read its configuration file again, and waits until it has; raises ServerFailed."""
    before = _ask(conf.monitor_port, "varz")["config_load_time"]
    child.process.send_signal(signal.SIGHUP)
    child.wait_until(lambda: _ask(conf.monitor_port, "varz")["config_load_time"] != before, seconds=10)


def is_healthy(monitor_port: int) -> bool:
    """Whether the server on this machine has JetStream up."""
    return bool(_ask(monitor_port, "healthz?js-enabled-only=true").get("status") == "ok")


def _ask(monitor_port: int, question: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{monitor_port}/{question}", timeout=2) as answer:
        document: dict[str, Any] = json.load(answer)
    return document
