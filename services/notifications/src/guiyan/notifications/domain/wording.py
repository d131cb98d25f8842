"""What a message says: wordings by channel and language, a template's edition holds all of one version (ADR 0027)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from guiyan.events.codes import NoticeChannel

ZH: Final = "zh-CN"
EN: Final = "en"
BOTH: Final = "mul"
"""Chinese and English in one text: how the first mails were worded (ISO 639-2)."""
SPOKEN_AS: Final[Mapping[NoticeChannel, NoticeChannel]] = {
    NoticeChannel.MAILBOX: NoticeChannel.EMAIL,
    NoticeChannel.IN_APP: NoticeChannel.EMAIL,
    NoticeChannel.CHAT: NoticeChannel.SMS,
}
"""Whose words a channel takes when a version has none for it: a chat is as little private as an SMS."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one channel in one language, with fields in the notation of `sandbox`; an SMS has no subject."""

    channel: NoticeChannel
    language: str
    subject: str
    lines: tuple[str, ...]

    @property
    def body(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    @property
    def digest(self) -> str:
        """SHA-256 of channel, language, subject and lines: the same words, the same digest."""
        told = [str(self.channel), self.language, self.subject, list(self.lines)]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Edition:
    """One version of a template: what it says on each channel in each language; it never changes."""

    version: int
    wordings: tuple[Wording, ...]

    @cached_property
    def _by_place(self) -> Mapping[tuple[NoticeChannel, str], Wording]:
        return {(one.channel, one.language): one for one in self.wordings}

    def find(self, channel: NoticeChannel, language: str) -> Wording | None:
        """The words for a channel: its own, else those it is spoken as; in the language, else Chinese; or None.

        What was written for one channel is never sent by another: a mail's words are no SMS.
        """
        for spoken in (channel, SPOKEN_AS.get(channel, channel)):
            for told in (language, ZH, BOTH):
                if (spoken, told) in self._by_place:
                    return self._by_place[spoken, told]
        return None
