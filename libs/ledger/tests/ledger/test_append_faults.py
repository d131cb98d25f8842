"""Writers and faults in any order, on the twin: what was acknowledged stands once, and no chain has a hole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from guiyan.events import new_id
from guiyan.ledger.commands import Commands
from guiyan.ledger.commit import Appended
from guiyan.ledger.errors import CommandIdTaken, Contention, LedgerUnavailable, OutcomeUnknown, WrongSequence
from guiyan.ledger.faults import READ_FAULTS, WRITE_FAULTS, Crashed, Fault, ListedFaults, SeededFaults
from guiyan.ledger.memory import MemoryLedger, MemoryLog
from guiyan.ledger.testing.commands_conformance import a_context, commands_on
from guiyan.ledger.testing.events import AT, a_commit, a_subject
from guiyan.ledger.testing.grouping_conformance import NEW, grouped_on
from guiyan.ledger.testing.tally import Rename, tally

AGGREGATES = [new_id(AT) for _ in range(3)]
GIVING_UP = (OutcomeUnknown, LedgerUnavailable, Contention, Crashed)


@dataclass
class Sent:
    """One command: where to, with which id, what it asks for, and the sequences it was told."""

    aggregate: str
    id: str
    names: tuple[str, ...]
    told: list[int] = field(default_factory=list)


class Writers(RuleBasedStateMachine):
    """Several processes send commands, alone, at once, and again, while answers are lost and processes die."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.log = MemoryLog()
        self.sent: list[Sent] = []

    def teardown(self) -> None:
        """Close what was opened."""
        self.loop.close()

    @rule(where=st.sampled_from(AGGREGATES), events=st.integers(1, 3), faults=st.lists(st.sampled_from(WRITE_FAULTS)))
    def send(self, where: str, events: int, faults: list[Fault]) -> None:
        """Send a new command."""
        self._send([self._new(where, events)], faults)

    @rule(
        wheres=st.lists(st.sampled_from(AGGREGATES), min_size=2, max_size=5),
        faults=st.lists(st.sampled_from(WRITE_FAULTS)),
        reads=st.lists(st.sampled_from(READ_FAULTS)),
    )
    def send_at_once(self, wheres: list[str], faults: list[Fault], reads: list[Fault]) -> None:
        """Several processes send at the same moment, some to the same aggregate."""
        self._send([self._new(where, 1) for where in wheres], faults, reads)

    @rule(pick=st.integers(0, 50), times=st.integers(1, 3), faults=st.lists(st.sampled_from(WRITE_FAULTS)))
    def send_again(self, pick: int, times: int, faults: list[Fault]) -> None:
        """Send an old command again, as a caller does who heard nothing; perhaps twice at once."""
        if self.sent:
            self._send([self.sent[pick % len(self.sent)]] * times, faults)

    @rule()
    def late_writes_arrive(self) -> None:
        """What was on its way arrives."""
        self.log.settle()

    @invariant()
    def no_hole_and_no_command_twice(self) -> None:
        """Each aggregate counts 1, 2, 3 …, each command wrote at most once, and what was told is true."""
        by_command: dict[str, int] = {}
        ledger = MemoryLedger(self.log)
        for aggregate in AGGREGATES:
            history = self.loop.run_until_complete(ledger.read(tally.subject(aggregate)))
            assert [event.streamversion for event in history.events] == list(range(1, len(history.events) + 1))
            for commit in history.commits:
                assert commit.command_id not in by_command
                by_command[commit.command_id] = commit.sequence
        for sent in self.sent:
            assert set(sent.told) <= {by_command.get(sent.id)}

    def _new(self, where: str, events: int) -> Sent:
        sent = Sent(where, new_id(AT), tuple(f"名{len(self.sent)}-{n}" for n in range(events)))
        self.sent.append(sent)
        return sent

    def _send(self, commands: Sequence[Sent], faults: list[Fault], reads: Sequence[Fault] = ()) -> None:
        plan = ListedFaults(faults, reads)
        processes = [commands_on(MemoryLedger(self.log, faults=plan)) for _ in commands]

        async def run() -> list[Any]:
            calls = [self._execute(p, sent) for p, sent in zip(processes, commands, strict=True)]
            return await asyncio.gather(*calls)

        self.loop.run_until_complete(run())

    @staticmethod
    async def _execute(process: Commands, sent: Sent) -> None:
        try:
            outcome = await process.execute(tally, sent.aggregate, Rename(sent.names), a_context(sent.id))
        except GIVING_UP:
            return
        assert [event.data["name"] for event in outcome.events] == list(sent.names)
        sent.told.append(outcome.sequence)


TestWriters = Writers.TestCase
TestWriters.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_an_import_under_faults_ends_whole(seed: int) -> None:
    """An import repeated until every row has its place writes each row once, whatever went wrong on the way."""
    rates = {Fault.LOSE: 0.1, Fault.DROP_ACK: 0.15, Fault.LATE: 0.1, Fault.DUPLICATE: 0.1, Fault.DELAY: 0.1}

    async def run() -> None:
        log = MemoryLog()
        ledger = MemoryLedger(log, faults=SeededFaults(seed, rates))
        commits = [a_commit(a_subject()) for _ in range(30)]
        for _ in range(20):
            outcomes = await ledger.append_many(commits)
            if all(isinstance(outcome, Appended) for outcome in outcomes):
                break
        log.settle()
        assert log.head == len(commits)
        for commit, outcome in zip(commits, outcomes, strict=True):
            assert isinstance(outcome, Appended)
            assert log.last(str(commit.subject)) == outcome.sequence

    asyncio.run(run())


