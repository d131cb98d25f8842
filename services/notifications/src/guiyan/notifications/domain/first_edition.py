"""The first edition of the templates, frozen: mails in both languages at once; older notices are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.domain.wording import BOTH, Edition, Wording


def _mail(subject: str, text: str) -> Edition:
    return Edition(1, (Wording(NoticeChannel.EMAIL, BOTH, subject, tuple(text.split("\n"))),))


FIRST: Final[Mapping[str, Edition]] = {
    "duty_due": _mail(
        "联系任务提醒 Contact duty due: {{ quarter }}",
        "您好:\n\n"
        "{{ quarter }} 季度有一项联系任务尚未完成,距截止还有 {{ days_left }} 天。"
        "请登录工作台办理,任务编号:\n{{ duty }}\n\n"
        "A contact duty of {{ quarter }} is still open; {{ days_left }} days are left. Its number is above.\n",
    ),
    "contact_missed": _mail(
        "未联系提醒 Contact missed: {{ quarter }}",
        "您好:\n\n"
        "{{ quarter }} 季度的一项联系任务到期未完成(连续 {{ missed }} 个季度)。"
        "请尽快联系并登记,任务编号:\n{{ duty }}\n\n"
        "A contact duty of {{ quarter }} ended without the member being reached ({{ missed }} in a row). Please try "
        "again soon and record it; the duty's number is above.\n",
    ),
    "contact_escalated": _mail(
        "联系任务上报 Contact duty escalated: {{ quarter }}",
        "您好:\n\n{{ quarter }} 季度的一项联系任务未完成,已按规定上报给您(连续 {{ missed }} 个季度)。"
        "请督促办理,任务编号:\n{{ duty }}\n\n"
        "A missed contact of {{ quarter }} has been passed up to you ({{ missed }} in a row). "
        "The duty's number is above.\n",
    ),
    "letter_due": _mail(
        "介绍信提醒 Letter due: {{ expires_on }}",
        "您好:\n\n"
        "一项转接的介绍信有效期至 {{ expires_on }},请按期办理;逾期的请决定是否重新开具。转接编号:\n{{ transfer }}\n\n"
        "The letter of a transfer is valid until {{ expires_on }}. Please act in time, or decide on one that "
        "has expired. The transfer's number is above.\n",
    ),
    "letter_expired": _mail(
        "介绍信逾期 Letter expired: {{ expires_on }}",
        "您好:\n\n一项转接的介绍信已于 {{ expires_on }} 到期,接收方尚未受理。"
        "请决定重新开具、撤销或由本人撤回。转接编号:\n{{ transfer }}\n\n"
        "The letter of a transfer was valid until {{ expires_on }} and nobody has received it. Please decide "
        "whether to issue a new one or to end the transfer. Its number is above.\n",
    ),
    "letter_lost_check": _mail(
        "介绍信遗失待核查 Letter lost, to be checked",
        "您好:\n\n"
        "一项转接的介绍信报称遗失。请先核查是否已被接收方收到或受理,再决定作废补开。转接编号:\n{{ transfer }}\n\n"
        "The letter of a transfer was reported lost. Please check first whether the receiver has it or has "
        "accepted it, and then decide on a new one. The transfer's number is above.\n",
    ),
    "letter_lost": _mail(
        "介绍信遗失 Letter lost",
        "您好:\n\n寄往贵处的一项转接的介绍信报称遗失,转出方正在核查。如有人持该介绍信前来,请先与转出方核对。"
        "转接编号:\n{{ transfer }}\n\n"
        "A letter written to you was reported lost and is being checked. If somebody brings it, please ask "
        "the origin first. The transfer's number is above.\n",
    ),
    "letter_void": _mail(
        "介绍信作废 Letter void: {{ letter }}",
        "您好:\n\n寄往贵处的第 {{ letter }} 号介绍信已作废(原因:{{ reason }}),请勿受理。转接编号:\n{{ transfer }}\n\n"
        "Letter no. {{ letter }}, written to you, is void ({{ reason }}). Please do not accept it. The transfer's "
        "number is above.\n",
    ),
    "step_overdue": _mail(
        "办理超期 Step overdue: {{ due_on }}",
        "您好:\n\n"
        "一项转接的步骤 {{ step }} 应于 {{ due_on }} 前办理,现已超期。请登录工作台办理,转接编号:\n{{ transfer }}\n\n"
        "The step {{ step }} of a transfer was due by {{ due_on }}. Please see to it; the transfer's number is "
        "above.\n",
    ),
    "transfer_returned": _mail(
        "转接退回 Transfer returned",
        "您好:\n\n"
        "一项转接被退回修改(原因:{{ reason }})。在办结之前仍由转出方负责,请更正后重新提交或结束。"
        "转接编号:\n{{ transfer }}\n\n"
        "A transfer was sent back for correction ({{ reason }}). Until it is done the origin stays "
        "responsible. Please set it right or end it; its number is above.\n",
    ),
    "transfer_received": _mail(
        "转接已受理 Transfer received",
        "您好:\n\n一项转接已由转入方受理,编入支部之前仍由转出方负责。转接编号:\n{{ transfer }}\n\n"
        "A transfer was received by the other side. Until a branch has taken the relation the origin "
        "stays responsible. Its number is above.\n",
    ),
    "transfer_done": _mail(
        "转接完成 Transfer done: {{ on }}",
        "您好:\n\n一项转接已于 {{ on }} 完成,自该日起由转入支部负责。转接编号:\n{{ transfer }}\n\n"
        "A transfer was completed on {{ on }}. From that day the receiving branch is responsible. Its number "
        "is above.\n",
    ),
    "receipt_overdue": _mail(
        "回执超期 Receipt overdue: {{ due_on }}",
        "您好:\n\n"
        "一项已接收转接的回执应于 {{ due_on }} 前寄回转出方,现已超期。请尽快寄回并登记,转接编号:\n{{ transfer }}\n\n"
        "The receipt of a transfer that you received was due by {{ due_on }}. Please send it back and record "
        "it; the transfer's number is above.\n",
    ),
    "transfer_suggested": _mail(
        "转接建议 Transfer suggested",
        "您好:\n\n系统建议办理一项转接(去向已固定)。是否办理由支部与本人商定,编号:\n{{ transfer }}\n\n"
        "A transfer is suggested, because the place has become fixed. Branch and member decide; the "
        "number is above.\n",
    ),
    "certificate_check": _mail(
        "证件年审 Certificate check due: {{ due_on }}",
        "您好:\n\n一本活动证的年审应于 {{ due_on }} 前完成。请登录工作台办理,登记编号:\n{{ certificate }}\n\n"
        "The yearly check of a certificate is due by {{ due_on }}. Its register number is above.\n",
    ),
    "certificate_step": _mail(
        "证件办理超期 Certificate step overdue: {{ due_on }}",
        "您好:\n\n"
        "一本活动证的步骤 {{ step }} 应于 {{ due_on }} 前办理,现已超期。"
        "请登录工作台办理,登记编号:\n{{ certificate }}\n\n"
        "The step {{ step }} of a certificate was due by {{ due_on }}. Please see to it; its register number is "
        "above.\n",
    ),
    "certificate_return": _mail(
        "证件交回 Certificate return due: {{ due_on }}",
        "您好:\n\n一本活动证应于 {{ due_on }} 前交回查验,现已超期。请登录工作台办理,登记编号:\n{{ certificate }}\n\n"
        "A certificate was to be handed in for checking by {{ due_on }}. Its register number is above.\n",
    ),
}
