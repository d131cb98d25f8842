"""The table of policy parameters: every figure that a document may change, with default, bounds and source (§2.14).

Values change by `PolicyParameterChanged` alone, from a business date on; `guiyan.service.rulebook` tells what is valid.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from guiyan.events.codes.base import Code

Value = int | bool | tuple[int, ...]


class Unit(Code):
    """What a figure counts."""

    MONTHS = "months", "个月", "months"
    DAYS = "days", "天", "days"
    WORKING_DAYS = "working days", "个工作日", "working days"
    YEARS = "years", "年", "years"
    HOURS = "hours", "学时", "hours"
    TIMES = "times", "次", "times"
    HOUR_OF_DAY = "hour of the day", "时", "hour of the day"
    DAYS_OF_QUARTER = "days of the quarter", "季度内第几天", "days of the quarter"
    FEN = "fen", "分", "fen"
    YUAN = "yuan", "元", "yuan"
    DAYS_BEFORE = "days before", "提前天数", "days before"
    DAYS_AFTER = "days after", "之后天数", "days after"
    MONTHS_SINCE = "months since", "起算后月数", "months since"
    DIGITS = "digits", "位", "digits"
    SEGMENTS = "segments", "条", "segments"
    MINUTES = "minutes", "分钟", "minutes"
    CHARACTERS = "characters", "个字符", "characters"
    YES_NO = "true or false", "是否", "true or false"


class BadValue(ValueError):  # noqa: N818 - the name says it
    """The text is no value of this parameter."""


class NumberOf(Protocol):
    """Looks a parameter's value up by its key, as of some day."""

    def __call__(self, key: str) -> Value:
        """The value; raises KeyError for a key that the table does not have."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of the table: key, default, what it counts, its bounds, the rule it comes from, what it means."""

    key: str
    default: Value
    unit: Unit
    least: int
    most: int
    source: str
    zh: str
    en: str

    def parse(self, text: str) -> Value:
        """The value that a text tells; raises BadValue for what is none or lies out of bounds."""
        return _READERS.get(self.unit, _number)(self, text.strip())

    def text(self, value: Value) -> str:
        """The value as the event has it."""
        if isinstance(value, bool):
            return "true" if value else "false"
        return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _number(parameter: Parameter, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 9:  # noqa: PLR2004 - far beyond every bound
        raise BadValue
    if not parameter.least <= int(text) <= parameter.most:
        raise BadValue
    return int(text)


def _days(parameter: Parameter, text: str) -> tuple[int, ...]:
    days = tuple(_number(parameter, part.strip()) for part in text.split(","))
    if list(days) != sorted(set(days)):
        raise BadValue
    return days


def _yes_no(_: Parameter, text: str) -> bool:
    if text not in {"true", "false"}:
        raise BadValue
    return text == "true"


_READERS: Final[Mapping[Unit, Callable[[Parameter, str], Value]]] = {
    Unit.YES_NO: _yes_no,
    Unit.DAYS_OF_QUARTER: _days,
    Unit.DAYS_BEFORE: _days,
    Unit.DAYS_AFTER: _days,
    Unit.MONTHS_SINCE: _days,
}
_M, _D, _W, _Y = Unit.MONTHS, Unit.DAYS, Unit.WORKING_DAYS, Unit.YEARS
_OWN: Final = "domain.md §2.6 [D]"
_SAFE: Final = "§5.2, 8.1.4.1 [D]"
_TABLE: Final = (
    Parameter("mobile.recognise_after", 6, _M, 1, 24, "R2 [S]", "流动党员认定", "Away so long: a mobile member"),
    Parameter("transfer.must_after", 6, _M, 1, 24, "R1 Art. 25 [T]", "应转关系", "Away at a fixed place: transfer"),
    Parameter("transfer.branch_answer_within", 5, _W, 1, 30, "§2.3 [D]", "支部答复转接", "Branch answers a request"),
    Parameter("transfer.step_within", 10, _W, 1, 90, "§2.3 [D]", "转接各环节", "A step of a transfer is done within"),
    Parameter("letter.valid_days", 30, _D, 1, 90, "R5, local [L]", "介绍信有效期", "A letter is valid for"),
    Parameter(
        "letter.valid_days_province",
        30,
        _D,
        1,
        366,
        "local [L]",
        "省内线上转接有效期",
        "Inside the province, online: valid for",
    ),
    Parameter(
        "letter.valid_days_national",
        30,
        _D,
        1,
        366,
        "local [L]",
        "跨省线上转接有效期",
        "Across provinces, online: valid for",
    ),
    Parameter("letter.valid_days_cap", 90, _D, 1, 366, "R5 [S]", "介绍信最长有效期", "A letter is valid at most"),
    Parameter("letter.receipt_within", 1, _M, 1, 12, "R4, form [S]", "回执返回", "The receipt comes back within"),
    Parameter("letter.remind_before", (0, 3, 10), Unit.DAYS_BEFORE, 0, 90, "§2.3 [D]", "介绍信到期提醒", "It runs out"),
    Parameter("letter.remind_after", (7,), Unit.DAYS_AFTER, 1, 180, "§2.3 [D]", "介绍信逾期提醒", "It has expired"),
    Parameter("letter.reissue_window_graduate", 6, _M, 1, 24, "R6 [S]", "毕业生重开", "Graduates: reissue within"),
    Parameter("letter.stub_retention", 10, _Y, 1, 100, "local [L]", "存根保存", "Stubs are kept for"),
    Parameter("cert.check_every", 12, _M, 1, 36, "R4 [S]", "活动证年审", "A certificate is checked every"),
    Parameter("cert.return_within", 30, _D, 1, 366, "§2.4 [D]", "返乡交验活动证", "Certificate handed in within"),
    Parameter("cert.step_within", 10, _W, 1, 90, "§2.4 [D]", "活动证各环节", "A step of a certificate is done within"),
    Parameter("cert.number_digits", 4, Unit.DIGITS, 3, 6, "§9.4 [U]", "活动证编号位数", "Serial of its number: digits"),
    Parameter("host.answer_within", 30, _D, 1, 366, "§2.2 [D]", "流入地答复", "A host branch answers within"),
    Parameter("contact.cycle", 3, _M, 3, 3, "seed S-22, [L]", "联系周期", "A contact cycle is a quarter"),
    Parameter("contact.abroad_cycle", 6, _M, 1, 12, "R1 Art. 34 [T]", "出国联系周期", "Members abroad: contact every"),
    Parameter("contact.unknown_cycle", 1, _M, 1, 3, "P-03 [D]", "去向不详联系周期", "Place unknown: contact every"),
    Parameter("contact.members_per_person", 10, Unit.TIMES, 1, 99, "§2.6 [L]", "联系人联系党员数", "Named for at most"),
    Parameter("contact.reminder_days", (45, 75, 85), Unit.DAYS_OF_QUARTER, 1, 90, _OWN, "提醒日", "Reminders on days"),
    Parameter("contact.reminder_hour", 9, Unit.HOUR_OF_DAY, 0, 23, _OWN, "提醒时刻", "Reminders go out at"),
    Parameter("contact.early_miss_attempts", 3, Unit.TIMES, 1, 99, _OWN, "未联系上:次数", "Missed: attempts made"),
    Parameter("contact.early_miss_channels", 2, Unit.TIMES, 1, 8, _OWN, "未联系上:方式", "Missed: on channels"),
    Parameter("contact.early_miss_days", 2, Unit.TIMES, 1, 90, _OWN, "未联系上:天数", "Missed: on different days"),
    Parameter("contact.misses_to_township", 2, Unit.TIMES, 1, 99, _OWN, "连续未联系上报", "In a row: to the township"),
    Parameter("contact.bounces_to_close", 3, Unit.TIMES, 1, 99, "P-10 [D]", "退信停用", "Returned messages close it"),
    Parameter("contact.verified_within", 180, _D, 30, 730, "§3.5 [D]", "号码核实有效期", "A proof of a number holds"),
    Parameter("member.report_every", 12, _M, 1, 24, "R3 [S]", "党员汇报", "A member reports every"),
    Parameter("aid.remind_before", 30, _D, 1, 120, "§2.12 [D]", "走访提醒", "A visit is reminded of before"),
    Parameter("lost.watch_after", 5, _M, 1, 24, "§2.7 [D]", "失联关注", "Silence so long: watch"),
    Parameter("lost.confirm_after", 6, _M, 6, 24, "R1 Art. 24 [T]", "确认失联", "Lost contact at the earliest after"),
    Parameter("lost.remove_after_suspension", 24, _M, 24, 60, "R1 Art. 24 [T]", "停籍后除名", "Removal not before"),
    Parameter("lost.reinstate_within", 24, _M, 24, 24, "R1 Art. 24 [T]", "停籍后恢复", "Reinstatement asked within"),
    Parameter("correction.max", 12, _M, 1, 12, "R1 Art. 30 [T]", "限期改正", "Correction period at most"),
    Parameter("selfleft.threshold", 6, _M, 6, 24, "R1 Art. 31(6) [T]", "自行脱党", "Months in a row: a case opens"),
    Parameter("probation.length", 12, _M, 12, 12, "R8 Art. 32 [S]", "预备期", "Probation lasts"),
    Parameter("probation.extension_min", 6, _M, 6, 12, "R8 Art. 32 [S]", "延长下限", "Extended by at least"),
    Parameter("probation.extension_max", 12, _M, 6, 12, "R8 Art. 32 [S]", "延长上限", "Extended by at most"),
    Parameter("probation.decide_within", 3, _M, 1, 12, "R8 [S]", "转正审批", "The committee decides within"),
    Parameter("probation.apply_before", 60, _D, 0, 180, "§2.8 [D]", "转正申请最早", "Applied for not earlier"),
    Parameter("probation.remind_days", (7, 30, 60), Unit.DAYS_BEFORE, 1, 180, "§2.8 [D]", "转正提醒", "Reminders"),
    Parameter("probation.application_overdue_after", 1, _D, 1, 90, "§2.8 [D]", "未申请转正", "No application: overdue"),
    Parameter("probation.escalate_after", 30, _D, 1, 180, "§2.8 [D]", "未申请上报", "No application: told above"),
    Parameter("probation.last_months", 3, _M, 1, 6, "§2.8 [D]", "期满前转接", "A move so late: who converts is agreed"),
    Parameter("graduate.retain_max", 24, _M, 1, 60, "R1 Art. 34 [T]", "毕业生保留关系", "Graduates: kept at most"),
    Parameter("abroad.suspend_after", 60, _M, 12, 240, "R1 Art. 24 [T]", "出国停籍", "Abroad: suspended after"),
    Parameter("retention.employed_max", 6, _M, 1, 60, "§2.10 [D]", "已就业保留", "Graduates with work: kept at most"),
    Parameter("retention.extend_within", 6, _M, 1, 24, "§2.10 [D]", "保留延期", "Extended within the last"),
    Parameter("retention.settled_max", 6, _M, 1, 60, "§2.10 [D]", "出国定居保留", "Settled abroad: kept at most"),
    Parameter("retention.demobilised_max", 12, _M, 1, 60, "§2.10 [D]", "退役待安置保留", "Demobilised: kept at most"),
    Parameter(
        "retention.remind_months", (12, 18, 21, 23, 24), Unit.MONTHS_SINCE, 1, 240, "§2.10 [D]", "保留提醒", "Reminders"
    ),
    Parameter("dues.backpay_max", 6, _M, 0, 24, "R7 [S]", "补交党费", "Dues paid afterwards at most"),
    Parameter("dues.prepay_max", 6, _M, 0, 12, "local [L]", "预交党费", "Dues paid ahead at most"),
    Parameter("dues.annual_prepay_allowed", False, Unit.YES_NO, 0, 1, "finding 5", "年初一次交", "Paid once a year"),
    Parameter(
        "dues.change_within_year", False, Unit.YES_NO, 0, 1, "R7 (2021) [S]", "年内调整标准", "Amount changes in year"
    ),
    Parameter("dues.exempt_ahead", 12, _M, 1, 24, "§2.9 [D]", "减免最多提前", "Exempted ahead at most"),
    Parameter("dues.report_upward", True, Unit.YES_NO, 0, 1, "local [L]", "欠交上报", "Arrears are reported upward"),
    Parameter("dues.report_upward_after", 3, _M, 1, 12, "local [L]", "欠交上报月数", "Reported upward after"),
    Parameter("dues.minimum", 20, Unit.FEN, 0, 1000, "R7 [S]", "党费最低标准", "The least dues a month"),
    Parameter("dues.farmer_max", 100, Unit.FEN, 20, 100_000, "R7 [S]", "农民党费上限", "Farmers: at most a month"),
    Parameter("dues.wage_05_up_to", 3000, Unit.YUAN, 1, 1_000_000, "R7 [S]", "0.5%档上限", "Rate 0.5 % up to"),
    Parameter("dues.wage_10_up_to", 5000, Unit.YUAN, 1, 1_000_000, "R7 [S]", "1%档上限", "Rate 1 % up to"),
    Parameter("dues.wage_15_up_to", 10_000, Unit.YUAN, 1, 1_000_000, "R7 [S]", "1.5%档上限", "Rate 1.5 % up to"),
    Parameter(
        "dues.pension_05_up_to", 5000, Unit.YUAN, 1, 1_000_000, "R7 [S]", "离退休0.5%档上限", "Pensions: 0.5 % up to"
    ),
    Parameter("study.hours_per_year", 32, Unit.HOURS, 1, 400, "R1 Art. 20 [T]", "年度学时", "Group study a year"),
    Parameter("study.notice_before", 14, _D, 0, 90, "S-25 [D]", "活动预告", "An activity is announced before"),
    Parameter(
        "notice.sms_segments_most", 2, Unit.SEGMENTS, 1, 5, "§6 no. 16 [D]", "短信最多条数", "An SMS is sent as at most"
    ),
    Parameter("notice.quiet_from", 21, Unit.HOUR_OF_DAY, 0, 23, "§2.6 [D]", "夜间不发送:起", "Nothing leaves from"),
    Parameter("notice.quiet_to", 9, Unit.HOUR_OF_DAY, 0, 23, "§2.6 [D]", "夜间不发送:止", "Nothing leaves until"),
    Parameter("notice.digest_daily", False, Unit.YES_NO, 0, 1, "§2.12 [D]", "每日汇总", "Offices: one message a day"),
    Parameter("notice.digest_hour", 10, Unit.HOUR_OF_DAY, 0, 23, "§2.12 [D]", "每日汇总时刻", "It leaves at"),
    Parameter("notice.text_kept_for", 6, _M, 1, 120, "§5.3 [D]", "消息文本保存", "The text of a message is kept for"),
    Parameter("study.remind_before", 3, _D, 0, 90, "S-25 [D]", "活动提醒", "A reminder of it goes out before"),
    Parameter("study.record_within", 7, _D, 1, 90, "§2.12 [D]", "活动归档", "Its record is closed within"),
    Parameter("sweep.plan_before", 30, _D, 1, 90, "S-30 [D]", "摸底:提前安排", "Sweep: planned before it opens"),
    Parameter("sweep.branch_within", 3, _D, 1, 60, "§2.12 [D]", "摸底:支部上报", "Sweep: branches submit within"),
    Parameter("sweep.township_within", 7, _D, 1, 60, "§2.12 [D]", "摸底:乡镇审核", "Sweep: townships check within"),
    Parameter("sweep.city_within", 15, _D, 1, 90, "§2.12 [D]", "摸底:市级办结", "Sweep: the city closes within"),
    Parameter("desk.act_within", 14, _D, 1, 90, "§6 no. 1 [D]", "待办:办理期限", "Desk: a task is due within"),
    Parameter("desk.no_host_after", 60, _D, 7, 366, "P-04 [D]", "待办:未纳入流入地", "Desk: away without a host for"),
    Parameter("desk.missed_after", 2, _M, 1, 12, "P-01 [D]", "待办:未参加活动", "Desk: no attendance for"),
    Parameter("desk.arrears_from", 3, _M, 1, 6, "§2.9 [L]", "待办:欠交党费", "Desk: dues unpaid for"),
    Parameter("inquiry.simple_within", 1, _W, 1, 30, "§2.12 [D]", "咨询:简单事项", "Inquiry, simple: within"),
    Parameter("inquiry.checked_within", 5, _W, 1, 60, "§2.12 [D]", "咨询:需核实", "Inquiry, to be checked: within"),
    Parameter(
        "inquiry.other_body_within", 10, _W, 1, 90, "§2.12 [D]", "咨询:转其他单位", "Inquiry, other body: within"
    ),
    Parameter("account.password_length", 12, Unit.CHARACTERS, 12, 64, _SAFE, "密码最短长度", "A password has at least"),
    Parameter(
        "account.password_kinds", 3, Unit.TIMES, 3, 4, _SAFE, "密码字符种类", "Of 4 kinds of character, at least"
    ),
    Parameter("account.password_valid_for", 90, _D, 1, 366, _SAFE, "密码有效期", "A password is changed within"),
    Parameter("account.password_history", 5, Unit.TIMES, 1, 24, _SAFE, "不得重复的旧密码", "Not one of the last"),
    Parameter(
        "account.one_time_valid_for", 7, _D, 1, 30, _SAFE, "一次性密码有效期", "A one-time password is used within"
    ),
    Parameter("account.failures", 5, Unit.TIMES, 3, 10, _SAFE, "登录失败次数", "Failed sign-ins in a row: locked"),
    Parameter("account.locked_for", 30, Unit.MINUTES, 5, 1440, _SAFE, "登录失败锁定", "After them locked for"),
    Parameter("account.idle_for", 15, Unit.MINUTES, 5, 60, _SAFE, "无操作退出", "A session without use ends after"),
    Parameter(
        "account.session_for", 480, Unit.MINUTES, 15, 1440, _SAFE, "登录最长时间", "A session ends after at most"
    ),
    Parameter("account.second_factor", True, Unit.YES_NO, 0, 1, _SAFE, "双因素登录", "Two factors to see member data"),
)

ASCENDING: Final = (
    ("probation.extension_min", "probation.extension_max"),
    ("dues.minimum", "dues.farmer_max"),
    ("dues.wage_05_up_to", "dues.wage_10_up_to", "dues.wage_15_up_to"),
    ("dues.report_upward_after", "selfleft.threshold"),
    ("desk.arrears_from", "selfleft.threshold"),
    ("letter.valid_days", "letter.valid_days_cap"),
    ("letter.valid_days_province", "letter.valid_days_cap"),
    ("letter.valid_days_national", "letter.valid_days_cap"),
    ("lost.watch_after", "lost.confirm_after"),
    ("study.remind_before", "study.notice_before"),
    ("sweep.branch_within", "sweep.township_within", "sweep.city_within"),
)
"""Parameters that are one rule together: on every day none is greater than the one after it (§2.8, §2.9, §2.12)."""

PARAMETERS: Final[Mapping[str, Parameter]] = {one.key: one for one in _TABLE}
"""Every parameter by its key."""


def defaults(key: str) -> Value:
    """The value of a parameter that no document has changed."""
    return PARAMETERS[key].default


def number(value: Value) -> int:
    """The value of a parameter that is a plain number."""
    assert isinstance(value, int)  # noqa: S101 - the table says what each one is
    return value


def numbers(value: Value) -> tuple[int, ...]:
    """The value of a parameter that is a list of numbers."""
    assert isinstance(value, tuple)  # noqa: S101 - the table says what each one is
    return value
