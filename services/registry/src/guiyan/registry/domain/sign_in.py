"""Sign-ins of one account in one month: let in, refused, paused after too many failures (domain.md §5.2, 8.1.4.1).

A stream a month keeps an account's own history short. What a flood of wrong passwords writes has a bound: while
sign-ins are paused nothing is looked at and nothing is written, so each pause costs as many events as failures are
allowed, and one (ADR 0036).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from math import ceil

from guiyan.events import Event, derived_id
from guiyan.events.codes import SignInFactor, SignInRefusal
from guiyan.events.registry.account import SessionEnded, SignedIn, SignInRefused, SignInsPaused
from guiyan.ledger import Decider, Draft, Refused, business_date
from guiyan.registry.domain.account_rules import AccountRules
from guiyan.registry.domain.dates import month_of

_NO_TIME = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class SignIns:
    """How sign-ins stand: failures in a row and of which round, a pause, the last code taken, sessions ended."""

    failures: int = 0
    round_: int = 0
    paused_until: datetime | None = None
    last_step: int = -1
    ended: frozenset[str] = frozenset()

    def failed(self, round_: int, now: datetime) -> int:
        """How many failures count: those of this round since the last pause was over."""
        over = self.paused_until is not None and now >= self.paused_until
        return 0 if over or self.round_ != round_ else self.failures

    def paused_seconds(self, round_: int, now: datetime) -> int:
        """For how long no sign-in is looked at, in whole seconds; 0 when it is."""
        if self.paused_until is None or self.round_ != round_ or now >= self.paused_until:
            return 0
        return ceil((self.paused_until - now).total_seconds())


@dataclass(frozen=True, slots=True)
class Try:
    """What every sign-in comes with: the account, the moment, the round of tries."""

    account_id: str
    now: datetime
    round_: int

    @property
    def on(self) -> date:
        """The business date."""
        return business_date(self.now)


@dataclass(frozen=True, slots=True)
class LetIn:
    """Everything was right."""

    at: Try
    session_id: str
    factor: SignInFactor
    totp_step: int | None = None


@dataclass(frozen=True, slots=True)
class TurnAway:
    """Something was wrong."""

    at: Try
    reason: SignInRefusal
    rules: AccountRules


@dataclass(frozen=True, slots=True)
class SignOut:
    """One session ends."""

    account_id: str
    session_id: str
    on: date


Command = LetIn | TurnAway | SignOut


def sign_ins_id(account_id: str, on: date) -> str:
    """The id of an account's stream of the month of a day."""
    return derived_id(_NO_TIME, "sign_in", account_id, month_of(on))


def _require_looked_at(at: Try, state: SignIns) -> None:
    """Whoever tries while sign-ins are paused is told so, with right words as with wrong ones."""
    seconds = state.paused_seconds(at.round_, at.now)
    if seconds:
        raise Refused("account_locked", status=423, seconds=seconds)


def _let_in(command: LetIn, state: SignIns) -> Sequence[Draft]:
    """A time-based code lets in once: an older one, or the same again, does not (RFC 6238 §5.2)."""
    _require_looked_at(command.at, state)
    if command.totp_step is not None and command.totp_step <= state.last_step:
        raise Refused("code_used")
    facts = SignedIn(
        account_id=command.at.account_id,
        session_id=command.session_id,
        factor=command.factor,
        totp_step=command.totp_step,
    )
    return [Draft(facts, command.at.on)]


def _turn_away(command: TurnAway, state: SignIns) -> Sequence[Draft]:
    """The failure, and with the last one allowed the pause."""
    at, rules = command.at, command.rules
    _require_looked_at(at, state)
    refused = SignInRefused(account_id=at.account_id, reason=command.reason, round=at.round_)
    drafts = [Draft(refused, at.on)]
    failures = state.failed(at.round_, at.now) + 1
    if failures >= rules.failures:
        until = at.now + rules.locked_for
        paused = SignInsPaused(account_id=at.account_id, failures=failures, until=until, round=at.round_)
        drafts.append(Draft(paused, at.on))
    return drafts


def _sign_out(command: SignOut, state: SignIns) -> Sequence[Draft]:
    if command.session_id in state.ended:
        return []
    return [Draft(SessionEnded(account_id=command.account_id, session_id=command.session_id), command.on)]


def decide(command: Command, state: SignIns) -> Sequence[Draft]:
    """The events of one try; raises Refused (423) while sign-ins are paused."""
    match command:
        case LetIn():
            return _let_in(command, state)
        case TurnAway():
            return _turn_away(command, state)
        case SignOut():
            return _sign_out(command, state)


def evolve(state: SignIns, event: Event) -> SignIns:
    """How they stand after one more event."""
    match event.payload:
        case SignedIn() as facts:
            step = state.last_step if facts.totp_step is None else facts.totp_step
            return replace(state, failures=0, paused_until=None, last_step=step)
        case SignInRefused() as facts:
            begun = state.paused_until is not None or facts.round != state.round_
            failures = 1 if begun else state.failures + 1
            return replace(state, failures=failures, round_=facts.round, paused_until=None)
        case SignInsPaused() as facts:
            return replace(state, failures=facts.failures, round_=facts.round, paused_until=facts.until)
        case SessionEnded() as facts:
            return replace(state, ended=state.ended | {facts.session_id})
        case _:
            return state


def sign_ins_after(earlier: SignIns) -> Decider[SignIns, Command]:
    """The decider of a month that begins as the month before ended: a row of failures does not end with the month."""
    return Decider("registry", "sign_in", lambda: earlier, evolve, decide)


SIGN_INS: Decider[SignIns, Command] = sign_ins_after(SignIns())