@pytest.mark.parametrize("fault", [Fault.DROP_ACK, Fault.DUPLICATE])
async def test_a_lost_answer_is_no_failure(fault: Fault) -> None:
    """A write whose answer was lost is found again and told as done; it is no duplicate of itself."""
    log = MemoryLog()
    appended = await MemoryLedger(log, faults=ListedFaults([fault])).append(a_commit(a_subject()))
    assert appended.sequence == log.head == 1
    assert appended.duplicate == (fault is Fault.DUPLICATE)


async def test_a_lost_write_is_sent_again() -> None:
    """A write that never arrived is sent again, under the same guard."""
    log = MemoryLog()
    assert await MemoryLedger(log, faults=ListedFaults([Fault.LOSE, Fault.LOSE])).append(a_commit(a_subject())) == (
        Appended(1)
    )


async def test_a_late_write_is_not_doubled() -> None:
    """A write that arrives after it was given up, and sent again, stands once."""
    log = MemoryLog()
    ledger = MemoryLedger(log, faults=ListedFaults([Fault.LATE, Fault.LOSE, Fault.LOSE, Fault.LOSE]))
    appended = await ledger.append(a_commit(a_subject()))
    log.settle()
    assert (appended.sequence, log.head) == (1, 1)


async def test_a_lost_answer_and_another_writer() -> None:
    """Another commit after ours does not hide that ours was written."""
    log, subject = MemoryLog(), a_subject()
    commit = a_commit(subject)

    class Hasty(MemoryLedger):
        """Another process appends right after the first write."""

        async def publish(self, commit: Any) -> Any:
            answer = await super().publish(commit)
            if log.head == 1:
                await MemoryLedger(log).append(a_commit(subject, 1, version=2))
            return answer

    assert await Hasty(log, faults=ListedFaults([Fault.DROP_ACK])).append(commit) == Appended(1)
    assert log.head == 2


async def test_never_an_answer_is_unknown() -> None:
    """When no answer ever comes the caller is told that the outcome is unknown, and with which id to ask again."""
    ledger = MemoryLedger(faults=ListedFaults([Fault.LOSE] * 50))
    commit = a_commit(a_subject())
    with pytest.raises(OutcomeUnknown, match=commit.command_id):
        await ledger.append(commit)


async def test_a_server_that_is_away_is_told_at_once() -> None:
    """A write that surely was not sent is unavailable, not unknown."""
    ledger = MemoryLedger(faults=ListedFaults([Fault.AWAY]))
    with pytest.raises(LedgerUnavailable):
        await ledger.append(a_commit(a_subject()))
    assert await ledger.head() == 0


async def test_a_batch_with_a_lost_answer() -> None:
    """An atomic batch whose answer was lost is found whole."""
    log = MemoryLog()
    commits = [a_commit(a_subject()) for _ in range(3)]
    ledger = MemoryLedger(log, faults=ListedFaults([Fault.DROP_ACK]))
    assert await ledger.append_together(commits) == [Appended(1), Appended(2), Appended(3)]
    assert log.head == 3


async def test_a_batch_of_which_one_was_written_before() -> None:
    """A batch of which one command was already carried out alone is not written; the caller reads again."""
    log = MemoryLog()
    commits = [a_commit(a_subject()) for _ in range(2)]
    ledger = MemoryLedger(log)
    await ledger.append(commits[1])
    with pytest.raises((WrongSequence, CommandIdTaken)):
        await ledger.append_together(commits)
    assert log.head == 1


def test_seeded_faults_repeat() -> None:
    """The same seed gives the same faults: a failing run can be run again."""
    rates = {Fault.LOSE: 0.3, Fault.CRASH: 0.3}
    one, two = SeededFaults(7, rates), SeededFaults(7, rates)
    drawn = [one.next_write() for _ in range(100)]
    assert drawn == [two.next_write() for _ in range(100)]
    assert {Fault.LOSE, Fault.CRASH, Fault.NONE} == set(drawn)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_a_group_under_faults_writes_each_command_once(seed: int) -> None:
    """Whatever went wrong: what was answered stands once, where it says; what was not answered, at most once."""
    rates = {Fault.LOSE: 0.1, Fault.DROP_ACK: 0.15, Fault.LATE: 0.1, Fault.DUPLICATE: 0.1, Fault.DELAY: 0.1}

    async def run() -> None:
        log = MemoryLog()
        grouped = grouped_on(MemoryLedger(log, faults=SeededFaults(seed, rates)))
        ids = [new_id(AT) for _ in range(20)]

        async def two(id_: str) -> int:
            first = await grouped.execute(tally, id_, Rename(("一",)), a_context(), NEW)
            return (await grouped.execute(tally, id_, Rename(("二",)), a_context(), first.known)).sequence

        ends = await asyncio.gather(*map(two, ids), return_exceptions=True)
        log.settle()
        for id_, end in zip(ids, ends, strict=True):
            history = await MemoryLedger(log).read(tally.subject(id_))
            names = tally.fold(history.events).names
            if isinstance(end, int):
                assert (names, history.last_sequence) == (("一", "二"), end)
            else:
                assert isinstance(end, LedgerUnavailable | OutcomeUnknown)
                assert names in {(), ("一",), ("一", "二")}

    asyncio.run(run())
