"""Logs: one chain for all loggers, ids on every line, personal data on none."""

import io
import json
import logging
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from guiyan.service.logs import HIDDEN, clean_text, configure, redact


@pytest.fixture
def out() -> io.StringIO:
    """Where the lines go; set up anew for each test."""
    stream = io.StringIO()
    configure("registry", level="INFO", stream=stream)
    return stream


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    """The lines as objects."""
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_structlog_and_logging_come_out_alike(out: io.StringIO) -> None:
    """A line of a library's logger has the same form as ours, with service and correlation id."""
    with structlog.contextvars.bound_contextvars(correlation_id="c-1"):
        structlog.get_logger("guiyan.x").info("ours", sequence=7)
        logging.getLogger("nats").warning("theirs %s", "ok")
    ours, theirs = lines(out)
    assert (ours["event"], ours["sequence"], ours["service"], ours["correlation_id"]) == ("ours", 7, "registry", "c-1")
    assert (theirs["event"], theirs["service"], theirs["correlation_id"], theirs["level"]) == (
        "theirs ok",
        "registry",
        "c-1",
        "warning",
    )


def test_personal_keys_are_hidden_at_any_depth(out: io.StringIO) -> None:
    """A key that holds personal text is hidden, whoever logs it and however deep."""
    structlog.get_logger("x").info("e", id_no="654002198001011234", member={"name": "张三", "branch": "654002000001"})
    (line,) = lines(out)
    assert line["id_no"] == HIDDEN
    assert line["member"] == {"name": HIDDEN, "branch": "654002000001"}


@pytest.mark.parametrize(
    "text",
    [
        "654002199001011234",
        "65400219900101123X",
        "id:654002900101123",
        "13812345678",
        "+86 138 1234 5678",
        "zhang@example.org",
        "Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.sig",
        "mongodb://user:pass@host",
    ],
)
def test_what_looks_personal_is_hidden_in_any_text(text: str) -> None:
    """Identity and phone numbers, mail addresses, tokens and passwords do not pass, in whatever text they stand."""
    assert HIDDEN in clean_text(f"before {text} after")


@pytest.mark.parametrize(
    "text", ["654002000000", "019a1b2c-3d4e-7f00-8a1b-2c3d4e5f6071", "sequence 1234567", "2026-11-23T09:17:00.123456Z"]
)
def test_ids_codes_and_times_stay(text: str) -> None:
    """An organisation's code, an id, a sequence or a time is no personal data and is needed to read a log."""
    assert clean_text(text) == text


def test_an_error_is_logged_without_what_it_quotes(out: io.StringIO) -> None:
    """A foreign ValueError quotes its input: its kind and place are logged, its text is not."""
    try:
        int("张三丰")
    except ValueError:
        structlog.get_logger("x").exception("failed")
    text = out.getvalue()
    assert "张三丰" not in text
    assert lines(out)[0]["error"] == "ValueError"
    assert "test_logs.py" in lines(out)[0]["frames"][-1]


def test_a_validation_error_does_not_leak_its_input(out: io.StringIO) -> None:
    """Pydantic shows the input in its message: none of it reaches the log."""

    class Model(BaseModel):
        number: int

    try:
        Model.model_validate({"number": "李四"})
    except ValueError:
        logging.getLogger("lib").exception("failed")
    assert "李四" not in out.getvalue()


def test_a_strange_object_is_logged_by_its_type_alone(out: io.StringIO) -> None:
    """An object's text might hold anything, so only its type is shown."""

    class Person:
        def __repr__(self) -> str:
            return "王五"

    structlog.get_logger("x").info("e", who=Person())
    assert lines(out)[0]["who"] == "<Person>"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON))
def test_redaction_takes_anything(event: dict[str, Any]) -> None:
    """Whatever is logged, redaction gives something that JSON can hold."""
    json.dumps(redact(None, "info", dict(event)))
