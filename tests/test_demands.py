"""docs/reference/demands.md: every practice and problem of the seed article, where it is met, and what proves it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import typer

from guiyan.cli.main import app
from guiyan.cli.reference import commands
from guiyan.contact.app import BLUEPRINT as CONTACT
from guiyan.contact.settings import ContactSettings
from guiyan.events import EVENT_TYPES
from guiyan.notifications.app import BLUEPRINT as NOTIFICATIONS
from guiyan.notifications.settings import NotificationsSettings
from guiyan.registry.app import BLUEPRINT as REGISTRY
from guiyan.registry.settings import RegistrySettings
from guiyan.service.twins import World, on_twins
from guiyan.transfers.app import BLUEPRINT as TRANSFERS
from guiyan.transfers.settings import TransfersSettings

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = (ROOT / "docs/reference/demands.md").read_text("utf-8")
ALL: list[str] = [f"S-{number:02}" for number in range(1, 51)] + [f"P-{number:02}" for number in range(1, 11)]
ALL += [f"L-{number:02}" for number in range(1, 6)]
LATER: Final = "later"
OUTSIDE: Final = "outside"
QUOTED: Final = re.compile(r"`([^`]+)`")
SERVICES: Final[tuple[tuple[Any, type[Any]], ...]] = (
    (REGISTRY, RegistrySettings),
    (TRANSFERS, TransfersSettings),
    (CONTACT, ContactSettings),
    (NOTIFICATIONS, NotificationsSettings),
)


class Row(NamedTuple):
    """One line of the table; in its cells names stand in backticks."""

    id: str
    demand: str
    doors: str
    events: str
    screen: str
    proof: str


def _rows() -> list[Row]:
    lines = re.findall(r"^\| (?=[SPL]-\d\d \|)(.*) \|$", PAGE, re.MULTILINE)
    return [Row(*(cell.strip() for cell in re.split(r"\s*\|\s*", line))) for line in lines]


ROWS: Final = _rows()


def test_every_demand_has_one_row() -> None:
    """domain.md §1, §5.2: no practice, no problem, no demand of the standard is left out, and none is told twice."""
    assert sorted(row.id for row in ROWS) == sorted(ALL)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_event_is_one_of_the_published_language(row: Row) -> None:
    """An event named is a type of the catalogue."""
    assert [name for name in QUOTED.findall(row.events) if name not in EVENT_TYPES] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_proof_is_a_test_that_is_there(row: Row) -> None:
    """Whatever is called met names at least one test; what is not yet, or never will be, says so."""
    named = QUOTED.findall(row.proof)
    assert named or row.proof.startswith((LATER, OUTSIDE)), "a row without a proof says `later` or `outside`, and why"
    for proof in named:
        file, _, test = proof.partition("::")
        assert re.search(rf"def {re.escape(test)}\(", (ROOT / file).read_text("utf-8")), proof


async def test_every_door_and_command_is_there() -> None:
    """A door named is a route of a service, a command named is a command of the program."""
    known = {path for path, _ in commands(typer.main.get_command(app))}
    for blueprint, settings in SERVICES:
        async with on_twins(blueprint, settings.model_construct(), World()) as town:
            paths = town.app.openapi()["paths"]
            known |= {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    missing = {(row.id, name) for row in ROWS for name in QUOTED.findall(row.doors) if name not in known}
    assert missing == set()
