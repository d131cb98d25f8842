"""The value of a contact point: checked by its kind, written in one form."""

import re
import unicodedata
from typing import Final

from guiyan.events.codes import ContactPointKind
from guiyan.ledger import Refused

_MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
_PHONE: Final = re.compile(r"\+?\d[\d\- ]{4,24}", re.ASCII)
_AREA: Final = r"(?!400|800)(?:10|2\d|[3-9]\d{2})"
_LANDLINE: Final = re.compile(
    rf"(?:(?:\+|00)?86[ \-]*0?|0|(?={_AREA}-))({_AREA})[ \-]*([2-9]\d{{2,3}})[ \-]?(\d{{4}})", re.ASCII
)
"""With an area code: after a 0, after the country's code, or set off by a hyphen; the number in one piece or in two."""
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{2,30}")


def read_value(kind: ContactPointKind, text: str) -> str:
    """The value in one form: a mobile as E.164 (domain.md §4.1), a landline as area code and number; others trimmed.

    So a number is told again by its value, however it was written. Raises Refused for what is none.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    match kind:
        case ContactPointKind.MOBILE:
            return _mobile(plain)
        case ContactPointKind.LANDLINE:
            return _landline(plain)
        case ContactPointKind.EMAIL if not _EMAIL.fullmatch(plain):
            raise _refused()
        case _ if not plain:
            raise _refused()
        case _:
            return plain


def _mobile(plain: str) -> str:
    digits = re.sub(r"[\s\-]", "", plain).removeprefix("+86")
    if not _MOBILE.fullmatch(digits):
        raise _refused()
    return f"+86{digits}"


def _landline(plain: str) -> str:
    """`0999-8021234`, as the roster has it; without an area code, or with an extension, as it was written."""
    if not _PHONE.fullmatch(plain):
        raise _refused()
    found = _LANDLINE.fullmatch(plain)
    return f"0{found[1]}-{found[2]}{found[3]}" if found else plain


def _refused() -> Refused:
    return Refused("contact_value_form", pointer="/value")
