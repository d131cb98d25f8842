"""Password hashes: Argon2id in threads of their own; no flood of sign-ins stops the loop or takes every core."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Final, Self, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from guiyan.service.problems import Unavailable

LONGEST_QUEUE: Final = 64
T = TypeVar("T")


@dataclass
class Hasher:
    """Hashes and verifies; `done` counts both, so that a test can tell that all refusals cost the same.

    `at_once` threads work, LONGEST_QUEUE callers are served or wait; the next is told to come again (503).
    """

    argon2: PasswordHasher
    at_once: int
    done: int = 0
    _pool: ThreadPoolExecutor = field(init=False, repr=False)
    _in_hand: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.at_once, thread_name_prefix="password")

    @classmethod
    def of(cls, *, passes: int, kib: int, at_once: int) -> Self:
        """With the parameters of an installation: passes over so many KiB of memory, one lane."""
        return cls(PasswordHasher(time_cost=passes, memory_cost=kib, parallelism=1), at_once)

    async def hash(self, password: str) -> str:
        """The hash, with its salt and parameters; raises Unavailable when too many wait already."""
        return await self._in_turn(partial(self.argon2.hash, password))

    async def verify(self, hash_: str | None, password: str) -> bool:
        """Whether it is the password; None stands for nobody's, which costs the same and is never right."""
        right = await self._in_turn(partial(self._is, hash_, password))
        return right and hash_ is not None

    @cached_property
    def _nobodys(self) -> str:
        """A hash that no password has, with the parameters of all others."""
        return self.argon2.hash(os.urandom(32))

    def _is(self, hash_: str | None, password: str) -> bool:
        nobodys = self._nobodys  # made by whoever comes first, known name or not
        try:
            return bool(self.argon2.verify(hash_ or nobodys, password))
        except (Argon2Error, InvalidHashError):
            return False

    async def _in_turn(self, work: Callable[[], T]) -> T:
        if self._in_hand >= LONGEST_QUEUE:
            raise Unavailable("too_many_sign_ins")
        self._in_hand += 1
        self.done += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._in_hand -= 1
