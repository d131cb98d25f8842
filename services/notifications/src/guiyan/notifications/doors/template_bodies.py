"""What is sent to the doors of templates: the words of a version to be, and which version is retired."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.domain.wording import Wording
from guiyan.service.asks import Ask

WORDINGS_MOST: Final = 8
"""Four channels in two languages."""
LINES_MOST: Final = 60
Subject = Annotated[str, StringConstraints(max_length=120)]
Line = Annotated[str, StringConstraints(max_length=300)]


class WordingAsk(Ask):
    """The words of one channel in one language: `{{ field }}`, `{{ field|filter }}`, `{% if … %}`."""

    channel: NoticeChannel
    language: Literal["zh-CN", "en"]
    subject: Annotated[Subject, Field(description="Of a mail; an SMS has none")] = ""
    lines: Annotated[list[Line], Field(min_length=1, max_length=LINES_MOST, description="The text, line by line")]

    def wording(self) -> Wording:
        """As the domain takes it."""
        return Wording(self.channel, self.language, self.subject, tuple(self.lines))


class WordsAsk(Ask):
    """All the words of one version."""

    wordings: Annotated[list[WordingAsk], Field(min_length=1, max_length=WORDINGS_MOST)]

    def all(self) -> tuple[Wording, ...]:
        """As the domain takes them, in the order in which they were sent."""
        return tuple(one.wording() for one in self.wordings)


class RetireAsk(Ask):
    """Which version is not to be used any more."""

    version: Annotated[int, Field(ge=1, le=1_000_000)]
