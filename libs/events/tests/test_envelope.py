"""The envelope of contract.md §2: what is stored is a CloudEvents 1.0 batch that any SDK reads."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.v1.http import from_json
from pydantic import ValidationError

from guiyan.events import (
    Event,
    UnknownEventType,
    UnreadableEvent,
    decode_batch,
    encode_batch,
)
from guiyan.events.codes import DepartureSource, FlowReason
from guiyan.events.registry import DuesPaid, MemberLeft, MemberReturned
from guiyan.events.testing import event_of

MEMBER = "019b8be1-f57b-798c-b34e-aa3c8a7f40f3"
TRIP = "019b8be1-f57b-7fc3-8eb7-8727b5e21f09"
LEFT = MemberLeft(member_id=MEMBER, branch="654002001001", reason=FlowReason.STUDY, source=DepartureSource.ANNOUNCED)
BACK = MemberReturned(member_id=MEMBER, branch="654002001001")


def test_a_commit_comes_back_as_it_was_written() -> None:
    """Encoding and decoding a commit of several events loses nothing, and encoding again gives the same bytes."""
    commit = (event_of(LEFT, TRIP), event_of(BACK, TRIP, version=2))
    body = encode_batch(commit)
    assert decode_batch(body) == commit
    assert encode_batch(decode_batch(body)) == body
    assert [event.payload for event in decode_batch(body)] == [LEFT, BACK]


def test_the_wire_form_is_compact_and_in_a_fixed_order() -> None:
    """Keys stand in the order of contract.md §2, absent extensions are absent, and there is no white space."""
    body = encode_batch([event_of(BACK, TRIP)]).decode()
    assert list(json.loads(body)[0]) == [
        *("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data"),
        *("occurredon", "actor", "actororg", "causationid", "correlationid", "streamversion"),
    ]
    assert body == json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False)


def test_a_cloudevents_sdk_reads_each_event_of_a_stored_batch() -> None:
    """A batch is an array of structured events; the CloudEvents SDK (both of its generations) reads every one."""
    commit = (event_of(LEFT, TRIP), event_of(BACK, TRIP, version=2))
    for raw, event in zip(json.loads(encode_batch(commit)), commit, strict=True):
        read = JSONFormat().read(None, json.dumps(raw))
        assert (read.get_id(), read.get_source(), read.get_type()) == (event.id, event.source, event.type)
        assert (read.get_subject(), read.get_time(), read.get_dataschema()) == (
            event.subject,
            event.time,
            event.dataschema,
        )
        assert read.get_extension("streamversion") == event.streamversion
        assert read.get_data() == event.data
        assert from_json(json.dumps(raw))["occurredon"] == event.occurredon.isoformat()


def test_an_event_written_by_a_cloudevents_sdk_is_read() -> None:
    """What the SDK writes from our event is our event again."""
    event = event_of(LEFT, TRIP)
    written = JSONFormat().write(JSONFormat().read(None, encode_batch([event])[1:-1]))
    assert decode_batch(b"[" + written + b"]") == (event,)


def test_record_times_are_utc_with_six_digits() -> None:
    """A record time is written in UTC with microseconds, so that text order is time order, whatever zone it came in."""
    at = datetime(2026, 1, 5, 10, 0, tzinfo=timezone(timedelta(hours=8)))
    event = event_of(LEFT, TRIP, at=at)
    assert event.time.tzinfo is UTC
    assert json.loads(encode_batch([event]))[0]["time"] == "2026-01-05T02:00:00.000000Z"


def test_readers_ignore_what_they_do_not_know() -> None:
    """Unknown attributes and unknown data fields of a newer writer are no error (mixed versions)."""
    raw = json.loads(encode_batch([event_of(LEFT, TRIP)]))
    raw[0]["traceparent"] = "00-ab-cd-01"
    raw[0]["data"]["added_later"] = {"x": 1}
    raw[0]["dataschema"] = "guiyan:MemberLeft:7"
    event = decode_batch(json.dumps(raw))[0]
    assert event.payload == LEFT
    assert event.schema_version == 7


def test_parts_of_the_subject() -> None:
    """Service, aggregate and aggregate id are read from source and subject."""
    event = event_of(LEFT, TRIP)
    assert (event.service, event.aggregate, event.aggregate_id) == ("registry", "departure", TRIP)


def test_an_unknown_type_is_told_apart() -> None:
    """A follower can skip a type it does not know: the error has a class of its own and names the type."""
    event = event_of(LEFT, TRIP).model_copy(update={"type": "NotYetKnown", "dataschema": "guiyan:NotYetKnown:1"})
    with pytest.raises(UnknownEventType, match="NotYetKnown"):
        _ = event.payload


def test_an_unreadable_payload_names_the_field_and_never_the_value() -> None:
    """Errors go to logs, so they say which event and field, and not what stood there."""
    event = event_of(LEFT, TRIP).model_copy(update={"data": {"member_id": "李某", "branch": "秘密", "reason": "张三"}})
    with pytest.raises(UnreadableEvent) as caught:
        _ = event.payload
    message = str(caught.value)
    assert event.id in message
    assert "/member_id" in message
    assert not any(secret in message for secret in ("李某", "秘密", "张三"))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"[{}]", b"\xff", b"[1]", b'[{"specversion":"0.3"}]', b"null"])
def test_what_is_no_batch_is_refused(body: bytes) -> None:
    """Anything but an array of at least one event raises one kind of error."""
    with pytest.raises(UnreadableEvent, match="not a CloudEvents batch"):
        decode_batch(body)


def test_a_copy_with_other_data_decodes_anew() -> None:
    """The decoded payload is kept, but a changed copy does not keep the old one."""
    event = event_of(DuesPaid(member_id=MEMBER, months=("2026-03",), branch="654002001001"), MEMBER)
    assert event.payload is event.payload
    copy = event.model_copy(update={"data": {**event.data, "months": ["2026-04"]}})
    assert isinstance(copy.payload, DuesPaid)
    assert copy.payload.months == ("2026-04",)


def test_events_cannot_be_changed() -> None:
    """What happened is written once."""
    with pytest.raises(ValidationError):
        setattr(event_of(LEFT, TRIP), "occurredon", date(2026, 2, 1))  # noqa: B010 - mypy refuses it as well


def test_a_holed_or_zero_stream_version_is_refused() -> None:
    """Stream versions count from 1."""
    raw = json.loads(encode_batch([event_of(LEFT, TRIP)]))
    raw[0]["streamversion"] = 0
    with pytest.raises(UnreadableEvent, match="/0/streamversion"):
        decode_batch(json.dumps(raw))


def test_null_values_in_data_survive() -> None:
    """Leaving absent extensions out does not reach into the raw data of an event."""
    event: Event = event_of(BACK, TRIP).model_copy(update={"data": {"a": None, "b": [None]}})
    assert decode_batch(encode_batch([event]))[0].data == {"a": None, "b": [None]}
