"""`guiyan replay`: history as a table, JSON or NDJSON, as of a business date and as known at a record time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

import typer
from nats.errors import Error as NatsError

from guiyan.cli.connection import connected, open_ledger
from guiyan.cli.installation import Installation, NoInstallation
from guiyan.cli.output import Output
from guiyan.cli.replay.selection import Entry, Selection, replay_aggregate, replay_all
from guiyan.events import Event
from guiyan.ledger import LedgerError, Subject


class Form(StrEnum):
    """How the events are shown."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"


def replay(  # noqa: PLR0913 - a command's options
    what: Annotated[
        str | None,
        typer.Argument(help="One aggregate as <service>/<aggregate>/<id>, such as registry/member/…; none: all."),
    ] = None,
    *,
    form: Annotated[Form, typer.Option("--as", help="table, json or ndjson.")] = Form.TABLE,
    as_of: Annotated[str | None, typer.Option(help="What had happened by this business date, 2026-03-31.")] = None,
    known_at: Annotated[
        str | None, typer.Option(help="What was recorded by this moment, 2026-04-01T08:00:00Z.")
    ] = None,
    type_: Annotated[list[str] | None, typer.Option("--type", help="Only these event types; repeat it.")] = None,
    after: Annotated[int, typer.Option(min=0, help="Only above this ledger sequence.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --as json.")] = False,
) -> None:
    """Show what happened, as it stands in the ledger; personal text stays sealed."""
    output = Output()
    subject = _subject(what)
    selection = Selection(_date(as_of), _moment(known_at), frozenset(type_ or ()))
    shown = Form.JSON if as_json else form
    try:
        asyncio.run(_show(output, subject, selection, after, shown))
    except (NoInstallation, LedgerError, OSError, NatsError) as error:
        output.fail(str(error) or type(error).__name__, f"无法读取账本:{error}")


async def _show(output: Output, subject: Subject | None, selection: Selection, after: int, form: Form) -> None:
    installation = Installation.find()
    async with connected(installation) as client:
        ledger = open_ledger(client, installation)
        entries: AsyncIterator[Entry] = (
            replay_aggregate(ledger, subject, selection) if subject else replay_all(ledger, selection, after=after)
        )
        if form is Form.NDJSON:
            async for entry in entries:
                print(json.dumps(_document(entry), ensure_ascii=False))
            return
        found = [entry async for entry in entries]
    if form is Form.JSON:
        print(json.dumps([_document(entry) for entry in found], ensure_ascii=False, indent=2))
        return
    rows = [
        (
            e.position,
            e.event.occurredon,
            f"{e.event.time:%Y-%m-%d %H:%M:%S}",
            e.event.type,
            e.event.subject,
            e.event.actor,
            _facts(e.event),
        )
        for e in found
    ]
    output.table(f"{len(rows)} events", ["position", "happened", "recorded", "type", "about", "actor", "facts"], rows)


def _document(entry: Entry) -> dict[str, object]:
    event = entry.event.model_dump(mode="json", exclude_none=True)
    if "pii" in event["data"]:
        event["data"]["pii"] = {"sealed": True}
    return {"sequence": entry.position, **event}


def _facts(event: Event) -> str:
    return ", ".join(
        f"{key}={value}"
        for key, value in event.data.items()
        if key not in {"pii", "id_index", "mobile_index", "row_hash"}
    )[:120]


def _subject(what: str | None) -> Subject | None:
    if what is None:
        return None
    try:
        service, aggregate, id_ = what.split("/")
        return Subject(service, aggregate, id_)
    except ValueError:
        raise typer.BadParameter("name one aggregate as <service>/<aggregate>/<id>") from None


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter("--as-of takes a date such as 2026-03-31") from None


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter("--known-at takes a moment such as 2026-04-01T08:00:00Z") from None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
