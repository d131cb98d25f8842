"""Blind indexes: a keyed digest of a personal value, by which it is found without being kept."""

from __future__ import annotations

import hmac
import re
import unicodedata
from typing import Literal

from guiyan.events.id_numbers import eighteen
from guiyan.ledger.keys import MasterKeys

Kind = Literal["id_no", "mobile"]

_SEPARATORS = re.compile(r"[\s\-–—_.()·]+")
_CHINA = re.compile(r"(?:\+|00)86")


class BlindIndex:
    """HMAC-SHA256 over kind and normalised value, with the index key of the installation, in hexadecimal.

    Width, case, blanks and hyphens do not matter; a mobile number is the same with and without +86, an ID number with
    15 digits the same as with 18. So every service finds whom registry entered, however the number was written.
    """

    def __init__(self, master: MasterKeys) -> None:
        self._key = master.index_key

    def of(self, kind: Kind, value: str) -> str:
        """The index of a value. Raises ValueError for an empty one, which would find everybody without one."""
        plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", value)).upper()
        if kind == "mobile":
            plain = _CHINA.sub("", plain, count=1) if _CHINA.match(plain) else plain
        else:
            plain = eighteen(plain)
        if not plain:
            raise ValueError(f"an empty {kind} has no index")
        return hmac.digest(self._key, f"{kind}\0{plain}".encode(), "sha256").hex()
