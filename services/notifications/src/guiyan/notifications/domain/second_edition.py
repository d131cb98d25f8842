"""The second edition: mails in Chinese and in English by themselves, days and codes in words, and an SMS for each.

Frozen as it stands: what was queued with it is worded by it for ever. Other words are another edition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.domain import short_words as short
from guiyan.notifications.domain.short_words import Short
from guiyan.notifications.domain.wording import EN, ZH, Edition, Wording


class Mail(NamedTuple):
    """Subject and text of a mail in one language."""

    subject: str
    text: str


class Number(NamedTuple):
    """What the number is called that stands below the text, and the field that tells it."""

    zh: str
    en: str
    field: str


def edition(zh: Mail, en: Mail, sms: Short, number: Number) -> Edition:
    """Both mails with the record's number below, and both SMS."""
    field = "{{ " + number.field + " }}"
    return Edition(
        2,
        (
            Wording(NoticeChannel.EMAIL, ZH, zh.subject, ("您好:", "", zh.text, "", f"{number.zh}:{field}")),
            Wording(NoticeChannel.EMAIL, EN, en.subject, ("Hello,", "", en.text, "", f"{number.en}: {field}")),
            Wording(NoticeChannel.SMS, ZH, "", (sms.zh,)),
            Wording(NoticeChannel.SMS, EN, "", (sms.en,)),
        ),
    )


_DUTY: Final = Number("任务编号", "The duty's number", "duty")
_TRANSFER: Final = Number("转接编号", "The transfer's number", "transfer")
_CERTIFICATE: Final = Number("登记编号", "The register number", "certificate")

