"""The report of an import: what became of how many rows, and how fast."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

DIFFERS_MAX: Final = 1_000
BRANCHES_MAX: Final = 10_000
OUTCOMES: Final = ("accepted", "repeated", "differs", "faulty")
PROBLEMS_MAX: Final = 200


@dataclass(slots=True)
class ImportReport:
    """Counts while an import runs; every row is counted in exactly one of accepted, repeated, differs, faulty.

    `total` is how many rows the file seems to have, known as soon as it is opened and right at the end; `done` how many
    of them are settled: written, or found to need no writing.

    `accepted`: one MemberImported event each (in a dry run: would be). `repeated`: known, nothing to change. `differs`:
    known, with other values: to be corrected by hand, never overwritten. `faulty`: kept out with reasons. Departures
    are counted apart: rows that say the member is away lead to one MemberLeft each, besides the member's own event.
    `branches` has the first four by the branch that the row names, under None those of rows that name no one branch.
    """

    total: int | None = None
    rows: int = 0
    accepted: int = 0
    repeated: int = 0
    differs: int = 0
    faulty: int = 0
    departures: int = 0
    said_lost: int = 0
    warnings: int = 0
    skipped: int = 0
    sequence: int = 0
    branches: dict[str | None, Counter[str]] = field(default_factory=dict)
    names: Callable[[str], str | None] = lambda _: None
    differing: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    dropped_columns: list[dict[str, str]] = field(default_factory=list)
    unread_columns: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def count(self, outcome: str, branch: str | None) -> None:
        """One more row came out so (one of OUTCOMES)."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        self.branches.setdefault(branch or None, Counter())[outcome] += 1

    def table(self) -> list[dict[str, Any]]:
        """The branches in the order of their codes, each with its name; rows without one at the end."""
        known = sorted(self.branches, key=lambda code: (code is None, code or ""))[:BRANCHES_MAX]
        return [
            {
                "branch": code,
                "name": None if code is None else self.names(code),
                **{outcome: self.branches[code][outcome] for outcome in OUTCOMES},
            }
            for code in known
        ]

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return time.monotonic() - self.began

    @property
    def done(self) -> int:
        """How many rows are settled."""
        return self.accepted + self.repeated + self.differs + self.faulty

    def as_document(self) -> dict[str, Any]:
        """For the job's document and the answer: counts, columns, the first problems and differences, the rate."""
        seconds = self.seconds
        return {
            "total": self.total,
            "done": self.done,
            "rows": self.rows,
            "accepted": self.accepted,
            "repeated": self.repeated,
            "differs": self.differs,
            "faulty": self.faulty,
            "departures": self.departures,
            "said_lost": self.said_lost,
            "warnings": self.warnings,
            "skipped": self.skipped,
            "sequence": self.sequence,
            "branches": self.table(),
            "differing": self.differing[:DIFFERS_MAX],
            "problems": self.problems[:PROBLEMS_MAX],
            "dropped_columns": self.dropped_columns,
            "unread_columns": self.unread_columns,
            "seconds": round(seconds, 2),
            "rows_per_second": round(self.rows / seconds) if seconds > 0 else 0,
        }
