"""The words of register and contact: what waits at a desk, what is late, what a member himself should know.

Frozen as it stands, like the second edition: other words are another edition. No mail says what kind of office it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from guiyan.notifications.domain import short_words as short
from guiyan.notifications.domain.second_edition import Mail, Number, edition
from guiyan.notifications.domain.short_words import Short
from guiyan.notifications.domain.wording import Edition

_RECORD: Final = Number("登记编号", "The record's number", "record")
_BY: Final = ":{{ due_on|day }}"
_BY_EN: Final = ": {{ due_on|day }}"
_DESK_ZH: Final = "请登录工作台办理。"
_DESK_EN: Final = " Please see to it at your desk."


class _Row(NamedTuple):
    """Subject and text in both languages, and the SMS."""

    zh: Mail
    en: Mail
    sms: Short


def _waits(zh: str, text_zh: str, en: str, text_en: str) -> _Row:
    """Something waits; no day is set."""
    return _Row(Mail(zh, text_zh + _DESK_ZH), Mail(en, text_en + _DESK_EN), short.WAITS)


def _until(zh: str, text_zh: str, en: str, text_en: str) -> _Row:
    """Something is to be done by a day."""
    return _Row(Mail(zh + _BY, text_zh + _DESK_ZH), Mail(en + _BY_EN, text_en + _DESK_EN), short.until("due_on"))


def _late(zh: str, text_zh: str, en: str, text_en: str) -> _Row:
    """Something should have been done by a day."""
    return _Row(Mail(zh + _BY, text_zh + _DESK_ZH), Mail(en + _BY_EN, text_en + _DESK_EN), short.since("due_on"))


def _to_member(zh: str, text_zh: str, en: str, text_en: str, sms: Short = short.WAITS) -> _Row:
    """The member himself is told, and asked to call."""
    call_zh = "{% if phone %}如有疑问,请致电{{ phone }}。{% endif %}"
    call_en = "{% if phone %} If anything is unclear, please call {{ phone }}.{% endif %}"
    return _Row(Mail(zh, text_zh + call_zh), Mail(en, text_en + call_en), sms)


_DAY: Final = "{{ due_on|day }}"
_ROWS: Final[Mapping[str, _Row]] = {
    "aid_visit_due": _until(
        "走访提醒",
        f"一项帮扶的走访应于{_DAY}前完成。",
        "Visit due",
        f"A visit of an aid case is due by {_DAY}.",
    ),
    "inquiry_assigned": _waits("新的咨询", "一项咨询交由您答复。", "Inquiry", "An inquiry was given to you to answer."),
    "inquiry_transferred": _until(
        "转来的咨询",
        f"一项咨询转交贵处,应于{_DAY}前答复。",
        "Inquiry passed on",
        f"An inquiry was passed on to you; an answer is due by {_DAY}.",
    ),
    "inquiry_overdue": _late(
        "咨询超期",
        f"一项咨询应于{_DAY}前答复,现已超期。",
        "Inquiry overdue",
        f"An inquiry was to be answered by {_DAY}.",
    ),
    "lost_watch": _waits(
        "联系中断,请关注",
        "一位人员较长时间未联系上,已列入关注。请安排查找。",
        "Contact broken off",
        "Somebody has not been reached for a long time. Please see that a search begins.",
    ),
    "lost_step_due": _until(
        "联系中断事项到办理时间",
        f"一项联系中断事项的“{{{{ step|words }}}}”自{_DAY}起可以办理。是否办理,由集体决定。",
        "A step may be taken",
        f"In a case of broken contact, from {_DAY} on: {{{{ step|words }}}}. People decide whether.",
    ),
    "report_overdue": _late(
        "年度汇报逾期",
        f"一位在外人员的年度汇报应于{_DAY}前完成,尚未登记。",
        "Yearly report overdue",
        f"The yearly report of somebody away was due by {_DAY} and is not recorded.",
    ),
    "member_report": _to_member(
        "请与我们联系",
        f"按约定,您应于{_DAY}前与我们联系一次,目前尚未登记。请尽快联系。",
        "Please get in touch",
        f"As agreed you were to get in touch by {_DAY}, which is not recorded yet. Please do so soon.",
    ),
    "keeper_missing": _waits(
        "无人负责联系",
        "一位在外人员现无人负责联系,请指定。",
        "Nobody keeps contact",
        "Nobody keeps contact with somebody who is away. Please name a person.",
    ),
    "point_unstaffed": _waits(
        "服务点无人在岗",
        "一个服务点现无人在岗,请安排。",
        "A service point without staff",
        "A service point has nobody left. Please name somebody.",
    ),
    "post_empty": _waits(
        "岗位空缺:{{ post|words }}",
        "{{ post|words }}一职空缺,请尽快安排。",
        "A post is empty: {{ post|words }}",
        "Nobody serves as {{ post|words }} at present. Please fill the post soon.",
    ),
    "change_impeded": _waits(
        "计划的变更未能生效",
        "一项计划的变更到日未能生效,需重新决定。",
        "A planned change did not take effect",
        "A planned change could not take effect on its day and has to be decided anew.",
    ),
    "host_declined": _waits(
        "对方未接纳",
        "一位在外人员报到后未被接纳,请与对方联系或另作安排。",
        "Not taken in",
        "Somebody who reported in elsewhere was not taken in. Please speak with them or arrange otherwise.",
    ),
    "host_silent": _waits(
        "对方逾期未答复",
        "一位在外人员报到已{{ days }}天,对方尚未答复。",
        "No answer yet",
        'Somebody reported in elsewhere {{ days }} {{ days|plural("day", "days") }} ago without an answer.',
    ),
    "host_overdue": _waits(
        "报到待答复",
        "一位人员向贵处报到已{{ days }}天,请答复是否接纳。",
        "An answer is late",
        'Somebody reported in with you {{ days }} {{ days|plural("day", "days") }} ago. Please answer.',
    ),
    "member_dues": _to_member(
        "费用提醒",
        "您有{{ months }}个月的费用尚未登记。",
        "Reminder of a payment",
        'Payments of {{ months }} {{ months|plural("month", "months") }} are not recorded yet.',
    ),
    "dues_reminder": _waits(
        "请提醒缴费",
        "一位人员有{{ months }}个月的费用未登记,且无可用联系方式,请您转告。",
        "Please pass on a reminder",
        "Somebody whom we cannot write to has not paid for {{ months }} "
        '{{ months|plural("month", "months") }}. Please tell that person.',
    ),
    "dues_reported": _waits(
        "费用情况上报",
        "一位人员的费用情况已按规定报告给您。",
        "Arrears reported",
        "Arrears of one person were reported to you.",
    ),
    "dues_case": _waits(
        "需开会研究的事项",
        "一项费用事项已满规定月数,请先了解有无正当理由,再提交会议研究。",
        "A case for the meeting",
        "Arrears have reached the months that the rule names. Please ask for good reasons first.",
    ),
    "probation_near": _until(
        "期满提醒",
        f"一位人员的考察期将于{_DAY}届满,还剩{{{{ days_left }}}}天。请提醒本人提出申请。",
        "A period ends",
        f"A period of trial ends on {_DAY}, in {{{{ days_left }}}} "
        '{{ days_left|plural("day", "days") }}. Please remind the person to apply.',
    ),
    "member_application": _to_member(
        "请按时提出申请",
        f"您的考察期将于{_DAY}届满,请在此前提出书面申请。",
        "Please apply in time",
        f"Your period of trial ends on {_DAY}. Please hand in your application before.",
        short.until("due_on"),
    ),
    "application_overdue": _late(
        "未收到申请",
        f"一位人员的考察期已满,应于{_DAY}前提出的申请尚未登记。",
        "No application",
        f"A period of trial has ended and no application is recorded, which was due by {_DAY}.",
    ),
    "application_escalated": _waits(
        "未提出申请,上报",
        "一位人员考察期满三十日仍未登记申请,已按规定报告给您。",
        "No application: passed up",
        "A period of trial ended long ago without an application, which is passed up to you.",
    ),
    "decision_overdue": _late(
        "审批逾期",
        f"一项申请应于{_DAY}前审批,现已超期。",
        "Decision overdue",
        f"An application was to be decided on by {_DAY}.",
    ),
    "retention_near": _until(
        "保留期提醒",
        f"一项保留的关系将于{_DAY}期满,请与本人商定去向。",
        "A retention ends",
        f"A relation that is kept ends on {_DAY}. Please agree with the person what follows.",
    ),
    "member_retention": _to_member(
        "请确定去向",
        f"您的关系保留至{_DAY},请在此前与我们商定去向。",
        "Please decide in time",
        f"Your relation is kept until {_DAY}. Please agree with us before what follows.",
        short.until("due_on"),
    ),
    "retention_overdue": _late(
        "保留期已满",
        f"一项保留的关系已于{_DAY}期满,尚未办理。",
        "A retention is over",
        f"A relation was kept until {_DAY} and nothing has been decided.",
    ),
    "sheet_opened": _waits(
        "摸底开始",
        "新一轮摸底已开始,请逐人核对并上报。",
        "A count has begun",
        "A new count has begun. Please check each name and hand the sheet in.",
    ),
    "sheet_returned": _waits(
        "摸底表退回",
        "您上报的摸底表被退回,请更正后重新上报。",
        "A sheet was returned",
        "The sheet you handed in was returned. Please set it right and hand it in again.",
    ),
    "sheet_overdue": _late(
        "摸底表逾期未报",
        f"摸底表应于{_DAY}前上报,现已超期。",
        "A sheet is late",
        f"The sheet of the count was to be handed in by {_DAY}.",
    ),
    "sweep_check_overdue": _late(
        "摸底审核逾期",
        f"各单位的摸底表应于{_DAY}前审核,现已超期。",
        "A check is late",
        f"The sheets of the count were to be checked by {_DAY}.",
    ),
    "sweep_close_overdue": _late(
        "摸底办结逾期",
        f"本轮摸底应于{_DAY}前办结,现已超期。",
        "A count is not closed",
        f"The count was to be closed by {_DAY}.",
    ),
    "correction_asked": _waits(
        "更正申请",
        "收到一项更正申请,请审核。",
        "A correction is asked for",
        "A correction of a record is asked for. Please look at it.",
    ),
}

OFFICE: Final[Mapping[str, Edition]] = {name: edition(row.zh, row.en, row.sms, _RECORD) for name, row in _ROWS.items()}
