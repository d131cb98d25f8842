"""The rules of a row: what is accepted, what is remarked, what keeps it out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from guiyan.registry.roster import FaultyRow, RosterRow
from guiyan.registry.roster.testing import BRANCH, id_number, person, table

Accepted = Callable[..., RosterRow]
Faults = Callable[..., list[tuple[str, str]]]


def warned(row: RosterRow) -> set[str]:
    """The codes of a row's remarks."""
    return {each.code for each in row.warnings}


def test_good_row_is_normalised(accepted: Accepted) -> None:
    """Words become codes, the phone E.164, the dates dates, the branch its code."""
    row = accepted(table(person()))
    assert (row.name, row.sex, row.birth_date, row.branch_code) == ("甄样例", "1", date(1980, 5, 15), BRANCH)
    assert (row.category, row.membership_status, row.education_code, row.post_code) == ("FULL", "NORMAL", "20", "1")
    assert (row.joined_on, row.full_on) == (date(2005, 7, 1), date(2006, 7, 1))
    assert (row.mobile, row.landline, row.home_address) == ("+8614006540001", "0999-8123456", "样例街道1号")
    assert (row.is_lost, row.departure, row.warnings, row.made_up) == (False, None, (), True)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"姓名": " "}, ("姓名", "name_missing")),
        ({"姓名": "长" * 51}, ("姓名", "text_too_long")),
        ({"公民身份证号": None}, ("公民身份证号", "id_no_missing")),
        ({"公民身份证号": id_number()[:-1] + "9"}, ("公民身份证号", "id_no_check_digit")),
        ({"公民身份证号": 690001198005150114}, ("公民身份证号", "id_no_rounded")),
        ({"公民身份证号": "6.90001E+17"}, ("公民身份证号", "id_no_rounded")),
        ({"公民身份证号": id_number("20261231")}, ("公民身份证号", "id_no_birth_date")),
        ({"性别": "女"}, ("性别", "sex_mismatch")),
        ({"性别": "?"}, ("性别", "sex_unknown")),
        ({"出生日期": date(1980, 5, 16)}, ("出生日期", "birth_date_mismatch")),
        ({"出生日期": "八十年代"}, ("出生日期", "date_format")),
        ({"所在党支部": "没有的党支部"}, ("所在党支部", "branch_unknown")),
        ({"所在党支部": "村党支部"}, ("所在党支部", "branch_ambiguous")),
        ({"所在党支部": None}, ("所在党支部", "branch_missing")),
        ({"所在党支部": "654002009009"}, ("所在党支部", "branch_unknown")),
        ({"人员类别": None}, ("人员类别", "category_missing")),
        ({"人员类别": "入党积极分子"}, ("人员类别", "category_unknown")),
        ({"党籍状态": "奇怪"}, ("党籍状态", "status_unknown")),
        ({"加入党组织日期": date(1979, 1, 1), "转为正式党员日期": None}, ("加入党组织日期", "joined_before_birth")),
        ({"加入党组织日期": date(2026, 2, 3), "转为正式党员日期": None}, ("加入党组织日期", "date_future")),
        ({"加入党组织日期": 1990.1}, ("加入党组织日期", "date_ambiguous")),
        ({"转为正式党员日期": date(2005, 6, 30)}, ("转为正式党员日期", "full_before_joined")),
        ({"转为正式党员日期": date(2005, 7, 1)}, ("转为正式党员日期", "full_equals_joined")),
        ({"手机号": "1400654000"}, ("手机号", "mobile_format")),
    ],
)
def test_rule_broken_keeps_the_row_out(faults: Faults, change: dict[str, Any], fault: tuple[str, str]) -> None:
    """Each rule of domain.md §2.8 and §4.1–4.3 refuses the row and points to the column by its own header."""
    assert fault in faults(table(person(**change)))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"公民身份证号": "110105491231002", "性别": "女", "出生日期": date(1949, 12, 31)}, "id_no_15_digits"),
        ({"加入党组织日期": date(1997, 7, 1), "转为正式党员日期": date(1998, 7, 1)}, "joined_under_18"),
        ({"加入党组织日期": None, "转为正式党员日期": None}, "joined_missing"),
        ({"加入党组织日期": "2005年7月"}, "day_missing"),
        ({"转为正式党员日期": date(2005, 12, 1)}, "full_within_year"),
        ({"转为正式党员日期": None}, "full_missing"),
        ({"人员类别": "预备党员"}, "full_on_probationary"),
        ({"学历": "自学"}, "education_unknown"),
        ({"工作岗位": "宇航员"}, "post_unknown"),
        ({"手机号": None}, "mobile_missing"),
        ({"固定电话": "家里"}, "landline_format"),
        ({"是否为失联党员": "也许"}, "yes_no_unknown"),
        ({"家庭所在地": "某处"}, "home_area_unknown"),
        ({"是否为流动党员": "是", "外出流向": "不详"}, "destination_unknown"),
        ({"是否为流动党员": "是", "外出流向": "杭州市西湖区文三路1号"}, "destination_cut"),
    ],
)
def test_doubt_is_remarked_and_the_row_accepted(accepted: Accepted, change: dict[str, Any], code: str) -> None:
    """What may be right is accepted with a remark."""
    assert code in warned(accepted(table(person(**change))))


