"""`guiyan sample`: makes a city of made-up people as files to try the product with."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from guiyan.cli.output import Output
from guiyan.cli.sample.folder import DEFAULT_AWAY, DEFAULT_MEMBERS, DEFAULT_SEED, Plan, make_sample

FILES = 4

app = typer.Typer(add_completion=False)


@app.callback(invoke_without_command=True)
def sample(
    out: Annotated[Path, typer.Option("--out", help="Folder to write to; made if need be.")] = Path("data/sample"),
    seed: Annotated[int, typer.Option("--seed", help="The same seed and size give the same files.")] = DEFAULT_SEED,
    members: Annotated[int, typer.Option("--members", help="How many members the city has.")] = DEFAULT_MEMBERS,
    away: Annotated[int, typer.Option("--away", help="How many are away when the clock starts.")] = DEFAULT_AWAY,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest as JSON.")] = False,  # noqa: FBT002 - an option of the command
) -> None:
    """Make a sample city: organisations, a roster and a year of township events. Nobody in it exists."""
    output = Output(as_json=as_json)
    with output.progress("making a city", "正在生成样例", FILES) as bar:
        names = count(1)
        made = make_sample(out, Plan(seed, members, away), lambda name: bar.show(next(names), FILES, name))
    manifest = made.manifest
    output.result(
        manifest,
        f"{manifest['members']:,} members in {manifest['substations']} branches, {away:,} of them away, "
        f"{manifest['events']:,} events over a year: {out}",
        f"{manifest['substations']} 个支部共 {manifest['members']:,} 名党员, 其中外出 {away:,} 名, "
        f"全年事件 {manifest['events']:,} 条: {out}",
    )
