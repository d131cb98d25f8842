"""What the command line says: one place for tables, JSON, progress and failures, in the language of the locale."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from guiyan.cli.columns import Columns, draw
from guiyan.cli.failures import FAILED, Failure
from guiyan.cli.speech import Sentence, language, say

__all__ = ["FAILED", "Bar", "Output", "language", "say"]


class Output:
    """Writes results to standard output and everything else to standard error; `as_json` for programs."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.err = Console(stderr=True, highlight=False, emoji=False)

    def result(self, document: Mapping[str, Any], en: str, zh: str) -> None:
        """The result of a command: the document for programs, the sentence for people."""
        if self.as_json:
            self.json(document)
        else:
            sys.stdout.write(say(en, zh) + "\n")

    def json(self, document: Any) -> None:
        """One JSON document on a line of its own."""
        sys.stdout.write(json.dumps(document, ensure_ascii=False, default=str) + "\n")
        sys.stdout.flush()

    def table(self, title: Sentence, columns: Columns, rows: Sequence[Sequence[object]], empty: Sentence) -> None:
        """Rows under a title; without rows the sentence that says so. With --json: a list of objects by column key."""
        if self.as_json:
            self.json([dict(zip(columns, row, strict=True)) for row in rows])
        elif not rows:
            sys.stdout.write(f"{empty}\n")
        else:
            sys.stdout.write(draw(title, columns, rows) + "\n")

    def note(self, en: str, zh: str) -> None:
        """A line of progress for a person; silent with --json."""
        if not self.as_json:
            self.err.print(say(en, zh), soft_wrap=True, markup=False)

    def step(self, event: str, en: str, zh: str, **facts: Any) -> None:
        """One step of what lasts: a line for a person; with --json one object a line (NDJSON), named by `event`."""
        if self.as_json:
            self.json({"event": event, "message": say(en, zh), **facts})
        else:
            self.err.print(say(en, zh), soft_wrap=True, markup=False)

    def fail(self, en: str, zh: str, *, code: str = "failed", **details: Any) -> NoReturn:
        """End the command with one clear sentence and exit code 1."""
        raise Failure(en, zh, code=code, **details)

    def failure(self, failure: Failure) -> None:
        """Tell a failure: a JSON document on standard output for programs, a sentence on standard error for people."""
        if self.as_json:
            self.json(failure.document())
        else:
            self.err.print(f"[red]guiyan:[/red] {escape(str(failure))}", soft_wrap=True)

    @contextmanager
    def progress(self, en: str, zh: str, total: int | None = None) -> Iterator[Bar]:
        """A progress bar on a terminal; nothing elsewhere, and nothing with --json."""
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.err,
            transient=True,
            disable=self.as_json or not self.err.is_terminal,
        )
        with bar:
            yield Bar(bar, say(en, zh), total)


class Bar:
    """One line of progress."""

    def __init__(self, progress: Progress, description: str, total: int | None) -> None:
        self._progress = progress
        self._task = progress.add_task(escape(description), total=total)

    def show(self, done: float, total: float | None = None, text: str | None = None) -> None:
        """How far it is, of how much, and what is being done."""
        description = None if text is None else escape(text)
        self._progress.update(self._task, completed=done, total=total, description=description)
