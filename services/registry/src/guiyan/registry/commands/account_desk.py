"""What the handlers of accounts and sign-ins work with: claims of names, hashes, tokens, limits, and what is sealed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

from guiyan.events import Event
from guiyan.events.registry.account import AccountText, PasswordText, RecoveryText, SecondFactorText
from guiyan.ledger import Decider, History, business_date
from guiyan.registry.commands.account_names import AccountNames
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.account import ACCOUNT, Account
from guiyan.registry.domain.account_rules import AccountRules
from guiyan.registry.domain.sign_in import SIGN_INS, Command, SignIns, sign_ins_after, sign_ins_id
from guiyan.registry.hashing import Hasher
from guiyan.registry.session_tokens import SessionTokens
from guiyan.registry.strangers import Strangers
from guiyan.service.limiter import Limiter
from guiyan.service.problems import NotFound
from guiyan.service.reads import Reads
from guiyan.service.turns import Turns


@dataclass(frozen=True, slots=True)
class Secrets:
    """What an account's events told sealed: its names, its password hashes (the newest last), its second factor."""

    name: str = ""
    display_name: str | None = None
    hashes: tuple[str, ...] = ()
    secret: str | None = None
    codes: tuple[str, ...] = ()

    @property
    def password_hash(self) -> str | None:
        """The password's hash now."""
        return self.hashes[-1] if self.hashes else None


@dataclass(frozen=True, slots=True)
class Opened:
    """An account as it stands, with what it told sealed."""

    account: Account
    secrets: Secrets


@dataclass(frozen=True, slots=True)
class Month:
    """An account's sign-ins of this month: how they stand, and the decider that knows how the month before ended."""

    id: str
    decider: Decider[SignIns, Command]
    state: SignIns


@dataclass
class AccountDesk:
    """Made once, in `app`; `tokens` is None where an installation has no local accounts."""

    tools: Tools
    accounts: Reads
    names: AccountNames
    hasher: Hasher
    tokens: SessionTokens | None
    strangers: Strangers
    by_address: Limiter
    by_name: Limiter
    administrators: Turns
    beat_seconds: float
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def require_tokens(self) -> SessionTokens:
        """The signer of tokens; raises NotFound (404) where nobody signs in here."""
        if self.tokens is None:
            raise NotFound("no_local_accounts")
        return self.tokens

    def one_at_a_time(self, account_id: str) -> asyncio.Lock:
        """The lock under which this process records an account's sign-ins: a flood does not race with itself."""
        lock = self._locks.get(account_id)
        if lock is None:
            lock = self._locks[account_id] = asyncio.Lock()
        return lock

    async def rules(self) -> AccountRules:
        """The figures valid today."""
        await self.tools.rulebook.refresh()
        return self.tools.rulebook.valid(AccountRules, self.tools.clock.today())

    async def load(self, account_id: str) -> tuple[Account, History]:
        """An account from the ledger; raises NotFound where there is none."""
        account, history = await self.tools.load(ACCOUNT, account_id)
        if not account.id:
            raise NotFound
        return account, history

    async def open(self, account_id: str) -> Opened:
        """The same with what is sealed."""
        return await self.opened(*await self.load(account_id))

    async def opened(self, account: Account, history: History) -> Opened:
        """One that was loaded, with what is sealed."""
        return Opened(account, await self._secrets(history.events))

    async def month(self, account_id: str, now: datetime) -> Month:
        """How an account's sign-ins stand at a moment."""
        today = business_date(now)
        ids = [sign_ins_id(account_id, today.replace(day=1) - timedelta(days=1)), sign_ins_id(account_id, today)]
        before, this = await asyncio.gather(*(self.tools.ledger.read(SIGN_INS.subject(id_)) for id_ in ids))
        decider = sign_ins_after(SIGN_INS.fold(before.events))
        return Month(ids[1], decider, decider.fold(this.events))

    async def _secrets(self, events: Iterable[Event]) -> Secrets:
        sealed = [event for event in events if event.data.get("pii") is not None]
        opened = await self.tools.sealer.open(sealed)
        told: dict[str, Any] = {"hashes": ()}
        for event in sealed:
            match opened.get(event.id):
                case AccountText() as text:
                    told |= {"name": text.name, "display_name": text.display_name}
                case PasswordText() as text:
                    told["hashes"] = (*told["hashes"], text.password_hash)
                case SecondFactorText() as text:
                    told |= {"secret": text.secret, "codes": ()}
                case RecoveryText() as text:
                    told["codes"] = text.codes
                case _:
                    continue
        return Secrets(**told)
