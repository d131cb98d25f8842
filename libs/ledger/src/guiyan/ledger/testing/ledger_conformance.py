# ruff: noqa: S101, PLR2004 - a suite of tests
"""What every ledger must do: one suite, run on the twin and on real servers.

A test class inherits `LedgerConformance` and gives a fixture `world`, an object as `World` describes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any, Protocol, cast

import pytest

from guiyan.ledger.commit import Appended, StoredCommit
from guiyan.ledger.errors import CommandIdTaken, LedgerError, LedgerRewound, WrongSequence
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.port import Ledger
from guiyan.ledger.testing.events import a_commit, a_subject

DEADLINE_SECONDS = 20.0


class World(Protocol):
    """One server, and processes on it."""

    def ledger(self, service: str = "registry") -> Ledger:
        """A ledger as the process of one service holds it; each call is another process."""

    def ring(self, service: str = "registry") -> KeyRing:
        """The key ring of that process."""

    async def write_raw(self, subject: str, headers: Sequence[tuple[str, str]], body: bytes) -> bool:
        """Write whatever one likes, as a user inside the services' account can; whether the server stored it."""


async def take(batches: AsyncIterator[Sequence[StoredCommit]], count: int) -> list[StoredCommit]:
    """The next `count` commits of a follow, within a deadline."""
    commits: list[StoredCommit] = []
    async with asyncio.timeout(DEADLINE_SECONDS):
        async with aclosing(cast("Any", batches)):
            async for batch in batches:
                commits.extend(batch)
                if len(commits) >= count:
                    break
    return commits


