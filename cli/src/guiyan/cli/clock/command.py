"""`guiyan clock show` and `guiyan clock advance 91d`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated

import typer

from guiyan.cli.clock.moving import ManualClockMover
from guiyan.cli.connection import connected
from guiyan.cli.failures import Misuse
from guiyan.cli.installation import Installation
from guiyan.cli.interrupting import run
from guiyan.cli.keys.folder import SERVICES
from guiyan.cli.output import Bar, Output
from guiyan.ledger import SHANGHAI, SystemClock

app = typer.Typer(no_args_is_help=True, help="The installation's clock.")
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
_SPAN = re.compile(r"([1-9]\d{0,5})(d|h|m)", re.ASCII)
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
MOST = timedelta(days=3660)  # ten years


def read_span(text: str) -> timedelta:
    """`91d`, `12h`, `30m` as a span of at most ten years; raises Misuse."""
    found = _SPAN.fullmatch(text)
    span = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else MOST * 2
    if span > MOST:
        raise Misuse(
            f"SPAN takes a number and d, h or m, such as 91d; at most {MOST.days}d.",
            f"SPAN 应为数字加 d、h 或 m,如 91d;最多 {MOST.days}d。",
        )
    return span


@app.command()
def show(*, as_json: AsJson = False) -> None:
    """Show what time it is for the services."""

    async def read() -> datetime | None:
        async with connected(Installation.find()) as client:
            return await ManualClockMover(client, SERVICES).read()

    manual = run(read())
    now = (manual or SystemClock().now()).astimezone(SHANGHAI)
    told = f"{now:%Y-%m-%d %H:%M}"
    Output(as_json=as_json).result(
        {"clock": "manual" if manual else "system", "now": now.isoformat()},
        f"{told} ({'manual clock' if manual else 'the clock of this machine'})",
        f"{told}({'手动时钟' if manual else '本机时钟'})",
    )


@app.command()
def advance(
    span: Annotated[str, typer.Argument(metavar="SPAN", help="How far, such as 91d, 12h or 30m.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Move the manual clock on; timers due in between fire in order, each at its own time."""
    output = Output(as_json=as_json)
    by = read_span(span)

    async def move() -> datetime:
        with output.progress("moving the clock", "正在推进时钟", by.days or None) as bar:
            async with connected(Installation.find()) as client:
                return await ManualClockMover(client, SERVICES).advance(by, _Steps(output, bar, by))

    now = run(move()).astimezone(SHANGHAI)
    output.result({"now": now.isoformat()}, f"It is now {now:%Y-%m-%d %H:%M}.", f"现在是 {now:%Y-%m-%d %H:%M}。")


class _Steps:
    """Tells each time the clock stops at: on the bar of a terminal, else a line each."""

    def __init__(self, output: Output, bar: Bar, by: timedelta) -> None:
        self._output, self._bar, self._by = output, bar, by
        self._first: datetime | None = None

    def __call__(self, at: datetime) -> None:
        """The clock now stands at `at`."""
        self._first = self._first or at
        told = f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        self._bar.show((at - self._first).days, self._by.days or None, told)
        if not self._output.err.is_terminal:
            self._output.note(f"  {told}", f"  {told}")
