"""What the command line says: one place for tables, JSON, progress and failures, in the language of the locale."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

FAILED = 1


def language() -> str:
    """`zh-CN` or `en`, by LC_ALL, LC_MESSAGES or LANG, as other programs choose."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh-CN" if value.lower().startswith("zh") else "en"
    return "en"


def say(en: str, zh: str) -> str:
    """The sentence in the caller's language."""
    return zh if language() == "zh-CN" else en


class Output:
    """Writes results to standard output and everything else to standard error; `as_json` for programs."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.out = Console(soft_wrap=True, highlight=False)
        self.err = Console(stderr=True, highlight=False)

    def result(self, document: Mapping[str, Any], en: str, zh: str) -> None:
        """The result of a command: the document for programs, the sentence for people."""
        if self.as_json:
            self.json(document)
        else:
            self.out.print(say(en, zh))

    def json(self, document: Any) -> None:
        """One JSON document on a line of its own."""
        self.out.print(json.dumps(document, ensure_ascii=False, default=str), markup=False)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Rows under a title, or as a JSON list of objects."""
        if self.as_json:
            self.json([dict(zip(columns, row, strict=True)) for row in rows])
            return
        table = Table(*columns, title=title, title_justify="left", header_style="bold", pad_edge=False, box=None)
        for row in rows:
            table.add_row(*("" if cell is None else str(cell) for cell in row))
        self.out.print(table)

    def note(self, en: str, zh: str) -> None:
        """A line of progress for a person; silent with --json."""
        if not self.as_json:
            self.err.print(say(en, zh))

    def fail(self, en: str, zh: str) -> NoReturn:
        """One clear sentence and exit code 1."""
        if self.as_json:
            self.json({"error": say(en, zh)})
        else:
            self.err.print(f"[red]guiyan:[/red] {say(en, zh)}", soft_wrap=True)
        raise typer.Exit(FAILED)

    @contextmanager
    def progress(self, en: str, zh: str, total: int | None) -> Iterator[Progress]:
        """A progress bar on a terminal; nothing elsewhere."""
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.err,
            disable=self.as_json or not self.err.is_terminal,
        )
        with bar:
            bar.add_task(say(en, zh), total=total)
            yield bar
