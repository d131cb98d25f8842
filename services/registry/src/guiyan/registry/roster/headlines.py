"""The lines of a header: groups above, sub-headers below, cells merged across and down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from guiyan.registry.roster.cell import Cell, compact, text_of
from guiyan.registry.roster.merges import Merges

Line = tuple[int, Sequence[Cell]]
Paths = list[list[str]]
IsHeader = Callable[[str], bool]
LINES_MAX = 3
GROUP_MAX_CHARS = 12
_PARTS_OF_PLACE = frozenset({"省", "市", "县", "省份", "地市", "区县", "省区市", "市州", "县市区", "国家"})
_GROUPS_LEAST = 2


def is_part_of_place(label: str) -> bool:
    """Whether a label names one level of a place (省 under 外出流向)."""
    return compact(label) in _PARTS_OF_PLACE


def labels_of(cells: Sequence[Cell]) -> list[str]:
    """The texts of a line; numbers and dates are no headers."""
    return [text_of(cell) if isinstance(cell, str) else "" for cell in cells]


def head_lines(
    rows: Sequence[Line], place: int, name_at: int, merges: Merges, is_header: IsHeader
) -> tuple[int, Paths]:
    """The number of the header's last line, and each column's labels from the group down.

    `place` is the line in which the header was found, `name_at` the column of 姓名; `is_header` knows a header's words.
    """
    number = rows[place][0]
    column = [one for one in merges.of_row(number) if one.first_column <= name_at <= one.last_column]
    first = min([place, *(place - (number - one.first_row) for one in column)])
    last = max([place, *(place + one.last_row - number for one in column)])
    if any(one.first_row < number for one in merges.of_row(number)) or _groups_above(rows, place, merges):
        first = min(first, place - 1)
    first, last = max(first, place - LINES_MAX, 0), min(last, place + LINES_MAX, len(rows) - 1)
    if last == place and _is_second_line(rows, place, name_at, is_header):
        last = place + 1
    lines = [_spread(*rows[line], merges) for line in range(first, last + 1)]
    width = max(map(len, lines))
    padded = [line + [""] * (width - len(line)) for line in lines]
    _carry_groups(padded)
    return rows[last][0], [_path([line[index] for line in padded]) for index in range(width)]


def _groups_above(rows: Sequence[Line], place: int, merges: Merges) -> bool:
    """The line above names groups of columns: several short texts, some merged across; no title, no "单位:"."""
    if not place:
        return False
    number, cells = rows[place - 1]
    wide = any(one.first_row == one.last_row and one.is_wide for one in merges.of_row(number))
    texts = [text for text in labels_of(cells) if text]
    return wide and len(texts) >= _GROUPS_LEAST and all(_is_group(text) for text in texts)


def _is_group(text: str) -> bool:
    return len(text) <= GROUP_MAX_CHARS and ":" not in text


def _is_second_line(rows: Sequence[Line], place: int, name_at: int, is_header: IsHeader) -> bool:
    """Below stands a line of sub-headers alone (省, 市, 县), with nothing under 姓名; no cell is merged."""
    if place + 1 >= len(rows):
        return False
    cells = rows[place + 1][1]
    labels = labels_of(cells)
    filled = [label for label in labels if label]
    if not filled or (name_at < len(labels) and cells[name_at] not in {None, ""}):
        return False
    return all(is_part_of_place(label) or is_header(label) for label in filled)


def _spread(number: int, cells: Sequence[Cell], merges: Merges) -> list[str]:
    """The line's labels, those merged across in each column of their range."""
    labels = labels_of(cells)
    for one in merges.of_row(number):
        if one.first_row == number and one.first_column < len(labels):
            last = min(one.last_column, len(labels) - 1)
            labels[one.first_column : last + 1] = [labels[one.first_column]] * (last + 1 - one.first_column)
    return labels


def _carry_groups(lines: Sequence[list[str]]) -> None:
    """A group that is not merged goes on over the parts of its place: 外出流向, blank, blank over 省, 市, 县."""
    for above, below in pairwise(lines):
        for index in range(1, len(above)):
            if not above[index] and is_part_of_place(below[index]):
                above[index] = above[index - 1]


def _path(labels: Sequence[str]) -> list[str]:
    """The labels that say something, none twice in a row."""
    path: list[str] = []
    for label in labels:
        if label and (not path or path[-1] != label):
            path.append(label)
    return path
