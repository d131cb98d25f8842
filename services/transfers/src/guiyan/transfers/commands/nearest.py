"""Who can take a member in at a place: the nearest committees by area code (S-15; GB/T 2260, R1 Art. 25)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from guiyan.service.directory import Organisation

LEVELS: Final = (2, 4, 6, 9, 12)
"""Digits that tell province, prefecture, county (GB/T 2260), township and village (statistics' code)."""
COUNTY: Final = 6
ABOVE_COUNTIES: Final = "00"
"""How a code that names no county ends: a province or a prefecture as a whole."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A committee that can receive, and those of its branches that are as near as it gets; none: itself is."""

    committee: str
    branches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """All that are equally near, by code, and how many digits they share with the place; empty outside its county."""

    shared_digits: int
    receivers: tuple[Receiver, ...] = ()

    @property
    def only(self) -> str | None:
        """The committee, when there is just one; several are for people to choose from."""
        return self.receivers[0].committee if len(self.receivers) == 1 else None


def can_receive(one: Organisation) -> bool:
    """A basic committee with the power to approve probationary members deals with others directly (R1 Art. 25)."""
    return one.is_active and one.is_basic_committee and one.may_approve_probation


def shared(area: str, other: str) -> int:
    """How many leading digits two codes share, by whole levels: half a level is no place."""
    return max((digits for digits in LEVELS if len(area) >= digits and area[:digits] == other[:digits]), default=0)


def nearest(
    area: str, organisations: Iterable[Organisation], committee_of: Callable[[str], Organisation | None]
) -> Nearest:
    """The committees that can receive, where they or a branch of theirs stand nearest to the place.

    Never one of another county: for an officer that is not near, and a transfer there would only come back. Nor any for
    a place that is told no closer than its prefecture.
    """
    if area[COUNTY - 2 : COUNTY] == ABOVE_COUNTIES:
        return Nearest(0)
    found: dict[int, dict[str, set[str]]] = {}
    for one in organisations:
        digits, committee = shared(area, one.area_code), committee_of(one.code) if one.is_active else None
        if digits >= COUNTY and committee is not None and can_receive(committee):
            below = found.setdefault(digits, {}).setdefault(committee.code, set())
            below.update({one.code} - {committee.code})
    if not found:
        return Nearest(0)
    digits = max(found)
    receivers = (Receiver(code, tuple(sorted(branches))) for code, branches in sorted(found[digits].items()))
    return Nearest(digits, tuple(receivers))
