"""The figures of local accounts valid on a day (domain.md §5.2): each a policy parameter, none a constant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from guiyan.events.codes import AccountRole
from guiyan.service.parameters import NumberOf, number

ADMINISTRATORS = frozenset({AccountRole.SYS_ADMIN, AccountRole.SEC_ADMIN, AccountRole.AUDIT_ADMIN})
NO_MEMBER_DATA = ADMINISTRATORS | {AccountRole.OPS}


@dataclass(frozen=True, slots=True)
class AccountRules:
    """How passwords, failures and sessions are handled; lengths in characters, days and minutes."""

    password_length: int = 12
    password_kinds: int = 3
    password_valid_days: int = 90
    password_history: int = 5
    one_time_valid_days: int = 7
    failures: int = 5
    locked_minutes: int = 30
    idle_minutes: int = 15
    session_minutes: int = 480
    second_factor: bool = True

    @classmethod
    def of(cls, value: NumberOf) -> Self:
        """As the table has them on some day."""
        return cls(
            password_length=number(value("account.password_length")),
            password_kinds=number(value("account.password_kinds")),
            password_valid_days=number(value("account.password_valid_for")),
            password_history=number(value("account.password_history")),
            one_time_valid_days=number(value("account.one_time_valid_for")),
            failures=number(value("account.failures")),
            locked_minutes=number(value("account.locked_for")),
            idle_minutes=number(value("account.idle_for")),
            session_minutes=number(value("account.session_for")),
            second_factor=bool(value("account.second_factor")),
        )

    @property
    def locked_for(self) -> timedelta:
        """How long no sign-in is looked at after too many failures."""
        return timedelta(minutes=self.locked_minutes)

    def own_until(self, today: date) -> date:
        """The last day on which a password chosen today need not be changed."""
        return today + timedelta(days=self.password_valid_days)

    def one_time_until(self, today: date) -> date:
        """The last day on which a password given out today lets in."""
        return today + timedelta(days=self.one_time_valid_days)

    def needs_second_factor(self, roles: frozenset[AccountRole]) -> bool:
        """Whether these roles see P2 or P3 data, and two factors are asked for that (8.1.4.1)."""
        return self.second_factor and bool(roles - NO_MEMBER_DATA)
