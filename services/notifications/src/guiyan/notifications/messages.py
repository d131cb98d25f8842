"""What notifications tells when it refuses, in both languages."""

from collections.abc import Mapping
from typing import Final

from guiyan.notifications.campaign_messages import CAMPAIGN_MESSAGES
from guiyan.notifications.study_messages import STUDY
from guiyan.notifications.template_messages import TEMPLATE_MESSAGES
from guiyan.service.messages import Message

MESSAGES: Final[Mapping[str, Message]] = {
    "notice_unknown": Message("There is no such notice.", "没有该通知。"),
    "notice_state": Message(
        "The notice is in state {state}, which does not allow this.", "该通知当前状态为 {state},不允许此操作。"
    ),
    "notice_text_erased": Message(
        "The text of this notice was deleted after its period: it cannot be sent again. Settle it otherwise, and tell "
        "the recipient anew.",
        "该通知的文本已到期删除,无法重发。请以其他方式办结,并另行告知接收人。",
    ),
    "notice_in_digest": Message(
        "This notice left in a digest. Settle the digest, notice {digest}: this one follows it.",
        "该通知已并入每日汇总。请对汇总通知 {digest} 办理,本条随之更新。",
    ),
    "member_unknown": Message("There is no such member in the register.", "名册中没有该党员。"),
    **CAMPAIGN_MESSAGES,
    **STUDY,
    "in_the_future": Message(
        "This date lies in the future. Give the day it happened.", "日期在将来,请填写实际发生日。"
    ),
    **TEMPLATE_MESSAGES,
    "member_text_gone": Message(
        "This person's text was erased: there is no name to put on a letter.", "此人的文字资料已删除,无法打印姓名。"
    ),
    "letter_twice": Message("A member is named twice. Name each once.", "同一党员重复出现,请只列一次。"),
    "letter_not_printed": Message(
        "No letter of this kind was printed for this member. Print it first, or record it as material.",
        "未给该党员打印过此函。请先打印,或者在资料寄送中登记。",
    ),
    "nobody_to_write_to": Message(
        "Every member away of this branch has this letter, or nobody is away. Name members to print it again.",
        "该支部外出党员均已打印此函,或没有外出党员。需要重印的,请指定党员。",
    ),
}
