"""A notice becomes a message: the recipient's address for the channel, and the template's words."""

from __future__ import annotations

from typing import Protocol

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.channels.port import ADDRESS_OF, AddressBook, Message
from guiyan.notifications.domain.rules import DIGEST_RULES
from guiyan.notifications.wordings import Wordings
from guiyan.service.reads import Document


class Entries(Protocol):
    """Knows what a digest tells of."""

    async def told(self, digest: Document) -> list[Document]:
        """The notices that are in it as it leaves."""


class Writer:
    """Writes the message of a notice as it is to leave on a channel."""

    def __init__(self, book: AddressBook, wordings: Wordings, entries: Entries) -> None:
        self._book = book
        self._wordings = wordings
        self._entries = entries

    async def write(self, notice: Document, channel: NoticeChannel) -> Message | None:
        """The message as it is to be read; None when the recipient cannot be reached on that channel."""
        to = await self._book.find_address(notice["recipient_id"], ADDRESS_OF[channel])
        if to is None:
            return None
        entries = await self._entries.told(notice) if notice["rule"] in DIGEST_RULES else None
        said = await self._wordings.written(notice, channel, entries)
        cause = notice["cause_event_id"]
        return Message(notice["_id"], cause, to.name, to.value, said.subject, said.body, to.contact_point_id)

    async def is_sure(self, sequence: int) -> bool:
        """Whether nobody to be reached means that; while the address book is behind, it may only not be there yet."""
        return await self._book.knows(sequence)
