"""Issuing the introduction letter: the next number of the committee's register and the letter, in one atomic batch."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

from guiyan.ledger import Contention, Context, Decider, Outcome, Refused, VersionConflict
from guiyan.transfers.commands.desk import Desk
from guiyan.transfers.domain.commands import Issue
from guiyan.transfers.domain.letter import LETTER_NUMBER, TakeNumber
from guiyan.transfers.domain.numbering import letter_id

ATTEMPTS: Final = 64
LastNumber = Callable[[str, int], Awaitable[int]]


class Letters:
    """Issues letters; `last_number` hints at the last number given (it may be behind, never ahead)."""

    def __init__(self, desk: Desk, last_number: LastNumber) -> None:
        self._desk = desk
        self._last_number = last_number
        self._turns: defaultdict[tuple[str, int], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._given: dict[tuple[str, int], int] = {}

    async def issue(
        self, transfer_id: str, act: Issue, issuer: str, context: Context, expected_version: int | None = None
    ) -> Outcome:
        """Issue the letter under the next number: no gap and no double, whoever else issues at the same instant.

        `act.letter_sn` is filled in here. Requests of one register take turns in this process, so that they do not
        run into each other; another replica's are met by the ledger.
        """
        await self._check_version(transfer_id, context, expected_version)
        register = (issuer, act.letter_year)
        async with self._turns[register]:
            for _ in range(ATTEMPTS):
                serial = await self._next(register)
                take = TakeNumber(
                    issuer=issuer, letter_year=act.letter_year, letter_sn=serial, transfer_id=transfer_id, on=act.on
                )
                calls: list[tuple[Decider[Any, Any], str, Any]] = [
                    (self._desk.decider, transfer_id, _numbered(act, serial)),
                    (LETTER_NUMBER, letter_id(issuer, act.letter_year, serial), take),
                ]
                try:
                    issued, _ = await self._desk.commands.execute_together(calls, context)
                except Refused as refused:
                    if refused.code != "letter_number_taken":
                        raise
                    continue
                self._given[register] = serial
                return issued
        raise Contention(f"letter_register {issuer}-{act.letter_year}", ATTEMPTS)

    async def _check_version(self, transfer_id: str, context: Context, expected: int | None) -> None:
        """The version that the caller expects (If-Match), unless this very command has been done already."""
        if expected is None:
            return
        found = await self._desk.find(transfer_id)
        if found is None or found[1].find_command(f"{context.command_id}.0") is not None:
            return
        actual = found[1].events[-1].streamversion
        if actual != expected:
            raise VersionConflict(f"transfer/{transfer_id}", expected, actual)

    async def _next(self, register: tuple[str, int]) -> int:
        """The first number nobody has: from the best hint onwards, stream by stream."""
        issuer, year = register
        known = max(self._given.get(register, 0), await self._last_number(issuer, year))
        while True:
            number, _ = await self._desk.commands.load(LETTER_NUMBER, letter_id(issuer, year, known + 1))
            if number.transfer_id is None:
                return known + 1
            known += 1
            self._given[register] = known


def _numbered(act: Issue, serial: int) -> Issue:
    return replace(act, letter_sn=serial)
