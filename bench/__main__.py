"""`python -m bench`: run the rows, print the report, write it as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import uvloop

from bench import (
    appending,
    commanding,
    importing,
    looking,
    machine,
    projecting,
    quartering,
    rebuilding,
    scaling,
    sending,
)
from bench.place import Place
from bench.report import Report, Row
from bench.sizes import FULL, QUICK, USUAL
from guiyan.cli.servers.embedded import Embedded
from guiyan.service import logs

LAST_LINES = 25

Measure = Callable[[Place], Awaitable[list[Row]]]
ROWS: dict[str, Measure] = {
    "append": appending.measure,
    "projection": projecting.measure,
    "import": importing.measure,
    "rebuild": rebuilding.measure,
    "http": commanding.measure,
    "scale": scaling.measure,
    "find": looking.measure,
    "quarter": quartering.measure,
    "sending": sending.measure,
}
BY_NAME_ALONE = frozenset({"scale", "find", "quarter", "sending"})  # long, some of several gigabytes: when asked for


def main(arguments: list[str] | None = None) -> int:
    """Measure; 0 when every bar was reached, 1 when one was missed, 2 when something could not be measured."""
    options = _options(arguments)
    sizes = QUICK if options.quick else FULL if options.full else USUAL
    if options.rows:
        sizes = sizes.with_rows(options.rows)
    if options.rounds:
        sizes = replace(sizes, rounds=options.rounds)
    if options.members:
        sizes = sizes.with_members(options.members)
    logs.configure("bench", log_format="console", level="WARNING", stream=sys.stderr)
    report = Report(machine.describe(sizes))
    told = sys.stderr if options.json else sys.stdout
    print(report.heading(), file=told, flush=True)
    broken: list[str] = []
    for name in options.only or [name for name in ROWS if name not in BY_NAME_ALONE]:
        with tempfile.TemporaryDirectory(prefix="guiyan-bench-", ignore_cleanup_errors=True) as folder:
            try:
                with Embedded(Path(folder), shared_by_tests=True) as servers:
                    rows = uvloop.run(_measure(ROWS[name], Place(Path(folder), servers, sizes)))
            except Exception:  # noqa: BLE001 - one row that cannot be measured leaves the others to be
                traceback.print_exc()
                _show_logs(Path(folder))
                broken.append(name)
                continue
        rows[0].notes.append(f"load average of the machine at the end of this row: {os.getloadavg()[0]:.1f}")
        report.rows.extend(rows)
        print("\n".join(row.line() for row in rows), file=told, flush=True)
    print("\n".join(report.notes()), file=told)
    document = json.dumps({**report.document(), "not_measured": broken}, ensure_ascii=False, indent=2)
    if options.json:
        print(document)
    if options.out:
        options.out.write_text(document + "\n", "utf-8")
    if broken:
        print(f"not measured: {', '.join(broken)}; see above why", file=sys.stderr)
        return 2
    return 0 if report.reached else 1


def _show_logs(folder: Path) -> None:
    """The last words of every service, for whoever has to find out."""
    for log in sorted(folder.glob("log/b*.log")):
        print(
            f"--- {log.name}",
            *log.read_text("utf-8", errors="replace").splitlines()[-LAST_LINES:],
            sep="\n",
            file=sys.stderr,
        )


async def _measure(measure: Measure, place: Place) -> list[Row]:
    return await measure(place)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the report as JSON, and the table on standard error")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the report there too, as JSON")
    parser.add_argument("--quick", action="store_true", help="small and short: to see that it runs, not for figures")
    parser.add_argument("--full", action="store_true", help="the roster of 100,000 rows")
    parser.add_argument("--rows", type=int, help="how many rows the roster has")
    parser.add_argument("--rounds", type=int, help="how often each row is measured")
    parser.add_argument("--members", type=int, help="how many members the large city of scale and find has")
    parser.add_argument("--only", action="append", choices=list(ROWS), help="this row alone; repeat it for several")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
