"""Local accounts: opened, given roles, locked, closed; passwords and second factors as facts (domain.md §5.2, §6).

Three administrators, each without the others' powers (8.1.5.1-3): one opens accounts, one grants roles, one reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from guiyan.events import Event
from guiyan.events.codes import (
    AccountEnd,
    AccountLockReason,
    AccountRole,
    AccountState,
    PasswordOrigin,
    SecondFactorEnd,
    SecondFactorState,
    SessionsEnd,
)
from guiyan.events.registry.account import (
    AccountClosed,
    AccountLocked,
    AccountOpened,
    AccountText,
    AccountUnlocked,
    PasswordExpired,
    PasswordSet,
    PasswordText,
    RecoveryCodeUsed,
    RecoveryText,
    RoleGranted,
    RoleRevoked,
    SecondFactorConfirmed,
    SecondFactorEnrolled,
    SecondFactorRemoved,
    SecondFactorText,
    SessionsEnded,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.account_rules import ADMINISTRATORS, NO_MEMBER_DATA, AccountRules


@dataclass(frozen=True, slots=True)
class Account:
    """One account now; `id` is empty while there is none.

    `sessions` counts what ended every session so far, `round_` what let the counting of failures begin anew.
    """

    id: str = ""
    org: str = ""
    member_id: str | None = None
    holder: str | None = None
    roles: frozenset[AccountRole] = frozenset()
    state: AccountState = AccountState.OPEN
    one_time: bool = True
    valid_until: date | None = None
    expired: bool = False
    factor: SecondFactorState = SecondFactorState.NONE
    used_codes: frozenset[int] = field(default_factory=frozenset)
    sessions: int = 0
    round_: int = 0

    @property
    def sub(self) -> str:
        """Whom its tokens name: a member's own account speaks for the member, every other one for itself."""
        return self.member_id or self.id

    def must_change(self, today: date) -> bool:
        """Whether the password has to be changed before anything else: one-time, or past its time."""
        return self.one_time or self.expired or self.is_past(today)

    def expires(self, today: date) -> bool:
        """Whether the holder's own password is past its time, and no event has told that yet."""
        return not self.one_time and not self.expired and self.is_past(today)

    def is_past(self, today: date) -> bool:
        """Whether the password's last day is over."""
        return self.valid_until is None or today > self.valid_until

    def must_enrol(self, rules: AccountRules) -> bool:
        """Whether a second factor is asked for and there is none yet."""
        return rules.needs_second_factor(self.roles) and self.factor != SecondFactorState.CONFIRMED


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """Open an account with a one-time password (by a system administrator)."""

    facts: AccountOpened
    text: AccountText
    password: PasswordText
    valid_until: date
    on: date


@dataclass(frozen=True, slots=True)
class GrantRole:
    """Give it a role; `by` is the sub of whoever does so. `held_elsewhere`: other administrators of this one person."""

    role: AccountRole
    by: str
    on: date
    held_elsewhere: frozenset[AccountRole] = frozenset()


@dataclass(frozen=True, slots=True)
class RevokeRole:
    """Take a role away."""

    role: AccountRole
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Another password: the holder's own, or a one-time one by a system administrator."""

    origin: PasswordOrigin
    password: PasswordText
    valid_until: date
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ExpirePassword:
    """The holder came with a password past its time."""

    on: date


@dataclass(frozen=True, slots=True)
class EnrolSecondFactor:
    """The holder's device is given a secret."""

    secret: SecondFactorText
    on: date


@dataclass(frozen=True, slots=True)
class ConfirmSecondFactor:
    """The holder has shown a right code of the device."""

    recovery: RecoveryText
    on: date


@dataclass(frozen=True, slots=True)
class UseRecoveryCode:
    """The holder signs in with a recovery code: its number."""

    number: int
    on: date


@dataclass(frozen=True, slots=True)
class RemoveSecondFactor:
    """The device counts no more: the holder changes it, or a security administrator (`by`) helps."""

    reason: SecondFactorEnd
    by: str | None
    on: date


