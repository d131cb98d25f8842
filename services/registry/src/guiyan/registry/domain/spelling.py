"""How a name is looked for: as it is written, in full pinyin, by initials, or by the surname in full and initials.

A character of several readings is found by each of its first four: 曾 by ceng and zeng, 单 by dan, chan and shan.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from guiyan.registry.domain.duplicate import normal_name

READINGS_MAX: Final = 4
SPELLINGS_MAX: Final = 24
"""Kept are the usual spelling with each reading of the surname, and of these what differs in one further character."""
_UMLAUT: Final = str.maketrans({"ü": "v"})


def keys_of(*names: str | None) -> list[str]:
    """What a person's names are found by: each key is matched from its beginning on; sorted, each once."""
    return sorted({key for name in names if name for key in _keys(name)})


def key_asked(text: str) -> str:
    """What was typed, as keys are written: width, case, blanks and dots do not matter, and ü is v."""
    return normal_name(text).translate(_UMLAUT)


def is_pinyin(key: str) -> bool:
    """Whether a key asked for is spelt in Latin letters."""
    return key.isascii() and key.isalpha()


@lru_cache(maxsize=16_384)
def _keys(name: str) -> tuple[str, ...]:
    written = normal_name(name)
    if not written:
        return ()
    found = {written.translate(_UMLAUT)}
    for spelling in _spellings([readings(char) for char in written]):
        surname, given = spelling[0], "".join(one[0] for one in spelling[1:])
        found |= {"".join(spelling), surname[0] + given, surname + given}
    return tuple(found)


def _spellings(parts: list[tuple[str, ...]]) -> Iterator[list[str]]:
    """The usual reading with each of the surname's, and then with one other reading further on."""
    told = 0
    for surname in parts[0]:
        usual = [surname, *(one[0] for one in parts[1:])]
        others = [
            [*usual[:place], other, *usual[place + 1 :]]
            for place, one in enumerate(parts[1:], 1)
            for other in one[1:]
        ]  # fmt: skip
        for spelling in (usual, *others):
            if told < SPELLINGS_MAX:
                told += 1
                yield spelling


@lru_cache(maxsize=16_384)
def readings(char: str) -> tuple[str, ...]:
    """The readings of a character in plain letters, the usual one first; of any other sign the sign itself."""
    from pypinyin import Style, pinyin  # noqa: PLC0415 - its dictionaries take 60 MB: only who folds names loads them

    (found,) = pinyin(char, style=Style.NORMAL, heteronym=True)
    return tuple(dict.fromkeys(one.translate(_UMLAUT) for one in found if one))[:READINGS_MAX] or (char,)
