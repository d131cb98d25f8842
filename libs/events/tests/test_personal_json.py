"""Opened personal text reads alike as JSON, the short way, and as the values of that JSON."""

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from guiyan.events import EVENT_TYPES, Event, UnreadableEvent
from guiyan.events.registry import MemberRegistered
from guiyan.events.samples import sample_event, sample_personal

PERSONAL = sorted(name for name, model in EVENT_TYPES.items() if model.personal is not None)
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.text(max_size=6),
    st.sampled_from(
        ["1980-05-01", "1980-05-01T00:00:00", "1980-02-30", "14000000001", "694002198005010015", " 李 ", ""]
    ),
    st.lists(st.none(), max_size=1),
    st.just({"a": 1}),
)


@cache
def _sample(name: str) -> tuple[Event, dict[str, Any]]:
    model = EVENT_TYPES[name]
    return Event.model_validate(sample_event(model)), sample_personal(model) or {}


def _read(event: Event, text: Any) -> BaseModel | None:
    try:
        return event.read_personal(text)
    except UnreadableEvent:
        return None


@pytest.mark.parametrize("name", PERSONAL)
def test_a_sample_reads_alike(name: str) -> None:
    """The golden text of every type reads, and reads the same both ways."""
    event, sample = _sample(name)
    read = event.read_personal(json.dumps(sample, ensure_ascii=False).encode())
    assert read == event.read_personal(sample)


@settings(suppress_health_check=[HealthCheck.too_slow])  # pydantic builds each model at its first use
@given(st.sampled_from(PERSONAL), st.data())
def test_whatever_it_holds_reads_alike(name: str, data: st.DataObject) -> None:
    """Any field missing, unknown or of another kind: both ways give the same model, or both refuse it."""
    event, golden = _sample(name)
    sample = dict(golden)
    for field in data.draw(st.lists(st.sampled_from([*sample, "unknown"]), max_size=3)):
        if data.draw(st.booleans()):
            sample[field] = data.draw(_VALUES)
        else:
            sample.pop(field, None)
    text = json.dumps(sample, ensure_ascii=False).encode()
    assert _read(event, text) == _read(event, json.loads(text))


@pytest.mark.parametrize("text", [b"", b"{", b"null", b"[]", b'"a"', b"\xff"])
def test_what_is_no_object_is_refused(text: bytes) -> None:
    """Text that is no JSON object is told as unreadable, never read as empty."""
    event = _sample(MemberRegistered.__name__)[0]
    with pytest.raises(UnreadableEvent):
        event.read_personal(text)
