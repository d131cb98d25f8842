"""Everything that can go wrong with the ledger, as one small tree.

LedgerError
├── WrongSequence       somebody else wrote to the aggregate first: read it again and decide again
├── Contention          that happened too often in a row: the caller should try later
├── VersionConflict     the caller's expected version (If-Match) is not the aggregate's version
├── OutcomeUnknown      the server went away before it answered: ask again with the same command id
├── CommandIdTaken      the command id was used for something else: a new command needs a new id
├── CommitTooLarge      the events of one command do not fit into one message
├── HoleInLedger        the server does not have every message it once numbered: it must be looked at by a person
├── LedgerRewound       the server has fewer messages than a reader has applied: an old backup was restored
├── LedgerUnavailable   the server cannot be reached or the stream is not there
├── UnsafeLedger        the stream on the server is not set as the ledger must be
├── Forged              a message in the ledger carries no right MAC
├── PersonErased        the person's key was destroyed: nothing more can be sealed for them
├── FenceLost           another follower took over: this one must stop writing at once
└── Refused             the domain says no: wrong state or a wrong field
"""

from __future__ import annotations


class LedgerError(Exception):
    """Base of every error of this library."""


class WrongSequence(LedgerError):  # noqa: N818 - named for what happened, as the broker does
    """Another commit reached the aggregate first; read it again and decide again."""

    def __init__(self, subject: str, expected: int) -> None:
        super().__init__(f"{subject} has moved on from ledger sequence {expected}; read it again and decide again")
        self.subject = subject
        self.expected = expected


class Contention(LedgerError):  # noqa: N818 - the name says what is wrong
    """An aggregate was written by others so often in a row that the command gave up; nothing was written."""

    def __init__(self, subject: str, attempts: int) -> None:
        super().__init__(f"{subject} changed {attempts} times while the command was decided; try again in a moment")
        self.subject = subject
        self.attempts = attempts


class VersionConflict(LedgerError):  # noqa: N818 - the name says what is wrong
    """The caller expected another version of the aggregate (If-Match); nothing was written."""

    def __init__(self, subject: str, expected: int, actual: int) -> None:
        super().__init__(f"{subject} is at version {actual}, not {expected}; load it again and repeat the change")
        self.subject = subject
        self.expected = expected
        self.actual = actual


class OutcomeUnknown(LedgerError):  # noqa: N818 - the name says what is wrong
    """The server went away before it answered and could not be asked; repeat with the same command id."""


class CommandIdTaken(LedgerError):  # noqa: N818 - the name says what is wrong
    """The command id was already used for something else, here or on another aggregate; nothing was written."""

    def __init__(self, command_id: str) -> None:
        super().__init__(f"command id {command_id} was already used for something else; use a new one")
        self.command_id = command_id


class CommitTooLarge(LedgerError):  # noqa: N818 - the name says what is wrong
    """The events of one command exceed what the server takes as one message; nothing was written."""

    def __init__(self, subject: str, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"the commit on {subject} has {size_bytes} bytes, the server takes {limit_bytes}; split the command"
        )
        self.subject = subject
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class HoleInLedger(LedgerError):  # noqa: N818 - the name says what is wrong
    """Messages that the server once numbered are not there; readers stop rather than skip them."""

    def __init__(self, stream: str, after: int, found: int) -> None:
        super().__init__(
            f"stream {stream} has no message between {after} and {found}: restore it from a backup or a replica,"
            " then start the reader again"
        )
        self.after = after
        self.found = found


class LedgerRewound(LedgerError):  # noqa: N818 - the name says what is wrong
    """The server has fewer messages than this reader has applied; going on would skip what is written next."""

    def __init__(self, stream: str, applied: int, newest: int) -> None:
        super().__init__(
            f"stream {stream} ends at {newest}, but {applied} were applied here: an older copy was restored; restore a"
            " newer one, or rebuild this service's projections"
        )
        self.applied = applied
        self.newest = newest


class LedgerUnavailable(LedgerError):  # noqa: N818 - the name says what is wrong
    """The ledger cannot be reached now; nothing is known to have been written."""


class UnsafeLedger(LedgerError):  # noqa: N818 - the name says what is wrong
    """A stream on the server is missing or not set as the ledger must be; each problem is one sentence."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("the ledger on the server is not safe to use: " + "; ".join(problems))
        self.problems = problems


class Forged(LedgerError):  # noqa: N818 - the name says what is wrong
    """A message in the ledger does not carry the MAC of the service that owns its subject."""

    def __init__(self, sequence: int, subject: str, reason: str) -> None:
        super().__init__(f"ledger message {sequence} on {subject} was set aside: {reason}")
        self.sequence = sequence
        self.subject = subject
        self.reason = reason


class PersonErased(LedgerError):  # noqa: N818 - the name says what is wrong
    """The person's data key was destroyed on their request; nothing personal can be recorded for them again."""

    def __init__(self, person_id: str) -> None:
        super().__init__(f"person {person_id} was erased; register them anew under a new id")
        self.person_id = person_id


class FenceLost(LedgerError):  # noqa: N818 - the name says what is wrong
    """Another follower moved the checkpoint: this one has been replaced and must stop writing."""


class Refused(LedgerError):  # noqa: N818 - the name says what is wrong
    """The domain refuses a command: `code` is stable, `pointer` names the field when one is at fault.

    `params` fill the message in the caller's language and never hold personal data. `status` is 409 for a
    wrong state and 422 for a wrong field.
    """

    def __init__(
        self, code: str, *, pointer: str | None = None, status: int | None = None, **params: str | int | tuple[str, ...]
    ) -> None:
        super().__init__(code)
        self.code = code
        self.pointer = pointer
        self.params = params
        self.status = status if status is not None else (422 if pointer else 409)
