"""Local accounts as administrators see them: one document each; no password, no secret, no code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events.codes import AccountState, PasswordOrigin, SecondFactorState
from guiyan.events.registry.account import (
    AccountClosed,
    AccountEvent,
    AccountLocked,
    AccountOpened,
    AccountText,
    AccountUnlocked,
    PasswordSet,
    RoleGranted,
    RoleRevoked,
    SecondFactorConfirmed,
    SecondFactorEnrolled,
    SecondFactorRemoved,
    SignedIn,
    SignInEvent,
    SignInRefused,
    SignInsPaused,
)
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection
from guiyan.registry.projections.indexes import ordered
from guiyan.registry.projections.members import noted
from guiyan.registry.projections.types import types_of

ACCOUNTS: Final = "accounts"
_NEW: Final[Document] = {
    "roles": [],
    "state": AccountState.OPEN.value,
    "reason": None,
    "second_factor": SecondFactorState.NONE.value,
    "one_time_password": True,
    "password_until": None,
    "signed_in_at": None,
    "refused_at": None,
    "refused": 0,
    "paused_until": None,
    "closed_on": None,
}


class Accounts(Projection):
    """Collection `accounts`; `refused` counts failures since the last time somebody was let in."""

    name: ClassVar[str] = "accounts"
    version: ClassVar[int] = 2
    handles: ClassVar[frozenset[str]] = types_of("account") | types_of("sign_in")
    opens: ClassVar[frozenset[str]] = frozenset({"AccountOpened"})
    indexes: ClassVar[tuple[Index, ...]] = (
        *ordered(ACCOUNTS, "org_code", "_id", "name", "signed_in_at"),
        Index(ACCOUNTS, ("name_index",)),
        Index(ACCOUNTS, ("holder_index",)),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The account's document."""
        account_id = getattr(fact.payload, "account_id", None)
        return () if account_id is None else (Key(ACCOUNTS, account_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the account's document; the version is the account's own, which a sign-in does not change."""
        payload = fact.payload
        if isinstance(payload, AccountOpened):
            docs.put(ACCOUNTS, payload.account_id, noted(_opened(payload, fact), fact))
        elif isinstance(payload, AccountEvent | SignInEvent):
            before = docs.get(ACCOUNTS, payload.account_id)
            if before is None:
                return
            own = isinstance(payload, AccountEvent)
            after = _changed(before, fact) if own else _tried(before, fact)
            docs.put(ACCOUNTS, payload.account_id, noted(after, fact) if own else after)


def _opened(facts: AccountOpened, fact: Fact) -> Document:
    text = fact.pii if isinstance(fact.pii, AccountText) else None
    return {
        **_NEW,
        "name": text.name if text else None,
        "display_name": text.display_name if text else None,
        "org_code": facts.org_code,
        "member_id": facts.member_id,
        "name_index": facts.name_index,
        "holder_index": facts.holder_index,
        "opened_on": fact.event.occurredon.isoformat(),
        "opened_by": fact.event.actor,
    }


def _changed(document: Document, fact: Fact) -> Document:  # noqa: PLR0911 - one line an event
    match fact.payload:
        case RoleGranted() as facts:
            return {**document, "roles": sorted({*document["roles"], facts.role.value})}
        case RoleRevoked() as facts:
            return {**document, "roles": [one for one in document["roles"] if one != facts.role.value]}
        case PasswordSet() as facts:
            return _password(document, facts)
        case SecondFactorEnrolled():
            return {**document, "second_factor": SecondFactorState.ENROLLED.value}
        case SecondFactorConfirmed():
            return {**document, "second_factor": SecondFactorState.CONFIRMED.value}
        case SecondFactorRemoved():
            return {**document, "second_factor": SecondFactorState.NONE.value}
        case AccountLocked() as facts:
            return {**document, "state": AccountState.LOCKED.value, "reason": facts.reason.value}
        case AccountUnlocked():
            return {**document, "state": AccountState.OPEN.value, "reason": None, "refused": 0, "paused_until": None}
        case AccountClosed() as facts:
            ended = {"state": AccountState.CLOSED.value, "reason": facts.reason.value, "roles": []}
            return {**document, **ended, "closed_on": fact.event.occurredon.isoformat()}
        case _:
            return document


def _password(document: Document, facts: PasswordSet) -> Document:
    own = facts.origin == PasswordOrigin.CHANGED
    told = {"one_time_password": not own, "password_until": facts.valid_until.isoformat()}
    return {**document, **told} if own else {**document, **told, "refused": 0, "paused_until": None}


def _tried(document: Document, fact: Fact) -> Document:
    match fact.payload:
        case SignedIn():
            return {**document, "signed_in_at": fact.event.time, "refused": 0, "paused_until": None}
        case SignInRefused():
            return {**document, "refused_at": fact.event.time, "refused": document["refused"] + 1}
        case SignInsPaused() as facts:
            return {**document, "paused_until": facts.until}
        case _:
            return document
