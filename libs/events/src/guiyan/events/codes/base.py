"""What every code list is: names of domain.md §7 as values, each with a Chinese and an English label."""

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """A code with its labels: `NAME = "VALUE", "中文"` or `NAME = "VALUE", "中文", "English"`."""

    zh: str
    """The Chinese label."""
    en: str
    """The English label; made from the value when none is given."""

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:
        """Make a member from its value and labels."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh or value
        member.en = en or value.replace("_", " ").capitalize()
        return member

    def label(self, language: str = "zh") -> str:
        """Give the label in the language asked for: Chinese for `zh…`, else English."""
        return self.zh if language.lower().startswith("zh") else self.en
