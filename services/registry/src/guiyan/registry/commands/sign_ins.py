"""Signing in: one path for every name, known or not, so that no refusal tells more than another (domain.md §5.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog

from guiyan.events import new_id
from guiyan.events.codes import AccountState, SecondFactorState, SignInFactor, SignInRefusal
from guiyan.ledger import Refused
from guiyan.registry.commands.account_desk import AccountDesk, Month, Opened
from guiyan.registry.commands.sessions import SignedInAs, begin_session, own_context
from guiyan.registry.domain.account import ACCOUNT, Account, ExpirePassword, UseRecoveryCode
from guiyan.registry.domain.account_rules import AccountRules
from guiyan.registry.domain.password import normal
from guiyan.registry.domain.sign_in import LetIn, Try, TurnAway
from guiyan.registry.domain.totp import find_step, recovery_key
from guiyan.service.problems import Problem, Unauthenticated

_log = structlog.get_logger("guiyan.accounts")


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody signs in with, and from which address."""

    name: str
    password: str
    code: str | None
    address: str
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What was right besides the password: by which factor, the step of its code, or the number of a recovery code."""

    factor: SignInFactor
    step: int | None = None
    number: int | None = None


async def sign_in(desk: AccountDesk, given: Given) -> SignedInAs:
    """A session, or a Problem: 401 for whatever was wrong, 423 while paused, 428 where a code is asked for, 429."""
    desk.require_tokens()
    desk.by_address.check(given.address)
    index = desk.names.index(given.name)
    desk.by_name.check(index)
    async with _on_the_beat(desk):
        now, rules = desk.tools.clock.now(), await desk.rules()
        account_id = await desk.names.find(index)
        if account_id is None:
            return await _nobody(desk, index, given, now, rules)
        return await _somebody(desk, await desk.open(account_id), given, now, rules)


@asynccontextmanager
async def _on_the_beat(desk: AccountDesk) -> AsyncIterator[None]:
    """Every 401 leaves on the next beat: a name that is there costs an append, one that is not a counter elsewhere."""
    loop, beat = asyncio.get_running_loop(), desk.beat_seconds
    began = loop.time()
    try:
        yield
    except Unauthenticated:
        if beat:
            await asyncio.sleep(beat - (loop.time() - began) % beat)
        raise


async def _nobody(desk: AccountDesk, index: str, given: Given, now: datetime, rules: AccountRules) -> SignedInAs:
    """The same steps for a name that nobody has."""
    require_looked_at(await desk.strangers.paused_seconds(index, now))
    await desk.hasher.verify(None, normal(given.password))
    require_looked_at(await desk.strangers.failed(index, now, rules))
    _log.warning("sign-in refused", account_id=None)
    raise Unauthenticated("sign_in_refused")


async def _somebody(desk: AccountDesk, opened: Opened, given: Given, now: datetime, rules: AccountRules) -> SignedInAs:
    account, month = opened.account, await desk.month(opened.account.id, now)
    require_looked_at(month.state.paused_seconds(account.round_, now))
    right = await desk.hasher.verify(opened.secrets.password_hash, normal(given.password))
    at = Try(account.id, now, account.round_)
    shown = _judged(desk, opened, month, given, right=right)
    if isinstance(shown, Shown):
        try:
            return await _let_in(desk, account, month, at, shown, given)
        except Refused as refused:
            require_looked_at(_seconds(refused))
            shown = SignInRefusal.WRONG_CODE  # somebody else used that very code just now
    await turn_away(desk, account, month, TurnAway(at, shown, rules), given.correlation_id)
    if shown == SignInRefusal.LOCKED:  # said to whoever has the password, and to nobody else
        raise Problem(423, "account_held")
    raise Unauthenticated("sign_in_refused")


def _judged(desk: AccountDesk, opened: Opened, month: Month, given: Given, *, right: bool) -> Shown | SignInRefusal:
    """What is wrong, or by which factor all is right; raises Problem 428 when only the code is missing."""
    account, today = opened.account, desk.tools.clock.today()
    if account.state == AccountState.CLOSED:
        return SignInRefusal.CLOSED
    if not right:
        return SignInRefusal.WRONG_PASSWORD
    if account.state == AccountState.LOCKED:
        return SignInRefusal.LOCKED
    if account.one_time and account.is_past(today):
        return SignInRefusal.ONE_TIME_EXPIRED
    if account.factor != SecondFactorState.CONFIRMED:
        return Shown(SignInFactor.PASSWORD)
    if not given.code:
        raise Problem(428, "second_factor_required")
    return shown_by(desk, opened, month.state.last_step, given.code) or SignInRefusal.WRONG_CODE


def shown_by(desk: AccountDesk, opened: Opened, last_step: int, code: str) -> Shown | None:
    """Which factor a code proves: the device's of these seconds, not taken before, or a recovery code not used yet."""
    step = find_step(opened.secrets.secret or "", code, desk.require_tokens().now())
    if step is not None:
        return Shown(SignInFactor.TOTP, step=step) if step > last_step else None
    digest = recovery_digest(desk, code)
    for number, known in enumerate(opened.secrets.codes):
        if known == digest and number not in opened.account.used_codes:
            return Shown(SignInFactor.RECOVERY_CODE, number=number)
    return None


def recovery_digest(desk: AccountDesk, code: str) -> str:
    """A recovery code as it is kept: 80 random bits need no slow hash, only a key that the ledger does not have."""
    return desk.tools.blind.digest(b"recovery code", recovery_key(code).encode())


async def _let_in(  # noqa: PLR0913, PLR0917 - who, how it stands, and what was shown
    desk: AccountDesk, account: Account, month: Month, at: Try, shown: Shown, given: Given
) -> SignedInAs:
    """Record it, then give the token; a used recovery code is used up first, so that it never lets in twice."""
    tools = desk.tools
    if shown.number is not None:
        use = UseRecoveryCode(shown.number, at.on)
        await tools.commands.execute(ACCOUNT, account.id, use, own_context(desk, account, given.correlation_id))
    session_id = new_id(at.now)
    command = LetIn(at, session_id, shown.factor, shown.step)
    async with desk.one_at_a_time(account.id):
        context = own_context(desk, account, given.correlation_id)
        await tools.commands.execute(month.decider, month.id, command, context)
    if account.expires(at.on):
        expire = ExpirePassword(at.on)
        await tools.commands.execute(ACCOUNT, account.id, expire, own_context(desk, account, given.correlation_id))
    _log.info("signed in", account_id=account.id, factor=str(shown.factor))
    return await begin_session(desk, account, session_id)


async def turn_away(desk: AccountDesk, account: Account, month: Month, command: TurnAway, correlation_id: str) -> None:
    """Record a failure; raises Problem 423 when sign-ins came to be paused meanwhile."""
    try:
        async with desk.one_at_a_time(account.id):
            context = own_context(desk, account, correlation_id)
            await desk.tools.commands.execute(month.decider, month.id, command, context)
    except Refused as refused:
        require_looked_at(_seconds(refused))
        raise
    _log.warning("sign-in refused", account_id=account.id, reason=str(command.reason))


def _seconds(refused: Refused) -> int:
    return int(str(refused.params.get("seconds", 0)))


def require_looked_at(seconds: int) -> None:
    """Raise Problem 423 with Retry-After while sign-ins are paused."""
    if seconds:
        raise Problem(
            423, "account_locked", headers={"Retry-After": str(seconds)}, params={"minutes": -(-seconds // 60)}
        )
