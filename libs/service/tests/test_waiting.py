"""`after_sequence`: one deadline for everything that a request waits for (contract.md §5)."""

import asyncio
import time
from typing import Annotated, Any

import pytest
from fastapi import APIRouter

from guiyan.service.auth import Role
from guiyan.service.caller import Caller, requires
from guiyan.service.conformance import check_problem
from guiyan.service.directory import ORGANISATIONS, Directory
from guiyan.service.problems import Unavailable
from guiyan.service.reads import Wait
from guiyan.service.testing import Issuer, MemoryReads, client, make_app, make_shell

ALL_SECONDS = 0.3
ISSUER = Issuer()
OFFICER = ISSUER.bearer(Role.CITY_OFFICER)


class Slow(MemoryReads):
    """Reads of a projection that comes as far as `sequence` after a while, and no further; keeps how long was asked."""

    def __init__(self, sequence: int, after_seconds: float) -> None:
        super().__init__({ORGANISATIONS: []}, sequence)
        self.after_seconds = after_seconds
        self.asked: list[float] = []

    async def applied(self, sequence: int = 0, *, wait_seconds: float = 0) -> int:
        """Take as long as is allowed, or as it takes."""
        self.asked.append(wait_seconds)
        await asyncio.sleep(min(wait_seconds, self.after_seconds))
        return self.sequence if wait_seconds >= self.after_seconds else 0


async def ask(directory: Slow, *reads: Slow) -> Any:
    """A request that waits for the directory and then for each of these."""
    router = APIRouter()

    @router.get("/v1/things")
    async def things(caller: Annotated[Caller, requires(Role.CITY_OFFICER)]) -> dict[str, int]:
        return {str(place): await caller.wait.until_applied(one) for place, one in enumerate(reads)}

    shell = make_shell(ISSUER, scopes=Directory(directory), list_wait_seconds=ALL_SECONDS)
    async with client(make_app(shell, router)) as http:
        return await http.get("/v1/things", params={"after_sequence": 9}, headers=OFFICER)


async def test_all_waits_of_a_request_share_one_deadline() -> None:
    """What the directory used up is not given again to the list behind it, nor to what comes after that."""
    directory, first, second = Slow(9, 0.1), Slow(9, 0.1), Slow(9, 60)
    check_problem(await ask(directory, first, second), 503, "not_yet_applied")
    (scope,), (one,), (two,) = directory.asked, first.asked, second.asked
    assert scope <= ALL_SECONDS
    assert one <= ALL_SECONDS - 0.1
    assert two <= ALL_SECONDS - 0.2


async def test_a_scope_that_does_not_come_is_told_at_the_deadline() -> None:
    """The scope is part of the answer: when the directory is not there in time the request ends, with Retry-After."""
    reads = Slow(9, 0)
    answer = await ask(Slow(8, 0), reads)
    check_problem(answer, 503, "not_yet_applied")
    assert answer.headers["retry-after"]
    assert not reads.asked


async def test_everything_in_time_is_answered() -> None:
    """Read your own writes: the sequence of a command is in what is read next."""
    answer = await ask(Slow(9, 0.01), Slow(9, 0.01), Slow(12, 0.01))
    assert (answer.status_code, answer.json()) == (200, {"0": 9, "1": 12})


async def test_past_the_deadline_what_is_there_is_still_given() -> None:
    """A deadline that has passed ends the waiting, not the reading of what has come far enough."""
    wait = Wait(9, time.monotonic() - 1)
    assert wait.left_seconds == 0
    assert await wait.until_applied(MemoryReads({}, 9)) == 9
    with pytest.raises(Unavailable):
        await wait.until_applied(MemoryReads({}, 8))
