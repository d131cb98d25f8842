"""The sample city: the same for the same seed, sound in every number, and accepted by the reader of rosters."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import python_calamine

from guiyan.cli.failures import Failure
from guiyan.cli.front import run
from guiyan.cli.main import app as guiyan
from guiyan.cli.sample import Plan, Sample, make_sample
from guiyan.cli.sample.identity import RESERVED_PROVINCE
from guiyan.events.id_numbers import check_digit
from guiyan.events.ids import is_id
from guiyan.events.ingest import INGEST_TYPES, read_report
from guiyan.registry.roster import Branches, BranchName, RosterRow, read_roster


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The default sample."""
    return make_sample(tmp_path_factory.mktemp("city"), Plan())


@pytest.fixture(scope="module")
def events(city: Sample) -> list[dict[str, Any]]:
    """Its events."""
    return [sent.event for sent in city.events()]


def cells(folder: Path) -> list[list[Any]]:
    """The cells of a sample's roster."""
    return list(python_calamine.CalamineWorkbook.from_path(folder / "roster.xlsx").get_sheet_by_index(0).iter_rows())


def branches_of(city: Sample) -> Branches:
    """What the registry would know of the branches."""
    return Branches(BranchName(each["org_code"], each["name"], each["short_name"]) for each in city.organisations())


