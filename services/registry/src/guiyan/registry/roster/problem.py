"""A problem of one cell: stable code, the column it points to, one sentence in each language, never the value."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

MESSAGES: dict[str, tuple[str, str]] = {
    # name
    "name_missing": ("缺少姓名", "The name is missing"),
    "text_too_long": ("内容过长", "The text is too long"),
    # identity number
    "id_no_missing": ("缺少公民身份证号", "The ID number is missing"),
    "id_no_format": (
        "身份证号应为 18 位 (或旧式 15 位) 数字, 末位可为 X",
        "An ID number has 18 (formerly 15) digits, the last may be X",
    ),
    "id_no_rounded": (
        "身份证号以数字格式存放, 末几位已被 Excel 舍去; 请设为文本格式后重新填写",
        "The ID number was stored as a number and Excel rounded it off; set the column to text and enter it anew",
    ),
    "id_no_check_digit": ("身份证号校验位不符, 请核对", "The check digit of the ID number is wrong"),
    "id_no_birth_date": (
        "身份证号中的出生日期不存在或在将来",
        "The birth date inside the ID number does not exist or lies ahead",
    ),
    "id_no_place_unknown": (
        "身份证号前六位不在行政区划表中, 请核对",
        "The first six digits of the ID number are no known county",
    ),
    "id_no_15_digits": ("15 位旧身份证号已换算为 18 位", "A 15-digit ID number was converted to 18 digits"),
    "duplicate_in_file": ("与第 {row} 行的身份证号相同", "The same ID number stands in row {row}"),
    "row_merged": (
        "与第 {row} 行的单元格合并; 每名党员应单独占一行, 请取消合并后填写",
        "The cell is merged with row {row}; every member needs a row of its own: unmerge the cells",
    ),
    # sex, birth
    "sex_unknown": ("性别应为男或女", "The sex must be 男 or 女"),
    "sex_mismatch": ("性别与身份证号第 17 位不符", "The sex differs from the 17th digit of the ID number"),
    "birth_date_mismatch": ("出生日期与身份证号不符", "The birth date differs from the ID number"),
    # dates
    "date_format": ("日期无法识别, 请写成 2020年01月31日 或 2020-01-31", "The date cannot be read; write 2020-01-31"),
    "date_ambiguous": (
        "日期写成了小数, 无法分清 1 月和 10 月; 请写全年月日",
        "A date written as a decimal cannot tell January from October",
    ),
    "date_out_of_range": ("日期超出合理范围", "The date is out of range"),
    "date_future": ("日期在将来", "The date lies in the future"),
    "day_missing": ("日期只有年月, 按当月 1 日记", "The date has no day; the first of the month was taken"),
    # joining
    "joined_before_birth": ("入党日期早于出生日期", "The joining date lies before the birth date"),
    "joined_under_18": ("入党时未满 18 周岁, 请核对", "The member was under 18 when joining; check the date"),
    "joined_missing": ("缺少加入党组织日期", "The joining date is missing"),
    "full_before_joined": ("转正日期早于入党日期", "The date of full membership lies before the joining date"),
    "full_equals_joined": (
        "转正日期与入党日期相同 (仅 1969-04-01 至 1977-08-11 入党者无预备期)",
        "Full membership and joining fall on one day (right only for admissions from 1969-04-01 to 1977-08-11)",
    ),
    "full_within_year": ("预备期不满一年, 请核对", "The probation was shorter than a year; check the dates"),
    "full_missing": ("正式党员缺少转正日期", "A full member has no date of full membership"),
    "full_on_probationary": ("预备党员却有转正日期", "A probationary member has a date of full membership"),
    # coded words
    "category_missing": ("缺少人员类别 (正式党员 / 预备党员)", "The category (正式党员 / 预备党员) is missing"),
    "category_unknown": ("人员类别应为正式党员或预备党员", "The category must be 正式党员 or 预备党员"),
    "status_unknown": ("党籍状态无法识别", "The membership status is not known"),
    "education_unknown": ("学历无法识别, 已留空", "The education is not known and was left out"),
    "degree_unknown": ("学位无法识别, 已留空", "The degree is not known and was left out"),
    "member_kind_unknown": ("流动党员类别无法识别, 已留空", "The kind of mobile member is not known and was left out"),
    "post_unknown": ("工作岗位无法识别, 已留空", "The post is not known and was left out"),
    "yes_no_unknown": ("应填是或否", "Write 是 or 否"),
    "reason_unknown": ("外出原因无法识别, 按“其他”记", "The reason for leaving is not known; OTHER was taken"),
    # phones
    "mobile_format": ("手机号应为 1 开头的 11 位数字", "A mobile number has 11 digits beginning with 1"),
    "mobile_unassigned": ("手机号段未分配, 请核对", "The mobile number lies in a range not assigned; check it"),
    "mobile_missing": ("没有手机号, 无法联系", "There is no mobile number to reach the member"),
    "landline_format": ("固定电话应为区号-号码, 已留空", "A landline number is area code and number; it was left out"),
    # destination
    "destination_unknown": (
        "外出流向无法识别到省市县, 已按不详记",
        "The destination is no known place; it was taken as unknown",
    ),
    "home_area_unknown": (
        "家庭所在地无法识别到省市县, 已留空",
        "The home county is no known place and was left out",
    ),
    "destination_cut": ("外出流向只保留到县一级", "The destination was kept down to the county only"),
    # branch
    "branch_missing": ("缺少所在党支部", "The branch is missing"),
    "branch_unknown": (
        "党支部不在组织树中, 请用全称、简称或 12 位代码",
        "The branch is not in the organisation tree; use its name or 12-digit code",
    ),
    "branch_ambiguous": (
        "有多个同名党支部, 请填全称或 12 位代码",
        "Several branches bear this name; use the full name or the 12-digit code",
    ),
}


class Problem(NamedTuple):
    """What is wrong with a cell: `pointer` is the column's header as it stands in the file ("" = the whole row)."""

    pointer: str
    code: str
    message_zh: str
    message_en: str


@lru_cache(maxsize=4096)
def problem(code: str, pointer: str = "", row: int = 0) -> Problem:
    """The problem of this code at this column; `row` names the other row where two rows clash."""
    message_zh, message_en = MESSAGES[code]
    return Problem(pointer, code, message_zh.format(row=row), message_en.format(row=row))
