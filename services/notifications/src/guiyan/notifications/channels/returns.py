"""Where mails that come back are read: a mailbox over IMAP, or a Maildir that the mail server writes into."""

from __future__ import annotations

import asyncio
import contextlib
import mailbox
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, auto
from pathlib import Path
from typing import Final, Literal, ParamSpec, Protocol, TypeVar

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError
from pydantic import SecretStr

READ_BYTES: Final = 1 << 18
"""As much of a mail is read: a report stands in front, what hangs on it behind."""
LOOK_MOST: Final = 500
SINCE_DAYS: Final = 30
"""Older ones are nobody's business any more: a mail server gives up within a week."""


P = ParamSpec("P")
R = TypeVar("R")


class Verdict(Enum):
    """What is to become of a mail."""

    DONE = auto()
    """Understood and written down: it goes."""
    LEFT = auto()
    """None of ours: it stays as it is, for whoever else reads the mailbox."""


class BoxAway(Exception):  # noqa: N818 - it passes by itself
    """The mailbox cannot be read now; it is tried again."""


Take = Callable[[bytes], Awaitable[Verdict]]


class Box(Protocol):
    """A mailbox; each mail is shown once, and again after a restart or when it could not be written down."""

    async def visit(self, take: Take) -> None:
        """Show every mail not yet seen to `take`, which may raise: then the rest is for the next time."""


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Which mailbox, and as whom."""

    host: str
    user: str
    port: int = 993
    tls: Literal["tls", "starttls", "none"] = "tls"
    password: SecretStr = field(default_factory=lambda: SecretStr(""))
    folder: str = "INBOX"
    timeout_seconds: float = 20.0
    ca_file: Path | None = None


class ImapBox:
    """A folder of a mailbox over IMAP: read without marking anything as seen."""

    def __init__(self, server: ImapServer, today: Callable[[], date]) -> None:
        self._server = server
        self._today = today
        self._validity: object = None
        self._last = 0

    async def visit(self, take: Take) -> None:
        """Look at what is newer than what was looked at; raises BoxAway."""
        client = await _asked(self._open)
        try:
            for uid in await _asked(self._fresh, client):
                content = await _asked(self._content, client, uid)
                if content is not None and await take(content) is Verdict.DONE:
                    await _asked(self._delete, client, uid)
                self._last = uid
        finally:
            with contextlib.suppress(IMAPClientError, OSError):
                await asyncio.to_thread(client.logout)

    def _open(self) -> IMAPClient:
        server = self._server
        context = ssl.create_default_context(cafile=None if server.ca_file is None else str(server.ca_file))
        client = IMAPClient(
            server.host,
            server.port,
            ssl=server.tls == "tls",
            ssl_context=context if server.tls == "tls" else None,
            timeout=server.timeout_seconds,
        )
        try:
            if server.tls == "starttls":
                client.starttls(context)
            client.login(server.user, server.password.get_secret_value())
            validity = client.select_folder(server.folder).get(b"UIDVALIDITY")
        except BaseException:
            client.shutdown()
            raise
        if validity != self._validity:
            self._validity, self._last = validity, 0
        return client

    def _fresh(self, client: IMAPClient) -> list[int]:
        since = self._today() - timedelta(days=SINCE_DAYS)
        found = client.search(["UNDELETED", "SINCE", since, "UID", f"{self._last + 1}:*"])
        return sorted(uid for uid in found if uid > self._last)[:LOOK_MOST]

    @staticmethod
    def _content(client: IMAPClient, uid: int) -> bytes | None:
        answer = client.fetch([uid], [f"BODY.PEEK[]<0.{READ_BYTES}>"]).get(uid, {})
        return next((part for name, part in answer.items() if name.startswith(b"BODY[]")), None)

    @staticmethod
    def _delete(client: IMAPClient, uid: int) -> None:
        client.delete_messages([uid], silent=True)
        if client.has_capability("UIDPLUS"):
            client.uid_expunge([uid])
        # else it stays marked as deleted: EXPUNGE would take along what other people marked


class MaildirBox:
    """A Maildir that the mail server delivers into."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: set[str] = set()

    async def visit(self, take: Take) -> None:
        """Look at every file not yet looked at; raises BoxAway."""
        for key in await _asked(self._fresh):
            content = await _asked(self._content, key)
            if content is None:
                continue
            if await take(content) is Verdict.DONE:
                await _asked(self._delete, key)
            else:
                self._seen.add(key)

    def _fresh(self) -> list[str]:
        there = set(mailbox.Maildir(self._folder, create=False).keys())
        self._seen &= there
        return sorted(there - self._seen)[:LOOK_MOST]

    def _content(self, key: str) -> bytes | None:
        try:
            with mailbox.Maildir(self._folder, create=False).get_file(key) as file:
                return file.read(READ_BYTES)
        except KeyError:  # somebody else took it
            return None

    def _delete(self, key: str) -> None:
        mailbox.Maildir(self._folder, create=False).discard(key)


async def _asked(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """In a thread of its own; raises BoxAway for every trouble of the mailbox."""
    try:
        return await asyncio.to_thread(function, *args, **kwargs)
    except (IMAPClientError, OSError, mailbox.Error) as away:
        raise BoxAway(type(away).__name__) from away
