"""A series of numbers without gap or double: the next free one and what takes it, in one atomic batch (ADR 0002)."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from guiyan.ledger import Commands, Contention, Context, Decider, Outcome, Refused

ATTEMPTS: Final = 64
Calls = Sequence[tuple[Decider[Any, Any], str, Any]]
Book = TypeVar("Book", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Numbered(Generic[Book]):
    """How the numbers of a kind are kept: each is one aggregate, named by its book and serial.

    `is_taken` tells from the aggregate's state; `taken` is the code it refuses with when somebody was first; `last`
    hints at the last number given (it may be behind, never ahead).
    """

    decider: Decider[Any, Any]
    id_of: Callable[[Book, int], str]
    is_taken: Callable[[Any], bool]
    taken: str
    last: Callable[[Book], Awaitable[int]]


class Series(Generic[Book]):
    """Gives numbers; those of one book take turns in this process, another replica's are met by the ledger."""

    def __init__(self, commands: Commands, numbered: Numbered[Book]) -> None:
        self._commands = commands
        self._numbered = numbered
        self._turns: defaultdict[Book, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._given: dict[Book, int] = {}

    async def take(self, book: Book, calls: Callable[[int], Calls], context: Context) -> Outcome:
        """Do `calls(serial)` with the next number nobody has; gives the outcome of the first of them.

        Raises Contention when others were first each time, and what the calls are refused with.
        """
        async with self._turns[book]:
            for _ in range(ATTEMPTS):
                serial = await self._next(book)
                try:
                    first, *_others = await self._commands.execute_together(calls(serial), context)
                except Refused as refused:
                    if refused.code != self._numbered.taken:
                        raise
                    continue
                self._given[book] = serial
                return first
        raise Contention(f"{self._numbered.decider.aggregate} {book}", ATTEMPTS)

    async def _next(self, book: Book) -> int:
        """The first number nobody has: from the best hint onwards, stream by stream."""
        kind = self._numbered
        known = max(self._given.get(book, 0), await kind.last(book))
        while True:
            number, _ = await self._commands.load(kind.decider, kind.id_of(book, known + 1))
            if not kind.is_taken(number):
                return known + 1
            known += 1
            self._given[book] = known
