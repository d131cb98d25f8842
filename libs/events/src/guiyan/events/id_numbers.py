"""Citizens' ID numbers as people write them, and the one form they have inside (GB 11643-1999).

The same person may be told with 15 digits or 18, full-width digits, a small x, blanks or hyphens: one person, one form.
"""

import re
import unicodedata
from operator import mul
from typing import Any, Final

ID_NO_PATTERN: Final = r"^([0-9]{17}[0-9Xx]|[0-9]{15})$"
"""What a tidied number looks like; whether its digits make sense is the registry's to say."""

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS: Final = "10X98765432"
MAX_CHARS: Final = 100
_ZEROS: Final = ord("0") * sum(WEIGHTS)
_FIFTEEN: Final = re.compile(r"[0-9]{15}")
_SEPARATORS: Final = re.compile(r"[\s\-–—_.()·]+")


def check_digit(body: str) -> str:
    """The 18th character of a number from its first 17 digits (ISO 7064 MOD 11-2)."""
    return CHECK_DIGITS[(sum(map(mul, WEIGHTS, body.encode("ascii"))) - _ZEROS) % 11]


def eighteen(number: str) -> str:
    """A tidied number with 18 characters: one of 15 digits gets its century (19) and check digit, others stay."""
    if not _FIFTEEN.fullmatch(number):
        return number
    body = f"{number[:6]}19{number[6:]}"
    return body + check_digit(body)


def tidy(text: str) -> str:
    """The number without blanks and hyphens, in plain digits, with a capital X; anything else stays what it is."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def tidied(value: Any) -> Any:
    """`tidy` for a model's field: what is no text, or longer than any number, is left for the field to refuse."""
    return tidy(value) if isinstance(value, str) and len(value) <= MAX_CHARS else value
