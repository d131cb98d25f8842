"""What is told of a process that was started again: one sentence, no raw lines of its log."""

import json
from pathlib import Path

import pytest

from guiyan.cli.up.restarts import LAST_EVENT_CHARS, Restart, last_event


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "-"),
        (
            json.dumps({"event": "cannot reach MongoDB", "level": "error", "frames": ["a"]}) + "\n\n",
            "cannot reach MongoDB",
        ),
        (json.dumps({"event": "first"}) + "\n" + json.dumps({"t": 1, "msg": "Shutting down"}) + "\n", "Shutting down"),
        ("Traceback\n  File x\nValueError: no\n", "ValueError: no"),
        (json.dumps({"level": "error"}), "-"),
        ("[1, 2]", "-"),
        ("x" * 5_000, "x" * LAST_EVENT_CHARS),
    ],
)
def test_the_last_event_is_text(tmp_path: Path, written: str, told: str) -> None:
    """Of a JSON line only what it says happened; of another line its beginning; never more than one line."""
    log = tmp_path / "registry.log"
    log.write_text(written)
    assert last_event(log) == told


def test_a_service_that_cannot_stay_up_is_told_in_one_sentence(tmp_path: Path) -> None:
    """How it ended, the text of the last event, where the log is, and no JSON in either language."""
    log = tmp_path / "registry.log"
    log.write_text(json.dumps({"event": "started"}) + "\n" + json.dumps({"event": "settings are wrong", "port": 1}))
    for sentence in Restart("registry", "exit code 2", log, failures=3).sentence():
        assert "settings are wrong" in sentence
        assert str(log) in sentence
        assert not set("{}\n") & set(sentence)


def test_a_first_restart_needs_no_words_of_the_log(tmp_path: Path) -> None:
    """Once is told without the last event, which mostly has nothing to do with it."""
    log = tmp_path / "registry.log"
    log.write_text("something else")
    english, chinese = Restart("registry", "SIGKILL", log, failures=1).sentence()
    assert english == f"registry ended (SIGKILL) and was started again (log: {log})"
    assert "something else" not in chinese
