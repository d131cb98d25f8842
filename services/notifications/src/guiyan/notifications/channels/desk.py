"""The desk inside: a notice on it is in the list of notices, and is acknowledged there; nothing leaves the house."""

from __future__ import annotations

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.channels.port import Message, Outcome
from guiyan.notifications.domain.notice import Taken


class Desk:
    """Takes every notice: to be in the list is to be delivered."""

    channel = NoticeChannel.IN_APP
    repeatable = True
    answers = True
    patience_seconds = 0.0

    def __init__(self, name: str = "desk") -> None:
        self.name = name

    async def deliver(self, message: Message) -> Outcome:
        """It lies on the desk."""
        return Taken(message.reference)

    async def ask(self, reference: str) -> Outcome:
        """It does."""
        return Taken(reference)

    async def open(self) -> None:
        """Nothing is heard from it."""

    async def close(self) -> None:
        """Nothing is kept open."""