def test_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """A sample is a function of its plan: every file is byte-identical when made again."""
    plan = Plan(seed=7, members=200, away=30)
    first, second = make_sample(tmp_path / "a", plan), make_sample(tmp_path / "b", plan)
    for name in ("organisations.json", "roster.xlsx", "events.ndjson", "manifest.json"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes(), name


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    """Another seed gives another city: no ID number and no event id in common."""
    made = [make_sample(tmp_path / str(seed), Plan(seed=seed, members=100, away=20)) for seed in (1, 2)]
    numbers = [{row[3] for row in cells(each.folder)[4:]} for each in made]
    ids = [{sent.event["id"] for sent in each.events()} for each in made]
    assert not numbers[0] & numbers[1]
    assert not ids[0] & ids[1]


def test_size_is_the_seed_articles(city: Sample) -> None:
    """By default the city has the figures of domain.md §1.3: 1 centre, 26 stations, 124 substations, 28 phones."""
    manifest = city.manifest
    assert [manifest[key] for key in ("centres", "stations", "substations", "inquiry_phones")] == [1, 26, 124, 28]
    assert (manifest["members"], manifest["away_at_clock_start"]) == (2000, 300)
    assert manifest["version"]


def test_organisations_form_one_tree(city: Sample) -> None:
    """Codes are 12 digits of 6540…, parents come before children, and each has people with undeliverable addresses."""
    seen: set[str] = set()
    for each in city.organisations():
        assert re.fullmatch(r"6540[0-9]{8}", each["org_code"])
        assert each["parent"] in seen or not seen
        assert each["contact_person"]["email"].endswith(".example")
        assert each["org_code"] not in seen
        seen.add(each["org_code"])
    branches = Counter(each["short_name"] for each in city.organisations())
    assert max(branches.values()) == 1


def test_every_id_number_is_sound_and_reserved(city: Sample) -> None:
    """Each ID number passes the check, agrees with birth date and sex, lies in province 69 and occurs once."""
    rows = cells(city.folder)[4:]
    for row in rows:
        number, birth_date = row[3], row[5]
        assert number.startswith(RESERVED_PROVINCE)
        assert check_digit(number[:17]) == number[17]
        assert number[6:14] == f"{birth_date:%Y%m%d}"
        assert (int(number[16]) % 2 == 1) == (row[4] == "男")
    assert len({row[3] for row in rows}) == len(rows) == 2000
    assert len({row[11] for row in rows}) == len(rows)
    assert all(str(row[11]).startswith("140") for row in rows)


def test_every_row_is_accepted_by_the_roster_reader(city: Sample) -> None:
    """The registry takes every row of the sample's roster without a remark."""
    read = read_roster(city.roster, branches=branches_of(city), today=date(2026, 1, 1))
    rows = list(read)
    assert all(isinstance(row, RosterRow) and not row.warnings and row.made_up for row in rows)
    assert (len(rows), read.skipped, read.header.last_row) == (2000, 0, 4)


def test_some_branches_are_busier_than_others(city: Sample) -> None:
    """Members are spread unevenly, as they are in a city."""
    sizes = Counter(row[2] for row in cells(city.folder)[4:])
    assert len(sizes) == 124
    assert max(sizes.values()) > 2 * min(sizes.values())


def test_events_are_cloud_events_of_the_contract(events: list[dict[str, Any]], city: Sample) -> None:
    """Each event is of a type a township may report, has an id of its own, names its sender and its member."""
    numbers = {row[3] for row in cells(city.folder)[4:]}
    numbers |= {event["data"]["id_no"] for event in events if event["type"] == "MemberRegistered"}
    assert len({event["id"] for event in events}) == len(events)
    for event in events:
        assert event["specversion"] == "1.0"
        assert is_id(event["id"])
        assert event["source"] == f"township/{event['actororg']}"
        assert event["data"]["id_no"] in numbers
        assert "subject" not in event or event["data"]["id_no"] not in event["subject"]


def test_events_come_in_the_order_of_time(events: list[dict[str, Any]]) -> None:
    """They are sorted by time, span the year, and nothing is reported before it happened."""
    times = [event["time"] for event in events]
    assert times == sorted(times)
    assert times[0] >= "2025-12-31T16"
    assert times[-1] < "2026-12-31T16"
    assert all(event["occurredon"] <= event["time"][:10] for event in events)


def test_as_many_are_away_at_the_clocks_start_as_asked(city: Sample) -> None:
    """Exactly the members asked for have left, and none has returned, when the manual clock starts."""
    before = [sent.event for sent in city.events(before=city.clock_start)]
    left = {event["data"]["id_no"] for event in before if event["type"] == "MemberLeft"}
    assert len(left) == city.manifest["away_at_clock_start"] == 300
    assert {event["type"] for event in before} == {"DepartureAnnounced", "MemberLeft"}
    assert len(before) == city.manifest["events_before_clock_start"]
    after = list(city.events(after=city.clock_start))
    assert len(before) + len(after) == city.manifest["events"]


def test_each_member_has_a_story_that_can_happen(events: list[dict[str, Any]]) -> None:
    """Whatever is told of a member away lies between leaving and returning, and nobody returns who never left."""
    away: set[str] = set()
    for event in events:
        number = event["data"]["id_no"]
        if event["type"] in {"DepartureAnnounced", "MemberRegistered"}:
            assert number not in away
        elif event["type"] == "MemberLeft":
            assert number not in away
            away.add(number)
        else:
            assert number in away, event
        if event["type"] == "MemberReturned":
            away.remove(number)


def test_some_were_found_by_a_sweep(events: list[dict[str, Any]]) -> None:
    """Ten left before the year and were found afterwards, as in the seed article's sweeps (S-14)."""
    back = [event for event in events if event["type"] == "MemberLeft" and event["occurredon"] < "2026-01-01"]
    assert len(back) == 10
    assert {event["data"]["source"] for event in back} == {"SWEEP"}


def test_three_members_were_found_by_the_sweep(events: list[dict[str, Any]], city: Sample) -> None:
    """Three members who are not in the roster are registered at the Spring Festival sweep (S-14)."""
    numbers = {row[3] for row in cells(city.folder)[4:]}
    found = [event["data"] for event in events if event["type"] == "MemberRegistered"]
    assert [data["source"] for data in found] == ["SWEEP"] * 3
    assert not numbers & {data["id_no"] for data in found}


def test_every_event_passes_the_door(events: list[dict[str, Any]]) -> None:
    """The published models of reports read every event, envelope and data."""
    for event in events:
        assert read_report(event).report.of.__name__ == event["type"]


def test_most_types_of_the_contract_occur(events: list[dict[str, Any]]) -> None:
    """Only what needs the number of a letter that a service has yet to write is missing."""
    assert set(INGEST_TYPES) - {event["type"] for event in events} == {"TransferReceived", "ReceiptReturned"}


def test_nothing_follows_a_transfer_request(events: list[dict[str, Any]]) -> None:
    """Whoever asks for a transfer does so at the year's end, after all other reports."""
    asked: set[str] = set()
    for event in events:
        assert event["data"]["id_no"] not in asked
        if event["type"] == "TransferRequested":
            asked.add(event["data"]["id_no"])
    assert asked


def test_numbers_in_the_file_are_nowhere_but_in_the_data(events: list[dict[str, Any]]) -> None:
    """The ID number stands in `data` alone: ids, sources and subjects tell nothing of a person."""
    for event in events:
        outside = {key: value for key, value in event.items() if key != "data"}
        assert event["data"]["id_no"] not in json.dumps(outside)


def test_subject_is_the_senders_own(city: Sample) -> None:
    """An event goes out on `ingest.<org_code>.<Type>` of the station above the member's branch."""
    sent = next(city.events())
    assert sent.subject == f"ingest.{sent.org_code}.{sent.event['type']}"
    stations = {each["org_code"] for each in city.organisations() if each["service_point_level"] == "STATION"}
    assert {each.org_code for each in city.events()} <= stations


@pytest.mark.parametrize(("members", "away"), [(1, 0), (1, 1), (5, 3), (40, 40)])
def test_any_small_size_works(tmp_path: Path, members: int, away: int) -> None:
    """A city of one member is a city too."""
    made = make_sample(tmp_path, Plan(seed=3, members=members, away=away))
    left = [each for each in made.events(before=made.clock_start) if each.event["type"] == "MemberLeft"]
    assert (len(cells(made.folder)) - 4, len(left)) == (members, away)


def test_another_year_can_be_told(tmp_path: Path) -> None:
    """The start is free, a leap year included, and the clock starts 32 days later."""
    made = make_sample(tmp_path, Plan(seed=3, members=60, away=20, start=date(2028, 1, 1)))
    assert made.manifest["clock_start"] == "2028-02-02T09:00:00+08:00"
    assert all(each.event["occurredon"] < "2029" for each in made.events())


def test_command_prints_the_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`guiyan sample --json` writes the files and prints the manifest on standard output."""
    size = ["--seed", "5", "--members", "20", "--away", "4"]
    assert run(guiyan, ["sample", "--out", str(tmp_path), *size, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((tmp_path / "manifest.json").read_text("utf-8"))


@pytest.mark.parametrize("wrong", [["--members", "0"], ["--members", "5", "--away", "6"], ["--members", "99999999"]])
def test_command_refuses_what_cannot_be_made(
    tmp_path: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A plan that cannot be made is usage: exit code 2, one sentence that names the option, and no file."""
    assert run(guiyan, ["sample", "--out", str(tmp_path / "x"), *wrong]) == 2
    assert re.search(r"(members|away).*--(members|away)", capsys.readouterr().err)
    assert not (tmp_path / "x").exists()


def test_command_says_when_the_folder_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that cannot be made ends with exit code 1 and one sentence that names it."""
    (tmp_path / "file").write_text("")
    assert run(guiyan, ["sample", "--out", str(tmp_path / "file" / "x"), "--members", "1", "--away", "0"]) == 1
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_a_damaged_sample_is_told(tmp_path: Path) -> None:
    """A manifest that somebody broke is one sentence that says which folder to remove."""
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(Failure, match=re.escape(str(tmp_path))):
        Sample(tmp_path)
