"""The door for township systems: contract.md §4, from their side."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.events import EVENT_TYPES, add_upcaster, derived_id
from guiyan.events.ingest import INGEST_TYPES, BadReport, IngestEvent, Receipt, problem, read_report
from guiyan.events.ingest.problems import _CODES, _SENTENCES
from guiyan.events.samples import sample_report
from guiyan.events.testing import DEFAULT_TIME
from guiyan.events.upcasters import remove_upcaster

MEMBER = derived_id(DEFAULT_TIME, "member")
ID_NO = "694002198005010015"
LEFT: Mapping[str, Any] = {
    "specversion": "1.0",
    "id": derived_id(DEFAULT_TIME, "report"),
    "source": "township/654002001000",
    "type": "MemberLeft",
    "occurredon": "2026-01-05",
    "data": {"id_no": ID_NO, "reason": "MIGRANT_WORK", "dest_area_code": "650102", "dest_unit_name": "示例公司"},
}


def left(**changes: Any) -> dict[str, Any]:
    """Give the report of a departure with other data."""
    return {**LEFT, "data": {**LEFT["data"], **changes}}


def problems_of(body: Any) -> list[tuple[str, str]]:
    """Read a bad report and give where and why."""
    with pytest.raises(BadReport) as caught:
        read_report(body if isinstance(body, str | bytes | Mapping) else json.dumps(body))
    return [(each.pointer, each.code) for each in caught.value.problems]


def test_the_types_of_the_contract() -> None:
    """Exactly the sixteen types of contract.md §4 may be reported."""
    assert set(INGEST_TYPES) == {
        *("MemberRegistered", "DepartureAnnounced", "MemberLeft", "DestinationChanged", "ContactPointAdded"),
        *("HostReportedIn", "MemberReturned", "ContactAttempted", "ContactCompleted", "HostOrgContacted", "DuesPaid"),
        *("AttendanceRecorded", "ReportGiven", "TransferRequested", "TransferReceived", "ReceiptReturned"),
    }
    assert INGEST_TYPES.keys() <= EVENT_TYPES.keys()


@pytest.mark.parametrize(
    ("written", "tidied"),
    [
        ("690101800501007", "690101800501007"),
        ("６９０１０１１９８００５０１００７ｘ", "69010119800501007X"),
        (" 690101-19800501 007x ", "69010119800501007X"),
    ],
)
def test_an_id_number_is_read_however_it_is_written(written: str, tidied: str) -> None:
    """Blanks, hyphens, full-width digits and a small x are no fault of the sender's."""
    assert read_report(left(id_no=written)).report.model_dump()["id_no"] == tidied


@pytest.mark.parametrize("written", ["x", "1" * 16, "69010119800501007Y", " ", "1" * 5_000, 7, None, []])
def test_what_is_no_id_number_stays_a_fault(written: object) -> None:
    """Tidying makes no number of what is none."""
    assert problems_of(left(id_no=written))


@pytest.mark.parametrize("name", sorted(INGEST_TYPES))
def test_a_report_becomes_a_payload(name: str) -> None:
    """What a township can know fits into the event of the ledger: facts in clear, personal text apart, nothing lost."""
    report = read_report(sample_report(INGEST_TYPES[name])).report
    model, facts, personal = EVENT_TYPES[name], report.facts(), report.personal()
    assert facts.keys() <= model.model_fields.keys()
    assert (personal is not None) is (model.personal is not None)
    known = facts.keys() | (encode_data_names(personal)) | {"member_id", "id_no"}
    only_for_the_door = {"transfer_id", "issuer", "letter_year", "letter_sn", "to_branch"}
    assert type(report).model_fields.keys() - known <= only_for_the_door


def encode_data_names(personal: Any) -> set[str]:
    """Give the names of the personal fields of a report."""
    return set() if personal is None else set(type(personal).model_fields)


def test_the_number_is_not_among_the_facts() -> None:
    """An ID number never gets into a payload in clear, whatever the type."""
    for model in INGEST_TYPES.values():
        assert ID_NO not in repr(read_report(sample_report(model)).report.facts())


