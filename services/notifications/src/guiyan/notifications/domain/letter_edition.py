"""The words of what becomes of a letter on paper: that it came back, and somebody has to look at the address (P-10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guiyan.notifications.domain import short_words as short
from guiyan.notifications.domain.second_edition import Mail, Number, edition
from guiyan.notifications.domain.wording import Edition

LETTER_WORDS: Final[Mapping[str, Edition]] = {
    "letter_came_back": edition(
        Mail(
            "信件退回:请核实地址",
            "寄出的一封信件被退回,收件地址可能有误。请与本人核实通信地址,更正后重新寄送。",
        ),
        Mail(
            "Letter came back: please check the address",
            "A letter that was sent came back; its address may be wrong. Please ask for the address of now, set it "
            "right, and send the letter again.",
        ),
        short.WAITS,
        Number("寄送登记编号", "The dispatch's number", "material"),
    ),
}
