"""Sign-in names, found by a blind index; claimed, as a member's one account is, so that none is twice (ADR 0007)."""

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
        holder = await self._held(_name_key(index))
        if holder is not None:
            return holder
        found = await self._accounts.find(ACCOUNTS, {"name_index": index}, limit=1)
        return str(found[0]["_id"]) if found else None

    async def claim(self, index: str, proposed: str, member_id: str | None = None) -> None:
        """Hold a name, and the place of a member's one account, for an account that is about to be opened.

        Raises Refused when another account has one of the two, before either is held. What a crash left held by an
        account that never came to be is taken over after an hour. Where claims were lost with the database, the list
        of accounts counts, once it knows all that were there before.
        """
        name_taken = Refused("account_name_taken", pointer="/name", status=409)
        member_taken = Refused("member_has_account", pointer="/member_id", status=409)
        if self._horizon is None:
            self._horizon = await self._ledger.head()
        await wait_for(self._accounts, self._horizon, WAIT_SECONDS)
        if member_id is not None and await self._held(_member_key(member_id)) not in {None, proposed}:
            raise member_taken
        if await self.find(index) not in {None, proposed}:
            raise name_taken
        await self._hold(_name_key(index), proposed, name_taken)
        if member_id is not None:
            await self._hold(_member_key(member_id), proposed, member_taken)

    async def _held(self, key: str) -> str | None:
        """The account that holds a key, None when there is none, or it never came to be."""
        holder = await self._reservations.find(key)
        return holder if holder is not None and await self._exists(holder) else None

    async def _hold(self, key: str, proposed: str, taken: Refused) -> None:
        holder = await self._reservations.hold(key, proposed)
        if holder == proposed:
            return
        left_behind = not await self._exists(holder) and not await self._reservations.is_fresh(key)
        if not left_behind or not await self._reservations.swap(key, holder, proposed):
            raise taken

    async def _exists(self, account_id: str) -> bool:
        state, _ = await self._commands.load(ACCOUNT, account_id)
        return bool(state.id)


def _name_key(index: str) -> str:
    return f"account:{index}"


def _member_key(member_id: str) -> str:
    return f"account_member:{member_id}"
