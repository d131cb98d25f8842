"""Who bears an ID number: found by its blind index, and claimed so that no two members ever share one (ADR 0007)."""

from __future__ import annotations

from guiyan.ledger import Commands, Ledger, Refused
from guiyan.ledger.blind import BlindIndex
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.record import Member
from guiyan.registry.projections.members import MEMBERS
from guiyan.registry.reservations import Reservations, id_number_key
from guiyan.service.reads import Reads, wait_for

WAIT_SECONDS = 5.0


class Identities:
    """ID numbers and their members.

    An answer from the register counts only when it has come as far as the ledger had when this process first asked:
    a register that is being built anew does not know everybody yet.
    """

    def __init__(
        self, ledger: Ledger, commands: Commands, blind: BlindIndex, reservations: Reservations, register: Reads
    ) -> None:
        self._ledger = ledger
        self._commands = commands
        self._blind = blind
        self._reservations = reservations
        self._register = register
        self._horizon: int | None = None

    def index(self, id_no: str) -> str:
        """The blind index of a number."""
        return self._blind.of("id_no", id_no)

    async def find(self, id_no: str) -> str | None:
        """The member with this number, None when nobody is known to have it."""
        index = self.index(id_no)
        holder = await self._reservations.find(id_number_key(index))
        if holder is not None and (await self._state(holder)).id_index == index:
            return holder
        return await self._registered(index)

    async def claim(self, index: str, proposed: str) -> str:
        """The id under which a member with this number may be entered: `proposed`, or whoever holds the number.

        A holder who is in the register makes the decider refuse; one who is not was left by a crash and is taken up.
        """
        key = id_number_key(index)
        while True:
            if await self._reservations.find(key) is None:
                proposed = await self._registered(index) or proposed
            holder = await self._reservations.hold(key, proposed)
            if holder == proposed:
                return holder
            state = await self._state(holder)
            if state.core is None or state.id_index == index:
                return holder
            await self._reservations.swap(key, holder, proposed)

    async def pass_to(self, index: str, member_id: str) -> None:
        """Give a number to a member whose record is corrected; raises Refused when somebody else has it."""
        holder = await self.claim(index, member_id)
        if holder == member_id:
            return
        key = id_number_key(index)
        left_behind = (await self._state(holder)).core is None and not await self._reservations.is_fresh(key)
        if not left_behind or not await self._reservations.swap(key, holder, member_id):
            raise Refused("id_no_taken", pointer="/id_no", status=409)

    async def wait_for_register(self) -> None:
        """Wait until the register knows everybody who was there when this process began; raises Unavailable (503)."""
        if self._horizon is None:
            self._horizon = await self._ledger.head()
        await wait_for(self._register, self._horizon, WAIT_SECONDS)

    async def _registered(self, index: str) -> str | None:
        await self.wait_for_register()
        found = await self._register.find(MEMBERS, {"id_index": index}, limit=1)
        return str(found[0]["_id"]) if found else None

    async def _state(self, member_id: str) -> Member:
        state, _ = await self._commands.load(MEMBER, member_id)
        return state
