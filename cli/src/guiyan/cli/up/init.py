"""`guiyan init` and `guiyan deploy`: the one-shots of docker-compose.yml."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from guiyan.cli.keys.folder import SERVICES, KeyFolder
from guiyan.cli.output import Output
from guiyan.cli.servers.conf import NatsConf, write_conf
from guiyan.cli.servers.deploy import main as deploy_main

USER_ID = 10001


def init(
    out: Annotated[Path, typer.Option("--out", help="Folder of the installation: keys/, nats-config/, services/.")],
    *,
    township: Annotated[list[str] | None, typer.Option(help="Township with an account of its own; repeat it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Make the missing keys, NATS's configuration, and a folder with just its own keys for each service."""
    output = Output(as_json=as_json)
    keys = KeyFolder(out / "keys")
    keys.make_missing(township or os.environ.get("GUIYAN_TOWNSHIPS", "").split())
    conf = NatsConf(keys=keys, store_dir=Path("/data/jetstream"), host="0.0.0.0", monitor_host="0.0.0.0")  # noqa: S104 - a container's own network
    (out / "nats-config").mkdir(parents=True, exist_ok=True)
    write_conf(out / "nats-config" / "nats-server.conf", conf)
    for service in SERVICES:
        _hand_out(keys, service, out / "services" / service)
    output.result({"folder": str(out)}, f"keys and configuration are in {out}", f"密钥和配置位于 {out}")


def _hand_out(keys: KeyFolder, service: str, folder: Path) -> None:
    """One service's own keys, for its own user."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = {
        "user.nk": keys.nkey_seed_file(service),
        "mac.json": keys.mac_keys_file(service),
        "master.json": keys.master_keys_file(),
        "jwks.json": keys.jwks_file(),
    }
    for name, source in sources.items():
        target = folder / name
        shutil.copyfile(source, target)
        target.chmod(0o400)
        if os.geteuid() == 0:
            os.chown(target, USER_ID, USER_ID)


def deploy() -> None:
    """Wait for both servers, begin the replica set, make the streams and consumers that are missing."""
    host = os.environ.get("GUIYAN_MONGO_HOST")
    raise typer.Exit(deploy_main(["--mongo", host] if host else []))
