"""What townships report, at the handlers: each type's effect within the sender's scope, and nonsense of every kind."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.registry.tests.city import FAR, HOME, TOWN, CityOfTests, id_number
from services.registry.tests.doors.test_fuzz import JSON

from guiyan.events import new_id
from guiyan.ledger import Refused
from guiyan.service.ingest_event import Address, IngestResult, Unreadable, read_event
from guiyan.service.ingest_handling import handled
from guiyan.service.problems import Problem
from guiyan.service.testing import ID_NO, ID_SPELLINGS

KNOWN: dict[str, list[Any]] = {
    "id_no": [id_number(1), id_number(99), "x", "090101800501001"],
    "member_id": ["019b76da-a800-7000-8000-000000000001", ""],
    "branch": [HOME, FAR, "999999999999"],
    "name": ["李示例", "", "\x00"],
    "person_category": ["FULL", "PROBATIONARY", "KING"],
    "reason": ["MIGRANT_WORK", "x"],
    "source": ["SWEEP", "ANNOUNCED", "DEVELOPED"],
    "planned_on": ["2026-06-30", "2026-02-30", 7],
    "dest_area_code": ["440306", "1"],
    "dest_address": ["示例路1号", "a" * 400],
    "host_branch": [FAR, HOME, "1"],
    "months": [["2026-05"], ["2026-05", "2026-05"], ["1900-01"], []],
    "certificate_handed_in": [True, "yes"],
    "joined_on": ["2010-01-01", "2999-01-01"],
    "full_on": ["2011-01-01", "2009-01-01"],
    "mobile": ["13912345678", "12345"],
    "ethnicity": ["x"],
}
ME = {"id_no": id_number(1)}
SOUND: dict[str, dict[str, Any]] = {
    "MemberRegistered": {"branch": HOME, "person_category": "FULL", "name": "李示例", "id_no": id_number(8)},
    "DepartureAnnounced": {**ME, "reason": "BUSINESS", "planned_on": "2026-07-05"},
    "MemberLeft": {**ME, "reason": "BUSINESS"},
    "DestinationChanged": {**ME, "dest_area_code": "310115"},
    "HostReportedIn": {**ME, "host_branch": FAR},
    "DuesPaid": {**ME, "months": ["2026-04"]},
    "MemberReturned": {**ME},
}
FLAWS = st.dictionaries(st.sampled_from(sorted(KNOWN)), st.none(), max_size=3).flatmap(
    lambda names: st.fixed_dictionaries({name: st.sampled_from(KNOWN[name]) for name in names})
)
DATA = st.builds(lambda type_, flaws: (type_, {**SOUND[type_], **flaws}), st.sampled_from(sorted(SOUND)), FLAWS)
DAYS = st.sampled_from(["2026-06-01", "2026-06-30", "2026-07-01", "2026-07-02", "0001-01-01", "9999-12-31"])


def an_event(type_: str, data: Any, occurred_on: str = "2026-06-01", event_id: str | None = None) -> bytes:
    """A report as it comes."""
    event = {
        "specversion": "1.0", "id": event_id or new_id(datetime.now(UTC)), "type": type_, "source": f"township/{TOWN}",
        "occurredon": occurred_on, "time": "2026-07-01T01:00:00Z", "data": data,
    }  # fmt: skip
    return json.dumps(event).encode()


async def handle(city: CityOfTests, type_: str, body: bytes, org: str = TOWN) -> IngestResult | str:
    """Handle a report as the door does; a refusal is told by its code."""
    try:
        event = read_event(body, Address(org, type_))
        return await city.composed.ingest[type_](event)
    except Unreadable as unreadable:
        return unreadable.problems[0].code
    except (Refused, Problem) as refused:
        return refused.code


@pytest.mark.parametrize("name", ["a\0b", "李\n四", "\ufeff", "李\u202e四"])
async def test_a_reported_name_hides_nothing(city: CityOfTests, name: str) -> None:
    """The rule of the doors over HTTP holds for what townships report as well."""
    body = an_event("MemberRegistered", SOUND["MemberRegistered"] | {"name": name})
    assert await handle(city, "MemberRegistered", body) == "not_printable"


async def test_every_type_of_the_contract_is_taken(city: CityOfTests) -> None:
    """contract.md §4: the seven types that registry answers, and no other."""
    assert sorted(city.composed.ingest) == sorted(SOUND)


async def test_a_report_handled_again_is_the_same_effect(city: CityOfTests) -> None:
    """Handled twice (a crash before the receipt): the same outcome, marked as a repeat, nothing more in the ledger."""
    id_no = id_number(5)
    year = [
        ("MemberRegistered", {"branch": HOME, "person_category": "FULL", "name": "李示例", "id_no": id_no}),
        ("DepartureAnnounced", {"id_no": id_no, "reason": "BUSINESS", "planned_on": "2026-06-02"}),
        ("MemberLeft", {"id_no": id_no, "reason": "BUSINESS"}),
        ("DestinationChanged", {"id_no": id_no, "dest_area_code": "440306"}),
        ("HostReportedIn", {"id_no": id_no, "host_branch": FAR}),
        ("DuesPaid", {"id_no": id_no, "months": ["2026-06"]}),
        ("MemberReturned", {"id_no": id_no}),
    ]
    for type_, data in year:
        body = an_event(type_, data)
        first, again = await handle(city, type_, body), await handle(city, type_, body)
        assert isinstance(first, IngestResult), first
        assert isinstance(again, IngestResult), again
        assert (first.kind, first.repeated, again.repeated) == ("accepted", False, True)
        assert first.outcomes[0].sequence == again.outcomes[0].sequence


@pytest.mark.parametrize("spelling", ID_SPELLINGS)
async def test_a_number_finds_its_member_however_it_is_written(city: CityOfTests, spelling: str) -> None:
    """15 digits, full-width digits, a small x, blanks: one person, in what is entered and in what is reported."""
    await city.register(HOME, id_no=spelling)
    assert await city.tools.identities.find(ID_NO) is not None
    result = await handle(city, "DuesPaid", an_event("DuesPaid", {"id_no": spelling, "months": ["2026-04"]}))
    assert isinstance(result, IngestResult), result
    assert result.kind == "accepted"


async def test_a_township_reports_on_its_own_members_only(city: CityOfTests) -> None:
    """Another township's member is as unknown as nobody's: by number, and by id."""
    other = await city.register(FAR, id_no=id_number(6))
    by_number = await handle(city, "MemberLeft", an_event("MemberLeft", {"id_no": id_number(6), "reason": "BUSINESS"}))
    by_id = await handle(city, "MemberLeft", an_event("MemberLeft", {"member_id": other.id, "reason": "BUSINESS"}))
    nobody = await handle(city, "MemberLeft", an_event("MemberLeft", {"id_no": id_number(7), "reason": "BUSINESS"}))
    assert isinstance(by_number, IngestResult)
    assert by_number == nobody
    assert isinstance(by_id, IngestResult)
    assert [one.pointer for one in (*by_number.problems, *by_id.problems)] == ["/data/id_no", "/data/member_id"]


async def test_no_report_breaks_the_door(city: CityOfTests) -> None:
    """Anything in any field: accepted or refused by a code, never an error of ours; what is refused writes nothing."""
    await city.register(HOME, id_no=id_number(1))
    sent: list[tuple[str, bytes]] = []

    @settings(max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(DATA | st.tuples(st.sampled_from(sorted(SOUND)), JSON), DAYS)
    def collect(report: tuple[str, Any], day: str) -> None:
        sent.append((report[0], an_event(*report, day)))

    collect()
    outcomes = set()
    for type_, body in sent:
        head = await city.ledger.head()
        result = await handle(city, type_, body)
        kind = result.kind if isinstance(result, IngestResult) else "refused"
        outcomes.add(kind)
        if kind != "accepted":
            assert await city.ledger.head() == head
        else:
            await city.settle()  # what follows of it lies in the ledger before the next report is sent
    assert {"accepted", "refused"} <= outcomes


async def test_a_date_is_told_as_the_sender_wrote_it(city: CityOfTests) -> None:
    """A day that has not come: the receipt points at `occurredon`, or at `time` where the date was taken from it."""
    member = await city.register(HOME)
    body = an_event("DuesPaid", {"member_id": member.id, "months": ["2026-04"]}, occurred_on="2999-01-01")
    result = await handled(city.composed.ingest["DuesPaid"], read_event(body, Address(TOWN, "DuesPaid")))
    assert [one.pointer for one in result.problems] == ["/occurredon"], result
