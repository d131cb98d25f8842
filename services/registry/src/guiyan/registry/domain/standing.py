"""When a membership stood: the times in which nothing falls due that a member owes month by month (domain.md §2.11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from guiyan.events.codes import MembershipStatus
from guiyan.registry.domain.membership import Standing, Stop
from guiyan.registry.domain.record import Member


@dataclass(frozen=True, slots=True)
class Membership:
    """Since when somebody is a member, where that is known, and when the membership did not stand, or not here."""

    joined_on: date | None = None
    stops: tuple[Stop, ...] = ()

    def stands(self, day: date) -> bool:
        """Whether the membership stood here on this day."""
        return not any(stop.covers(day) for stop in self.stops)


ALWAYS: Final = Membership()
"""A membership that stood on every day, since nobody knows when."""


@dataclass(frozen=True, slots=True)
class _Phase:
    """A status, with the first day of it and who joined when."""

    status: Any
    since: date | None
    joined_on: date | None


def membership_of(standing: Sequence[Standing], status: Any, joined_on: date | None) -> Membership:
    """The times of a membership from the decisions that stand, newest last, and from how it stands now.

    A decision that was annulled is not among them: it never counted. Who joined anew is a member again from the day
    of the branch meeting that admitted (R1 Art. 24); the first joining is where the account begins.
    """
    phases: list[_Phase] = []
    for one in reversed(standing):
        if "membership_status" in one.before:
            began = one.decided_on
            if "joined_on" in one.before and joined_on is not None:
                began, joined_on = min(began, joined_on), _day(one.before["joined_on"])
            phases.append(_Phase(status, began, joined_on))
            status = one.before["membership_status"]
    phases.append(_Phase(status, None, joined_on))
    phases.reverse()
    ends = [one.since for one in phases[1:]] + [None]
    stops = [
        Stop(one.since, end) for one, end in zip(phases, ends, strict=True) if one.status != MembershipStatus.NORMAL
    ]
    return Membership(joined_on, tuple(stops))


def membership_of_member(member: Member) -> Membership:
    """The same of a member's state."""
    if member.core is None:
        return Membership()
    told = membership_of(member.standing, member.core.membership_status, member.core.joined_on)
    return replace(told, stops=(*told.stops, *member.outsides))


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
