"""Every board fits the service's report: its figures are told there, and each opens a ledger that shows its list."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date

import httpx
import pytest
from services.console.tests.http.stage import Services
from services.console.tests.http.test_ledgers_fit import told as fit

from guiyan.console.board import Board, list_address
from guiyan.console.ledger import Ledger
from guiyan.console.lists import ListInfo
from guiyan.console.periods import MONTH, QUARTER, YEAR, around, within
from guiyan.console.screens import found_in
from guiyan.service.period import Period
from guiyan.service.reports import Figure, Ratio, Report

LEDGERS = {one.name: one for one in found_in("guiyan.console.ledgers", "LEDGER") if isinstance(one, Ledger)}
BOARDS = [one for one in found_in("guiyan.console.boards", "BOARD") if isinstance(one, Board)]
PLAIN = {"under", "tree_on", "side", "part"}
"""What lists are asked besides their declared filters (test_ledgers_fit.py)."""


def report(board: Board) -> tuple[tuple[Figure, ...], tuple[Ratio, ...]]:
    """The figures and shares of the report that a board shows: the one with the board's columns."""
    package = importlib.import_module(f"guiyan.{board.service}.doors")
    modules = [
        importlib.import_module(f"{package.__name__}.{one.name}") for one in pkgutil.iter_modules(package.__path__)
    ]
    columns = set(ListInfo.of(fit(board.service, board.path)).columns)
    declared = [one for module in modules for one in vars(module).values()]
    reports = [(one.figures, one.ratios) for one in declared if isinstance(one, Report)]
    plain = [(one, ()) for one in declared if isinstance(one, tuple) and one and isinstance(one[0], Figure)]
    found: list[tuple[tuple[Figure, ...], tuple[Ratio, ...]]] = [*reports, *plain]
    fitting = [one for one in found if {figure.name for figure in (*one[0], *one[1])} <= columns]
    return max(fitting, key=lambda one: len(one[0]))


@pytest.mark.parametrize("board", BOARDS, ids=lambda one: one.name)
def test_each_figure_of_a_board_opens_a_ledger(board: Board) -> None:
    """Whatever stands on the board is told by the service, and the list it names is shown, narrowed as it asks."""
    figures, ratios_ = report(board)
    shown = {one.name: one for one in figures}
    ratios = {one.name: one.part for one in ratios_}
    assert set(board.figures) | set(board.charted) <= {*shown, *ratios}
    assert board.shares <= {one.name for one in ratios_ if one.percent}
    for name in board.figures:
        figure = shown[ratios.get(name, name)]
        address = list_address(figure.address(Period.parse("2026-Q1"), {"under": "1"}), board.service, LEDGERS)
        assert address, (board.name, name, figure.list)
        asked = ListInfo.of(fit(board.service, f"/v1/{figure.list}")).parameters
        wanted = {one for one, _ in figure.parameters(Period.parse("2026-Q1"))}
        assert wanted - PLAIN <= set(asked), (board.name, name)


@pytest.mark.parametrize(
    ("period", "before", "after"),
    [("2026-01", "2025-12", "2026-02"), ("2026-Q4", "2026-Q3", "2027-Q1"), ("2026", "2025", "2027")],
)
def test_a_period_steps_by_its_own_length(period: str, before: str, after: str) -> None:
    """Over the turn of a year as well."""
    assert around(period) == (before, after)


@pytest.mark.parametrize(
    ("period", "span", "other"),
    [
        ("2026", MONTH, "2026-11"),
        ("2025", MONTH, "2025-12"),
        ("2026-Q1", MONTH, "2026-03"),
        ("2026-02", QUARTER, "2026-Q1"),
        ("2026-02", YEAR, "2026"),
    ],
)
def test_another_length_is_today_where_it_can_be(period: str, span: str, other: str) -> None:
    """The month or quarter of today when the period has it; else the last one of the period."""
    assert within(period, span, date(2026, 11, 28)) == other


@pytest.mark.parametrize(("lost", "told"), [(0, "账平,差额为 0"), (2, "账不平:差额 2")])
async def test_an_account_out_of_balance_is_an_alarm(
    officer: httpx.AsyncClient, services: Services, lost: int, told: str
) -> None:
    """The board says in words whether it balances; what is off stands there as an alert."""
    figures = {"due": {"value": 9, "list": "/v1/intents"}, "lost": {"value": lost, "list": "/v1/intents?state=X"}}
    row = {"org_code": "654002010001", "own": False, "name": "葡萄村党支部", "figures": figures}
    words = [{"name": name, "zh": name, "en": name, "of": "period"} for name in figures]
    table = {"figures": words, "rows": [row], "total": {**row, "name": "合计"}}
    services.tell(
        "notifications", "/v1/notice-accounts/report", {**table, "under": "654002010000", "period": "2026-03"}
    )
    services.tell("registry", "/v1/organisations", {"items": []})
    text = (await officer.get("/boards/notices?period=2026-03")).text
    assert told in text
    assert ('role="alert"' in text) == bool(lost)
    assert "period=2026-Q1" in text
    assert "period=2026&#34;" in text or 'period=2026"' in text


async def test_a_difference_in_a_ledger_is_marked(officer: httpx.AsyncClient, services: Services) -> None:
    """Nought is plain, anything else is not."""
    path = "/v1/notice-accounts"
    services.tell("notifications", "/openapi.json", {"paths": {path: {"get": fit("notifications", path)}}})
    services.tell("registry", "/v1/organisations", {"items": []})
    rows = [{"day": "2026-03-01", "org_code": "1", "due": 3, "lost": lost} for lost in (0, 3)]
    services.tell("notifications", path, {"items": rows, "next_cursor": None, "sequence": 1})
    text = (await officer.get("/ledgers/notice-accounts")).text
    assert text.count('<span class="tone tone-late">') == 1
