# ruff: noqa: S101, PLR2004 - a suite of tests
"""What the write path must do on every ledger; a test class gives a fixture `world` as for the ledger's suite."""

from __future__ import annotations

import asyncio

import pytest

from guiyan.events import new_id
from guiyan.ledger.clock import ManualClock
from guiyan.ledger.commands import Commands
from guiyan.ledger.commit import History
from guiyan.ledger.context import Context
from guiyan.ledger.errors import CommandIdTaken, Refused, VersionConflict
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.memory.keys import MemoryKeyStore
from guiyan.ledger.port import Ledger
from guiyan.ledger.seal import PersonSealer
from guiyan.ledger.subject import Subject
from guiyan.ledger.testing.events import AT, ORG
from guiyan.ledger.testing.ledger_conformance import DEADLINE_SECONDS, World
from guiyan.ledger.testing.tally import MOST_NAMES, Rename, tally


def commands_on(ledger: Ledger) -> Commands:
    """The write path on a ledger, with a clock that stands still."""
    return Commands(ledger, PersonSealer(MemoryKeyStore(), MasterKeys.made_up()), ManualClock(AT))


def a_context(command_id: str | None = None, digest: str | None = None) -> Context:
    """The circumstances of a new command, or of a repeated one."""
    return Context(command_id or new_id(AT), "test", ORG, "cause", "conversation", request_digest=digest)


