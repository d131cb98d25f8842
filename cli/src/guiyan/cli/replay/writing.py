"""How a replay is written: a table for a person, one JSON array, or one event a line as they are read."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable
from enum import StrEnum
from typing import IO

from guiyan.cli.columns import padded
from guiyan.cli.output import Output
from guiyan.cli.replay.selection import Entry
from guiyan.cli.speech import Sentence
from guiyan.events import Event

IN_MEMORY_BYTES = 8_000_000
FACTS_CHARS = 120
NOT_SHOWN = frozenset({"pii", "id_index", "mobile_index", "row_hash"})
HEADINGS = (  # with their widths: rows are written as they come, so no row can make room for a later one
    (Sentence("position", "位置"), 10),
    (Sentence("happened", "发生日期"), 10),
    (Sentence("recorded (UTC)", "记录时间(UTC)"), 19),
    (Sentence("type", "类型"), 24),
    (Sentence("about", "对象"), 48),
    (Sentence("actor", "操作者"), 20),
    (Sentence("facts", "内容"), 0),
)
WIDTHS = tuple(width for _, width in HEADINGS)


class Form(StrEnum):
    """How the events are shown."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"


async def write(entries: AsyncIterator[Entry], form: Form, output: Output) -> None:
    """Write every entry to standard output."""
    match form:
        case Form.NDJSON:
            await _lines(entries)
        case Form.JSON:
            await _array(entries, output)
        case Form.TABLE:
            await _table(entries, output)


async def _lines(entries: AsyncIterator[Entry]) -> None:
    async for entry in entries:
        sys.stdout.write(_text(entry) + "\n")


async def _array(entries: AsyncIterator[Entry], output: Output) -> None:
    """One whole document or none: it is kept aside (on disk when it is large) until the last event has been read."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES, "w+", encoding="utf-8") as aside:
        with output.progress("reading the ledger", "正在读取账本") as bar:
            count = 0
            async for entry in entries:
                aside.write(f"{',' if count else '['}\n{_text(entry)}")
                count += 1
                bar.show(count)
        aside.write("\n]\n" if count else "[]\n")
        _copy(aside)


def _copy(aside: IO[str]) -> None:
    aside.seek(0)
    shutil.copyfileobj(aside, sys.stdout)


async def _table(entries: AsyncIterator[Entry], output: Output) -> None:
    count = 0
    async for entry in entries:
        if not count:
            _row(str(heading) for heading, _ in HEADINGS)
        _row(_cells(entry))
        count += 1
    output.note("1 event" if count == 1 else f"{count:,} events", f"共 {count:,} 条事件")


def _row(cells: Iterable[str]) -> None:
    sys.stdout.write(padded(cells, WIDTHS) + "\n")


def _cells(entry: Entry) -> tuple[str, ...]:
    event = entry.event
    recorded = f"{event.time:%Y-%m-%d %H:%M:%S}"
    return (
        entry.position,
        str(event.occurredon),
        recorded,
        event.type,
        event.subject,
        str(event.actor or ""),
        _facts(event),
    )


def _text(entry: Entry) -> str:
    event = entry.event.model_dump(mode="json", exclude_none=True)
    if "pii" in event["data"]:
        event["data"]["pii"] = {"sealed": True}
    return json.dumps({"position": entry.position, "sequence": entry.sequence, **event}, ensure_ascii=False)


def _facts(event: Event) -> str:
    told = ", ".join(f"{key}={value}" for key, value in event.data.items() if key not in NOT_SHOWN)
    return told if len(told) <= FACTS_CHARS else told[: FACTS_CHARS - 1] + "…"
