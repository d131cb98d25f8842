"""The documentation's links lead somewhere, and the commands it tells are commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from guiyan.cli.main import app
from guiyan.cli.reference import commands

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    page.relative_to(ROOT)
    for pattern in ("*.md", "docs/**/*.md", "deploy/**/*.md", "libs/*/*.md", "services/*/*.md")
    for page in ROOT.glob(pattern)
)
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
COMMAND = re.compile(r"^(?:\$ | {4})?(guiyan [^`#|…\n]*)", re.MULTILINE)
LEAVES: dict[str, Any] = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_to_a_file(page: Path) -> None:
    """A page that was moved or renamed takes its links along."""
    text = (ROOT / page).read_text("utf-8")
    gone = [link for link in LINK.findall(text) if not (ROOT / page.parent / link).exists()]
    assert gone == []


def _faults(line: str) -> list[str]:
    """What in a command line that a page shows no command takes; lines of output are not command lines."""
    words = shlex.split(line, posix=False)
    path = next((" ".join(words[:n]) for n in (3, 2) if " ".join(words[:n]) in LEAVES), None)
    if path is None:
        return [line]
    known = {option for parameter in LEAVES[path].params for option in parameter.opts}
    return [word for word in words if word.startswith("--") and word.split("=")[0] not in known]


@pytest.mark.parametrize("page", [page for page in PAGES if page.parts[0] in {"docs", "README.md"}], ids=str)
def test_every_command_shown_is_a_command(page: Path) -> None:
    """Commands and options in the pages are those of the program."""
    shown = [
        line.strip() for line in COMMAND.findall((ROOT / page).read_text("utf-8")) if not line.startswith("guiyan:")
    ]
    assert {line: _faults(line) for line in shown if _faults(line)} == {}


def test_every_decision_record_is_in_the_index() -> None:
    """The index of docs/adr lists each record once, in order."""
    listed = re.findall(r"\]\((\d{4}-[^)]+\.md)\)", (ROOT / "docs/adr/README.md").read_text("utf-8"))
    assert listed == sorted(path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md"))
