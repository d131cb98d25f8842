"""The language a person reads: `zh-CN` or `en`, by GUIYAN_LANG, else by the locale as other programs choose."""

from __future__ import annotations

import os
from typing import NamedTuple

VARIABLES = ("GUIYAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def language() -> str:
    """`zh-CN` or `en`: the first of GUIYAN_LANG, LC_ALL, LC_MESSAGES and LANG that is set decides."""
    chosen = next((value for name in VARIABLES if (value := os.environ.get(name))), "")
    return "zh-CN" if chosen.lower().startswith("zh") else "en"


def say(en: str, zh: str) -> str:
    """The sentence in the caller's language."""
    return zh if language() == "zh-CN" else en


class Sentence(NamedTuple):
    """One sentence in both languages."""

    en: str
    zh: str

    def __str__(self) -> str:
        return say(self.en, self.zh)
