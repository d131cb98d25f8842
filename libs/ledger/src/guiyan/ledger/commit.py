"""A commit: the events of one command on one aggregate, written as one message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from pydantic import BaseModel

from guiyan.events import Event, Payload, decode_batch
from guiyan.ledger.subject import Subject


@dataclass(frozen=True, slots=True)
class Draft:
    """What a decider returns: an event that has not happened yet.

    `occurred_on` is the business date (Asia/Shanghai); `pii` the plain personal text, sealed before it is written.
    """

    payload: Payload
    occurred_on: date
    pii: BaseModel | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """One message to be written: 1..n events of one command, guarded by the sequence of the aggregate's last one."""

    subject: Subject
    command_id: str
    expected_sequence: int
    events: tuple[Event, ...]


@dataclass(frozen=True)
class StoredCommit:
    """One message of the ledger as a reader meets it; decoded only when somebody asks for its events.

    `forged` says why the message must not be believed (no right MAC); its events are then never to be used.
    """

    sequence: int
    subject: Subject
    command_id: str
    types: tuple[str, ...]
    body: bytes
    stored_at: datetime
    forged: str | None = None

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The events, in order."""
        return decode_batch(self.body)


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a commit stands in the ledger; `duplicate` when an earlier try had already written it."""

    sequence: int
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """One aggregate's commits in order, without the forged ones.

    `last_sequence` is the sequence of the last message on the subject, forged or not (0 when there is none): what
    the next append must expect.
    """

    subject: Subject
    last_sequence: int
    commits: tuple[StoredCommit, ...] = field(default=())

    @property
    def events(self) -> tuple[Event, ...]:
        """Every event of the aggregate, oldest first."""
        return tuple(event for commit in self.commits for event in commit.events)

    def find_command(self, command_id: str) -> StoredCommit | None:
        """The commit that this command wrote, if it did."""
        return next((commit for commit in self.commits if commit.command_id == command_id), None)
