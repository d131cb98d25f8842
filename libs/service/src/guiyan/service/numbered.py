"""A member's aggregates of one kind, numbered, each number one stream: two commands of one instant meet (ADR 0011)."""

from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from typing import Final, Protocol, TypeVar

from guiyan.ledger import Commands, Decider, History, Outcome, Refused

MOST_OF_A_MEMBER: Final = 1000


class NumberedState(Protocol):
    """The state of such an aggregate."""

    @property
    def state(self) -> object | None:
        """Where it is in its life; None before it began."""

    @property
    def is_open(self) -> bool:
        """Whether it may go on, so that no next one may begin."""


S = TypeVar("S", bound=NumberedState)
C = TypeVar("C")
Found = tuple[S, History]


def numbers(id_of: Callable[[str, int], str], member_id: str) -> Iterator[str]:
    """The ids of the member's aggregates, first to last and on."""
    for ordinal in count(1):
        assert ordinal <= MOST_OF_A_MEMBER, "a member with so many is a fault"  # noqa: S101 - a fault of ours, none of the caller
        yield id_of(member_id, ordinal)


async def find(commands: Commands, decider: Decider[S, C], id_: str) -> Found[S] | None:
    """One as it is now and its history, from the ledger; None when it never began, or the id can be nobody's."""
    try:
        state, history = await commands.load(decider, id_)
    except ValueError:
        return None
    return None if state.state is None else (state, history)


async def begin_next(
    ids: Iterator[str],
    find_one: Callable[[str], Awaitable[Found[S] | None]],
    begin: Callable[[str], Awaitable[Outcome]],
    command_id: str,
    *,
    used: str,
) -> Outcome:
    """Begin the member's next one; while one is open, its own refusal says so, whatever races.

    `used` is the code with which one that somebody else began and ended meanwhile refuses: the next is tried then. A
    repeat of the same command finds its own first try on the way.
    """
    for id_ in ids:
        found = await find_one(id_)
        if found is not None and not found[0].is_open and found[1].find_command(command_id) is None:
            continue
        try:
            return await begin(id_)
        except Refused as refused:
            if refused.code != used:
                raise
    raise AssertionError("numbers do not end")
