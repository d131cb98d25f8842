"""Identity numbers (GB 11643-1999): check digit by ISO 7064 MOD 11-2, birth date, sex, place, made-up numbers."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from guiyan.events.id_numbers import check_digit, eighteen, tidy
from guiyan.service.published_areas import regions_in_id_numbers

MADE_UP_PROVINCE = "69"
"""GB/T 2260 has no province 69, so no such number was ever issued: the sample city's people bear them."""

_EIGHTEEN = re.compile(r"[1-9][0-9]{16}[0-9X]\Z")
_FIFTEEN = re.compile(r"[1-9][0-9]{14}\Z")


class IdNumber(NamedTuple):
    """A sound number: 18 characters, and what it says about its bearer (`sex` by GB/T 2261.1: 1 male, 2 female)."""

    value: str
    birth_date: date
    sex: str
    converted: bool

    @property
    def made_up(self) -> bool:
        """Whether the number is of the sample city's reserved province and so belongs to nobody."""
        return self.value.startswith(MADE_UP_PROVINCE)


class InvalidIdNumberError(ValueError):
    """The text is no identity number; `code` is a code of `problem.MESSAGES`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def parse_id_number(text: str, today: date) -> IdNumber:
    """The number in this text, 15-digit ones converted; raises `InvalidIdNumberError` where it cannot be right."""
    converted = False
    if not _EIGHTEEN.match(text):
        text, converted = _eighteen(tidy(text))
    if check_digit(text[:17]) != text[17]:
        raise InvalidIdNumberError("id_no_check_digit")
    birth_date = _birth_date(text[6:14])
    if birth_date is None or birth_date > today:
        raise InvalidIdNumberError("id_no_birth_date")
    return IdNumber(text, birth_date, "1" if text[16] in "13579" else "2", converted)


def place_is_known(region: str) -> bool:
    """Whether the six digits are, or once were, a county; the table is not complete, so "no" is only a hint."""
    return region in regions_in_id_numbers()


def _eighteen(text: str) -> tuple[str, bool]:
    if _EIGHTEEN.match(text):
        return text, False
    if not _FIFTEEN.match(text):
        raise InvalidIdNumberError("id_no_format")
    return eighteen(text), True


@lru_cache(maxsize=65536)
def _birth_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