SECOND: Final[Mapping[str, Edition]] = {
    "duty_due": edition(
        Mail(
            "联系任务提醒:{{ quarter|quarter }}",
            "{{ quarter|quarter }}有一项联系任务尚未完成,"
            "{% if days_left == 0 %}今天截止{% else %}距截止还有{{ days_left }}天{% endif %}。请登录工作台办理。",
        ),
        Mail(
            "Contact duty due: {{ quarter }}",
            "A contact duty of {{ quarter|quarter }} is still open; {% if days_left == 0 %}today is its last "
            'day{% else %}{{ days_left }} {{ days_left|plural("day is", "days are") }} left{% endif %}. Please '
            "see to it at your desk.",
        ),
        short.DAYS_LEFT,
        _DUTY,
    ),
    "contact_missed": edition(
        Mail(
            "未联系提醒:{{ quarter|quarter }}",
            "{{ quarter|quarter }}的一项联系任务到期未完成{% if missed > 1 %},"
            "已连续{{ missed }}个季度未联系上{% endif %}。请尽快联系并登记。",
        ),
        Mail(
            "Contact missed: {{ quarter }}",
            "A contact duty of {{ quarter|quarter }} ended without the member being reached{% if missed > 1 %}, "
            "the {{ missed }} last ones in a row{% endif %}. Please try again soon and record it.",
        ),
        short.WAITS,
        _DUTY,
    ),
    "contact_escalated": edition(
        Mail(
            "联系任务上报:{{ quarter|quarter }}",
            "{{ quarter|quarter }}的一项联系任务未完成{% if missed > 1 %}(连续{{ missed }}个季度){% endif %},"
            "已按规定上报给您,请督促办理。",
        ),
        Mail(
            "Contact duty escalated: {{ quarter }}",
            "A missed contact of {{ quarter|quarter }}{% if missed > 1 %} ({{ missed }} in a row){% endif %} has "
            "been passed up to you. Please see that it is made.",
        ),
        short.WAITS,
        _DUTY,
    ),
    "letter_due": edition(
        Mail(
            "介绍信提醒:{{ expires_on|day }}到期",
            "一项转接的介绍信有效期至{{ expires_on|day }},请按期办理;已逾期的,请决定是否重新开具。",
        ),
        Mail(
            "Letter due: {{ expires_on|day }}",
            "The letter of a transfer is valid until {{ expires_on|day }}. Please act in time, or decide on one "
            "that has expired.",
        ),
        short.until("expires_on"),
        _TRANSFER,
    ),
    "letter_expired": edition(
        Mail(
            "介绍信逾期:{{ expires_on|day }}",
            "一项转接的介绍信已于{{ expires_on|day }}到期,接收方尚未受理。请决定重新开具、撤销,或由本人撤回。",
        ),
        Mail(
            "Letter expired: {{ expires_on|day }}",
            "The letter of a transfer was valid until {{ expires_on|day }} and nobody has received it. Please "
            "decide whether to issue a new one or to end the transfer.",
        ),
        short.since("expires_on"),
        _TRANSFER,
    ),
    "letter_lost_check": edition(
        Mail(
            "介绍信遗失待核查",
            "一项转接的介绍信报称遗失。请先核查接收方是否已收到或受理,再决定作废补开。",
        ),
        Mail(
            "Letter lost, to be checked",
            "The letter of a transfer was reported lost. Please check first whether the receiver has it or has "
            "accepted it, and then decide on a new one.",
        ),
        short.WAITS,
        _TRANSFER,
    ),
    "letter_lost": edition(
        Mail(
            "介绍信遗失",
            "寄往贵处的一项转接的介绍信报称遗失,转出方正在核查。如有人持该介绍信前来,请先与转出方核对。",
        ),
        Mail(
            "Letter lost",
            "A letter written to you was reported lost and is being checked. If somebody brings it, please ask "
            "the origin first.",
        ),
        short.WAITS,
        _TRANSFER,
    ),
    "letter_void": edition(
        Mail(
            "介绍信作废:第{{ letter }}号",
            "寄往贵处的第{{ letter }}号介绍信已作废(原因:{{ reason|words }}),请勿受理。",
        ),
        Mail(
            "Letter void: {{ letter }}",
            "Letter no. {{ letter }}, written to you, is void ({{ reason|words }}). Please do not accept it.",
        ),
        short.NEWS,
        _TRANSFER,
    ),
    "step_overdue": edition(
        Mail(
            "办理超期:{{ due_on|day }}",
            "一项转接的“{{ step|words }}”应于{{ due_on|day }}前办理,现已超期。请登录工作台办理。",
        ),
        Mail(
            "Step overdue: {{ due_on|day }}",
            "A step of a transfer, {{ step|words }}, was due by {{ due_on|day }}. Please see to it at your desk.",
        ),
        short.since("due_on"),
        _TRANSFER,
    ),
    "transfer_returned": edition(
        Mail(
            "转接退回修改",
            "一项转接被退回修改(原因:{{ reason|words }})。办结之前仍由转出方负责,请更正后重新提交或结束。",
        ),
        Mail(
            "Transfer returned",
            "A transfer was sent back for correction ({{ reason|words }}). Until it is done the origin stays "
            "responsible. Please set it right or end it.",
        ),
        short.WAITS,
        _TRANSFER,
    ),
    "transfer_received": edition(
        Mail("转接已受理", "一项转接已由转入方受理;编入支部之前,仍由转出方负责。"),
        Mail(
            "Transfer received",
            "A transfer was received by the other side. Until a branch has taken the relation the origin stays "
            "responsible.",
        ),
        short.NEWS,
        _TRANSFER,
    ),
    "transfer_done": edition(
        Mail("转接完成:{{ on|day }}", "一项转接已于{{ on|day }}完成,自该日起由转入支部负责。"),
        Mail(
            "Transfer done: {{ on|day }}",
            "A transfer was completed on {{ on|day }}. From that day the receiving branch is responsible.",
        ),
        short.NEWS,
        _TRANSFER,
    ),
    "receipt_overdue": edition(
        Mail(
            "回执超期:{{ due_on|day }}",
            "一项已接收转接的回执应于{{ due_on|day }}前寄回转出方,现已超期。请尽快寄回并登记。",
        ),
        Mail(
            "Receipt overdue: {{ due_on|day }}",
            "The receipt of a transfer that you received was due by {{ due_on|day }}. Please send it back and "
            "record it.",
        ),
        short.since("due_on"),
        _TRANSFER,
    ),
    "transfer_suggested": edition(
        Mail("转接建议", "因去向已固定,系统建议办理一项转接。是否办理,由支部与本人商定。"),
        Mail(
            "Transfer suggested",
            "A transfer is suggested, because the place has become fixed. Branch and member decide.",
        ),
        short.WAITS,
        _TRANSFER,
    ),
    "certificate_check": edition(
        Mail("证件年审:{{ due_on|day }}前", "一本活动证的年审应于{{ due_on|day }}前完成。请登录工作台办理。"),
        Mail(
            "Certificate check due: {{ due_on|day }}",
            "The yearly check of a certificate is due by {{ due_on|day }}. Please see to it at your desk.",
        ),
        short.until("due_on"),
        _CERTIFICATE,
    ),
    "certificate_step": edition(
        Mail(
            "证件办理超期:{{ due_on|day }}",
            "一本活动证的“{{ step|words }}”应于{{ due_on|day }}前办理,现已超期。请登录工作台办理。",
        ),
        Mail(
            "Certificate step overdue: {{ due_on|day }}",
            "A step of a certificate, {{ step|words }}, was due by {{ due_on|day }}. Please see to it at your desk.",
        ),
        short.since("due_on"),
        _CERTIFICATE,
    ),
    "certificate_return": edition(
        Mail(
            "证件交回查验:{{ due_on|day }}",
            "一本活动证应于{{ due_on|day }}前交回查验,现已超期。请登录工作台办理。",
        ),
        Mail(
            "Certificate return due: {{ due_on|day }}",
            "A certificate was to be handed in for checking by {{ due_on|day }}. Please see to it at your desk.",
        ),
        short.since("due_on"),
        _CERTIFICATE,
    ),
}