@dataclass(frozen=True, slots=True)
class LockAccount:
    """An administrator locks it."""

    reason: AccountLockReason
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class UnlockAccount:
    """An administrator unlocks it; failures before count no more, whether they had locked it or not."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class CloseAccount:
    """A system administrator ends it for good."""

    reason: AccountEnd
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class EndSessions:
    """End all its sessions."""

    reason: SessionsEnd
    on: date


Command = (
    OpenAccount
    | GrantRole
    | RevokeRole
    | SetPassword
    | ExpirePassword
    | EnrolSecondFactor
    | ConfirmSecondFactor
    | UseRecoveryCode
    | RemoveSecondFactor
    | LockAccount
    | UnlockAccount
    | CloseAccount
    | EndSessions
)


def require_roles_fit(roles: frozenset[AccountRole], member_id: str | None) -> None:
    """Roles that one person may hold together (8.1.5.1-3): one administrator at most, and that one without member data.

    A member's own account has the role MEMBER and no other; nobody else's has it.
    """
    if len(roles & ADMINISTRATORS) > 1:
        raise Refused("admin_roles_combined", pointer="/role")
    if roles & NO_MEMBER_DATA and roles - NO_MEMBER_DATA:
        raise Refused("admin_with_member_data", pointer="/role")
    if (member_id is not None or AccountRole.MEMBER in roles) and roles - {AccountRole.MEMBER}:
        raise Refused("member_role_alone", pointer="/role")
    if AccountRole.MEMBER in roles and member_id is None:
        raise Refused("member_role_needs_member", pointer="/role")


def _not_own(by: str, state: Account) -> None:
    """Nobody decides about the own account: another administrator does."""
    if by in {state.sub, state.id}:
        raise Refused("own_account", status=403)


def _open(command: OpenAccount, state: Account) -> Sequence[Draft]:
    if state.id:
        raise Refused("account_name_taken", pointer="/name", status=409)
    account_id = command.facts.account_id
    given = PasswordSet(account_id=account_id, origin=PasswordOrigin.OPENED, valid_until=command.valid_until)
    return [Draft(command.facts, command.on, command.text), Draft(given, command.on, command.password)]


def _grant(command: GrantRole, state: Account) -> Sequence[Draft]:
    _not_own(command.by, state)
    require_roles_fit(state.roles | {command.role}, state.member_id)
    if command.role in ADMINISTRATORS and command.held_elsewhere - {command.role}:
        raise Refused("admin_roles_one_person", pointer="/role")
    if command.role in state.roles:
        return []
    return [Draft(RoleGranted(account_id=state.id, role=command.role), command.on)]


def _revoke(command: RevokeRole, state: Account) -> Sequence[Draft]:
    _not_own(command.by, state)
    if command.role not in state.roles:
        return []
    return [Draft(RoleRevoked(account_id=state.id, role=command.role), command.on)]


def _set_password(command: SetPassword, state: Account) -> Sequence[Draft]:
    if command.origin != PasswordOrigin.CHANGED:
        _not_own(command.by, state)
    facts = PasswordSet(account_id=state.id, origin=command.origin, valid_until=command.valid_until)
    return [Draft(facts, command.on, command.password)]


def _expire(command: ExpirePassword, state: Account) -> Sequence[Draft]:
    """Once: the next password ends it."""
    return [Draft(PasswordExpired(account_id=state.id), command.on)] if state.expires(command.on) else []


def _enrol(command: EnrolSecondFactor, state: Account) -> Sequence[Draft]:
    """Anew as long as it is not confirmed; a confirmed one is removed first."""
    if state.factor == SecondFactorState.CONFIRMED:
        raise Refused("second_factor_there")
    return [Draft(SecondFactorEnrolled(account_id=state.id), command.on, command.secret)]


def _confirm(command: ConfirmSecondFactor, state: Account) -> Sequence[Draft]:
    if state.factor != SecondFactorState.ENROLLED:
        raise Refused("second_factor_not_enrolled")
    return [Draft(SecondFactorConfirmed(account_id=state.id), command.on, command.recovery)]


def _use_code(command: UseRecoveryCode, state: Account) -> Sequence[Draft]:
    """Each once."""
    if state.factor != SecondFactorState.CONFIRMED or command.number in state.used_codes:
        raise Refused("recovery_code_used")
    return [Draft(RecoveryCodeUsed(account_id=state.id, number=command.number), command.on)]


def _remove_factor(command: RemoveSecondFactor, state: Account) -> Sequence[Draft]:
    """An administrator's own device is removed as everybody's own is: with password and code."""
    if command.by is not None:
        _not_own(command.by, state)
    if state.factor == SecondFactorState.NONE:
        return []
    return [Draft(SecondFactorRemoved(account_id=state.id, reason=command.reason), command.on)]


def _lock(command: LockAccount, state: Account) -> Sequence[Draft]:
    _not_own(command.by, state)
    if state.state == AccountState.LOCKED:
        return []
    return [Draft(AccountLocked(account_id=state.id, reason=command.reason), command.on)]


def _unlock(command: UnlockAccount, state: Account) -> Sequence[Draft]:
    _not_own(command.by, state)
    return [Draft(AccountUnlocked(account_id=state.id), command.on)]


def _close(command: CloseAccount, state: Account) -> Sequence[Draft]:
    _not_own(command.by, state)
    return [Draft(AccountClosed(account_id=state.id, reason=command.reason), command.on)]


def decide(command: Command, state: Account) -> Sequence[Draft]:  # noqa: C901, PLR0911, PLR0912 - one line a command
    """The events of a command on one account; raises Refused. A closed account takes no command."""
    if isinstance(command, OpenAccount):
        return _open(command, state)
    if not state.id:
        raise Refused("account_unknown", status=404)
    if state.state == AccountState.CLOSED:
        raise Refused("account_closed")
    match command:
        case GrantRole():
            return _grant(command, state)
        case RevokeRole():
            return _revoke(command, state)
        case SetPassword():
            return _set_password(command, state)
        case ExpirePassword():
            return _expire(command, state)
        case EnrolSecondFactor():
            return _enrol(command, state)
        case ConfirmSecondFactor():
            return _confirm(command, state)
        case UseRecoveryCode():
            return _use_code(command, state)
        case RemoveSecondFactor():
            return _remove_factor(command, state)
        case LockAccount():
            return _lock(command, state)
        case UnlockAccount():
            return _unlock(command, state)
        case CloseAccount():
            return _close(command, state)
        case EndSessions():
            return [Draft(SessionsEnded(account_id=state.id, reason=command.reason), command.on)]


def evolve(state: Account, event: Event) -> Account:  # noqa: C901, PLR0911, PLR0912 - one line an event
    """The account after one more event."""
    match event.payload:
        case AccountOpened() as facts:
            return Account(facts.account_id, facts.org_code, facts.member_id, facts.holder_index)
        case RoleGranted() as facts:
            return replace(state, roles=state.roles | {facts.role})
        case RoleRevoked() as facts:
            return replace(state, roles=state.roles - {facts.role})
        case PasswordSet() as facts:
            return _with_password(state, facts)
        case PasswordExpired():
            return replace(state, expired=True)
        case SecondFactorEnrolled():
            return replace(state, factor=SecondFactorState.ENROLLED)
        case SecondFactorConfirmed():
            return replace(state, factor=SecondFactorState.CONFIRMED, used_codes=frozenset())
        case RecoveryCodeUsed() as facts:
            return replace(state, used_codes=state.used_codes | {facts.number})
        case SecondFactorRemoved():
            return _ended(replace(state, factor=SecondFactorState.NONE, used_codes=frozenset()))
        case AccountLocked():
            return _ended(replace(state, state=AccountState.LOCKED))
        case AccountUnlocked():
            return replace(state, state=AccountState.OPEN, round_=state.round_ + 1)
        case AccountClosed():
            return _ended(replace(state, state=AccountState.CLOSED, roles=frozenset()))
        case SessionsEnded():
            return _ended(state)
        case _:
            return state


def _with_password(state: Account, facts: PasswordSet) -> Account:
    own = facts.origin == PasswordOrigin.CHANGED
    begun = state.round_ if own else state.round_ + 1
    return _ended(replace(state, one_time=not own, valid_until=facts.valid_until, expired=False, round_=begun))


def _ended(state: Account) -> Account:
    return replace(state, sessions=state.sessions + 1)


ACCOUNT: Decider[Account, Command] = Decider("registry", "account", Account, evolve, decide)
