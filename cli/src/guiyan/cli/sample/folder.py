"""The files of a sample in one folder: organisations.json, roster.xlsx, events.ndjson, manifest.json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from guiyan.cli.failures import Failure, Misuse
from guiyan.cli.sample.calendar import Year
from guiyan.cli.sample.city import Organisation, make_city
from guiyan.cli.sample.people import make_members
from guiyan.cli.sample.processes import Quiet
from guiyan.cli.sample.report import Report
from guiyan.cli.sample.roster import write_roster
from guiyan.cli.sample.rules import RULES
from guiyan.cli.sample.year import count_by_type, tell_year, until

DEFAULT_MEMBERS = 2_000
DEFAULT_AWAY = 300
DEFAULT_SEED = 20_260_101
DEFAULT_START = date(2026, 1, 1)
MEMBERS_MAX = 1_000_000
FOUND_BY_SWEEP = 3
_SMALL_CITY = 100

ORGANISATIONS, ROSTER, EVENTS, MANIFEST = "organisations.json", "roster.xlsx", "events.ndjson", "manifest.json"


class Plan(NamedTuple):
    """What to make: the same plan gives the same files."""

    seed: int = DEFAULT_SEED
    members: int = DEFAULT_MEMBERS
    away: int = DEFAULT_AWAY
    start: date = DEFAULT_START


class SampleRefused(Misuse, ValueError):  # noqa: N818 - named by what happened
    """A sample of this size cannot be made."""


class SampleEvent(NamedTuple):
    """One line of events.ndjson: when it is sent, by which organisation's system, and the CloudEvent itself."""

    time: datetime
    org_code: str
    event: dict[str, Any]

    @property
    def subject(self) -> str:
        """Where it is published to (contract.md §4)."""
        return f"ingest.{self.org_code}.{self.event['type']}"


class Sample:
    """A sample made earlier: its manifest, its organisations and its events."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: dict[str, Any] = _read_manifest(folder / MANIFEST)

    @property
    def roster(self) -> Path:
        """The roster to import."""
        return self.folder / ROSTER

    @property
    def clock_start(self) -> datetime:
        """Where the manual clock is to stand once the events before it have been sent."""
        return datetime.fromisoformat(self.manifest["clock_start"])

    def organisations(self) -> list[dict[str, Any]]:
        """The commands that make the organisations, parents before children."""
        commands: list[dict[str, Any]] = json.loads((self.folder / ORGANISATIONS).read_text("utf-8"))
        return commands

    def rules(self) -> list[dict[str, Any]]:
        """The commands that fill the rule library."""
        return [rule.command() for rule in RULES]

    def quiet(self) -> Quiet:
        """The members of whom no report tells in the whole year."""
        made = self.manifest
        city = [one for one in make_city(made["seed"]) if one.is_branch]
        start = date.fromisoformat(made["first_business_date"])
        plan = Plan(made["seed"], made["members"], made["away_at_clock_start"], start)
        members = list(make_members(plan.seed, plan.members + _found_later(plan), city, start))[: plan.members]
        return Quiet.of(members, {str(sent.event["data"].get("id_no")) for sent in self.events()})

    def events(self, after: datetime | None = None, before: datetime | None = None) -> Iterator[SampleEvent]:
        """The events in the order of time, from `after` (included) to `before` (excluded)."""
        with (self.folder / EVENTS).open(encoding="utf-8") as lines:
            for line in lines:
                event = json.loads(line)
                time = datetime.fromisoformat(event["time"])
                if before and time >= before:
                    return
                if not after or time >= after:
                    yield SampleEvent(time, event["actororg"], event)


def make_sample(folder: Path, plan: Plan, progress: Callable[[str], None] = lambda _: None) -> Sample:
    """Writes the four files into the folder, made if need be; raises `SampleRefused` for a plan that cannot be made.

    `progress` is told the name of each file when it is done.
    """
    _check(plan)
    folder.mkdir(parents=True, exist_ok=True)
    year = Year(plan.start)
    city = make_city(plan.seed)
    _write_json(folder / ORGANISATIONS, [organisation.command() for organisation in city])
    progress(ORGANISATIONS)
    branches = [organisation for organisation in city if organisation.is_branch]
    people = list(make_members(plan.seed, plan.members + _found_later(plan), branches, plan.start))
    members, found = people[: plan.members], people[plan.members :]
    write_roster(folder / ROSTER, members, plan.start)
    progress(ROSTER)
    reports = tell_year(plan.seed, members, found, plan.away, year)
    with (folder / EVENTS).open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(report.line() + "\n" for report in reports)
    progress(EVENTS)
    _write_json(folder / MANIFEST, _manifest(folder, plan, city, reports))
    progress(MANIFEST)
    return Sample(folder)


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
        datetime.fromisoformat(manifest["clock_start"])
    except (ValueError, KeyError, TypeError) as broken:
        raise Failure(
            f"The sample in {path.parent}/ is damaged. Remove that folder; it is made anew from the seed.",
            f"{path.parent}/ 中的样例已损坏。请删除该文件夹,它会按种子重新生成。",
            code="broken_sample",
        ) from broken
    return manifest


def _found_later(plan: Plan) -> int:
    """How many members are missing from the roster and found by a sweep; none where the city is very small."""
    return FOUND_BY_SWEEP if plan.members >= _SMALL_CITY else 0


def _check(plan: Plan) -> None:
    if not 1 <= plan.members <= MEMBERS_MAX:
        raise SampleRefused(
            f"A sample has 1 to {MEMBERS_MAX:,} members, not {plan.members:,}. Choose another --members.",
            f"样例应有 1 至 {MEMBERS_MAX:,} 名党员,而不是 {plan.members:,} 名。请更改 --members。",
        )
    if not 0 <= plan.away <= plan.members:
        raise SampleRefused(
            f"{plan.away:,} of {plan.members:,} members cannot be away. Choose another --away.",
            f"{plan.members:,} 名党员中不能有 {plan.away:,} 名外出。请更改 --away。",
        )


def _manifest(folder: Path, plan: Plan, city: list[Organisation], reports: list[Report]) -> dict[str, Any]:
    year = Year(plan.start)
    levels = [organisation.level for organisation in city]
    return {
        "product": "guiyan",
        "version": version("guiyan-cli"),
        "seed": plan.seed,
        "first_business_date": plan.start.isoformat(),
        "clock_start": year.clock_start.isoformat(),
        "members": plan.members,
        "away_at_clock_start": plan.away,
        "organisations": len(city),
        "rules": len(RULES),
        "centres": levels.count("CENTRE"),
        "stations": levels.count("STATION"),
        "substations": levels.count("SUBSTATION"),
        "inquiry_phones": sum(len(organisation.inquiry_phones) for organisation in city),
        "events": len(reports),
        "events_before_clock_start": sum(1 for _ in until(reports, year)),
        "events_by_type": count_by_type(reports),
        "sha256": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (ORGANISATIONS, ROSTER, EVENTS)
        },
    }


def _write_json(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8", newline="\n")
