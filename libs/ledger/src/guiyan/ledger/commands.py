"""Runs commands: load, decide, append, and decide again when somebody else was first."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from guiyan.events import Event, encode_data, new_id
from guiyan.ledger.clock import Clock, ManualClock
from guiyan.ledger.commit import Appended, Commit, Draft, History, StoredCommit
from guiyan.ledger.context import Context
from guiyan.ledger.decider import Decider
from guiyan.ledger.errors import CommandIdTaken, Contention, Refused, VersionConflict, WrongSequence
from guiyan.ledger.port import Ledger
from guiyan.ledger.sealing import Sealer
from guiyan.ledger.subject import Subject

S = TypeVar("S")
C = TypeVar("C")

ATTEMPTS = 8
_PAUSE_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to: the aggregate's id and version, the ledger sequence, and the events (none: no change)."""

    id: str
    version: int
    sequence: int
    events: tuple[Event, ...]
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """A command decided but not yet written: what `Commands.execute_together` appends as one batch."""

    commit: Commit
    version: int


class Commands:
    """The write path of a service: every change of every aggregate goes through here."""

    def __init__(self, ledger: Ledger, sealer: Sealer, clock: Clock) -> None:
        self._ledger = ledger
        self._sealer = sealer
        self._clock = clock

    def saw(self, at: datetime) -> None:
        """Something happened at this moment: a manual clock that has not heard of it yet is no earlier from now on.

        So nothing that follows from an event is dated before it, whichever service is told of the new time first.
        """
        if isinstance(self._clock, ManualClock):
            self._clock.set(at)

    async def load(self, decider: Decider[S, C], aggregate_id: str, *, fresh: bool = False) -> tuple[S, History]:
        """The aggregate's state now, and the history it was folded from; `fresh` as the leader has it."""
        history = await self._ledger.read(decider.subject(aggregate_id), fresh=fresh)
        return decider.fold(history.events), history

    async def execute(  # noqa: PLR0913 - a command, on what, for whom, and what is known
        self,
        decider: Decider[S, C],
        aggregate_id: str,
        command: C,
        context: Context,
        expected_version: int | None = None,
        *,
        known: History | None = None,
    ) -> Outcome:
        """Decide a command on one aggregate and write its events as one commit.

        A repeat with the same command id gives the first try's outcome, marked `duplicate`; another request under that
        id (by `request_digest`) raises CommandIdTaken. The first read may be
        answered by a replica that lags; so what it refuses is decided once more on what the leader has. `known` is
        such a first read, where the caller has made it already.
        Raises Refused, VersionConflict, Contention, CommandIdTaken, CommitTooLarge, OutcomeUnknown,
        LedgerUnavailable, PersonErased.
        """
        subject = decider.subject(aggregate_id)
        for attempt in range(ATTEMPTS):
            await _pause(attempt)
            history = known if known and not attempt else await self._ledger.read(subject, fresh=attempt > 0)
            earlier = history.find_command(context.command_id)
            if earlier is not None:
                return _repeated(aggregate_id, earlier, context)
            try:
                decided = await self._decide(decider, subject, history, command, context, expected_version)
            except (Refused, VersionConflict):
                if attempt > 0:
                    raise
                continue
            if not decided.commit.events and attempt > 0:
                return Outcome(aggregate_id, decided.version, history.last_sequence, ())
            written = await self._write([decided.commit]) if decided.commit.events else None
            if written is not None:
                return Outcome(aggregate_id, decided.version, written[0].sequence, decided.commit.events)
        raise Contention(str(subject), ATTEMPTS)

    async def execute_together(
        self,
        calls: Sequence[tuple[Decider[S, C], str, C]],
        context: Context,
    ) -> list[Outcome]:
        """Decide one command on each of several aggregates and write all commits or none (merge, split, import).

        Each commit's id is the command's id with the place in the list, so a repeat is recognised.
        """
        for attempt in range(ATTEMPTS):
            await _pause(attempt)
            try:
                outcomes = await self._try_together(calls, context, fresh=attempt > 0)
            except Refused:
                if attempt > 0:
                    raise
                continue
            if outcomes is not None:
                return outcomes
        raise Contention(", ".join(f"{d.aggregate}/{i}" for d, i, _ in calls[:3]), ATTEMPTS)

    async def _try_together(
        self, calls: Sequence[tuple[Decider[S, C], str, C]], context: Context, *, fresh: bool
    ) -> list[Outcome] | None:
        done: list[Outcome] = []
        open_: list[tuple[int, Decided]] = []
        numbered = [_numbered(context, place) for place in range(len(calls))]
        histories = [await self._ledger.read(decider.subject(id_), fresh=fresh) for decider, id_, _ in calls]
        earlier = [history.find_command(own.command_id) for own, history in zip(numbered, histories, strict=True)]
        if any(commit is not None for commit in earlier):
            # The batch is atomic: what this command wrote once is all it ever writes, even if the calls differ now.
            return [
                _repeated(id_, commit, context)
                if commit is not None
                else Outcome(id_, _version(history), history.last_sequence, ())
                for (_, id_, _), history, commit in zip(calls, histories, earlier, strict=True)
            ]
        for place, ((decider, aggregate_id, command), history) in enumerate(zip(calls, histories, strict=True)):
            subject = decider.subject(aggregate_id)
            decided = await self._decide(decider, subject, history, command, numbered[place], None)
            if decided.commit.events:
                open_.append((place, decided))
            done.append(Outcome(aggregate_id, decided.version, history.last_sequence, decided.commit.events))
        if not open_:
            return done if fresh else None
        appended = await self._write([decided.commit for _, decided in open_])
        if appended is None:
            return None
        for (place, decided), written in zip(open_, appended, strict=True):
            done[place] = Outcome(decided.commit.subject.id, decided.version, written.sequence, decided.commit.events)
        return done

    async def _write(self, commits: Sequence[Commit]) -> Sequence[Appended] | None:
        """Where the commits stand; None when others were first, be it with this very command: then it is read again."""
        try:
            if len(commits) == 1:
                appended = [await self._ledger.append(commits[0])]
            else:
                appended = await self._ledger.append_together(commits)
        except WrongSequence:
            return None
        return None if any(where.duplicate for where in appended) else appended

    async def _decide(  # noqa: PLR0913, PLR0917 - the six things a decision needs
        self,
        decider: Decider[S, C],
        subject: Subject,
        history: History,
        command: C,
        context: Context,
        expected_version: int | None,
    ) -> Decided:
        version = _version(history)
        if expected_version is not None and expected_version != version:
            raise VersionConflict(str(subject), expected_version, version)
        drafts = decider.decide(command, decider.fold(history.events))
        return await self.written(subject, drafts, version, history.last_sequence, context)

    async def written(
        self, subject: Subject, drafts: Sequence[Draft], version: int, last_sequence: int, context: Context
    ) -> Decided:
        """What was decided as a commit, its personal text sealed; the aggregate has this version and last message."""
        events = tuple([await self._event(subject, draft, version + n, context) for n, draft in enumerate(drafts, 1)])
        return Decided(Commit(subject, context.command_id, last_sequence, events), version + len(events))

    async def _event(self, subject: Subject, draft: Draft, version: int, context: Context) -> Event:
        payload = draft.payload
        now = self._clock.now()
        if draft.pii is not None:
            person_id: str = getattr(payload, payload.person_field)
            sealed = await self._sealer.seal(
                person_id, draft.pii, stream=subject.stream, version=version, type_=payload.type_name()
            )
            payload = payload.model_copy(update={"pii": sealed})
        return Event(
            id=new_id(now),
            source=f"guiyan/{subject.service}",
            type=payload.type_name(),
            subject=subject.stream,
            time=now,
            dataschema=payload.dataschema(),
            data=encode_data(payload),
            occurredon=draft.occurred_on,
            actor=context.actor,
            actororg=context.org,
            causationid=context.causation_id,
            correlationid=context.correlation_id,
            streamversion=version,
            importbatch=context.import_batch,
            requestdigest=context.request_digest,
        )


async def _pause(attempt: int) -> None:
    """From the third try on, let the others finish: a random moment, longer each time."""
    if attempt > 1:
        await asyncio.sleep(random.random() * _PAUSE_SECONDS * 2**attempt)  # noqa: S311 - no secret


def _version(history: History) -> int:
    events = history.events
    return events[-1].streamversion if events else 0


def _numbered(context: Context, place: int) -> Context:
    return replace(context, command_id=f"{context.command_id}.{place}")


def _repeated(aggregate_id: str, commit: StoredCommit, context: Context) -> Outcome:
    """The outcome of the first try. Raises CommandIdTaken when that is known to have been another request."""
    asked, first = context.request_digest, commit.events[0].requestdigest
    if asked is not None and first is not None and asked != first:
        raise CommandIdTaken(context.command_id)
    return Outcome(aggregate_id, commit.events[-1].streamversion, commit.sequence, commit.events, duplicate=True)
