"""`guiyan init` and `guiyan deploy`: the one-shots of docker-compose.yml."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from guiyan.cli.failures import FAILED, Misuse
from guiyan.cli.output import Output
from guiyan.cli.servers.deploy import deploy_with, parse
from guiyan.cli.servers.install import install
from guiyan.cli.tokens import require_org_code


def init(
    out: Annotated[Path, typer.Option("--out", help="Folder of the installation: keys/, nats-config/, services/.")],
    *,
    township: Annotated[
        list[str] | None, typer.Option("--township", help="Township with an account of its own; repeat it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Make the missing keys, NATS's configuration, and a folder with just its own keys for each service."""
    codes = township or os.environ.get("GUIYAN_TOWNSHIPS", "").split()
    for code in codes:
        require_org_code(code)
    install(out, codes)
    output = Output(as_json=as_json)
    output.result(
        {"folder": str(out), "townships": codes}, f"keys and configuration are in {out}", f"密钥和配置位于 {out}"
    )


def deploy(*, as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False) -> None:
    """Wait for both servers, begin the replica set, make the streams and consumers that are missing."""
    output = Output(as_json=as_json)
    seed = os.environ.get("GUIYAN_NATS_NKEY_SEED_FILE")
    if not seed:
        raise Misuse(
            "GUIYAN_NATS_NKEY_SEED_FILE is missing: it names the seed file of the user `deploy`. Set it.",
            "缺少 GUIYAN_NATS_NKEY_SEED_FILE:应为用户 `deploy` 的种子文件。请设置。",
            code="missing_setting",
            setting="GUIYAN_NATS_NKEY_SEED_FILE",
        )
    with output.progress("waiting for the servers", "正在等待服务器"):
        outcome = deploy_with(parse([]))
    for name, settings in outcome.differing.items():
        output.note(f"{name} differs: {'; '.join(settings)}", f"{name} 设置不符:{'; '.join(settings)}")
    document = {"made": outcome.made, "updated": outcome.updated, "differing": outcome.differing}
    made = ", ".join(outcome.made)
    output.result(
        document,
        f"made: {made}" if made else "everything was there already",
        f"已创建:{made}" if made else "全部已存在",
    )
    if outcome.differing:
        raise typer.Exit(FAILED)