class Lagging:
    """A ledger whose ordinary reads lag one commit behind, as a replica may; fresh ones never do."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.append = ledger.append
        self.append_together = ledger.append_together
        self.append_many = ledger.append_many
        self.follow = ledger.follow
        self.head = ledger.head
        self.stored_after = ledger.stored_after

    async def read(self, subject: Subject, *, after: int = 0, fresh: bool = False) -> History:
        """All but the newest commit."""
        history = await self._ledger.read(subject, after=after, fresh=fresh)
        if fresh or not history.commits:
            return history
        commits = history.commits[:-1]
        return History(subject, commits[-1].sequence if commits else 0, commits)


class CommandsConformance:
    """`guiyan.ledger.commands.Commands`."""

    async def test_a_command_becomes_events(self, world: World) -> None:
        """The events of a command are written as one commit, with envelope, version and place."""
        commands, id_ = commands_on(world.ledger()), new_id(AT)
        context = a_context()
        outcome = await commands.execute(tally, id_, Rename(("一", "二")), context)
        assert (outcome.id, outcome.version, outcome.duplicate) == (id_, 2, False)
        history = await world.ledger().read(tally.subject(id_))
        assert history.events == outcome.events
        assert history.last_sequence == outcome.sequence
        first = history.events[0]
        assert (first.streamversion, first.actor, first.actororg, first.time) == (1, "test", ORG, AT)
        assert (first.causationid, first.correlationid) == ("cause", "conversation")
        state, _ = await commands.load(tally, id_)
        assert state.names == ("一", "二")

    async def test_a_repeat_gives_the_first_outcome(self, world: World) -> None:
        """The same command id again writes nothing and gives the first try's events, even when others wrote since."""
        commands, id_, context = commands_on(world.ledger()), new_id(AT), a_context()
        first = await commands.execute(tally, id_, Rename(("一",)), context)
        await commands.execute(tally, id_, Rename(("二",)), a_context())
        again = await commands.execute(tally, id_, Rename(("一",)), context)
        assert again.duplicate
        assert (again.events, again.sequence, again.version) == (first.events, first.sequence, first.version)

    async def test_another_request_under_a_used_id_is_no_repeat(self, world: World) -> None:
        """The digest of the request stands in the ledger: other contents are told from a repeat, for ever."""
        commands, id_, command_id = commands_on(world.ledger()), new_id(AT), new_id(AT)
        first = await commands.execute(tally, id_, Rename(("一",)), a_context(command_id, "0" * 32))
        assert first.events[0].requestdigest == "0" * 32
        again = await commands.execute(tally, id_, Rename(("一",)), a_context(command_id, "0" * 32))
        assert (again.duplicate, again.sequence) == (True, first.sequence)
        with pytest.raises(CommandIdTaken):
            await commands.execute(tally, id_, Rename(("二",)), a_context(command_id, "1" * 32))
        unsaid = await commands.execute(tally, id_, Rename(("一",)), a_context(command_id))
        assert unsaid.duplicate, "who tells no digest is believed"
        assert len((await world.ledger().read(tally.subject(id_), fresh=True)).commits) == 1

    async def test_another_request_over_several_aggregates_is_no_repeat(self, world: World) -> None:
        """Likewise for what was written together."""
        commands, command_id = commands_on(world.ledger()), new_id(AT)
        calls = [(tally, new_id(AT), Rename((name,))) for name in ("一", "二")]
        first = await commands.execute_together(calls, a_context(command_id, "0" * 32))
        again = await commands.execute_together(calls, a_context(command_id, "0" * 32))
        assert [one.sequence for one in again] == [one.sequence for one in first]
        with pytest.raises(CommandIdTaken):
            await commands.execute_together(calls, a_context(command_id, "1" * 32))

    async def test_a_repeat_at_the_same_moment(self, world: World) -> None:
        """Two processes that run one command write it once, and both tell the events that were written."""
        id_, context = new_id(AT), a_context()
        outcomes = await asyncio.gather(
            *[commands_on(world.ledger()).execute(tally, id_, Rename(("一",)), context) for _ in range(4)]
        )
        written = (await world.ledger().read(tally.subject(id_), fresh=True)).events
        assert len(written) == 1
        assert all(outcome.events == written for outcome in outcomes)
        assert sum(not outcome.duplicate for outcome in outcomes) == 1

    async def test_a_refusal_writes_nothing(self, world: World) -> None:
        """What the domain refuses leaves no trace."""
        commands, id_ = commands_on(world.ledger()), new_id(AT)
        with pytest.raises(Refused) as refused:
            await commands.execute(tally, id_, Rename(("",)), a_context())
        assert (refused.value.code, refused.value.pointer, refused.value.status) == ("name_missing", "/name", 422)
        assert (await world.ledger().read(tally.subject(id_), fresh=True)).last_sequence == 0

    async def test_no_change_is_no_event(self, world: World) -> None:
        """A command that changes nothing tells the version that stands."""
        commands, id_ = commands_on(world.ledger()), new_id(AT)
        first = await commands.execute(tally, id_, Rename(("一",)), a_context())
        nothing = await commands.execute(tally, id_, Rename(()), a_context())
        assert (nothing.version, nothing.sequence, nothing.events) == (1, first.sequence, ())

    async def test_the_callers_version_guards(self, world: World) -> None:
        """A caller who saw another version changes nothing and is told the right one."""
        commands, id_ = commands_on(world.ledger()), new_id(AT)
        await commands.execute(tally, id_, Rename(("一",)), a_context(), expected_version=0)
        with pytest.raises(VersionConflict) as conflict:
            await commands.execute(tally, id_, Rename(("二",)), a_context(), expected_version=0)
        assert conflict.value.actual == 1
        assert (await commands.execute(tally, id_, Rename(("二",)), a_context(), expected_version=1)).version == 2

    async def test_many_at_once_all_get_through(self, world: World) -> None:
        """Commands on one aggregate at the same time are decided one after the other, none is lost."""
        commands, id_ = commands_on(world.ledger()), new_id(AT)
        async with asyncio.timeout(DEADLINE_SECONDS):
            await asyncio.gather(*[commands.execute(tally, id_, Rename((str(n),)), a_context()) for n in range(8)])
        state, history = await commands.load(tally, id_)
        assert sorted(state.names) == [str(n) for n in range(8)]
        assert [event.streamversion for event in history.events] == list(range(1, 9))

    async def test_a_lagging_replica_refuses_nobody(self, world: World) -> None:
        """A refusal, a conflict or "no change" decided on an old read is decided again on the newest."""
        commands, id_ = commands_on(world.ledger()), new_id(AT)
        lagging = commands_on(Lagging(world.ledger()))
        await commands.execute(tally, id_, Rename(("一",)), a_context())
        assert (await lagging.execute(tally, id_, Rename(("二",)), a_context(), expected_version=1)).version == 2
        assert (await lagging.execute(tally, id_, Rename(()), a_context())).version == 2
        context = a_context()
        first = await commands.execute(tally, id_, Rename(("三",)), context)
        again = await lagging.execute(tally, id_, Rename(("三",)), context)
        assert (again.events, again.duplicate) == (first.events, True)

    async def test_together_all_or_none(self, world: World) -> None:
        """Commands on several aggregates are written together; one refusal writes none."""
        commands, one, two = commands_on(world.ledger()), new_id(AT), new_id(AT)
        context = a_context()
        calls = [(tally, one, Rename(("一",))), (tally, two, Rename(("二", "三")))]
        outcomes = await commands.execute_together(calls, context)
        assert [outcome.version for outcome in outcomes] == [1, 2]
        again = await commands.execute_together(calls, context)
        assert [outcome.duplicate for outcome in again] == [True, True]
        assert [outcome.events for outcome in again] == [outcome.events for outcome in outcomes]
        with pytest.raises(Refused):
            await commands.execute_together(
                [(tally, one, Rename(("四",))), (tally, two, Rename(("x",) * MOST_NAMES))], a_context()
            )
        assert (await commands.load(tally, one))[0].names == ("一",)
