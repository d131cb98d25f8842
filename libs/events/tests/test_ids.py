"""Ids: UUIDv7, lower case; derived ones are the same for ever."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.events import derived_id, is_id, new_id, time_of

TIMES = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis takes its bounds without a zone
PARTS = st.lists(st.text(max_size=30), min_size=1, max_size=4)


@given(TIMES, PARTS)
def test_derived_ids_are_valid_uuid7(at: datetime, parts: list[str]) -> None:
    """The standard library reads a derived id as an RFC 9562 UUID of version 7 with the time in its first 48 bits."""
    text = derived_id(at, *parts)
    parsed = uuid.UUID(text)
    assert (parsed.version, parsed.variant, str(parsed)) == (7, uuid.RFC_4122, text)
    assert parsed.int >> 80 == int(at.timestamp() * 1000)
    assert is_id(text)


@given(TIMES, PARTS, PARTS)
def test_derived_ids_are_deterministic(at: datetime, parts: list[str], others: list[str]) -> None:
    """The same arguments give the same id, other parts another one."""
    assert (derived_id(at, *parts) == derived_id(at, *others)) is (parts == others)


def test_derived_id_never_changes() -> None:
    """A derived id is a promise: the value of 2026 is the value for ever, or replays would write twice."""
    at = datetime(2026, 1, 5, 2, 0, 0, 123456, tzinfo=UTC)
    assert derived_id(at, "sample", "member_id") == "019b8be1-f57b-798c-b34e-aa3c8a7f40f3"


def test_parts_do_not_run_together() -> None:
    """("ab", "c") and ("a", "bc") are different things and get different ids."""
    at = datetime(2026, 1, 5, tzinfo=UTC)
    assert derived_id(at, "ab", "c") != derived_id(at, "a", "bc")


def test_an_id_can_be_derived_for_a_time_before_1970() -> None:
    """A timer due in 1922 has its command id: the time part says 1970, and other times still give other ids."""
    early, later = (datetime(1922, 1, day, tzinfo=timezone(timedelta(hours=8))) for day in (1, 2))
    assert is_id(derived_id(early, "timer"))
    assert time_of(derived_id(early, "timer")) == datetime(1970, 1, 1, tzinfo=UTC)
    assert derived_id(early, "timer") == derived_id(early.astimezone(UTC), "timer") != derived_id(later, "timer")


def test_the_zone_of_the_time_does_not_matter() -> None:
    """One instant written in two zones gives one id."""
    utc = datetime(2026, 1, 5, tzinfo=UTC)
    shanghai = utc.astimezone(timezone(timedelta(hours=8)))
    assert derived_id(utc, "x") == derived_id(shanghai, "x")


def test_new_ids_differ_and_sort_by_time() -> None:
    """Random ids of one instant differ; those of a later instant sort behind."""
    at = datetime(2026, 1, 5, tzinfo=UTC)
    ids = [new_id(at) for _ in range(1000)]
    assert len(set(ids)) == len(ids)
    assert max(ids) < new_id(at + timedelta(milliseconds=1))


@pytest.mark.parametrize("at", [datetime(2026, 1, 5), datetime(1960, 1, 1, tzinfo=UTC)])  # noqa: DTZ001 - the fault
def test_times_that_fit_no_id_are_refused(at: datetime) -> None:
    """A time without zone or before 1970 is a programmer's error and told as such."""
    with pytest.raises(ValueError, match=r"aware time|does not fit"):
        new_id(at)


def test_an_id_of_nothing_is_refused() -> None:
    """Without parts every id of an instant would be the same."""
    with pytest.raises(ValueError, match="at least one part"):
        derived_id(datetime(2026, 1, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    "text", ["", "x", "019B8BE1-F57B-798C-B34E-AA3C8A7F40F3", "019b8be1-f57b-498c-b34e-aa3c8a7f40f3"]
)
def test_other_texts_are_no_ids(text: str) -> None:
    """Upper case and other versions are not ids of ours."""
    assert not is_id(text)


@given(TIMES)
def test_an_id_tells_its_time(at: datetime) -> None:
    """To the millisecond, for whoever has nothing but the id of what caused an event."""
    assert time_of(new_id(at)) == at.replace(microsecond=at.microsecond // 1000 * 1000)


def test_what_is_no_id_has_no_time() -> None:
    """A command id of some other shape is refused, not misread."""
    with pytest.raises(ValueError, match="no id"):
        time_of("cause")
