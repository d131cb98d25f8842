"""Issuing the introduction letter: the next number of the committee's register and the letter, in one atomic batch."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from guiyan.ledger import Context, Outcome, VersionConflict
from guiyan.transfers.commands.desk import Desk
from guiyan.transfers.commands.series import Calls, Numbered, Series
from guiyan.transfers.domain.commands import Issue
from guiyan.transfers.domain.letter import LETTER_NUMBER, TakeNumber
from guiyan.transfers.domain.numbering import letter_id

LastNumber = Callable[[str, int], Awaitable[int]]
Register = tuple[str, int]
"""Issuer and year."""


class Letters:
    """Issues letters; `last_number` hints at the last number given (it may be behind, never ahead)."""

    def __init__(self, desk: Desk, last_number: LastNumber) -> None:
        self._desk = desk
        numbered: Numbered[Register] = Numbered(
            decider=LETTER_NUMBER,
            id_of=lambda register, serial: letter_id(*register, serial),
            is_taken=lambda number: number.transfer_id is not None,
            taken="letter_number_taken",
            last=lambda register: last_number(*register),
        )
        self._series = Series(desk.commands, numbered)

    async def issue(
        self, transfer_id: str, act: Issue, issuer: str, context: Context, expected_version: int | None = None
    ) -> Outcome:
        """Issue the letter under the next number: no gap and no double, whoever else issues at the same instant.

        `act.letter_sn` is filled in here.
        """
        await self._check_version(transfer_id, context, expected_version)
        register = (issuer, act.letter_year)

        def calls(serial: int) -> Calls:
            take = TakeNumber(
                issuer=issuer, letter_year=act.letter_year, letter_sn=serial, transfer_id=transfer_id, on=act.on
            )
            numbered = replace(act, letter_sn=serial)
            return [(self._desk.decider, transfer_id, numbered), (LETTER_NUMBER, letter_id(*register, serial), take)]

        return await self._series.take(register, calls, context)

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
