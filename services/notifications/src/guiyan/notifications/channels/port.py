"""The port that every channel fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.domain.notice import Deferred, Lost, Returned, Taken


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person; `reference` is the notice's id and stays with it wherever it goes."""

    reference: str
    cause: str
    to_name: str
    to_address: str
    subject: str
    body: str


class Channel(Protocol):
    """Hands messages over; never raises for what a provider does, but says it."""

    code: NoticeChannel
    provider: str
    repeatable: bool
    """Handing the same reference over twice gives one message."""

    async def deliver(self, message: Message) -> Taken | Deferred | Returned | Lost:
        """Hand one message over, once."""