def test_unknown_place_is_only_a_remark(accepted: Accepted) -> None:
    """A county that is not in the table is a warning, never a fault: the table is stale (domain.md §4.2)."""
    number = id_number("18990101", "000", region="659099")
    old = {"出生日期": None, "加入党组织日期": None, "转为正式党员日期": None, "性别": "女"}
    assert "id_no_place_unknown" in warned(accepted(table(person(公民身份证号=number, **old))))


def test_made_up_members_are_not_remarked_for_being_made_up(accepted: Accepted) -> None:
    """The sample's people have a place and a phone range that do not exist; that is told once, by `made_up`."""
    row = accepted(table(person()))
    assert row.made_up
    assert not row.warnings


def test_unassigned_range_is_remarked_for_real_numbers(accepted: Accepted) -> None:
    """A mobile number of an unassigned range is a warning (domain.md §4.1)."""
    number = id_number("18990101", "000", region="654002")
    old = {"出生日期": None, "加入党组织日期": None, "转为正式党员日期": None, "性别": "女"}
    assert warned(accepted(table(person(公民身份证号=number, **old)))) >= {"mobile_unassigned"}


@pytest.mark.parametrize("joined", [date(1969, 4, 1), date(1977, 8, 11)])
def test_admissions_without_probation(accepted: Accepted, joined: date) -> None:
    """From 1969-04-01 to 1977-08-11 there was no probation: equal dates are right (domain.md §2.8)."""
    number = {"公民身份证号": id_number("19450505"), "出生日期": date(1945, 5, 5)}
    row = accepted(table(person(加入党组织日期=joined, 转为正式党员日期=joined, **number)))
    assert not row.warnings


@pytest.mark.parametrize("joined", [date(1969, 3, 31), date(1977, 8, 12)])
def test_equal_dates_are_wrong_a_day_earlier_or_later(faults: Faults, joined: date) -> None:
    """A day outside that time equal dates are a fault again."""
    number = {"公民身份证号": id_number("19450505"), "出生日期": date(1945, 5, 5)}
    found = faults(table(person(加入党组织日期=joined, 转为正式党员日期=joined, **number)))
    assert ("转为正式党员日期", "full_equals_joined") in found


@pytest.mark.parametrize(
    "text",
    ["样例街道第一党支部", "中共样例街道第一党支部委员会", BRANCH, " 样例街道 第一党支部", "样例街道第一党支部　"],
)
def test_branch_is_found_by_name_or_code(accepted: Accepted, text: str) -> None:
    """Full name, short name and code mean the same branch; blanks do not matter."""
    assert accepted(table(person(所在党支部=text))).branch_code == BRANCH


def test_committee_settles_an_ambiguous_branch(accepted: Accepted) -> None:
    """A short name borne by two branches is settled by the committee's column."""
    row = accepted(table({**person(所在党支部="村党支部"), "分党委": "示范镇党委"}))
    assert row.branch_code == "654002002001"


def test_full_width_digits_and_trailing_x(accepted: Accepted) -> None:
    """Full-width digits, a small x, an apostrophe before and a tab around a number are forgiven."""
    number = "11010519491231002x"
    wide = "\t'" + number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}) + " "
    one = person(公民身份证号=wide, 性别="女", 出生日期="１９４９年１２月３１日", 手机号="１４００６５４０００１")
    row = accepted(table(one))
    assert (row.id_no, row.mobile) == ("11010519491231002X", "+8614006540001")


def test_middle_dots_of_long_names_are_one_sign(accepted: Accepted) -> None:
    """Names with a middle dot are written with many signs; they are stored with one."""
    assert accepted(table(person(姓名="甄•样例"))).name == accepted(table(person(姓名="甄·样例"))).name == "甄·样例"


