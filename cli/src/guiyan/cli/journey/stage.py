"""How the journey is shown: lines for a person (and, when asked, a picture of them), or NDJSON."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from guiyan.cli.output import Output
from guiyan.cli.speech import Sentence

PICTURE_COLUMNS = 120


class Stage:
    """Shows the steps as they come out."""

    def __init__(self, output: Output, picture: Path | None = None) -> None:
        self._output, self._picture = output, picture
        width = None if picture is None else PICTURE_COLUMNS
        self._screen = Console(record=picture is not None, highlight=False, width=width, soft_wrap=picture is None)

    def title(self, title: Sentence) -> None:
        """What is about to be shown."""
        if not self._output.as_json:
            self._screen.print(f"\n[bold]{title}[/bold]")

    def step(self, name: str, told: str, seconds: float, *, good: bool) -> None:
        """One step and how it came out."""
        if self._output.as_json:
            document = {"event": "step", "step": name, "ok": good, "message": told, "seconds": round(seconds, 1)}
            self._output.json(document)
            return
        mark = "[green]✓[/green]" if good else "[red]✗[/red]"
        self._screen.print(f"  {mark} {escape(told)}  [dim]{seconds:.1f} s[/dim]")

    def verdict(self, verdict: Sentence, code: int) -> None:
        """How the whole came out."""
        if self._output.as_json:
            self._output.json({"event": "journey", "ok": code == 0, "message": str(verdict)})
            return
        self._screen.print(f"[bold]{verdict}[/bold]\n")
        if self._picture is not None:
            self._screen.save_svg(str(self._picture), title="guiyan up")
