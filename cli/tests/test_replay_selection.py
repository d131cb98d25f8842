"""A replay on both time axes: what had happened by a business date, and what was recorded by a moment."""

from datetime import UTC, date, datetime, timedelta

from guiyan.cli.replay.selection import Selection, replay_aggregate, replay_all
from guiyan.ledger import Subject
from guiyan.ledger.mac import ProcessRing
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.memory.log import MemoryLog
from guiyan.ledger.testing.events import a_commit, a_subject


def _ledger() -> MemoryLedger:
    return MemoryLedger(MemoryLog(), ProcessRing())


async def test_a_replay_of_everything_ends_at_the_head() -> None:
    """Every event up to the head, in order, and then it ends."""
    ledger = _ledger()
    subjects = [Subject("registry", "organisation", f"o{n}") for n in range(5)]
    positions = [(await ledger.append(a_commit(one))).sequence for one in subjects]
    found = [entry async for entry in replay_all(ledger, Selection())]
    assert [entry.sequence for entry in found] == positions
    assert [entry.position for entry in found] == [f"{n}.0" for n in positions]


async def test_an_empty_ledger_is_an_empty_replay() -> None:
    """Nothing happened: nothing is shown, and nothing is waited for."""
    assert [entry async for entry in replay_all(_ledger(), Selection())] == []


async def test_both_time_axes_narrow_independently() -> None:
    """An event counts as of its business date, and is known from its record time on."""
    ledger = _ledger()
    commit = a_commit(a_subject())
    await ledger.append(commit)
    event = commit.events[0]
    day, moment = timedelta(days=1), timedelta(seconds=1)
    cases = [
        (Selection(as_of=event.occurredon), 1),
        (Selection(as_of=event.occurredon - day), 0),
        (Selection(known_at=event.time), 1),
        (Selection(known_at=event.time - moment), 0),
        (Selection(types=frozenset({event.type})), 1),
        (Selection(types=frozenset({"Other"})), 0),
        (Selection(as_of=date(2999, 1, 1), known_at=datetime(1999, 1, 1, tzinfo=UTC)), 0),
    ]
    for selection, expected in cases:
        assert len([entry async for entry in replay_aggregate(ledger, commit.subject, selection)]) == expected