@pytest.mark.parametrize("name", sorted(INGEST_TYPES))
def test_reports_refuse_what_they_do_not_know(name: str) -> None:
    """An unknown field is rejected by name: nothing a township sends is lost in silence."""
    sample = sample_report(INGEST_TYPES[name])
    sample["data"]["ethnicity"] = "x"
    assert problems_of(sample) == [("/data/ethnicity", "unknown_field")]


def test_a_member_has_exactly_one_name() -> None:
    """A member is named by member_id or by id_no; both could contradict each other, none names nobody."""
    assert read_report(left(id_no=None, member_id=MEMBER)).report
    assert problems_of(left(member_id=MEMBER)) == [("/data", "name_one_member")]
    assert problems_of(left(id_no=None)) == [("/data", "name_one_member")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", [("", "malformed_json")]),
        (b"\xff\xfe", [("", "malformed_json")]),
        (b"[" * 100_000, [("", "malformed_json")]),
        ('{"hours": NaN}', [("", "malformed_json")]),
        (b"[]", [("", "not_an_object")]),
        ({"a": {1, 2}}, [("", "malformed_json")]),
        ({**LEFT, "type": "OrganisationMoved"}, [("/type", "unknown_type")]),
        ({**LEFT, "type": "Whatever"}, [("/type", "unknown_type")]),
        ({**LEFT, "id": "7"}, [("/id", "bad_form")]),
        ({**LEFT, "specversion": "0.3"}, [("/specversion", "unknown_code")]),
        ({**LEFT, "data": []}, [("/data", "not_an_object")]),
        ({**LEFT, "occurredon": "yesterday"}, [("/occurredon", "not_a_date")]),
        ({**LEFT, "occurredon": 20458}, [("/occurredon", "not_a_date")]),
        ({**LEFT, "time": "2026-01-05T02:00:00"}, [("/time", "not_a_time")]),
        ({key: value for key, value in LEFT.items() if key != "occurredon"}, [("/occurredon", "no_business_date")]),
        ({**LEFT, "dataschema": "guiyan:MemberReturned:1"}, [("/dataschema", "schema_mismatch")]),
        ({**LEFT, "dataschema": "guiyan:MemberLeft:9"}, [("/dataschema", "schema_too_new")]),
        (left(reason="HOLIDAY"), [("/data/reason", "unknown_code")]),
        (left(dest_area_code="上海"), [("/data/dest_area_code", "bad_form")]),
        (left(expected_return=46027), [("/data/expected_return", "not_a_date")]),
        (left(dest_unit_name="x" * 301), [("/data/dest_unit_name", "too_long")]),
        (left(dest_unit_name=7), [("/data/dest_unit_name", "wrong_type")]),
        ({**LEFT, "data": {"id_no": ID_NO}}, [("/data/reason", "required")]),
    ],
)
def test_each_fault_has_its_place_and_code(body: Any, expected: list[tuple[str, str]]) -> None:
    """A rejection says where and why, by stable codes, so that a sender can repair it."""
    assert problems_of(body) == expected


def test_all_faults_are_told_at_once() -> None:
    """A sender repairs everything in one go."""
    assert problems_of(left(reason="?", dest_area_code=1, nation="x")) == [
        ("/data/dest_area_code", "wrong_type"),
        ("/data/reason", "unknown_code"),
        ("/data/nation", "unknown_field"),
    ]


def test_a_problem_speaks_two_languages_and_never_the_value() -> None:
    """Receipts lie in a stream for 90 days: they carry no personal data."""
    with pytest.raises(BadReport) as caught:
        read_report(left(id_no="李示例的号码"))
    fault = caught.value.problems[0]
    assert fault.message_en != fault.message_zh
    assert "李示例" not in repr(caught.value.problems) + str(caught.value)


def test_every_code_has_its_sentences() -> None:
    """No fault ends in a missing translation."""
    assert set(_CODES.values()) <= _SENTENCES.keys()
    assert all(problem(code).message_zh for code in _SENTENCES)


def test_a_faulty_report_is_still_named() -> None:
    """The receipt needs the id: it is given wherever it could be read."""
    with pytest.raises(BadReport) as caught:
        read_report(left(reason="?"))
    assert (caught.value.ingest_id, caught.value.type) == (LEFT["id"], "MemberLeft")
    with pytest.raises(BadReport) as caught:
        read_report({**LEFT, "specversion": "2"})
    assert (caught.value.ingest_id, caught.value.type) == (LEFT["id"], "MemberLeft")


