"""How much is measured: rounds, writers, rows, seconds."""

from __future__ import annotations

from dataclasses import dataclass, replace

SEED = 20_260_101


@dataclass(frozen=True, slots=True)
class Sizes:
    """The size of every row; one seed makes every input."""

    rounds: int = 5
    commits: int = 2_000
    writers: int = 64
    rows: int = 20_000
    bare_batch: int = 2_000
    members: int = 4_000
    rate_per_second: int = 50
    window_seconds: float = 10.0
    few_members: int = 10_000
    many_members: int = 1_000_000
    asked: int = 400
    scale_seconds: float = 1_800.0
    notices: int = 5_000
    notices_per_second: int = 100
    seed: int = SEED

    def with_rows(self, rows: int) -> Sizes:
        """The same with a roster of another length."""
        return replace(self, rows=rows)

    def with_members(self, members: int) -> Sizes:
        """The same with another large city."""
        return replace(self, many_members=members)


USUAL = Sizes()
QUICK = Sizes(
    rounds=2,
    commits=1_000,
    rows=2_000,
    members=500,
    window_seconds=2.0,
    few_members=500,
    many_members=5_000,
    asked=50,
    notices=500,
)
FULL = Sizes(commits=6_000, rows=100_000, notices=100_000)
