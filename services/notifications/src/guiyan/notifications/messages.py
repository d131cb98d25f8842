"""What notifications tells when it refuses, in both languages."""

from collections.abc import Mapping
from typing import Final

from guiyan.notifications.study_messages import STUDY
from guiyan.notifications.template_messages import TEMPLATE_MESSAGES
from guiyan.service.messages import Message

MESSAGES: Final[Mapping[str, Message]] = {
    "notice_unknown": Message("There is no such notice.", "没有该通知。"),
    "notice_state": Message(
        "The notice is in state {state}, which does not allow this.", "该通知当前状态为 {state},不允许此操作。"
    ),
    "member_unknown": Message("There is no such member in the register.", "名册中没有该党员。"),
    **STUDY,
    "in_the_future": Message(
        "This date lies in the future. Give the day it happened.", "日期在将来,请填写实际发生日。"
    ),
    **TEMPLATE_MESSAGES,
}
