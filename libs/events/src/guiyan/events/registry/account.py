"""Local accounts: who may sign in, with which roles, and every sign-in as a fact (domain.md §5.2, ADR 0036).

Names, password hashes, secrets and recovery codes stand sealed with the account's own key, never in clear.
"""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel

from guiyan.events.classes import P1, P2, P3
from guiyan.events.codes import (
    AccountEnd,
    AccountLockReason,
    AccountRole,
    PasswordOrigin,
    SecondFactorEnd,
    SessionsEnd,
    SignInFactor,
    SignInRefusal,
)
from guiyan.events.envelope import RecordTime
from guiyan.events.payload import Facts, Payload, Pii
from guiyan.events.values import BlindIndex, Count, Id, OrgCode, Text

Hidden = Annotated[
    str, P3("A password's hash (Argon2id), with its parameters.", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA")
]


class AccountText(Facts):
    """What an account is called: sealed with the account's key."""

    name: Annotated[Text, P3("The name to sign in with.", "zhang.shili")]
    display_name: Annotated[Text | None, P3("The holder's name, as screens and watermarks show it.", "张示例")] = None


class PasswordText(Facts):
    """A password, as it is kept."""

    password_hash: Hidden


class SecondFactorText(Facts):
    """The secret that the holder's device shares (RFC 6238)."""

    secret: Annotated[str, P3("The secret, base32.", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]


class RecoveryText(Facts):
    """The recovery codes, as digests by the installation's key."""

    codes: Annotated[tuple[str, ...], P3("A digest for each code, in their order.", ["ab" * 16])]


class AccountEvent(Payload, abstract=True):
    """What all events of an account share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "account"
    account_id: Annotated[Id, P1("The account; the same as in the subject.")]


class AccountOpened(AccountEvent):
    """A system administrator opened an account; it has no role until a security administrator grants one."""

    person_field: ClassVar[str] = "account_id"
    personal: ClassVar[type[BaseModel] | None] = AccountText
    org_code: Annotated[OrgCode, P1("The organisation its holder acts for.")]
    name_index: Annotated[BlindIndex, P2("Blind index of the sign-in name: finds the account, tells nothing.")]
    holder_index: Annotated[BlindIndex | None, P2("Blind index of the holder's name: tells two accounts of one.")] = (
        None
    )
    member_id: Annotated[Id | None, P1("The member whose own account it is, for the role MEMBER.")] = None
    pii: Pii = None


class RoleGranted(AccountEvent):
    """A security administrator gave the account a role."""

    role: Annotated[AccountRole, P1("Which role.")]


class RoleRevoked(AccountEvent):
    """A security administrator took a role from the account."""

    role: Annotated[AccountRole, P1("Which role.")]


class PasswordSet(AccountEvent):
    """The account has a new password; one that the holder did not choose is for one use, and must be changed."""

    person_field: ClassVar[str] = "account_id"
    personal: ClassVar[type[BaseModel] | None] = PasswordText
    origin: Annotated[PasswordOrigin, P1("How it came.")]
    valid_until: Annotated[date, P1("The last day it can be used (one-time), or need not be changed (the holder's).")]
    pii: Pii = None


class PasswordExpired(AccountEvent):
    """The holder signed in with a password past its time: it must be changed before anything else."""


class SecondFactorEnrolled(AccountEvent):
    """The holder's device was given a secret; it counts only when a code of it has been shown."""

    person_field: ClassVar[str] = "account_id"
    personal: ClassVar[type[BaseModel] | None] = SecondFactorText
    pii: Pii = None


class SecondFactorConfirmed(AccountEvent):
    """The holder showed a code of the device, and was given recovery codes."""

    person_field: ClassVar[str] = "account_id"
    personal: ClassVar[type[BaseModel] | None] = RecoveryText
    pii: Pii = None


class RecoveryCodeUsed(AccountEvent):
    """One of the recovery codes was used up."""

    number: Annotated[Count, P1("Which of them, from 0.")]


class SecondFactorRemoved(AccountEvent):
    """The device counts no more; where a second factor is required another is enrolled first."""

    reason: Annotated[SecondFactorEnd, P1("Why.")]


class AccountLocked(AccountEvent):
    """An administrator locked the account until somebody unlocks it."""

    reason: Annotated[AccountLockReason, P1("Why.")]


class AccountUnlocked(AccountEvent):
    """An administrator unlocked the account: failures before this count no more."""


class AccountClosed(AccountEvent):
    """The account ended; its name is not given to anybody else."""

    reason: Annotated[AccountEnd, P1("Why.")]


class SessionsEnded(AccountEvent):
    """All sessions of the account ended: none of them is prolonged any more."""

    reason: Annotated[SessionsEnd, P1("Why.")]


InRound = Annotated[
    Count,
    P1("Which round of tries: unlocking, or a password given out, begins a new one; earlier failures do not count."),
]


class SignInEvent(Payload, abstract=True):
    """What is recorded of one account's sign-ins; one stream a month, so that none grows without end."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "sign_in"
    account_id: Annotated[Id, P1("The account.")]


class SignedIn(SignInEvent):
    """Somebody signed in."""

    session_id: Annotated[Id, P1("The session that began.")]
    factor: Annotated[SignInFactor, P1("What it rested on beside the password.")]
    totp_step: Annotated[Count | None, P1("Which 30 seconds the code was of: it is not taken twice.")] = None


class SignInRefused(SignInEvent):
    """A sign-in failed; after a few in a row the account takes none for a while, and writes none."""

    reason: Annotated[SignInRefusal, P1("Why, by its code; whoever tried was not told.")]
    round: InRound


class SignInsPaused(SignInEvent):
    """Too many failures in a row: until then no sign-in is looked at, right or wrong."""

    failures: Annotated[Count, P1("How many in a row.")]
    until: Annotated[RecordTime, P1("Until when.")]
    round: InRound


class SessionEnded(SignInEvent):
    """The holder signed out of one session."""

    session_id: Annotated[Id, P1("Which session.")]
