"""An account against a model: whatever administrators and strangers do, in any order, over months (domain.md §5.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from guiyan.events import Event, derived_id, encode_data
from guiyan.events.codes import (
    AccountEnd,
    AccountLockReason,
    AccountRole,
    AccountState,
    PasswordOrigin,
    SecondFactorEnd,
    SecondFactorState,
    SessionsEnd,
    SignInFactor,
    SignInRefusal,
)
from guiyan.events.registry.account import (
    AccountOpened,
    AccountText,
    PasswordText,
    RecoveryText,
    SecondFactorText,
    SignedIn,
    SignInRefused,
    SignInsPaused,
)
from guiyan.ledger import Decider, Draft, Refused, business_date
from guiyan.registry.domain.account import (
    ACCOUNT,
    Account,
    CloseAccount,
    Command,
    ConfirmSecondFactor,
    EndSessions,
    EnrolSecondFactor,
    ExpirePassword,
    GrantRole,
    LockAccount,
    OpenAccount,
    RemoveSecondFactor,
    RevokeRole,
    SetPassword,
    UnlockAccount,
    UseRecoveryCode,
)
from guiyan.registry.domain.account_rules import ADMINISTRATORS, NO_MEMBER_DATA, AccountRules
from guiyan.registry.domain.sign_in import LetIn, SignIns, Try, TurnAway, sign_ins_after, sign_ins_id
from guiyan.service.auth import Role

START = datetime(2026, 1, 30, 4, tzinfo=UTC)
ID = derived_id(START, "account")
MEMBER = derived_id(START, "member")
RULES = AccountRules()
HASH = PasswordText(password_hash="$argon2id$made-up")
ROLES = st.sampled_from(sorted(ADMINISTRATORS)) | st.sampled_from(list(AccountRole))
BY = st.sampled_from(["admin-1", "admin-2", "admin-3", ID])


def test_the_roles_are_those_of_the_doors() -> None:
    """One list of roles (domain.md §6), in the events and in the tokens."""
    assert {str(one) for one in AccountRole} == {str(one) for one in Role}


class Stream:
    """Events of one aggregate, as the ledger would have them."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.events: list[Event] = []

    def write(self, drafts: Any, now: datetime) -> list[Event]:
        """Append what was decided."""
        made = [self._event(draft, now, number) for number, draft in enumerate(drafts, len(self.events) + 1)]
        self.events.extend(made)
        return made

    def _event(self, draft: Draft, now: datetime, number: int) -> Event:
        return Event(
            id=derived_id(now, self.subject, str(number)),
            source="guiyan/registry",
            type=draft.payload.type_name(),
            subject=self.subject,
            time=now,
            dataschema=draft.payload.dataschema(),
            data=encode_data(draft.payload),
            occurredon=draft.occurred_on,
            actor="tester",
            actororg="654002000000",
            causationid="test",
            correlationid="test",
            streamversion=number,
        )


