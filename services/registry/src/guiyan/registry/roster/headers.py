"""Columns are found by what their header says, not by where they stand; forbidden kinds are dropped at the door."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from guiyan.registry.roster.cell import Cell, compact
from guiyan.registry.roster.headlines import head_lines, is_part_of_place, labels_of
from guiyan.registry.roster.merges import Merges
from guiyan.registry.roster.schema import FIELDS

HEADER_WITHIN_ROWS = 40
_LEAST_KNOWN_COLUMNS = 3

SYNONYMS: Mapping[str, str] = {field.name: " ".join(field.words) for field in FIELDS}
"""Field of the product → the headers offices use for it, written without blanks and brackets (domain.md §3.3)."""

FORBIDDEN: Mapping[str, str] = {
    "ethnicity": "民族 族别 族属 ETHNIC",
    "religion": "宗教 信教 教派 RELIGIO",
    "police": "公安 派出所 警 违法 犯罪 前科 案底 户口",
    "location": "经度 纬度 坐标 定位 轨迹 GPS",
    "biometrics": "照片 人脸 指纹 虹膜 血型 DNA",
    "opinion": "思想 政治表现 情绪 态度 社会关系",
    "money": "收入 工资 存款 银行",
}
"""Kinds of column that are never read, and the words that give them away (domain.md, guard rails)."""

DESTINATION_PARTS = ("destination", "destination_2", "destination_3")
"""A destination may take three columns: province, prefecture, county."""

_KNOWN = {synonym: field for field, synonyms in SYNONYMS.items() for synonym in synonyms.split()}
_BRACKETS = re.compile(r"[((\[【<《].*?[))\]】>》]")
_SIGNS = re.compile(r"[*::、,,。.?？_]+\Z|^[*]+")
_OTHERS = re.compile(r"联系人|书记|负责人|家属|亲属|配偶|父母|介绍人")
"""Words of somebody else, whose name and phone are not the member's."""


class Column(NamedTuple):
    """One column that is read: its position (from 0), the field it fills and the header as it stands in the file."""

    position: int
    field: str
    title: str


class Dropped(NamedTuple):
    """One column that was dropped at the door: its position, its header and the forbidden kind it is of."""

    position: int
    title: str
    kind: str


class Header(NamedTuple):
    """Which column holds what; `last_row` is the last row of the header, counted from 1 as Excel does."""

    last_row: int
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    dropped: tuple[Dropped, ...]

    @property
    def unread(self) -> tuple[str, ...]:
        """Headers that stand in the file and are not read."""
        taken = {column.position for column in self.columns} | {column.position for column in self.dropped}
        return tuple(title for index, title in enumerate(self.titles) if title and index not in taken)

    @property
    def kind(self) -> str:
        """What list this is: OUTFLOW, INFLOW or MEMBERS, by the columns it has."""
        fields = {column.field for column in self.columns}
        if "arrived_on" in fields or "arrival_reason" in fields:
            return "INFLOW"
        return "OUTFLOW" if "left_on" in fields or "reason" in fields else "MEMBERS"


def field_of(title: str) -> str | None:
    """The field a header stands for, None where it is not known; of "何时外出/何时流入" the first known part counts."""
    bare = _bare(title)
    if _OTHERS.search(bare):
        return None
    if bare in _KNOWN:
        return _KNOWN[bare]
    for part in re.split(r"[/|、或]", compact(title)):
        if _bare(part) in _KNOWN:
            return _KNOWN[_bare(part)]
    return None


def forbidden_kind(title: str) -> str | None:
    """The forbidden kind a header is of, None where it may be read."""
    bare = compact(title).upper()
    return next((kind for kind, words in FORBIDDEN.items() if any(word in bare for word in words.split())), None)


def find_header(rows: Sequence[tuple[int, Sequence[Cell]]], merges: Merges | None = None) -> Header | None:
    """The header among the first rows: the row with most known columns, name among them, and the lines that go with it.

    Those are told by merged cells (`merges`), or are one line of sub-headers below.
    """
    best: Header | None = None
    for place, (number, cells) in enumerate(rows[:HEADER_WITHIN_ROWS]):
        alone = [[label] for label in labels_of(cells)]
        found = _header(number, alone)
        if found and (best is None or len(found.columns) > len(best.columns)):
            name_at = next(column.position for column in found.columns if column.field == "name")
            last, paths = head_lines(rows, place, name_at, merges or Merges(), _is_header)
            best = _header(last, paths) or found
    return best


def _is_header(label: str) -> bool:
    return field_of(label) is not None or forbidden_kind(label) is not None


def _header(last_row: int, paths: Sequence[Sequence[str]]) -> Header | None:
    """The header of columns whose labels, from the group down, are given."""
    columns: dict[str, Column] = {}
    dropped: list[Dropped] = []
    titles = [_title(path) for path in paths]
    for index, (path, title) in enumerate(zip(paths, titles, strict=True)):
        kind = forbidden_kind("/".join(path))
        if kind:
            dropped.append(Dropped(index, title, kind))
            continue
        field = field_of(title) if title else None
        if field == "destination":
            field = next((part for part in DESTINATION_PARTS if part not in columns), None)
        # Of two columns of one meaning the first counts: exports repeat them ("手机号码", "注册手机号").
        if field and field not in columns:
            columns[field] = Column(index, field, title)
    if "name" not in columns or len(columns) < _LEAST_KNOWN_COLUMNS:
        return None
    return Header(last_row, tuple(titles), tuple(columns.values()), tuple(dropped))


def _title(path: Sequence[str]) -> str:
    """What a column is called: its lowest label; with its group where that says whose or what it is (外出流向/省)."""
    if len(path) < 2:  # noqa: PLR2004 - a group and a label
        return "".join(path)
    group, label = path[-2], path[-1]
    told_by_group = is_part_of_place(label) or any(_OTHERS.search(one) for one in path[:-1])
    return f"{group}/{label}" if told_by_group else label


def _bare(title: str) -> str:
    return _SIGNS.sub("", _BRACKETS.sub("", compact(title).upper()))
