"""The two languages of the pages: Chinese stands in the source, English in `locale/en/*.po`, one file a screen.

`mark("文字")` marks a text for the catalogue where it is declared; templates say `_("文字")`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from guiyan.service.language import DEFAULT_LANGUAGE, Language

LOCALE: Final = Path(__file__).parent / "locale"
COOKIE: Final = "guiyan-language"


def mark(text: str) -> str:
    """The text itself: that it is to be translated is told to whoever collects the catalogue."""
    return text


def catalogues(folder: Path = LOCALE / "en") -> Iterator[tuple[str, Catalog]]:
    """The English catalogues by the names of their files."""
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as opened:
            yield file.stem, read_po(opened, locale="en")


@cache
def english() -> Mapping[str, str]:
    """Every English text by its Chinese one."""
    return {
        str(message.id): str(message.string)
        for _, catalogue in catalogues()
        for message in catalogue
        if message.id and message.string
    }


class Words(NullTranslations):
    """The texts of one language, as templates and modules ask for them."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language
        self._texts: Mapping[str, str] = english() if language == "en" else {}

    def gettext(self, message: str) -> str:
        """The text in this language; the Chinese one where it is not translated."""
        return self._texts.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Chinese knows no plural, and our English texts are written without one."""
        del msgid2, n
        return self.gettext(msgid1)

    def pick(self, zh: str, en: str) -> str:
        """One of two words that are known in both languages."""
        return en if self.language == "en" else zh

    def several(self, words: Iterable[str]) -> str:
        """Words one after the other."""
        return self.pick("、", ", ").join(words)


@cache
def words(language: Language = DEFAULT_LANGUAGE) -> Words:
    """The texts of a language."""
    return Words(language)


def language_of(cookie: str | None) -> Language:
    """The language a person chose; Chinese until then."""
    return "en" if cookie == "en" else DEFAULT_LANGUAGE
