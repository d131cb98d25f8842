"""What a board is: a service's report by organisation, each figure with exactly its list, as a chart and as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from guiyan.console.i18n import mark
from guiyan.console.ledger import Ledger
from guiyan.console.screens import EVERYBODY
from guiyan.service.auth import Role


@dataclass(frozen=True)
class Board:
    """A board as data over a service's report (guiyan.service.reports).

    `figures` are those on the table, in this order; `charted` those on the chart, beside each other or, where
    `stacked`, on top of each other; `shares` are those told in percent. `spans` are the lengths of period it offers
    (月报, 季报, 年报), `day` the parameter by which the tree may be taken as it was on a day.
    `nought` is a figure that is 0 where the accounts balance, and what is to be equal, in words.
    `rows_title` says what the rows are.
    """

    number: int
    name: str
    title: str
    service: str
    path: str
    figures: tuple[str, ...]
    charted: tuple[str, ...] = ()
    stacked: bool = False
    shares: frozenset[str] = frozenset()
    by_period: bool = True
    spans: tuple[str, ...] = ()
    day: str = ""
    nought: tuple[str, str] = ("", "")
    rows_title: str = mark("党组织")
    roles: frozenset[Role] = EVERYBODY

    @property
    def address(self) -> str:
        """Where the board is."""
        return f"/boards/{self.name}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it stands on the page, and the ledger that shows just its records (none where there is none)."""

    text: str
    value: Any
    address: str


def figure(told: dict[str, Any], service: str, ledgers: dict[str, Ledger], *, share: bool) -> Figure:
    """A figure of a report."""
    value = told.get("value")
    text = "–" if value is None else f"{value * 100:.1f}%" if share else f"{value:,}"
    return Figure(text, value, list_address(told.get("list") or "", service, ledgers))


def list_address(api: str, service: str, ledgers: dict[str, Ledger]) -> str:
    """The console's page for the address of a service's list; empty where no ledger shows that list."""
    parts = urlsplit(api)
    found = next((one for one in ledgers.values() if (one.service, one.path) == (service, parts.path)), None)
    return f"{found.address}?{urlencode([('all', '1'), *parse_qsl(parts.query)])}" if found else ""