class LedgerConformance:
    """Append, read and follow, as `guiyan.ledger.port.Ledger` says."""

    async def test_reads_what_was_appended(self, world: World) -> None:
        """Every event of an aggregate comes back, in order, byte for byte."""
        ledger, subject = world.ledger(), a_subject()
        one = a_commit(subject, events=3)
        first = await ledger.append(one)
        two = a_commit(subject, first.sequence, version=4)
        second = await ledger.append(two)
        history = await ledger.read(subject)
        assert history.events == one.events + two.events
        assert [c.sequence for c in history.commits] == [first.sequence, second.sequence]
        assert [c.command_id for c in history.commits] == [one.command_id, two.command_id]
        assert history.last_sequence == second.sequence
        assert all(c.forged is None for c in history.commits)
        assert history.commits[0].stored_at.utcoffset() is not None

    async def test_an_unknown_aggregate_is_empty(self, world: World) -> None:
        """What nobody wrote has no events and expects sequence 0."""
        ledger = world.ledger()
        for fresh in (False, True):
            history = await ledger.read(a_subject(), fresh=fresh)
            assert (history.last_sequence, history.commits) == (0, ())

    async def test_reads_only_what_is_newer(self, world: World) -> None:
        """`after` leaves out older commits, and the last sequence is right even when nothing is newer."""
        ledger, subject = world.ledger(), a_subject()
        first = await ledger.append(a_commit(subject))
        second = await ledger.append(a_commit(subject, first.sequence, version=2))
        await ledger.append(a_commit(a_subject()))
        for fresh in (False, True):
            newer = await ledger.read(subject, after=first.sequence, fresh=fresh)
            assert [c.sequence for c in newer.commits] == [second.sequence]
            none = await ledger.read(subject, after=second.sequence + 1, fresh=fresh)
            assert (none.commits, none.last_sequence) == ((), second.sequence)

    async def test_a_long_history_comes_whole(self, world: World) -> None:
        """More commits than fit into one page of an answer are read all."""
        ledger, subject = world.ledger(), a_subject()
        last = 0
        for version in range(1, 1102):
            last = (await ledger.append(a_commit(subject, last, version=version))).sequence
        history = await ledger.read(subject)
        assert [event.streamversion for event in history.events] == list(range(1, 1102))
        assert history.last_sequence == last

    async def test_a_stale_writer_is_told(self, world: World) -> None:
        """Who expects an older sequence writes nothing."""
        ledger, subject = world.ledger(), a_subject()
        await ledger.append(a_commit(subject))
        with pytest.raises(WrongSequence):
            await ledger.append(a_commit(subject))
        assert len((await ledger.read(subject)).commits) == 1

    async def test_a_repeat_writes_nothing(self, world: World) -> None:
        """The same commit again is answered with where the first stands, marked as duplicate."""
        ledger, subject = world.ledger(), a_subject()
        commit = a_commit(subject)
        first = await ledger.append(commit)
        assert await ledger.append(commit) == Appended(first.sequence, duplicate=True)
        later = await ledger.append(a_commit(subject, first.sequence, version=2))
        assert await ledger.append(commit) == Appended(first.sequence, duplicate=True)
        assert (await ledger.read(subject)).last_sequence == later.sequence

    async def test_a_repeat_is_known_under_another_guard(self, world: World) -> None:
        """A command decided anew is answered with its first place, even when its guard is the newest sequence."""
        ledger, subject = world.ledger(), a_subject()
        commit = a_commit(subject)
        first = await ledger.append(commit)
        later = await ledger.append(a_commit(subject, first.sequence, version=2))
        again = a_commit(subject, later.sequence, version=3, command_id=commit.command_id)
        assert await ledger.append(again) == Appended(first.sequence, duplicate=True)
        assert (await ledger.read(subject)).last_sequence == later.sequence

    async def test_a_command_id_is_good_for_one_aggregate(self, world: World) -> None:
        """The id of a command that wrote to another aggregate is refused, and not answered with the other's place."""
        ledger = world.ledger()
        commit = a_commit(a_subject())
        await ledger.append(commit)
        with pytest.raises(CommandIdTaken):
            await ledger.append(a_commit(a_subject(), command_id=commit.command_id))

    async def test_one_of_many_writers_wins(self, world: World) -> None:
        """Of writers who expect the same sequence exactly one writes; the chain has no hole."""
        subject = a_subject()
        ledgers = [world.ledger() for _ in range(3)]

        async def write(ledger: Ledger, rounds: int) -> int:
            won = 0
            while won < rounds:
                history = await ledger.read(subject, fresh=True)
                version = len(history.events) + 1
                try:
                    await ledger.append(a_commit(subject, history.last_sequence, version=version))
                except WrongSequence:
                    continue
                won += 1
            return won

        async with asyncio.timeout(DEADLINE_SECONDS):
            await asyncio.gather(*[write(ledger, 10) for ledger in ledgers for _ in range(2)])
        history = await ledgers[0].read(subject, fresh=True)
        assert [event.streamversion for event in history.events] == list(range(1, 61))

    async def test_together_is_all(self, world: World) -> None:
        """Commits on several aggregates are written in a row, each readable on its own."""
        ledger = world.ledger()
        commits = [a_commit(a_subject()) for _ in range(5)]
        appended = await ledger.append_together(commits)
        assert [a.sequence - appended[0].sequence for a in appended] == [0, 1, 2, 3, 4]
        for commit, where in zip(commits, appended, strict=True):
            history = await ledger.read(commit.subject)
            assert (history.last_sequence, history.events) == (where.sequence, commit.events)

    async def test_together_is_none(self, world: World) -> None:
        """One stale aggregate keeps all from being written."""
        ledger = world.ledger()
        commits = [a_commit(a_subject()) for _ in range(3)]
        await ledger.append(a_commit(commits[1].subject))
        with pytest.raises(WrongSequence):
            await ledger.append_together(commits)
        assert (await ledger.read(commits[0].subject, fresh=True)).last_sequence == 0
        assert (await ledger.read(commits[2].subject, fresh=True)).last_sequence == 0

    async def test_together_again_writes_nothing(self, world: World) -> None:
        """A batch repeated is answered with where the first stands."""
        ledger = world.ledger()
        commits = [a_commit(a_subject()) for _ in range(3)]
        first = await ledger.append_together(commits)
        again = await ledger.append_together(commits)
        assert again == [Appended(where.sequence, duplicate=True) for where in first]

    async def test_together_needs_different_aggregates(self, world: World) -> None:
        """Two commits on one aggregate, or none at all, are a mistake of the program."""
        ledger, subject = world.ledger(), a_subject()
        for commits in ([], [a_commit(subject), a_commit(subject)]):
            with pytest.raises(ValueError, match="written together"):
                await ledger.append_together(commits)

    async def test_an_import_goes_on_past_a_bad_row(self, world: World) -> None:
        """Each commit of an import has its own outcome: written, repeated, stale."""
        ledger = world.ledger()
        many: Any = ledger
        commits = [a_commit(a_subject()) for _ in range(1205)]
        await ledger.append(commits[3])
        await ledger.append(a_commit(commits[7].subject))
        outcomes: list[Appended | LedgerError] = await many.append_many(commits)
        assert isinstance(outcomes[3], Appended)
        assert outcomes[3].duplicate
        assert isinstance(outcomes[7], WrongSequence)
        others = [outcome for place, outcome in enumerate(outcomes) if place not in {3, 7}]
        assert all(isinstance(outcome, Appended) and not outcome.duplicate for outcome in others)
        assert len({outcome.sequence for outcome in others if isinstance(outcome, Appended)}) == 1203
        assert (await ledger.read(commits[1204].subject)).events == commits[1204].events

    async def test_follows_in_order_without_a_hole(self, world: World) -> None:
        """A follower sees every message above its position, once, in order, also those written meanwhile."""
        ledger = world.ledger()
        start = await ledger.head()
        await many_commits(ledger, 30)

        async def write_more() -> None:
            await many_commits(ledger, 30)

        seen, _ = await asyncio.gather(take(world.ledger().follow(start, batch=7), 60), write_more())
        assert [commit.sequence for commit in seen] == list(range(start + 1, start + 61))
        assert await ledger.head() == start + 60

    async def test_follow_begins_after_a_position(self, world: World) -> None:
        """A follower that has applied n begins with n + 1, with batches no larger than asked."""
        ledger = world.ledger()
        start = await ledger.head()
        await many_commits(ledger, 10)
        seen = await take(ledger.follow(start + 4, batch=2), 6)
        assert [commit.sequence for commit in seen] == list(range(start + 5, start + 11))

    async def test_tells_when_the_next_message_was_stored(self, world: World) -> None:
        """How old what is behind a position is can be asked without following: of the newest on there is nothing."""
        ledger = world.ledger()
        start = await ledger.head()
        await many_commits(ledger, 3)
        seen = await take(ledger.follow(start), 3)
        found = [await ledger.stored_after(start + number) for number in range(4)]
        assert found == [*(commit.stored_at for commit in seen), None]

    async def test_follow_gives_sign_of_life(self, world: World) -> None:
        """While nothing comes, an empty batch is yielded, so that the caller can do its rounds."""
        ledger = world.ledger()
        await ledger.append(a_commit(a_subject()))
        async with (
            asyncio.timeout(DEADLINE_SECONDS),
            aclosing(cast("Any", ledger.follow(await ledger.head()))) as batches,
        ):
            async for batch in batches:
                assert not batch
                break

    async def test_a_reader_ahead_of_the_ledger_stops(self, world: World) -> None:
        """A reader that has applied more than there is does not wait and skip what is written next: it says so."""
        ledger = world.ledger()
        await ledger.append(a_commit(a_subject()))
        with pytest.raises(LedgerRewound):
            await take(ledger.follow(await ledger.head() + 1), 1)

    async def test_reads_and_follows_agree(self, world: World) -> None:
        """A commit is the same thing whether read, read from the leader, or followed."""
        ledger, subject = world.ledger(), a_subject()
        start = await ledger.head()
        await ledger.append(a_commit(subject, events=2))
        (followed,) = await take(ledger.follow(start), 1)
        (read,) = (await ledger.read(subject)).commits
        (fresh,) = (await ledger.read(subject, fresh=True)).commits
        assert followed == read == fresh
        assert followed.types == ("OrganisationRenamed",)


async def many_commits(ledger: Ledger, count: int) -> None:
    """Write so many commits, each on its own aggregate."""
    for _ in range(count):
        await ledger.append(a_commit(a_subject()))
