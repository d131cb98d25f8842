"""The unified social credit code of a unit (统一社会信用代码): alphabet and check digit (GB 32100-2015; §4.1)."""

from __future__ import annotations

from operator import mul
from typing import Final

from guiyan.ledger import Refused

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def uscc_check_digit(body: str) -> str:
    """The 18th character from the first 17, all of them of the alphabet (GB 32100-2015: MOD 31-3)."""
    return ALPHABET[-sum(map(mul, WEIGHTS, map(ALPHABET.index, body))) % len(ALPHABET)]


def require_uscc(code: str | None) -> None:
    """A code that was told is one: no I, O, S, V or Z in it, and the check digit fits; raises Refused."""
    if code is None:
        return
    if not set(code) <= set(ALPHABET) or uscc_check_digit(code[:17]) != code[17]:
        raise Refused("uscc_check_digit", pointer="/uscc")
