"""Sessions of local accounts: begun by a sign-in, prolonged while they are used, ended (domain.md §5.2, ADR 0036)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guiyan.events import new_id
from guiyan.events.codes import AccountState
from guiyan.ledger import Context, History, Outcome
from guiyan.registry.commands.account_desk import AccountDesk, Month
from guiyan.registry.domain.account import Account
from guiyan.registry.domain.account_rules import AccountRules
from guiyan.registry.domain.sign_in import SignOut
from guiyan.registry.session_tokens import Session, Token
from guiyan.service.problems import Unauthenticated

SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class SignedInAs:
    """A session's token, and what has to be done before it opens any door but those of the own account.

    As long as one of the two is due the token carries no role.
    """

    account: Account
    session: Session
    token: Token
    ends_at: int
    must_change_password: bool
    must_enrol_second_factor: bool
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A session that still stands, and what was read to tell: its account, this month's sign-ins, today's rules."""

    session: Session
    account: Account
    history: History
    month: Month
    rules: AccountRules


async def begin_session(desk: AccountDesk, account: Account, session_id: str) -> SignedInAs:
    """The first token of a session."""
    session = Session(session_id, account.id, account.sessions, int(desk.require_tokens().now()))
    return signed_in(desk, account, session, await desk.rules())


async def renew(desk: AccountDesk, claims: Mapping[str, Any]) -> SignedInAs:
    """A later token of a session in use, with the roles of now; raises Unauthenticated when it is over."""
    found = await current(desk, claims)
    return signed_in(desk, found.account, found.session, found.rules)


async def current(desk: AccountDesk, claims: Mapping[str, Any]) -> Standing:
    """The session that a token tells of, if it and its account still stand; raises Unauthenticated `session_ended`.

    Over is what was signed out, whose account was locked, closed or given another password, and what has lasted long
    enough however busy it is.
    """
    tokens, session = desk.require_tokens(), Session.of(claims)
    if session is None:
        raise Unauthenticated("no_session")
    account, history = await desk.load(session.account_id)
    month = await desk.month(account.id, desk.tools.clock.now())
    rules = await desk.rules()
    too_long = tokens.now() >= _ends_at(session, rules)
    ended = account.sessions != session.count or session.id in month.state.ended
    if account.state != AccountState.OPEN or ended or too_long:
        raise Unauthenticated("session_ended")
    return Standing(session, account, history, month, rules)


async def sign_out(desk: AccountDesk, claims: Mapping[str, Any], correlation_id: str) -> Outcome:
    """End the session that a token belongs to: it is not prolonged any more."""
    found = await current(desk, claims)
    command = SignOut(found.account.id, found.session.id, desk.tools.clock.today())
    context = own_context(desk, found.account, correlation_id)
    return await desk.tools.commands.execute(found.month.decider, found.month.id, command, context)


def own_context(desk: AccountDesk, account: Account, correlation_id: str) -> Context:
    """What an account does for itself."""
    own = new_id(desk.tools.clock.now())
    return Context(own, account.sub, account.org, own, correlation_id)


def signed_in(desk: AccountDesk, account: Account, session: Session, rules: AccountRules) -> SignedInAs:
    """The token of a session as its account stands now."""
    must_change = account.must_change(desk.tools.clock.today())
    must_enrol, ends_at = account.must_enrol(rules), _ends_at(session, rules)
    roles = () if must_change or must_enrol else tuple(sorted(str(role) for role in account.roles))
    token = desk.require_tokens().issue(
        session,
        sub=account.sub,
        roles=roles,
        org=account.org,
        idle_seconds=rules.idle_minutes * SECONDS_A_MINUTE,
        ends_at=ends_at,
    )
    return SignedInAs(account, session, token, ends_at, must_change, must_enrol, roles)


def _ends_at(session: Session, rules: AccountRules) -> int:
    """When a session has lasted long enough however busy it is (Unix time)."""
    return session.began_at + rules.session_minutes * SECONDS_A_MINUTE
