"""Areas as a person types them: found by part of their words, told as words and code (GB/T 2260)."""

from __future__ import annotations

from functools import cache
from typing import Final

from guiyan.service.published_areas import area_words, areas_now

MOST: Final = 20
CODE_DIGITS: Final = 6


@cache
def _places() -> tuple[tuple[str, str], ...]:
    """Every area that there is now: words, code."""
    return tuple((area_words(code) or code, code) for code in sorted(areas_now()))


def said(code: str | None) -> str:
    """A code as it stands in a field: words and code."""
    words = area_words(code)
    return f"{words} {code}" if words else code or ""


def search(text: str) -> list[str]:
    """What somebody may mean who has typed this, the shortest first."""
    wanted = text.strip().casefold()
    if not wanted:
        return []
    found = [(len(words), words, code) for words, code in _places() if wanted in words or code.startswith(wanted)]
    return [f"{words} {code}" for _, words, code in sorted(found)[:MOST]]


def code_of(text: str) -> str:
    """The code of what was typed: its last six digits, or the one area of these words; else the text as it is."""
    told = text.strip()
    if told[-CODE_DIGITS:].isdigit() and len(told) >= CODE_DIGITS:
        return told[-CODE_DIGITS:]
    same = [code for words, code in _places() if words == told]
    ends = same or [code for words, code in _places() if told and words.endswith(told)]
    return ends[0] if len(ends) == 1 else told
