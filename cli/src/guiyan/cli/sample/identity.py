"""Identities that belong to nobody: ID numbers of a province that does not exist, phone numbers nobody can be given.

ID numbers begin with 69: GB/T 2260 has no province 69, so no such number was ever issued, yet birth date, sex and the
MOD 11-2 check digit of GB 11643 are sound and every validator that does not look the county up accepts them.
Mobile numbers begin with 140: that range is numbered with 13 digits for machines, so no 11-digit number in it rings.
Landline numbers begin with 0 behind the area code, as no subscriber's number does.
"""

from __future__ import annotations

from datetime import date
from random import Random

from guiyan.events.id_numbers import check_digit

RESERVED_PROVINCE = "69"
RESERVED_REGION = RESERVED_PROVINCE + "4002"
RESERVED_MOBILE_PREFIX = "140"
RESERVED_LANDLINE_PREFIX = "0999-0"

_SEQUENCES_PER_SEX = 500
_MOBILES = 10**8
# Odd and not a multiple of five, so that multiplying by it visits every number below 10**8 once.
_STRIDE = 61_803_399


class IdNumbers:
    """Hands out reserved ID numbers, each once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self, random: Random, birth_date: date, *, male: bool) -> str:
        """A number for someone of this birth date and sex; raises `ValueError` when the day has none left."""
        head = f"{RESERVED_REGION}{birth_date:%Y%m%d}"
        start = random.randrange(_SEQUENCES_PER_SEX)
        for step in range(_SEQUENCES_PER_SEX):
            body = f"{head}{2 * ((start + step) % _SEQUENCES_PER_SEX) + male:03d}"
            if body not in self._given:
                self._given.add(body)
                return body + check_digit(body)
        raise ValueError(f"no reserved ID number is left for {birth_date}: ask for fewer members")


def mobile_number(place: int) -> str:
    """The reserved mobile number at this place in a fixed order that looks shuffled; places below 10**8 all differ."""
    return f"{RESERVED_MOBILE_PREFIX}{place * _STRIDE % _MOBILES:08d}"


def landline_number(place: int) -> str:
    """The reserved landline number at this place (0 to 999,999)."""
    return f"{RESERVED_LANDLINE_PREFIX}{place:06d}"
