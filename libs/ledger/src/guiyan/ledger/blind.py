"""Blind indexes and digests: a personal value is found, or told from another, without being kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from typing import Literal

from guiyan.events.id_numbers import eighteen
from guiyan.ledger.keys import MasterKeys

Kind = Literal["id_no", "mobile", "name_birth", "account_name", "account_holder"]

_SEPARATORS = re.compile(r"[\s\-–—_.()·]+")
_DIGEST_BYTES = 16
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
        elif kind == "id_no":
            plain = eighteen(plain)
        if not plain:
            raise ValueError(f"an empty {kind} has no index")
        return hmac.digest(self._key, f"{kind}\0{plain}".encode(), "sha256").hex()

    def digest(self, *parts: bytes) -> str:
        """32 hexadecimal digits that tell equal parts from different ones, and nothing else to who has not the key."""
        keyed = hashlib.blake2b(key=self._key[: hashlib.blake2b.MAX_KEY_SIZE], digest_size=_DIGEST_BYTES)
        for part in parts:
            keyed.update(len(part).to_bytes(8, "big"))
            keyed.update(part)
        return keyed.hexdigest()
