"""The mailbox channel: one .eml file per notice in a folder, for trying the product out; opens in any mail program."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from guiyan.events.codes import NoticeChannel, NoticeFailure
from guiyan.ledger import Clock
from guiyan.notifications.channels.mail import compose
from guiyan.notifications.channels.port import Message, Outcome
from guiyan.notifications.domain.notice import Deferred, Returned, Taken


class Mailbox:
    """Writes `<notice id>.eml`, whole or not at all; the name makes a second delivery of a notice impossible."""

    channel = NoticeChannel.MAILBOX
    repeatable = True
    answers = True
    patience_seconds = 0.0

    def __init__(self, folder: Path, sender: str, clock: Clock, name: str = "mailbox") -> None:
        self.name = name
        self._folder = folder
        self._sender = sender
        self._clock = clock

    async def deliver(self, message: Message) -> Outcome:
        """Write the file unless it is there; a full disk or a missing right is a failure to be tried again."""
        try:
            mail = compose(message, self._sender, self._clock.now())
        except ValueError:
            return Returned(NoticeFailure.ADDRESS_INVALID)
        try:
            await asyncio.to_thread(self._write, message.reference, mail)
        except OSError as error:
            return Deferred(status=f"errno_{error.errno}")
        return Taken(message.reference)

    async def ask(self, reference: str) -> Outcome:
        """Whether the file is there."""
        there = await asyncio.to_thread((self._folder / f"{reference}.eml").exists)
        return Taken(reference) if there else Deferred(status="not_there")

    async def open(self) -> None:
        """Nothing is heard from it."""

    async def close(self) -> None:
        """Nothing is kept open."""

    async def forget(self, reference: str) -> None:
        """Delete the file, if it is there."""
        await asyncio.to_thread((self._folder / f"{reference}.eml").unlink, missing_ok=True)

    def _write(self, reference: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self._folder, prefix=".draft-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # an earlier try, cut off before it was recorded, has delivered it
                os.link(draft, self._folder / f"{reference}.eml")
        finally:
            Path(draft).unlink(missing_ok=True)
