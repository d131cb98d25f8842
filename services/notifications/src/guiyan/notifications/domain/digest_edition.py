"""The words around a digest's entries, and an SMS that only counts them (§1.4, ADR 0037).

Frozen as it stands, like the second edition: other words are another edition. An office may publish its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.domain import short_words as short
from guiyan.notifications.domain.wording import EN, ZH, Edition, Wording

_ZH: Final = "以下{{ count }}项事项请您办理或知悉,详情请登录工作台查看。"
_EN: Final = (
    '{{ count }} {{ count|plural("matter waits", "matters wait") }} for you or {{ count|plural("is", "are") }} for '
    "your information. Please see your desk for more."
)

DIGESTS: Final[Mapping[str, Edition]] = {
    "digest": Edition(
        2,
        (
            Wording(NoticeChannel.EMAIL, ZH, "今日事项:{{ count }}项", ("您好:", "", _ZH, "", "{{ entries }}")),
            Wording(
                NoticeChannel.EMAIL,
                EN,
                'Today: {{ count }} {{ count|plural("matter", "matters") }}',
                ("Hello,", "", _EN, "", "{{ entries }}"),
            ),
            Wording(NoticeChannel.SMS, ZH, "", (short.COUNTED.zh,)),
            Wording(NoticeChannel.SMS, EN, "", (short.COUNTED.en,)),
        ),
    )
}
