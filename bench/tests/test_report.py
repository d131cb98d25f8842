"""The report says what was measured: ratios, medians, percentiles, bars."""

from __future__ import annotations

import json

import pytest
from bench.__main__ import ROWS
from bench.pace import Reading
from bench.report import Bar, Report, Row, percentile

from guiyan.cli.benching import BenchRow


def test_the_ratio_is_taken_pair_by_pair_and_the_median_decides() -> None:
    """A slow minute of the machine slows both of a pair; the ratio of sums would hide that."""
    row = Row("append", Bar(0.8))
    for ours, bare in ((900, 1_000), (80, 100), (400, 1_000)):
        row.add(ours, bare)
    assert row.values == [0.9, 0.8, 0.4]
    assert row.median == 0.8
    assert row.reached


def test_a_bar_from_above_is_reached_from_below() -> None:
    """Times and multiples of time must not exceed their bar; the bar itself still counts."""
    row = Row("import", Bar(2.0, at_least=False))
    row.add(4.0, 2.0)
    assert row.reached
    row.add(4.4, 2.0)
    row.add(4.4, 2.0)
    assert not row.reached


def test_a_fault_fails_a_row_with_the_best_of_figures() -> None:
    """A rebuild with a failed read has failed, however fast it was."""
    row = Row("rebuild", Bar(16_700, unit="events/s"), values=[30_000], fault="1 of 100 reads failed meanwhile")
    assert not row.reached
    assert not Report({}, [row]).reached


@pytest.mark.parametrize(("percent", "expected"), [(50, 50), (95, 95), (99, 99), (100, 100), (0.1, 1)])
def test_percentiles_are_by_nearest_rank(percent: float, expected: float) -> None:
    """A percentile is a value that occurred, never one between two."""
    assert percentile([float(one) for one in range(100, 0, -1)], percent) == expected


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 0), ([1.0], 101)])
def test_a_percentile_of_nothing_is_refused(values: list[float], percent: float) -> None:
    """No figure is made up."""
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, percent)


def test_requests_without_an_answer_count_as_failed() -> None:
    """Status 0 is no answer; only the 200s are success, and windows add up."""
    reading, other = Reading(), Reading()
    for status in (200, 201, 404, 0):
        reading.note(status, 1.0)
    other.note(0, 2.0)
    reading.add(other)
    assert (reading.count, reading.failed, len(reading.millis)) == (5, 3, 5)


def test_the_table_and_the_json_tell_the_same() -> None:
    """Both hold min, median, max, bar and whether it was reached."""
    row = Row("append, sync always", Bar(0.8))
    row.add(850, 1_000)
    row.add(700, 1_000)
    row.add(1_200, 1_000)
    assert row.line() == "| append, sync always | 0.70 | 0.85 | 1.20 | ≥ 0.80 × | yes | 850/s | 1,000/s |"
    told = json.loads(json.dumps(Report({"cpus": 2}, [row]).document()))
    assert told["environment"] == {"cpus": 2}
    assert (told["rows"][0]["min"], told["rows"][0]["median"], told["rows"][0]["max"]) == (0.7, 0.85, 1.2)
    assert told["reached"] is True


def test_whatever_is_measured_can_be_asked_for() -> None:
    """`guiyan bench --only` offers just the rows that there are."""
    assert {str(one) for one in BenchRow} == set(ROWS)
