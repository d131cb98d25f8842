"""The report's arithmetic: ratios of pairs, their spread, percentiles, and whether a bar was reached."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

HEADER = (
    "| row | min | median | max | bar | reached | ours | bare |",
    "|---|---:|---:|---:|---|---|---:|---:|",
)


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure has to be: at least or at most `limit`; `unit` is `×` for a ratio."""

    limit: float
    at_least: bool = True
    unit: str = "×"

    def reached_by(self, value: float) -> bool:
        """Whether the value is on the right side."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {_figure(self.limit)} {self.unit}"


@dataclass
class Row:
    """One line: what each round gave (`values`, which the bar is about), and what ours and the bare client did.

    The median decides. A row with a `fault` has not reached its bar, whatever its figures are.
    """

    name: str
    bar: Bar
    values: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    unit: str = "/s"
    notes: list[str] = field(default_factory=list)
    fault: str | None = None

    def add(self, ours: float, bare: float) -> None:
        """One pair, measured one after the other."""
        self.ours.append(ours)
        self.bare.append(bare)
        self.values.append(ours / bare)

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.values)

    @property
    def reached(self) -> bool:
        """Whether the median is on the right side of the bar, without a fault."""
        return self.fault is None and bool(self.values) and self.bar.reached_by(self.median)

    def line(self) -> str:
        """As a line of the table."""
        figures = (min(self.values), self.median, max(self.values))
        sides = (_side(self.ours, self.unit), _side(self.bare, self.unit))
        cells = (self.name, *map(_figure, figures), str(self.bar), "yes" if self.reached else "NO", *sides)
        return f"| {' | '.join(cells)} |"

    def document(self) -> dict[str, Any]:
        """For JSON."""
        spread = {"min": min(self.values), "median": self.median, "max": max(self.values)}
        return {**asdict(self), **spread, "reached": self.reached}


@dataclass
class Report:
    """The environment and every row."""

    environment: dict[str, Any]
    rows: list[Row] = field(default_factory=list)

    @property
    def reached(self) -> bool:
        """Whether every bar was reached."""
        return all(row.reached for row in self.rows)

    def heading(self) -> str:
        """The environment, and the head of the table."""
        return "\n".join([*(f"{name}: {value}" for name, value in self.environment.items()), "", *HEADER])

    def notes(self) -> list[str]:
        """What has to be said of each row besides its figures."""
        told = [(row.name, note) for row in self.rows for note in (*row.notes, *([row.fault] if row.fault else ()))]
        return ["", *(f"- {name}: {note}" for name, note in told)]

    def document(self) -> dict[str, Any]:
        """For JSON."""
        rows = [row.document() for row in self.rows]
        return {"environment": self.environment, "reached": self.reached, "rows": rows}


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: the smallest value that `percent` of all do not exceed. Raises ValueError."""
    if not values or not 0 < percent <= 100:  # noqa: PLR2004 - per cent
        raise ValueError("a percentile is of at least one value, above 0 and up to 100")
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def _side(values: Sequence[float], unit: str) -> str:
    return f"{_figure(statistics.median(values))}{unit}" if values else "–"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"  # noqa: PLR2004 - three figures are enough to read
