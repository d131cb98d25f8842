"""The desk: what the handlers of transfers work with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from guiyan.events.codes import TransferState
from guiyan.events.transfers import TransferSuggested
from guiyan.ledger import Clock, Commands, Context, Decider, History, Outcome
from guiyan.service import numbered
from guiyan.service.rulebook import Rulebook
from guiyan.transfers.domain.commands import Act
from guiyan.transfers.domain.numbering import transfer_id
from guiyan.transfers.domain.parameters import Parameters
from guiyan.transfers.domain.state import DORMANT, OPEN, Transfer


@dataclass(frozen=True)
class Desk:
    """The write path, the clock and the rulebook that the decider looks the parameters up in."""

    commands: Commands
    clock: Clock
    rulebook: Rulebook
    decider: Decider[Transfer, Act]

    async def find(self, id_: str) -> tuple[Transfer, History] | None:
        """A transfer as it is now and its history; None when it was never requested, or the id can be nobody's."""
        return await numbered.find(self.commands, self.decider, id_)

    async def act(self, id_: str, act: Act, context: Context, expected_version: int | None = None) -> Outcome:
        """Do one act on one transfer."""
        await self.rulebook.refresh()
        return await self.commands.execute(self.decider, id_, act, context, expected_version)

    async def find_newest(self, member_id: str) -> str | None:
        """The id of the member's newest transfer, None when there is none; read from the ledger, never behind."""
        newest = None
        for id_ in numbers(member_id):
            if await self.find(id_) is None:
                break
            newest = id_
        return newest

    async def find_free_number(self, member_id: str, departure_id: str) -> str | None:
        """The id of the member's next transfer, to be suggested for a departure.

        None while one may go on, and when one was suggested for that departure already, whatever became of it.
        """
        for id_ in numbers(member_id):
            found = await self.find(id_)
            if found is None:
                return id_
            if found[0].state in OPEN | DORMANT | {TransferState.DRAFT} or _suggested(found[1], departure_id):
                return None
        raise AssertionError("numbers do not end")

    async def parameters(self, on: date) -> Parameters:
        """The parameters valid on a business date."""
        await self.rulebook.refresh()
        return self.parameters_known(on)

    def parameters_known(self, on: date) -> Parameters:
        """The same as of the last refresh."""
        return self.rulebook.valid(Parameters, on)

    def today(self) -> date:
        """The business date now."""
        return self.clock.today()


def _suggested(history: History, departure_id: str) -> bool:
    told = (event.payload for event in history.events)
    return any(isinstance(one, TransferSuggested) and one.departure_id == departure_id for one in told)


def numbers(member_id: str) -> Iterator[str]:
    """The ids of the member's transfers, first to last and on."""
    return numbered.numbers(transfer_id, member_id)