class AccountMachine(RuleBasedStateMachine):
    """One account; the model knows only what was done, in words of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.stream = Stream(f"account/{ID}")
        self.months: dict[str, Stream] = {}
        self.roles: set[AccountRole] = set()
        self.state = AccountState.OPEN
        self.row = 0
        self.paused_until: datetime | None = None
        self.used: set[int] = set()
        self.ended = 0
        facts = AccountOpened(account_id=ID, org_code="654002000000", name_index="0f" * 32)
        self._do(OpenAccount(facts, AccountText(name="zhang"), HASH, RULES.one_time_until(self.today), self.today))

    @property
    def today(self) -> Any:
        """The business date."""
        return business_date(self.now)

    @property
    def account(self) -> Account:
        """As the events have it."""
        return ACCOUNT.fold(self.stream.events)

    def _do(self, command: Command) -> str:
        """The refusal's code, or nothing."""
        try:
            self.stream.write(ACCOUNT.decide(command, self.account), self.now)
        except Refused as refused:
            return refused.code
        return ""

    def _expect(self, command: Command, *, own: bool, allowed: bool = True) -> bool:
        """Whether the command was carried out, as it must be: never on a closed account, never on the own one."""
        code = self._do(command)
        if self.state == AccountState.CLOSED:
            assert code == "account_closed"
        elif own:
            assert code == "own_account"
        else:
            assert (code == "") == allowed, code
        return code == ""

    @rule(role=ROLES, by=BY)
    def grant(self, role: AccountRole, by: str) -> None:
        """Only what one person may hold together."""
        after = self.roles | {role}
        fits = len(after & ADMINISTRATORS) <= 1 and not (after & NO_MEMBER_DATA and after - NO_MEMBER_DATA)
        fits = fits and AccountRole.MEMBER not in after
        if self._expect(GrantRole(role, by, self.today), own=by == ID, allowed=fits):
            self.roles = after

    @rule(role=ROLES, by=BY)
    def revoke(self, role: AccountRole, by: str) -> None:
        """Always possible."""
        if self._expect(RevokeRole(role, by, self.today), own=by == ID):
            self.roles -= {role}

    @rule(by=BY)
    def lock(self, by: str) -> None:
        """Ends the sessions, once."""
        if self._expect(LockAccount(AccountLockReason.OTHER, by, self.today), own=by == ID):
            self.ended += self.state == AccountState.OPEN
            self.state = AccountState.LOCKED

    @rule(by=BY)
    def unlock(self, by: str) -> None:
        """Begins the counting anew."""
        if self._expect(UnlockAccount(by, self.today), own=by == ID):
            self.state, self.row, self.paused_until = AccountState.OPEN, 0, None

    @rule(by=BY, sure=st.integers(0, 9))
    def close(self, by: str, sure: int) -> None:
        """For good."""
        if sure or not self._expect(CloseAccount(AccountEnd.LEFT_POST, by, self.today), own=by == ID):
            return
        self.state, self.roles = AccountState.CLOSED, set()
        self.ended += 1

    @rule(origin=st.sampled_from([PasswordOrigin.RESET, PasswordOrigin.CHANGED]), by=BY)
    def set_password(self, origin: PasswordOrigin, by: str) -> None:
        """The own one by the holder, a one-time one by somebody else; the latter begins the counting anew."""
        own = origin == PasswordOrigin.CHANGED
        until = RULES.own_until(self.today) if own else RULES.one_time_until(self.today)
        if self._expect(SetPassword(origin, HASH, until, by, self.today), own=by == ID and not own):
            self.ended += 1
            assert self.account.must_change(self.today) == (not own)
            if not own:
                self.row, self.paused_until = 0, None

    @rule()
    def expire(self) -> None:
        """Once, and only a password past its time."""
        before, late, number = self.account, self.account.is_past(self.today), len(self.stream.events)
        if self._do(ExpirePassword(self.today)) == "":
            assert len(self.stream.events) - number == (late and not before.one_time and not before.expired)
            assert self.account.expired == (before.expired or (late and not before.one_time))
            number = len(self.stream.events)
            assert (self._do(ExpirePassword(self.today)), len(self.stream.events)) == ("", number)

    @rule()
    def enrol_and_confirm(self) -> None:
        """A device counts after its first code; a second device is not enrolled beside it."""
        before = self.account.factor
        enrolled = self._do(EnrolSecondFactor(SecondFactorText(secret="A" * 32), self.today))
        if self.state == AccountState.CLOSED:
            assert enrolled == "account_closed"
        elif before == SecondFactorState.CONFIRMED:
            assert enrolled == "second_factor_there"
        else:
            assert self.account.factor == SecondFactorState.ENROLLED
            assert self._do(ConfirmSecondFactor(RecoveryText(codes=("a" * 32,) * 3), self.today)) == ""
            assert self.account.factor == SecondFactorState.CONFIRMED
            self.used = set()

    @rule(by=st.none() | BY)
    def remove_factor(self, by: str | None) -> None:
        """By the holder, or by another administrator."""
        had = self.account.factor != SecondFactorState.NONE
        if self._expect(RemoveSecondFactor(SecondFactorEnd.NEW_DEVICE, by, self.today), own=by == ID):
            self.ended += had
            assert self.account.factor == SecondFactorState.NONE

    @rule(number=st.integers(0, 2))
    def use_code(self, number: int) -> None:
        """Each once, of the device that counts."""
        fresh = self.account.factor == SecondFactorState.CONFIRMED and number not in self.used
        code = self._do(UseRecoveryCode(number, self.today))
        assert (code == "") == (fresh and self.state != AccountState.CLOSED)
        if code == "":
            self.used.add(number)

    @precondition(lambda self: self.state != AccountState.CLOSED)
    @rule()
    def end_sessions(self) -> None:
        """All of them."""
        assert self._do(EndSessions(SessionsEnd.BY_ADMINISTRATOR, self.today)) == ""
        self.ended += 1

    @rule(minutes=st.sampled_from([1, 10, 29, 30, 31, 24 * 60, 33 * 24 * 60, 100 * 24 * 60]))
    def wait(self, minutes: int) -> None:
        """Time passes, also past the end of a month."""
        self.now += timedelta(minutes=minutes)

    @rule(times=st.integers(1, 12))
    def wrong_passwords(self, times: int) -> None:
        """Five in a row pause; while paused nothing is written, however many come, also over the end of a month."""
        for _ in range(times):
            made = self._sign_in(lambda at: TurnAway(at, SignInRefusal.WRONG_PASSWORD, RULES))
            if self._paused():
                assert made is None
                continue
            assert made is not None
            self.row = 1 if self.paused_until is not None else self.row + 1
            self.paused_until = self.now + RULES.locked_for if self.row == RULES.failures else None
            paused = [isinstance(one.payload, SignInsPaused) for one in made]
            assert paused == [False] + [True] * (self.paused_until is not None)
            assert isinstance(made[0].payload, SignInRefused)

    @rule(step=st.integers(0, 3))
    def right_password(self, step: int) -> None:
        """Ends the row; not while paused; not with a code of an older or the same step."""
        last = self._state().last_step
        made = self._sign_in(lambda at: LetIn(at, derived_id(self.now, "s"), SignInFactor.TOTP, step))
        expected = not self._paused() and step > last
        assert (made is not None) == expected
        if made is not None:
            assert isinstance(made[0].payload, SignedIn)
            self.row, self.paused_until = 0, None

    def _paused(self) -> bool:
        return self.paused_until is not None and self.now < self.paused_until

    def _sign_ins(self) -> tuple[Stream, Decider[SignIns, Any]]:
        last_month = self.today.replace(day=1) - timedelta(days=1)
        ids = [sign_ins_id(ID, last_month), sign_ins_id(ID, self.today)]
        before, this = [self.months.setdefault(id_, Stream(f"sign_in/{id_}")) for id_ in ids]
        return this, sign_ins_after(sign_ins_after(SignIns()).fold(before.events))

    def _state(self) -> SignIns:
        this, decider = self._sign_ins()
        return decider.fold(this.events)

    def _sign_in(self, make: Callable[[Try], Any]) -> list[Event] | None:
        this, decider = self._sign_ins()
        if not this.events and not self._carried():
            # Nothing of the last two months: the row and the pause are forgotten with them.
            self.row, self.paused_until = 0, None
        try:
            drafts = decider.decide(make(Try(ID, self.now, self.account.round_)), self._state())
        except Refused:
            return None
        return this.write(drafts, self.now)

    def _carried(self) -> bool:
        last_month = self.today.replace(day=1) - timedelta(days=1)
        before = self.months.get(sign_ins_id(ID, last_month))
        return before is not None and bool(before.events)

    @invariant()
    def as_the_model_has_it(self) -> None:
        """Roles, state and endings; nobody is ever two administrators, or one with member data."""
        account = self.account
        assert (account.roles, account.state, account.sessions) == (self.roles, self.state, self.ended + 1)
        assert len(account.roles & ADMINISTRATORS) <= 1
        assert not (account.roles & NO_MEMBER_DATA and account.roles - NO_MEMBER_DATA)
        needs = bool(account.roles - NO_MEMBER_DATA)
        assert account.must_enrol(RULES) == (needs and account.factor != SecondFactorState.CONFIRMED)


AccountMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestAccount = AccountMachine.TestCase
