"""Columns are found by what their header says, not by where they stand; forbidden kinds are dropped at the door."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from guiyan.registry.roster.cell import Cell, compact, text_of

HEADER_WITHIN_ROWS = 40
_LEAST_KNOWN_COLUMNS = 3

SYNONYMS: Mapping[str, str] = {
    "seq": "序号 编号 号 NO",
    "name": "姓名 党员姓名 用户 用户名 流动党员姓名 NAME",
    "id_no": (
        "公民身份证号 公民身份号码 公民身份证号码 身份证号 身份证号码 身份证 居民身份证号 居民身份证号码 证件号码 IDNO"
    ),
    "sex": "性别 SEX",
    "birth_date": "出生日期 出生年月 出生年月日 出生时间 生日 BIRTHDATE",
    "education": "学历 文化程度 最高学历 学历层次",
    "category": "人员类别 党员类别 党员类型 人员类型 CATEGORY",
    "branch": (
        "所在党支部 党支部 所属党支部 所在支部 所属支部 支部 支部名称 党支部名称 所在党组织 "
        "所属党组织 党组织 党组织名称 组织关系所在党支部 所在基层党组织 BRANCH"
    ),
    "branch_code": "党组织代码 党支部代码 支部代码 组织代码 党组织编码 所在党支部代码 BRANCHCODE",
    "committee": "分党委 所属党委 所在党委 党委 基层党委 上级党组织 乡镇街道 所属乡镇街道 乡镇",
    "joined_on": (
        "加入党组织日期 加入党组织时间 入党日期 入党时间 入党年月 加入中国共产党日期 加入中共组织的时间 JOINEDON"
    ),
    "full_on": "转为正式党员日期 转为正式党员时间 转正日期 转正时间 FULLON",
    "post": "工作岗位 岗位",
    "mobile": "手机号 手机号码 手机 本人手机 移动电话 联系电话 联系方式 联系手机 本人联系电话 电话 MOBILE",
    "landline": "固定电话 座机 座机号码 办公电话 家庭电话",
    "home_address": "家庭住址 家庭地址 现居住地 现住址 居住地址 住址 通讯地址",
    "status": "党籍状态",
    "is_lost": "是否为失联党员 是否失联党员 是否失联",
    "lost_since": "失去联系日期 失联日期 失联时间 失去联系时间",
    "is_mobile": "是否为流动党员 是否流动党员 是否流动",
    "is_migrant_worker": "是否农民工 是否为农民工",
    "destination": "外出流向 流向 外出地点 流出地点 流出地 流出省份 去向 地点 外出流向省市县 流入地",
    "left_on": "流出时间 流出日期 外出时间 外出日期 何时外出",
    "reason": "流出原因 外出原因 外出事由 流动原因 外出务工情况",
    "has_certificate": "是否持有活动证 是否持有流动党员活动证 持证情况",
    "arrived_on": "流入时间 流入日期 何时流入",
    "arrival_reason": "流入原因 流入务工情况",
    "origin": "组织关系所在地 原组织关系所在地 流入前所在省份 原组织关系所在党组织",
    "occupation": "原职业 从事职业 现从业 职业",
}
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
_SUB_LABELS = frozenset({"省", "市", "县", "省份", "地市", "区县", "省区市", "市州", "县市区", "国家"})


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


def find_header(rows: Sequence[tuple[int, Sequence[Cell]]]) -> Header | None:
    """The header among the first rows: the row with most known columns, name among them, and its second line if any."""
    best: Header | None = None
    for place, (number, cells) in enumerate(rows[:HEADER_WITHIN_ROWS]):
        titles = [text_of(cell) if isinstance(cell, str) else "" for cell in cells]
        found = _header(number, titles)
        if found and (best is None or len(found.columns) > len(best.columns)):
            best = _with_second_line(found, titles, rows[place + 1] if place + 1 < len(rows) else None)
    return best


def _header(number: int, titles: Sequence[str]) -> Header | None:
    columns: dict[str, Column] = {}
    dropped: list[Dropped] = []
    for index, title in enumerate(titles):
        kind = forbidden_kind(title) if title else None
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
    return Header(number, tuple(titles), tuple(columns.values()), tuple(dropped))


def _with_second_line(header: Header, titles: list[str], below: tuple[int, Sequence[Cell]] | None) -> Header:
    """Joins a line of sub-headers (省, 市, 县 under a merged 外出流向) to the header above it."""
    if below is None:
        return header
    number, cells = below
    labels = [text_of(cell) if isinstance(cell, str) else "" for cell in cells]
    name_at = next(column.position for column in header.columns if column.field == "name")
    filled = [(index, label) for index, label in enumerate(labels) if label]
    if not filled or (name_at < len(labels) and labels[name_at]):
        return header
    if not all(compact(label) in _SUB_LABELS or field_of(label) or forbidden_kind(label) for _, label in filled):
        return header
    joined = list(titles) + [""] * (len(labels) - len(titles))
    group = ""
    for index, _ in enumerate(joined):
        label = labels[index] if index < len(labels) else ""
        group = joined[index] or (group if compact(label) in _SUB_LABELS else "")
        if compact(label) in _SUB_LABELS and group:
            joined[index] = f"{group}/{label}"
        elif label:
            joined[index] = label
    return _header(number, joined) or header


def _bare(title: str) -> str:
    return _SIGNS.sub("", _BRACKETS.sub("", compact(title).upper()))
