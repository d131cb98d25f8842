"""`guiyan init` and `guiyan deploy`: the one-shots of docker-compose.yml."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from guiyan.cli.output import Output
from guiyan.cli.servers.deploy import main as deploy_main
from guiyan.cli.servers.install import install


def init(
    out: Annotated[Path, typer.Option("--out", help="Folder of the installation: keys/, nats-config/, services/.")],
    *,
    township: Annotated[list[str] | None, typer.Option(help="Township with an account of its own; repeat it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Make the missing keys, NATS's configuration, and a folder with just its own keys for each service."""
    output = Output(as_json=as_json)
    install(out, township or os.environ.get("GUIYAN_TOWNSHIPS", "").split())
    output.result({"folder": str(out)}, f"keys and configuration are in {out}", f"密钥和配置位于 {out}")


def deploy() -> None:
    """Wait for both servers, begin the replica set, make the streams and consumers that are missing."""
    host = os.environ.get("GUIYAN_MONGO_HOST")
    raise typer.Exit(deploy_main(["--mongo", host] if host else []))
