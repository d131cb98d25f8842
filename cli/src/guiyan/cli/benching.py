"""`guiyan bench`: the benchmarks of the checkout that this command is installed from."""

from __future__ import annotations

import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from guiyan.cli.failures import FAILED, Failure


class BenchRow(StrEnum):
    """What can be measured by itself."""

    APPEND = "append"
    PROJECTION = "projection"
    IMPORT = "import"
    REBUILD = "rebuild"
    HTTP = "http"
    SCALE = "scale"
    FIND = "find"
    QUARTER = "quarter"
    SENDING = "sending"


def bench(  # noqa: PLR0913 - a command's options
    *,
    out: Annotated[Path | None, typer.Option("--out", help="Write the report there too, as JSON.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small and short: to see that it runs.")] = False,
    full: Annotated[bool, typer.Option("--full", help="The roster of 100,000 rows.")] = False,
    rows: Annotated[int | None, typer.Option("--rows", min=1, help="How many rows the roster has.")] = None,
    rounds: Annotated[int | None, typer.Option("--rounds", min=1, help="How often each row is measured.")] = None,
    members: Annotated[
        int | None,
        typer.Option("--members", min=1, help="How many members the large city of scale, find and quarter has."),
    ] = None,
    only: Annotated[
        list[BenchRow] | None,
        typer.Option(
            "--only", help="One row alone; repeat it. scale, find, quarter and sending take long and run only by name."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Measure every row of the speed table as a ratio to the bare client; exit code 1 when a bar is missed."""
    root = find_checkout()
    if root is None:
        raise Failure(
            "The benchmarks are no part of an installation. Run `guiyan bench` from a checkout, after `make test`.",
            "基准测试不随安装包提供。请在源码目录中运行 `guiyan bench`。",
            code="no_checkout",
        )
    arguments = [
        *(["--json"] if as_json else ()),
        *(["--out", str(out.absolute())] if out else ()),
        *(["--quick"] if quick else ()),
        *(["--full"] if full else ()),
        *(["--rows", str(rows)] if rows else ()),
        *(["--rounds", str(rounds)] if rounds else ()),
        *(["--members", str(members)] if members else ()),
        *(part for one in only or () for part in ("--only", str(one))),
    ]
    command = [sys.executable, "-m", "bench", *arguments]
    done = subprocess.run(command, cwd=root, check=False, stdout=subprocess.PIPE if as_json else None)  # noqa: S603 - our own command
    sys.stdout.write((done.stdout or b"").decode())
    if done.returncode not in (0, FAILED) and not done.stdout:
        raise Failure(
            "Not everything could be measured; what went wrong stands above, on standard error.",
            "未能完成全部测量;原因见上方的标准错误输出。",
            code="not_measured",
        )
    raise typer.Exit(min(done.returncode, FAILED))


def find_checkout() -> Path | None:
    """The root of the checkout that this module stands in, None when it is installed by itself."""
    return next((one for one in Path(__file__).resolve().parents if (one / "bench" / "__main__.py").is_file()), None)
