"""`guiyan bench`: the benchmarks of the checkout that this command is installed from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from guiyan.cli.output import Output

ROWS = "append, projection, import, rebuild, http"


def bench(
    *,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the report there, as JSON.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small and short: to see that it runs.")] = False,
    full: Annotated[bool, typer.Option("--full", help="The roster of 100,000 rows.")] = False,
    rows: Annotated[int | None, typer.Option(min=1, help="How many rows the roster has.")] = None,
    only: Annotated[list[str] | None, typer.Option(help=f"One row alone, of {ROWS}; repeat it.")] = None,
) -> None:
    """Measure every row of the speed table as a ratio to the bare client; exit code 1 when a bar is missed."""
    root = find_checkout()
    if root is None:
        Output().fail(
            "the benchmarks are no part of an installation: run `guiyan bench` from a checkout, after `make test`",
            "基准测试不随安装包提供:请在源码目录中运行 `guiyan bench`",
        )
    arguments = [
        *(["--json", str(json_file.absolute())] if json_file else ()),
        *(["--quick"] if quick else ()),
        *(["--full"] if full else ()),
        *(["--rows", str(rows)] if rows else ()),
        *(part for one in only or () for part in ("--only", one)),
    ]
    done = subprocess.run([sys.executable, "-m", "bench", *arguments], cwd=root, check=False)  # noqa: S603 - our own
    raise typer.Exit(done.returncode)


def find_checkout() -> Path | None:
    """The root of the checkout that this module stands in, None when it is installed by itself."""
    return next((one for one in Path(__file__).resolve().parents if (one / "bench" / "__main__.py").is_file()), None)
