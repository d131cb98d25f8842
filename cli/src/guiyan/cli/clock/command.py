"""`guiyan clock show` and `guiyan clock advance 91d`."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import Annotated

import typer
from nats.errors import Error as NatsError

from guiyan.cli.clock.moving import ClockStuck, ManualClockMover
from guiyan.cli.connection import connected
from guiyan.cli.installation import Installation, NoInstallation
from guiyan.cli.keys.folder import SERVICES
from guiyan.cli.output import Output
from guiyan.ledger import SHANGHAI, SystemClock

app = typer.Typer(no_args_is_help=True, help="The installation's clock.")
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
_SPAN = re.compile(r"([1-9]\d{0,4})(d|h|m)")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def read_span(text: str) -> timedelta:
    """`91d`, `12h`, `30m` as a span; raises typer.BadParameter."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise typer.BadParameter("give a number and d, h or m, such as 91d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@app.command()
def show(*, as_json: AsJson = False) -> None:
    """Show what time it is for the services."""
    output = Output(as_json=as_json)

    async def read() -> datetime | None:
        async with connected(Installation.find()) as client:
            return await ManualClockMover(client, SERVICES).read()

    try:
        manual = asyncio.run(read())
    except (NoInstallation, OSError, NatsError) as error:
        output.fail(str(error) or type(error).__name__, f"无法读取时钟:{error}")
    now = (manual or SystemClock().now()).astimezone(SHANGHAI)
    kind = "manual" if manual else "system"
    output.result(
        {"clock": kind, "now": now.isoformat()}, f"{now:%Y-%m-%d %H:%M} ({kind})", f"{now:%Y-%m-%d %H:%M}({kind})"
    )


@app.command()
def advance(span: Annotated[str, typer.Argument(help="How far, such as 91d.")], *, as_json: AsJson = False) -> None:
    """Move the manual clock on; timers due in between fire in order, each at its own time."""
    output = Output(as_json=as_json)
    by = read_span(span)

    async def move() -> datetime:
        async with connected(Installation.find()) as client:
            mover = ManualClockMover(client, SERVICES)
            return await mover.advance(
                by,
                lambda at: output.note(
                    f"  {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", f"  {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
                ),
            )

    try:
        now = asyncio.run(move()).astimezone(SHANGHAI)
    except (NoInstallation, ClockStuck, OSError, NatsError) as error:
        output.fail(str(error) or type(error).__name__, f"时钟未能推进:{error}")
    output.result({"now": now.isoformat()}, f"It is now {now:%Y-%m-%d %H:%M}.", f"现在是 {now:%Y-%m-%d %H:%M}。")
