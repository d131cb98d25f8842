"""Printing the introduction letter: recorded and counted first, then set on paper from the ledger (R4, §2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from guiyan.events import Event
from guiyan.events.transfers import IntroductionLetterIssued, LetterFacts, LetterPrinted, LetterReissued
from guiyan.ledger import Context, Ledger
from guiyan.ledger.sealing import Sealer
from guiyan.service.directory import Directory
from guiyan.service.problems import NotFound
from guiyan.transfers.commands.bearer import get_bearer, get_office
from guiyan.transfers.commands.desk import Desk
from guiyan.transfers.domain.commands import Print as PrintAct
from guiyan.transfers.domain.state import Transfer
from guiyan.transfers.forms.letter import LETTER_FORM, Print, Way, blanks


@dataclass(frozen=True, slots=True)
class Printed:
    """The letter as PDF, how often it was printed by now, and whether a sign on it has no picture in the font."""

    pdf: bytes
    count: int
    sequence: int
    unprintable: bool


@dataclass(frozen=True)
class Paper:
    """What printing needs: the desk that records it, the ledger and keys that the text is opened from."""

    desk: Desk
    ledger: Ledger
    sealer: Sealer
    directory: Directory

    async def print(self, id_: str, act: PrintAct, context: Context, version: int | None) -> Printed:
        """One more print of the transfer's letter; a repeat of the command is the same paper, counted once.

        Raises Refused when there is no letter to print, or nobody to name on it: then nothing is recorded.
        """
        transfer, _ = await self._get(id_)
        if transfer.letter is not None:
            await get_bearer(self.ledger, self.sealer, transfer.member_id, transfer.letter.issued_on)
        outcome = await self.desk.act(id_, act, context, version)
        (event,) = outcome.events
        assert isinstance(event.payload, LetterPrinted)  # noqa: S101 - the one answer to the act
        transfer, events = await self._get(id_)
        letter = _letter(events, event.streamversion)
        bearer = await get_bearer(self.ledger, self.sealer, transfer.member_id, letter.issued_on)
        await self.directory.refresh()
        office = await get_office(self.ledger, letter.issuer)
        way = Way(id_, self._name(transfer.from_branch), transfer.to_branch and self._name(transfer.to_branch))
        told = Print(event.payload.print_count, event.time, self._name(event.actororg))
        # The first print reads which signs the font has: 0.2 s that nobody else is to wait for.
        data = await run_in_threadpool(blanks, letter, bearer, way, office, told)
        pdf = await LETTER_FORM.print({"letters": [data]}, made_at=event.time)
        return Printed(pdf, told.count, outcome.sequence, data["unprintable"])

    async def _get(self, id_: str) -> tuple[Transfer, Sequence[Event]]:
        found = await self.desk.find(id_)
        if found is None:
            raise NotFound
        return found[0], found[1].events

    def _name(self, code: str) -> str:
        found = self.directory.known(code)
        return found.name if found else code


def _letter(events: Sequence[Event], version: int) -> LetterFacts:
    """The letter that a print of this version shows: the one issued last before it."""
    before = (one.payload for one in events if one.streamversion < version)
    return [payload for payload in before if isinstance(payload, IntroductionLetterIssued | LetterReissued)][-1]
