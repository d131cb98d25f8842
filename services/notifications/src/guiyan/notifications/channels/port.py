"""The port that every provider fills, and what it is handed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.domain.notice import Deferred, Lost, Returned, Taken

Outcome = Taken | Deferred | Returned | Lost


class AddressKind(StrEnum):
    """What a channel needs to know of a person."""

    MAIL = "MAIL"
    """A mail address."""
    PHONE = "PHONE"
    """A mobile number."""
    PERSON = "PERSON"
    """The person's id: the desk, and a chat group that the provider's own settings name."""


ADDRESS_OF: Final[Mapping[NoticeChannel, AddressKind]] = {
    NoticeChannel.EMAIL: AddressKind.MAIL,
    NoticeChannel.MAILBOX: AddressKind.MAIL,
    NoticeChannel.SMS: AddressKind.PHONE,
    NoticeChannel.IN_APP: AddressKind.PERSON,
    NoticeChannel.CHAT: AddressKind.PERSON,
}
"""Letters by post (`POST`) leave by people's hands: no provider takes them."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached; `contact_point_id` names the record that a bounce closes, where there is one."""

    name: str
    value: str
    contact_point_id: str | None = None


class AddressBook(Protocol):
    """Finds how a person is reached."""

    async def find_address(self, recipient_id: str, kind: AddressKind) -> Address | None:
        """The address of that kind to be used now, or None when the person has none."""

    async def knows(self, sequence: int) -> bool:
        """Whether what it says holds everything up to that ledger sequence: before that a None says nothing."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person; `reference` is the notice's id and stays with it wherever it goes."""

    reference: str
    cause: str
    to_name: str
    to_address: str
    subject: str
    body: str
    contact_point_id: str | None = None


class Provider(Protocol):
    """Hands messages over on one channel; never raises for what the other side does, but says it.

    `repeatable`: handing the same reference over twice gives one message. `answers`: it can be asked what became of a
    reference.
    """

    @property
    def channel(self) -> NoticeChannel:
        """Which channel it serves."""

    @property
    def name(self) -> str:
        """Its name in events, settings and metrics, such as `smtp_main`."""

    @property
    def repeatable(self) -> bool:
        """Whether a second hand-over of a reference is harmless."""

    @property
    def answers(self) -> bool:
        """Whether `ask` can tell anything at all."""

    @property
    def patience_seconds(self) -> float:
        """The longest that it may take over a hand-over: before that a reference that is not there may still come."""

    async def deliver(self, message: Message) -> Outcome:
        """Hand one message over, once."""

    async def ask(self, reference: str) -> Outcome:
        """What became of a reference: Taken, Returned, Deferred when it is not there by now, Lost when untold."""

    async def open(self) -> None:
        """Be ready to hear from the other side; called again and again, harmless when it is so already."""

    async def close(self) -> None:
        """Give connections back."""