def test_birth_month_alone_agrees_with_the_number(accepted: Accepted) -> None:
    """Lists with 出生年月 have no day; the month of the number is enough."""
    one = {("出生年月" if key == "出生日期" else key): value for key, value in person(出生日期="1980年5月").items()}
    assert accepted(table(one)).birth_date == date(1980, 5, 15)


def test_landline_in_the_mobile_column_is_moved(accepted: Accepted) -> None:
    """联系电话 often holds a landline: it is kept as one, and the missing mobile number is remarked."""
    row = accepted(table(person(手机号="0999-8123457", 固定电话=None)))
    assert (row.mobile, row.landline, warned(row)) == (None, "0999-8123457", {"mobile_missing"})


def test_member_away_has_a_departure(accepted: Accepted) -> None:
    """是否为流动党员 = 是 gives a departure with the destination down to the county."""
    row = accepted(table(person(是否为流动党员="是", 外出流向="浙江省杭州市西湖区")))
    assert row.departure is not None
    assert (row.departure.direction, row.departure.dest_area_code) == ("OUT", "330106")


def test_outflow_list_with_numbers_gives_departures(accepted: Accepted) -> None:
    """An outflow list that has the ID number too is read with day, reason, place and certificate."""
    listed = {
        "用户": "甄样例", "身份证号": id_number(), "党支部": BRANCH, "外出流向": "跨省流动", "流出时间": "2025.10",
        "流出省份": "浙江省", "流出原因": "外出务工", "是否持有活动证": "是",
    }  # fmt: skip
    row = accepted(table(listed))
    assert row.departure == ("OUT", date(2025, 10, 1), "MIGRANT_WORK", "330000", "浙江省", True)
    assert row.category is None


def test_inflow_list_gives_arrivals(accepted: Accepted) -> None:
    """An inflow list gives departures of direction IN with the day of arrival."""
    listed = {"姓名": "甄样例", "身份证号": id_number(), "党支部": BRANCH, "流入时间": "2025-10-08", "流入原因": "务工"}
    row = accepted(table(listed))
    assert row.departure is not None
    assert (row.departure.direction, row.departure.left_on) == ("IN", date(2025, 10, 8))


def test_list_without_numbers_says_so_for_each_row(faults: Faults) -> None:
    """A list without an ID-number column cannot name members: each row comes back with that reason."""
    assert ("", "id_no_missing") in faults(table({"用户": "甄样例", "党支部": BRANCH, "流出时间": "2025-10-08"}))


def test_same_number_twice_names_the_first_row(rows_of: Callable[..., list[Any]]) -> None:
    """The second row with one ID number is refused and told where the first stands."""
    first, second = rows_of(table(person(), person(姓名="甄示范")))
    assert isinstance(first, RosterRow)
    assert isinstance(second, FaultyRow)
    assert second.problems[0].code == "duplicate_in_file"
    assert "2" in second.problems[0].message_zh


def test_hash_is_of_the_values_and_not_of_their_shape(accepted: Accepted) -> None:
    """The same member written otherwise, in another row, has the same hash; another value has another."""
    plain = accepted(table(person()))
    same = accepted(table(person(序号=77, 出生日期="1980-05-15", 手机号="140 0654 0001", 所在党支部=BRANCH)))
    other = accepted(table(person(手机号=14006540002)))
    assert plain.row_hash == same.row_hash != other.row_hash
    assert len(plain.row_hash) == 64


def test_hash_with_a_key_is_another(accepted: Accepted) -> None:
    """With a key the hash tells nothing to who does not have it."""
    plain, keyed = accepted(table(person())), accepted(table(person()), hash_key=b"k" * 32)
    assert plain.row_hash != keyed.row_hash
    assert len(keyed.row_hash) == 64


def test_forbidden_column_is_dropped_at_the_door(rows_of: Callable[..., list[Any]]) -> None:
    """A column of a forbidden kind is in no accepted row, no faulty row and no message, and the header says so."""
    secret = "绝不保存"
    good, bad = rows_of(table({"民族": secret, **person()}, {"民族": secret, **person(姓名=None)}))
    assert secret not in repr(good)
    assert secret not in repr(bad)


def test_messages_hold_no_personal_data(rows_of: Callable[..., list[Any]]) -> None:
    """A problem names column and rule, never the value: problems may be logged."""
    broken = person(性别="女", 手机号="1400654000", 出生日期="1980-05-16", 所在党支部="甄样例的支部")
    (row,) = rows_of(table(broken))
    assert isinstance(row, FaultyRow)
    text = repr(row.problems)
    assert not [value for value in ("甄样例", id_number(), "1400654000", "1980") if value in text]
