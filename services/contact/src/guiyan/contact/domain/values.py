"""The value of a contact point: checked by its kind, written in one form."""

import re
import unicodedata
from typing import Final

from guiyan.events.codes import ContactPointKind
from guiyan.ledger import Refused

_MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
_PHONE: Final = re.compile(r"\+?\d[\d\- ]{4,24}", re.ASCII)
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{2,30}")


def read_value(kind: ContactPointKind, text: str) -> str:
    """The value in one form: a mobile as E.164 (domain.md §4.1), others trimmed; raises Refused for what is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match kind:
        case ContactPointKind.MOBILE:
            return _mobile(plain)
        case ContactPointKind.LANDLINE if not _PHONE.fullmatch(plain):
            raise _refused()
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


def _refused() -> Refused:
    return Refused("contact_value_form", pointer="/value")