def test_the_business_date_is_that_of_shanghai() -> None:
    """Without occurredon the day is that of the time in Asia/Shanghai: 17:00 UTC is the next day there."""
    body = {**LEFT, "time": "2026-01-04T17:00:00Z"}
    assert read_report(body).business_date == date(2026, 1, 5)
    del body["occurredon"]
    assert read_report({**body, "time": "2026-01-04T15:59:59Z"}).business_date == date(2026, 1, 4)
    assert read_report({**body, "time": "2026-01-04T16:00:00Z"}).business_date == date(2026, 1, 5)


def test_a_township_cannot_register_a_status_that_needs_a_decision() -> None:
    """Suspended or removed members come by decision with its number, not by a report."""
    sample = sample_report(INGEST_TYPES["MemberRegistered"])
    sample["data"]["membership_status"] = "REMOVED"
    assert problems_of(sample) == [("/data/membership_status", "unknown_code")]


def test_older_reports_are_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A township that still sends the last schema version is understood; one that nothing lifts is told so."""
    monkeypatch.setattr(INGEST_TYPES["MemberLeft"], "schema_version", 2)
    old = {**LEFT, "dataschema": "guiyan:MemberLeft:1", "data": {"id_no": ID_NO, "why": "STUDY"}}
    assert problems_of(old) == [("/dataschema", "schema_mismatch")]
    add_upcaster("ingest:MemberLeft", 1, lambda data: {"id_no": data["id_no"], "reason": data["why"]})
    try:
        assert read_report(old).report.facts()["reason"] == "STUDY"
    finally:
        remove_upcaster("ingest:MemberLeft", 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@given(st.binary(max_size=200) | st.text(max_size=200) | st.dictionaries(st.text(max_size=12), JSON, max_size=6))
def test_nonsense_is_rejected_and_nothing_else(body: Any) -> None:
    """Whatever arrives, the door answers with problems, never with another error."""
    assert problems_of(body)


@given(st.sampled_from(sorted(INGEST_TYPES)), st.data())
def test_damaged_reports_are_read_or_rejected(name: str, data: st.DataObject) -> None:
    """A good report with one field replaced by anything is either understood or rejected with that field's pointer."""
    sample = sample_report(INGEST_TYPES[name])
    field = data.draw(st.sampled_from(sorted(sample["data"])))
    sample["data"][field] = data.draw(JSON)
    try:
        assert isinstance(read_report(sample), IngestEvent)
    except BadReport as error:
        pointers = {each.pointer for each in error.problems}
        assert all(pointer == "/data" or pointer.startswith(f"/data/{field}") for pointer in pointers)


def test_a_receipt_has_the_shape_of_the_contract() -> None:
    """A receipt is {ingest_id, outcome, events, problems}, positions are <sequence>.<index>."""
    events = '[{"id":"b","type":"MemberLeft","sequence":"7.0"}]'
    text = f'{{"ingest_id":"a","outcome":"accepted","events":{events},"problems":[]}}'
    assert Receipt.model_validate_json(text).model_dump_json() == text


def _objects(value: Any) -> list[dict[str, Any]]:
    """Every object in a JSON value, itself included."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [*([value] if isinstance(value, dict) else []), *(found for one in inner for found in _objects(one))]


@pytest.mark.parametrize("name", sorted(INGEST_TYPES))
def test_an_unknown_field_is_a_fault_in_data_alone(name: str) -> None:
    """As the README says: in `data` refused at any depth; beside it the envelope may be extended, and it is dropped."""
    extended = read_report({**sample_report(INGEST_TYPES[name]), "traceparent": "00-1", "x": 1})
    assert extended.model_dump(mode="json").keys().isdisjoint({"traceparent", "x"})
    for place in range(len(_objects(sample_report(INGEST_TYPES[name])["data"]))):
        sample = json.loads(json.dumps(sample_report(INGEST_TYPES[name])))
        _objects(sample["data"])[place]["x"] = 1
        ((pointer, code),) = problems_of(sample)
        assert (pointer.startswith("/data/"), pointer.endswith("/x"), code) == (True, True, "unknown_field")
