"""The screens there are (domain.md §6), found in their packages, and which of them each role works in."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from guiyan.console.i18n import mark
from guiyan.console.security.session import Session
from guiyan.service.auth import OFFICE_ROLES, Role

EVERYBODY: Final = frozenset(OFFICE_ROLES | {Role.AUDITOR})
IMPORT: Final = 23
"""The import of a roster, which domain.md §6 does not number: after the screens of the day's work."""
FIRST: Final[Mapping[Role, tuple[int, ...]]] = {
    Role.BRANCH_CONTACT: (1, 6),
    Role.BRANCH_SECRETARY: (1, 2, 3, 6, 11),
    Role.STATION_STAFF: (1, 3, 6, 17, 18),
    Role.TOWNSHIP_OFFICER: (1, 2, 3, 4, 6, 7, 11, 14, 16, 17, IMPORT),
    Role.CITY_OFFICER: (1, 4, 7, 10, 13, 14, 18, 20, 21, IMPORT),
    Role.AUDITOR: (22, 2, 4, 7, 20),
}
"""The screens a role lives in, in its order (domain.md §6); all others it may see stand under "more"."""


class Screen(Protocol):
    """What the navigation has to know of a screen."""

    @property
    def number(self) -> int:
        """Its number in domain.md §6; 0 for one that has none."""

    @property
    def title(self) -> str:
        """What it is called, marked for the catalogue."""

    @property
    def address(self) -> str:
        """Where it is."""

    @property
    def roles(self) -> frozenset[Role]:
        """Who may see it; the services judge again."""


@dataclass(frozen=True, slots=True)
class Page:
    """A screen that is neither a ledger nor a board."""

    number: int
    title: str
    address: str
    roles: frozenset[Role] = EVERYBODY


OFFICERS: Final = frozenset({Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER})
"""Who answers for several branches: plans, checks, records decisions, imports rosters."""
SECRETARIES: Final = OFFICERS | {Role.BRANCH_SECRETARY}
"""Who answers for a branch, and those above."""
PAGES: Final = (
    Page(1, mark("我的待办"), "/"),
    Page(20, mark("流向分布"), "/boards/flow"),
    Page(IMPORT, mark("导入名册"), "/imports", OFFICERS),
)
TASK_PAGES: Final[Mapping[str, str]] = {
    "SWEEP_OVERDUE": "/sweep-sheets/{about_id}",
    "SWEEP_CHECK_OVERDUE": "/sweeps/{about_id}",
    "SWEEP_CLOSE_OVERDUE": "/sweeps/{about_id}",
    **dict.fromkeys(
        ("APPLICATION_DUE", "PROBATION_ESCALATED", "PROBATION_UNDECIDED", "PROBATION_AWAY", "PROBATION_REPORT",
         "CERTIFICATE_CHECK", "CERTIFICATE_RETURN", "CERTIFICATE_STEP"),
        "/members/{member_id}/work",
    ),
}  # fmt: skip
"""Tasks that are done on a page, not in a form."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the navigation."""

    title: str
    address: str
    first: bool


class Navigation:
    """Which screens each role sees, in its order."""

    def __init__(self, screens: Iterable[Screen]) -> None:
        self._screens = sorted(screens, key=lambda one: (one.number or 99, one.address))

    def of(self, session: Session) -> tuple[Entry, ...]:
        """The screens of who is signed in: those of the own day first."""
        order = [number for role in FIRST if role in session.roles for number in FIRST[role]]
        seen = [one for one in self._screens if one.roles & session.roles]
        first = sorted((one for one in seen if one.number in order), key=lambda one: order.index(one.number))
        rest = [one for one in seen if one.number not in order]
        return (
            *(Entry(one.title, one.address, first=True) for one in first),
            *(Entry(one.title, one.address, first=False) for one in rest),
        )


def found_in(package: str, name: str) -> list[object]:
    """What the modules of a package declare under a name (one, or a tuple of several), in the order of their names."""
    folder = importlib.import_module(package)
    found: list[object] = []
    for module in sorted(one.name for one in pkgutil.iter_modules(folder.__path__)):
        declared = getattr(importlib.import_module(f"{package}.{module}"), name, ())
        found += declared if isinstance(declared, tuple) else [declared]
    return found
