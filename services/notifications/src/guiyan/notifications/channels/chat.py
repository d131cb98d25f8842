"""Chat groups (WeCom, DingTalk, Feishu and what else apprise knows): a fallback, for a group's own address."""

from __future__ import annotations

from apprise import Apprise
from pydantic import SecretStr

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.channels.port import Message, Outcome
from guiyan.notifications.domain.notice import Lost, Taken


class Chat:
    """Posts to the one group that the settings name; the text names nobody, whoever reads it there.

    apprise says yes or no, and no more: after a no nobody can tell whether the message is there, so it is Lost.
    """

    channel = NoticeChannel.CHAT
    repeatable = False
    answers = False
    patience_seconds = 0.0

    def __init__(self, url: SecretStr, name: str = "chat") -> None:
        self.name = name
        self._apprise = a_group(url)

    async def deliver(self, message: Message) -> Outcome:
        """Post one message."""
        sent = await self._apprise.async_notify(title=message.subject, body=message.body)
        return Taken(message.reference) if sent else Lost()

    async def ask(self, reference: str) -> Outcome:
        """A group cannot be asked."""
        del reference
        return Lost()

    async def open(self) -> None:
        """Nothing is heard from it."""

    async def close(self) -> None:
        """Nothing is kept open."""


def a_group(url: SecretStr) -> Apprise:
    """The group of an apprise address; raises ValueError for one that apprise does not know."""
    group = Apprise()
    if not group.add(url.get_secret_value()):
        raise ValueError("apprise knows no such address")
    return group
