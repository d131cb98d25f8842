"""The words of campaigns: what every member away is asked each quarter (S-35).

Frozen as it stands, like the second edition: other words are another edition. An office may publish its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.domain.wording import EN, ZH, Edition, Wording

_CALL_ZH: Final = "{% if phone %}请致电{{ phone }}。{% else %}请致电办公室。{% endif %}"
_CALL_EN: Final = "{% if phone %}Please call {{ phone }}.{% else %}Please call the office.{% endif %}"
_MAIL_ZH: Final = f"祝您在外一切顺利。如有需要帮助或想了解的事情,{_CALL_ZH}也可直接回复本邮件。"
_MAIL_EN: Final = (
    f"We hope that all is well with you. If you need help or have a question: {_CALL_EN} Or answer this mail."
)
_SMS_ZH: Final = f"您好,祝您在外一切顺利。如有需要,{_CALL_ZH}"
_SMS_EN: Final = f"Hello, we hope that all is well. {_CALL_EN}"

CAMPAIGNS: Final[Mapping[str, Edition]] = {
    "quarterly_greeting": Edition(
        2,
        (
            Wording(NoticeChannel.EMAIL, ZH, "季度问候:{{ quarter|quarter }}", ("您好:", "", _MAIL_ZH)),
            Wording(NoticeChannel.EMAIL, EN, "Greetings: {{ quarter|quarter }}", ("Hello,", "", _MAIL_EN)),
            Wording(NoticeChannel.SMS, ZH, "", (_SMS_ZH,)),
            Wording(NoticeChannel.SMS, EN, "", (_SMS_EN,)),
        ),
    )
}
