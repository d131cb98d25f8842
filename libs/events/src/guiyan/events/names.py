"""Names and mail addresses as they are told from outside: printable, on one line, and nothing hidden in them.

These types stand at the doors alone. What the ledger holds already was told under older rules and stays readable.
"""

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

_HIDDEN: Final = ("C", "Zl", "Zp")
"""Unicode's categories of controls, formats (bidi and zero-width signs), surrogates, unassigned; line separators."""
_NEWER_IDEOGRAPHS: Final = range(0x30000, 0x3FFFE)
"""The plane of rare characters of names, which Unicode goes on filling after this Python's tables were made."""
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_LOCAL_PART_MOST: Final = 64


def is_printable(text: str) -> bool:
    """Whether every sign of a text is one that is seen where it stands, on one line."""
    return all(ord(sign) in _NEWER_IDEOGRAPHS or not unicodedata.category(sign).startswith(_HIDDEN) for sign in text)


def is_mail_address(text: str) -> bool:
    """Whether a text is one plain mail address (RFC 5321 without quoting), with nothing before or after it."""
    return _ADDRESS.fullmatch(text) is not None and len(text.partition("@")[0]) <= _LOCAL_PART_MOST


def printable(text: str) -> str:
    """The text, passed on; raises for one with a sign that is not seen."""
    if not is_printable(text):
        raise PydanticCustomError("not_printable", "a sign that cannot be seen")
    return text


def _one_address(text: str) -> str:
    if not is_mail_address(text):
        raise PydanticCustomError("not_an_address", "not one mail address")
    return text


PersonName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(printable),
    Field(examples=["李示例"]),
]
"""A person's name."""

OrganisationName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(printable),
    Field(examples=["示例社区党支部"]),
]
"""The name of an organisation or a place of it."""

MailAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=6, max_length=254),
    AfterValidator(_one_address),
    Field(examples=["sample@example.com"]),
]
"""One mail address."""
