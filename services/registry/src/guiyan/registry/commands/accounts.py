"""What administrators do about accounts: one opens and closes, another grants roles; none does about the own one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from guiyan.events.codes import AccountEnd, AccountLockReason, AccountRole, PasswordOrigin, SecondFactorEnd, SessionsEnd
from guiyan.events.registry.account import AccountOpened, AccountText, PasswordText
from guiyan.ledger import Outcome, Refused
from guiyan.registry.commands.account_desk import AccountDesk
from guiyan.registry.commands.members import get_member
from guiyan.registry.commands.scoping import check_scope, get_in_scope
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.account import (
    ACCOUNT,
    Account,
    CloseAccount,
    Command,
    EndSessions,
    GrantRole,
    LockAccount,
    OpenAccount,
    RemoveSecondFactor,
    RevokeRole,
    SetPassword,
    UnlockAccount,
)
from guiyan.registry.domain.account_rules import ADMINISTRATORS
from guiyan.registry.projections.accounts import ACCOUNTS
from guiyan.service.reads import wait_for

WAIT_SECONDS: Final = 1.5
_GROUPS: Final = 4
_UPPER, _LOWER, _DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be opened: its sign-in name, the holder's name, the organisation; whose own record, for members."""

    name: str
    display_name: str | None
    org_code: str
    member_id: str | None = None


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What a command came to, and the one-time password, which is shown this once; None for a repeat of it."""

    outcome: Outcome
    one_time_password: str | None


async def open_account(desk: AccountDesk, asker: Asker, new: NewAccount) -> HandedOut:
    """Open an account in the asker's scope; name and member are claimed first, so that nobody else has them."""
    tools, rules, account_id = desk.tools, await desk.rules(), asker.new_id("account")
    organisation = await get_in_scope(tools, asker, new.org_code, "/org_code")
    if organisation.created_on is None:
        raise Refused("organisation_unknown", pointer="/org_code")
    if new.member_id is not None:
        await get_member(tools, asker, new.member_id)
    index = desk.names.index(new.name)
    await desk.names.claim(index, account_id, new.member_id)
    facts = AccountOpened(
        account_id=account_id,
        org_code=new.org_code,
        name_index=index,
        holder_index=holder_index(desk, new.display_name),
        member_id=new.member_id,
    )
    today, password = tools.clock.today(), one_time_password()
    text = AccountText(name=new.name, display_name=new.display_name)
    hashed = PasswordText(password_hash=await desk.hasher.hash(password))
    command = OpenAccount(facts, text, hashed, rules.one_time_until(today), today)
    outcome = await tools.commands.execute(ACCOUNT, account_id, command, asker.context, asker.expected_version)
    return HandedOut(outcome, None if outcome.duplicate else password)


async def reset_password(desk: AccountDesk, asker: Asker, account_id: str) -> HandedOut:
    """Another one-time password, for whoever has forgotten theirs; sessions end, failures are forgotten."""
    rules, today, password = await desk.rules(), desk.tools.clock.today(), one_time_password()
    text = PasswordText(password_hash=await desk.hasher.hash(password))
    command = SetPassword(PasswordOrigin.RESET, text, rules.one_time_until(today), asker.context.actor, today)
    outcome = await _do(desk, asker, account_id, command)
    return HandedOut(outcome, None if outcome.duplicate else password)


async def grant_role(desk: AccountDesk, asker: Asker, account_id: str, role: AccountRole) -> Outcome:
    """Give a role. Administrators are made one at a time, so that no two accounts of one person become two of them."""
    today, by = desk.tools.clock.today(), asker.context.actor
    if role not in ADMINISTRATORS:
        return await _do(desk, asker, account_id, GrantRole(role, by, today))
    async with desk.administrators.turn():
        account, _ = await desk.load(account_id)
        elsewhere = await _administers(desk, account)
        return await _do(desk, asker, account_id, GrantRole(role, by, today, elsewhere))


async def revoke_role(desk: AccountDesk, asker: Asker, account_id: str, role: AccountRole) -> Outcome:
    """Take a role away; sessions go on with the others."""
    today, by = desk.tools.clock.today(), asker.context.actor
    return await _do(desk, asker, account_id, RevokeRole(role, by, today))


async def lock_account(desk: AccountDesk, asker: Asker, account_id: str, reason: AccountLockReason) -> Outcome:
    """Until somebody unlocks it."""
    today, by = desk.tools.clock.today(), asker.context.actor
    return await _do(desk, asker, account_id, LockAccount(reason, by, today))


async def unlock_account(desk: AccountDesk, asker: Asker, account_id: str) -> Outcome:
    """Whatever had locked it."""
    today, by = desk.tools.clock.today(), asker.context.actor
    return await _do(desk, asker, account_id, UnlockAccount(by, today))


async def close_account(desk: AccountDesk, asker: Asker, account_id: str, reason: AccountEnd) -> Outcome:
    """For good; its name stays taken, so that what was done under it stays one person's."""
    today, by = desk.tools.clock.today(), asker.context.actor
    return await _do(desk, asker, account_id, CloseAccount(reason, by, today))


async def remove_second_factor(desk: AccountDesk, asker: Asker, account_id: str, reason: SecondFactorEnd) -> Outcome:
    """For whoever has lost device and recovery codes.

    A security administrator does it, never the one who resets passwords: to take an account over needs both.
    """
    today = desk.tools.clock.today()
    return await _do(desk, asker, account_id, RemoveSecondFactor(reason, asker.context.actor, today))


async def end_sessions(desk: AccountDesk, asker: Asker, account_id: str) -> Outcome:
    """All its sessions."""
    today = desk.tools.clock.today()
    return await _do(desk, asker, account_id, EndSessions(SessionsEnd.BY_ADMINISTRATOR, today))


def holder_index(desk: AccountDesk, display_name: str | None) -> str | None:
    """The blind index of a holder's name: two administrators of one name are taken for one person."""
    try:
        return None if display_name is None else desk.tools.blind.of("account_holder", display_name)
    except ValueError:
        return None


def one_time_password() -> str:
    """Four groups of four signs that nobody mistakes for another; 66 bits, used once."""
    return "-".join(_group() for _ in range(_GROUPS))


def _group() -> str:
    signs = [secrets.choice(_UPPER), secrets.choice(_LOWER), secrets.choice(_DIGITS), secrets.choice(_LOWER)]
    return "".join(signs)


async def _administers(desk: AccountDesk, account: Account) -> frozenset[AccountRole]:
    """Which administrator roles other accounts of this holder have."""
    if account.holder is None:
        return frozenset()
    await wait_for(desk.accounts, await desk.tools.ledger.head(), WAIT_SECONDS)
    found = await desk.accounts.find(ACCOUNTS, {"holder_index": account.holder})
    held = {role for one in found if one["_id"] != account.id for role in one["roles"]}
    return frozenset(AccountRole(role) for role in held) & ADMINISTRATORS


async def _do(desk: AccountDesk, asker: Asker, account_id: str, command: Command) -> Outcome:
    """One command on an account in the asker's scope; raises NotFound for one outside of it."""
    account, history = await desk.load(account_id)
    await check_scope(desk.tools, asker, account.org)
    return await desk.tools.commands.execute(
        ACCOUNT, account_id, command, asker.context, asker.expected_version, known=history
    )
