"""What a digest tells of, as text: each entry in the words of its own message, grouped by what the messages are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from guiyan.notifications.domain.fields import TITLES, Kind, fields_of
from guiyan.notifications.domain.wording import EN

_GREETINGS: Final = frozenset({"您好", "您好:", "您好,", "你好:", "Hello", "Hello,", "Hello:"})
_INDENT: Final = "   "


@dataclass(frozen=True, slots=True)
class Said:
    """One entry: which template, and what its own message says."""

    template: str
    subject: str
    body: str


def entries_text(entries: Sequence[Said], language: str) -> str:
    """The entries below a line for each kind, the kinds in the order of their table, numbered through."""
    kinds = sorted({one.template for one in entries}, key=list(TITLES).index)
    blocks, number = [], 0
    for kind in kinds:
        of_kind = [one for one in entries if one.template == kind]
        blocks.append(_heading(kind, len(of_kind), language))
        for one in of_kind:
            number += 1
            blocks[-1] += f"\n\n{number}. {one.subject}\n{_indented(one.body)}"
    return "\n\n".join(blocks)


def bare(template: str, params: Mapping[str, str], language: str) -> Said:
    """An entry whose own words cannot be filled: what it is for, and the record's number."""
    numbers = [
        f"{one.en if language == EN else one.zh}: {params[name]}"
        for name, one in fields_of(template).items()
        if one.kind is Kind.NUMBER and name in params
    ]
    return Said(template, TITLES[template][language == EN], "\n".join(numbers))


def _heading(template: str, count: int, language: str) -> str:
    zh, en = TITLES[template]
    return f"[{en}] {count}" if language == EN else f"【{zh}】{count}项"


def _indented(body: str) -> str:
    lines = [line.rstrip() for line in body.strip("\n").split("\n")]
    if lines[0] in _GREETINGS:
        lines = lines[1:]
    return "\n".join(_INDENT + line for line in lines if line)
