"""Places down to the county (GB/T 2260): what a destination says, and no more than that."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import NamedTuple

from guiyan.service.published_areas import areas_now

_SUFFIX = re.compile(
    r"(?:维吾尔|壮族|回族)?自治区\Z|特别行政区\Z|(?:[一-龥]{1,6}族)*自治[州县]\Z|省\Z|市\Z|地区\Z|盟\Z|州\Z"
)
_SHORTEST_NAME = 2
_LEVEL_SIGNS = tuple("省市区县旗州盟")
_PLAIN_WORD = re.compile(r"[一-龥]{2,10}\Z")
_NO_PLACE = re.compile(r"跨|省内|市内|县内|不|未|无|暂|其他|外出|流")
_ADDRESS_SIGNS = re.compile(r"[路街巷号室栋楼]")


class Destination(NamedTuple):
    """A place told by the member: area code (None abroad or not in the table), its name, and whether more was cut."""

    area_code: str | None
    name: str
    cut: bool


@lru_cache(maxsize=8192)
def find_destination(text: str) -> Destination | None:
    """The province, prefecture or county the text begins with; what follows (street, number) is not kept."""
    rest, code, names = text.replace(" ", ""), "", ""
    while (step := _next_step(rest, code)) is not None:
        code, name, length = step
        names += name
        rest = rest[length:]
    if code:
        return Destination(code, names, cut=bool(rest.strip("-·,/")))
    if _PLAIN_WORD.match(rest) and not _NO_PLACE.match(rest) and not _ADDRESS_SIGNS.search(rest):
        return Destination(None, rest, cut=False)
    return None


def _next_step(rest: str, code: str) -> tuple[str, str, int] | None:
    """The place below `code` with the longest name that `rest` begins with: its code, full name and length taken."""
    names = _below().get(code, {})
    for length in range(min(len(rest), 16), _SHORTEST_NAME - 1, -1):
        found = names.get(rest[:length])
        # "朝阳" of "朝阳区" is not 朝阳市: a short name must not be followed by the suffix of something else.
        if found and (rest[:length] == _name_of(found) or rest[length : length + 1] not in _LEVEL_SIGNS):
            return found, _name_of(found), length
    return None


def _name_of(code: str) -> str:
    return areas_now().get(code, "")


@cache
def _below() -> dict[str, dict[str, str]]:
    """Area code ("" = the country) → name and short name of each place that may follow it in a text → its code."""
    table: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    known = {code: name for code, name in areas_now().items() if code[0] in "12345678"}
    for code, name in known.items():
        for parent in _parents(code):
            for text in {name, _SUFFIX.sub("", name)}:
                if len(text) >= _SHORTEST_NAME:
                    table[parent][text].add(code)
    return {
        parent: {text: first for text, codes in names.items() if (first := _foremost(codes))}
        for parent, names in table.items()
    }


def _foremost(codes: set[str]) -> str | None:
    """The largest place of a shared name (吉林 is the province); None where two of one level share it (朝阳区)."""
    for level in ("0000", "00", ""):
        of_level = [code for code in codes if code.endswith(level)]
        if of_level:
            return of_level[0] if len(of_level) == 1 else None
    return None


def _parents(code: str) -> tuple[str, ...]:
    province, prefecture = code[:2] + "0000", code[:4] + "00"
    if code == province:
        return ("",)
    return ("", province) if code == prefecture else ("", province, prefecture)
