"""`guiyan replay`: history as a table, JSON or NDJSON, as of a business date and as known at a record time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from nats.aio.client import Client

from guiyan.cli.connection import connected, open_ledger
from guiyan.cli.failures import Misuse
from guiyan.cli.installation import Installation
from guiyan.cli.interrupting import run
from guiyan.cli.output import Output
from guiyan.cli.replay.selection import Entry, Selection, replay_aggregate, replay_all
from guiyan.cli.replay.writing import Form, write
from guiyan.events import EVENT_TYPES
from guiyan.ledger import Subject


def replay(  # noqa: PLR0913 - a command's options
    what: Annotated[
        str | None,
        typer.Argument(help="One aggregate as <service>/<aggregate>/<id>, such as registry/member/…; none: all."),
    ] = None,
    *,
    form: Annotated[Form, typer.Option("--as", help="table, json or ndjson (one event a line, as they are read).")] = (
        Form.TABLE
    ),
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="What had happened by this business date, 2026-03-31.")
    ] = None,
    known_at: Annotated[
        str | None, typer.Option("--known-at", help="What was recorded by this moment, 2026-04-01T08:00:00Z.")
    ] = None,
    type_: Annotated[list[str] | None, typer.Option("--type", help="Only these event types; repeat it.")] = None,
    after: Annotated[int, typer.Option("--after", min=0, help="Only above this ledger sequence.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --as json.")] = False,
) -> None:
    """Show what happened, as it stands in the ledger; personal text stays sealed."""
    output = Output(as_json=as_json)
    subject = _subject(what)
    selection = Selection(_date(as_of), _moment(known_at), _types(type_ or ()))
    run(_show(output, subject, selection, after, Form.JSON if as_json else form))


async def _show(output: Output, subject: Subject | None, selection: Selection, after: int, form: Form) -> None:
    installation = Installation.find()
    async with connected(installation) as client:
        await write(_entries(client, installation, subject, selection, after), form, output)


def _entries(
    client: Client, installation: Installation, subject: Subject | None, selection: Selection, after: int
) -> AsyncIterator[Entry]:
    ledger = open_ledger(client, installation)
    if subject is None:
        return replay_all(ledger, selection, after=after)
    return replay_aggregate(ledger, subject, selection, after=after)


def _subject(what: str | None) -> Subject | None:
    if what is None:
        return None
    try:
        service, aggregate, id_ = what.split("/")
        return Subject(service, aggregate, id_)
    except ValueError:
        raise Misuse(
            "Name one aggregate as <service>/<aggregate>/<id>, such as registry/member/01890a5d-….",
            "请用 <服务>/<聚合>/<编号> 指明,如 registry/member/01890a5d-…。",
        ) from None


def _types(names: list[str] | tuple[()]) -> frozenset[str]:
    unknown = sorted(set(names) - EVENT_TYPES.keys())
    if unknown:
        raise Misuse(
            f"There is no event type {', '.join(unknown)}. All are listed in docs/reference/events.md.",
            f"没有事件类型 {', '.join(unknown)}。全部类型见 docs/reference/events.md。",
        )
    return frozenset(names)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Misuse("--as-of takes a date such as 2026-03-31.", "--as-of 应为日期,如 2026-03-31。") from None


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Misuse(
            "--known-at takes a moment such as 2026-04-01T08:00:00Z.", "--known-at 应为时间,如 2026-04-01T08:00:00Z。"
        ) from None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
