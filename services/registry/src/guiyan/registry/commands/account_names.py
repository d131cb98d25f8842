"""Sign-in names: found by a blind index, and claimed so that no two accounts ever share one (ADR 0007, ADR 0036)."""

from __future__ import annotations

from typing import Final

from guiyan.ledger import Commands, Ledger, Refused
from guiyan.ledger.blind import BlindIndex
from guiyan.registry.domain.account import ACCOUNT
from guiyan.registry.projections.accounts import ACCOUNTS
from guiyan.registry.reservations import Reservations
from guiyan.service.reads import Reads, wait_for

WAIT_SECONDS: Final = 5.0


class AccountNames:
    """Names and their accounts; a name stays with its account when that is closed.

    `zhang.shili`, `ZHANG-SHILI` and `zhangshili` are one name.
    """

    def __init__(
        self, ledger: Ledger, commands: Commands, blind: BlindIndex, reservations: Reservations, accounts: Reads
    ) -> None:
        self._ledger = ledger
        self._commands = commands
        self._blind = blind
        self._reservations = reservations
        self._accounts = accounts
        self._horizon: int | None = None

    def index(self, name: str) -> str:
        """The blind index of a name; what can be nobody's name has one too."""
        try:
            return self._blind.of("account_name", name)
        except ValueError:
            return self._blind.of("account_name", "0")

    async def find(self, index: str) -> str | None:
        """The account with this name, None when nobody has it."""
        holder = await self._reservations.find(_key(index))
        if holder is not None and await self._exists(holder):
            return holder
        found = await self._accounts.find(ACCOUNTS, {"name_index": index}, limit=1)
        return str(found[0]["_id"]) if found else None

    async def claim(self, index: str, proposed: str) -> None:
        """Hold a name for an account that is about to be opened; raises Refused when another one has it.

        A name that a crash left held by an account that never came to be is taken over after an hour. Where claims
        were lost with the database, the list of accounts counts, once it knows all that were there before.
        """
        if self._horizon is None:
            self._horizon = await self._ledger.head()
        await wait_for(self._accounts, self._horizon, WAIT_SECONDS)
        if await self.find(index) not in {None, proposed}:
            raise Refused("account_name_taken", pointer="/name", status=409)
        key = _key(index)
        holder = await self._reservations.hold(key, proposed)
        if holder == proposed:
            return
        if await self._exists(holder) or await self._reservations.is_fresh(key):
            raise Refused("account_name_taken", pointer="/name", status=409)
        if not await self._reservations.swap(key, holder, proposed):
            raise Refused("account_name_taken", pointer="/name", status=409)

    async def _exists(self, account_id: str) -> bool:
        state, _ = await self._commands.load(ACCOUNT, account_id)
        return bool(state.id)


def _key(index: str) -> str:
    return f"account:{index}"
