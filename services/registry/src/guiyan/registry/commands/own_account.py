"""What the holder of an account does about it: the password, the second factor, all sessions (domain.md §5.2)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from guiyan.events.codes import PasswordOrigin, SecondFactorEnd, SecondFactorState, SessionsEnd, SignInRefusal
from guiyan.events.registry.account import PasswordText, RecoveryText, SecondFactorText
from guiyan.ledger import Context, Outcome, Refused
from guiyan.registry.commands.account_desk import AccountDesk, Month, Opened
from guiyan.registry.commands.sessions import SignedInAs, current, own_context, signed_in
from guiyan.registry.commands.sign_ins import recovery_digest, require_looked_at, shown_by, turn_away
from guiyan.registry.domain.account import (
    ACCOUNT,
    Command,
    ConfirmSecondFactor,
    EndSessions,
    EnrolSecondFactor,
    RemoveSecondFactor,
    SetPassword,
    UseRecoveryCode,
)
from guiyan.registry.domain.account_rules import AccountRules
from guiyan.registry.domain.password import normal, require_strong
from guiyan.registry.domain.sign_in import Try, TurnAway
from guiyan.registry.domain.totp import SECRET_BYTES, address, find_step, recovery_text, secret_text
from guiyan.registry.session_tokens import Session

RECOVERY_CODES: Final = 10
_RECOVERY_BYTES: Final = 10


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks about the own account: the account with what it told sealed, the session, and how it stands now."""

    opened: Opened
    session: Session
    month: Month
    rules: AccountRules
    context: Context


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the holder's device is given, shown once."""

    outcome: Outcome
    secret: str
    address: str


async def holder(desk: AccountDesk, claims: Mapping[str, Any], correlation_id: str) -> Holder:
    """Whose account a token belongs to; raises Unauthenticated when its session is over."""
    found = await current(desk, claims)
    opened = await desk.opened(found.account, found.history)
    context = own_context(desk, found.account, correlation_id)
    return Holder(opened, found.session, found.month, found.rules, context)


async def change_password(
    desk: AccountDesk, who: Holder, current_password: str, new: str
) -> tuple[Outcome, SignedInAs]:
    """The holder's own new password; every session ends, and this one goes on with the new token."""
    await require_password(desk, who, current_password, pointer="/current")
    rules, secrets, today = who.rules, who.opened.secrets, desk.tools.clock.today()
    new = normal(new)
    require_strong(new, rules, secrets.name, secrets.display_name)
    for earlier in secrets.hashes[-rules.password_history :]:
        if await desk.hasher.verify(earlier, new):
            raise Refused("password_used_before", pointer="/new", count=rules.password_history)
    text = PasswordText(password_hash=await desk.hasher.hash(new))
    account = who.opened.account
    command = SetPassword(PasswordOrigin.CHANGED, text, rules.own_until(today), account.sub, today)
    return await _carried_out(desk, who, command)


async def enrol(desk: AccountDesk, who: Holder, password: str) -> Enrolment:
    """A secret for the holder's device; it counts once a code of it was shown."""
    await require_password(desk, who, password)
    secret = secret_text(os.urandom(SECRET_BYTES))
    command = EnrolSecondFactor(SecondFactorText(secret=secret), desk.tools.clock.today())
    outcome = await _execute(desk, who, command)
    return Enrolment(outcome, secret, address(secret, who.opened.secrets.name))


async def confirm(desk: AccountDesk, who: Holder, code: str) -> tuple[Outcome, SignedInAs, tuple[str, ...]]:
    """A right code makes the device count; gives the recovery codes, shown this once, and a token with the roles."""
    secret = who.opened.secrets.secret
    if who.opened.account.factor != SecondFactorState.ENROLLED or secret is None:
        raise Refused("second_factor_not_enrolled")
    if find_step(secret, code, desk.require_tokens().now()) is None:
        raise Refused("wrong_code", pointer="/code")
    codes = tuple(recovery_text(os.urandom(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES))
    kept = RecoveryText(codes=tuple(recovery_digest(desk, one) for one in codes))
    outcome, again = await _carried_out(desk, who, ConfirmSecondFactor(kept, desk.tools.clock.today()))
    return outcome, again, codes


async def remove(desk: AccountDesk, who: Holder, password: str, code: str) -> tuple[Outcome, SignedInAs]:
    """The holder gives the device up, to enrol another one: with password and a code, of it or for recovery."""
    await require_password(desk, who, password)
    account, today = who.opened.account, desk.tools.clock.today()
    if account.factor == SecondFactorState.CONFIRMED:
        await _require_code(desk, who, code)
    return await _carried_out(desk, who, RemoveSecondFactor(SecondFactorEnd.NEW_DEVICE, None, today))


async def end_all(desk: AccountDesk, who: Holder) -> Outcome:
    """Every session ends, this one too."""
    return await _execute(desk, who, EndSessions(SessionsEnd.BY_HOLDER, desk.tools.clock.today()))


async def require_password(desk: AccountDesk, who: Holder, password: str, *, pointer: str = "/password") -> None:
    """The holder's password once more; a wrong one counts as a failed sign-in, so that a session cannot guess it."""
    account, now = who.opened.account, desk.tools.clock.now()
    require_looked_at(who.month.state.paused_seconds(account.round_, now))
    if await desk.hasher.verify(who.opened.secrets.password_hash, normal(password)):
        return
    await _count_failure(desk, who, SignInRefusal.WRONG_PASSWORD)
    raise Refused("wrong_password", pointer=pointer)


async def _require_code(desk: AccountDesk, who: Holder, code: str) -> None:
    account = who.opened.account
    shown = shown_by(desk, who.opened, who.month.state.last_step, code)
    if shown is None:
        await _count_failure(desk, who, SignInRefusal.WRONG_CODE)
        raise Refused("wrong_code", pointer="/code")
    if shown.number is not None:
        use = UseRecoveryCode(shown.number, desk.tools.clock.today())
        await desk.tools.commands.execute(
            ACCOUNT, account.id, use, own_context(desk, account, who.context.correlation_id)
        )


async def _count_failure(desk: AccountDesk, who: Holder, reason: SignInRefusal) -> None:
    account = who.opened.account
    at = Try(account.id, desk.tools.clock.now(), account.round_)
    await turn_away(desk, account, who.month, TurnAway(at, reason, who.rules), who.context.correlation_id)


async def _carried_out(desk: AccountDesk, who: Holder, command: Command) -> tuple[Outcome, SignedInAs]:
    """Carry it out; this session goes on although all others end."""
    outcome = await _execute(desk, who, command)
    account, _ = await desk.tools.commands.load(ACCOUNT, who.opened.account.id, fresh=True)
    session = replace(who.session, count=account.sessions)
    return outcome, signed_in(desk, account, session, who.rules)


async def _execute(desk: AccountDesk, who: Holder, command: Command) -> Outcome:
    return await desk.tools.commands.execute(ACCOUNT, who.opened.account.id, command, who.context)
