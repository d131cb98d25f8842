"""The SMS of the program: that something waits, until when, and which phone to call back; nothing else (§1.4)."""

from __future__ import annotations

from typing import Final, NamedTuple

_CALL_ZH: Final = "{% if phone %}请致电{{ phone }}联系。{% else %}请致电办公室联系。{% endif %}"
_CALL_EN: Final = "{% if phone %}Please call {{ phone }}.{% else %}Please call the office.{% endif %}"


class Short(NamedTuple):
    """One SMS in both languages."""

    zh: str
    en: str


def _short(zh: str, en: str) -> Short:
    return Short(zh + _CALL_ZH, f"{en} {_CALL_EN}")


def until(field: str) -> Short:
    """Something is to be done by a day, which `field` tells."""
    day = "{{ " + field + "|day }}"
    return _short(f"您好,有一项工作请您在{day}前办理。", f"Hello, something waits for you until {day}.")


def since(field: str) -> Short:
    """Something should have been done by a day, which `field` tells."""
    day = "{{ " + field + "|day }}"
    return _short(f"您好,有一项工作原定{day}前办理,尚未办结。", f"Hello, something was due by {day} and is still open.")


DAYS_LEFT: Final = _short(
    "您好,有一项工作尚未完成,还剩{{ days_left }}天。",
    'Hello, something is still open, with {{ days_left }} {{ days_left|plural("day", "days") }} left.',
)
WAITS: Final = _short("您好,有一项工作需要您处理。", "Hello, something needs your attention.")
NEWS: Final = _short("您好,有一件事情已有结果。", "Hello, there is news of a matter you know.")
COUNTED: Final = _short(
    "您好,有{{ count }}项工作需要您处理。",
    'Hello, {{ count }} {{ count|plural("thing needs", "things need") }} your attention.',
)
"""Of several messages in one: how many."""
