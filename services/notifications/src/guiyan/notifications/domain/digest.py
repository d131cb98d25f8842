"""Which messages may wait for the recipient's digest of the day (ADR 0037): never what is urgent or runs out before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Self

from guiyan.ledger import business_date
from guiyan.notifications.domain.rules import OF_CAMPAIGN, URGENT, Rule, Whom
from guiyan.service.parameters import NumberOf, number

DIGEST: Final = "digest"
"""The template of digests."""
ENTRIES_MOST: Final = 100
"""A digest tells of so many at most; whoever has more gets another one."""
_LAST_DAYS: Final = ("due_on", "expires_on", "starts_on")


@dataclass(frozen=True, slots=True)
class Daily:
    """The city's rule: at which `hour` digests leave, and whether offices have one unless they say otherwise."""

    hour: int = 10
    by_default: bool = False

    @classmethod
    def of(cls, value: NumberOf) -> Self:
        """As the table of parameters tells."""
        return cls(number(value("notice.digest_hour")), bool(value("notice.digest_daily")))

    def is_for(self, rule: Rule, wish: bool | None) -> bool:  # noqa: FBT001 - the wish is the question
        """Whether the recipient has one message a day: as wished, else offices as their city decides, members not."""
        return (self.by_default and rule.whom is not Whom.MEMBER) if wish is None else wish


def waits(rule: Rule, params: Mapping[str, str], at: datetime, leaves_at: datetime) -> bool:
    """Whether a message called for at a moment waits for the digest that leaves then.

    A campaign's message never does: whoever answers it answers this one.
    """
    if rule.name in URGENT or rule is OF_CAMPAIGN:
        return False
    last = last_day(params, business_date(at))
    return last is None or last > business_date(leaves_at)


def last_day(params: Mapping[str, str], on: date) -> date | None:
    """The nearest day from `on` on by which something has to be done; None where none is named, or all are past."""
    days = [date.fromisoformat(params[name]) for name in _LAST_DAYS if name in params]
    if "days_left" in params:
        days.append(on + timedelta(days=int(params["days_left"])))
    return min((one for one in days if one >= on), default=None)


def common(paths: Sequence[Sequence[str]]) -> str | None:
    """The last that several paths from the root have in common; None where they share none."""
    found = None
    for steps in zip(*paths, strict=False):
        if any(one != steps[0] for one in steps):
            break
        found = steps[0]
    return found
