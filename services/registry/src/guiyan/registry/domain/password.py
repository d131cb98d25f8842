"""What a password must be (§5.2, 8.1.4.1): long, of several kinds of character, and not one that is guessed."""

from __future__ import annotations

import unicodedata
from typing import Final

from zxcvbn import zxcvbn

from guiyan.ledger import Refused
from guiyan.registry.domain.account_rules import AccountRules

LONGEST: Final = 128
LEAST_SCORE: Final = 3
"""zxcvbn's scale of 0 to 4: 3 is out of reach of 10^8 guesses by lists of common passwords, names, keyboards, dates."""
_LOOKED_AT: Final = 72
_SHORTEST_PART: Final = 3


def normal(password: str) -> str:
    """The same password for the same keys pressed, whichever way a browser composes the letters (RFC 8265: NFC)."""
    return unicodedata.normalize("NFC", password)


def kinds(password: str) -> int:
    """How many of the four kinds of character it has: lower case, upper case, digits, all others."""
    return sum(
        (
            any(sign.islower() for sign in password),
            any(sign.isupper() for sign in password),
            any(sign.isdigit() for sign in password),
            any(not (sign.islower() or sign.isupper() or sign.isdigit()) for sign in password),
        )
    )


def require_strong(password: str, rules: AccountRules, *names: str | None, pointer: str = "/new") -> None:
    """Raise Refused for a password that is too short, too plain, common, or holds one of the names."""
    if len(password) < rules.password_length:
        raise Refused("password_too_short", pointer=pointer, least=rules.password_length)
    if len(password) > LONGEST:
        raise Refused("password_too_long", pointer=pointer, most=LONGEST)
    if kinds(password) < rules.password_kinds:
        raise Refused("password_too_plain", pointer=pointer, kinds=rules.password_kinds)
    known = [part for name in names if name for part in _parts(name)]
    folded = password.casefold()
    if any(part in folded for part in known):
        raise Refused("password_holds_name", pointer=pointer)
    if zxcvbn(password[:_LOOKED_AT], user_inputs=["guiyan", "归雁", *known])["score"] < LEAST_SCORE:
        raise Refused("password_guessable", pointer=pointer)


def _parts(name: str) -> list[str]:
    """A name and the words in it, long enough to tell something: `zhang.shili` is zhang, shili, and the whole."""
    whole = name.casefold()
    words = "".join(sign if sign.isalnum() else " " for sign in whole).split()
    least = 2 if any(ord(sign) > 0x2E80 for sign in whole) else _SHORTEST_PART  # noqa: PLR2004 - Chinese names are short
    return [part for part in {whole, "".join(words), *words} if len(part) >= least]
