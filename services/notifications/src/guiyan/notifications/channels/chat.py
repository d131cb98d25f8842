"""Chat groups (WeCom, DingTalk, Feishu and what else apprise knows): a fallback, for a group's own address."""

from __future__ import annotations

from apprise import Apprise
from pydantic import SecretStr

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.channels.chat_answers import outcome_of, watch, watched
from guiyan.notifications.channels.port import Message, Outcome
from guiyan.notifications.domain.notice import Lost


class Chat:
    """Posts to the one group that the settings name; the text names nobody, whoever reads it there.

    What the service answered decides, not apprise's word: a refusal is certain and goes elsewhere, a silence is Lost.
    """

    channel = NoticeChannel.CHAT
    repeatable = False
    answers = False
    patience_seconds = 0.0

    def __init__(self, url: SecretStr, name: str = "chat") -> None:
        self.name = name
        self._apprise = a_group(url)
        for plugin in self._apprise:
            watch(plugin)

    async def deliver(self, message: Message) -> Outcome:
        """Post one message."""
        with watched() as calls:
            says_yes = await self._apprise.async_notify(title=message.subject, body=message.body)
        return outcome_of(message, bool(says_yes), calls)

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
