"""The SMTP provider: stage by stage, because only the stage tells whether a lost connection may have delivered.

Connections are kept and used again. One that the server has closed meanwhile fails at MAIL, before any text: that is
certain, so the mail is tried once more on a fresh connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError
from pydantic import SecretStr

from guiyan.events.codes import NoticeChannel, NoticeFailure
from guiyan.ledger import Clock
from guiyan.notifications.channels.mail import compose
from guiyan.notifications.channels.marks import ReturnPath
from guiyan.notifications.channels.port import Message, Outcome
from guiyan.notifications.domain.notice import Deferred, Lost, Returned, Taken

PERMANENT: Final = 500
CLOSING: Final = 421
MAILS_A_CONNECTION: Final = 100
IDLE_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Which server, and as whom."""

    host: str
    sender: str
    """Sender address of every mail."""
    port: int = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = field(default_factory=lambda: SecretStr(""))
    timeout_seconds: float = 20.0
    connections_most: int = 8
    ca_file: Path | None = None
    """Certificates that the server's is checked against; None = the system's."""
    returns: ReturnPath | None = None
    """Where mails come back to; None = to the sender's address, and nobody reads them."""


@dataclass(slots=True)
class _Line:
    """A connection and what it has done."""

    server: aiosmtplib.SMTP
    mails: int = 0
    rested_at: float = 0.0


class _Stale(Exception):  # noqa: N818 - no error: another connection is taken
    """A connection that had been kept was closed before it took anything."""


class Smtp:
    """Hands mails to one SMTP server over kept connections, several at once."""

    channel = NoticeChannel.EMAIL
    repeatable = False
    answers = False
    patience_seconds = 0.0

    def __init__(self, server: SmtpServer, clock: Clock, name: str = "smtp") -> None:
        self.name = name
        self._server = server
        self._clock = clock
        self._kept: deque[_Line] = deque()
        self._free = asyncio.Semaphore(server.connections_most)

    async def deliver(self, message: Message) -> Outcome:
        """Hand one mail over. Before its text is sent every failure is certain; after that a silence is not."""
        path = self._server.returns
        mark = None if path is None else path.mark(message.reference)
        try:
            content = compose(message, self._server.sender, self._clock.now(), mark)
        except ValueError:
            return Returned(NoticeFailure.ADDRESS_INVALID)
        async with self._free:
            return await self._try(message, content, mark)

    async def _try(self, message: Message, content: bytes, mark: str | None) -> Outcome:
        while True:
            try:
                line = await self._line()
            except SMTPResponseException as answer:
                return Deferred(status=str(answer.code))  # no login, no greeting: this mail is not at fault
            except (SMTPException, OSError):
                return Deferred(status="no_connection")
            try:
                return await self._hand_over(line, message, content, mark)
            except _Stale:
                continue

    async def ask(self, reference: str) -> Outcome:  # noqa: ARG002 - SMTP has no such question
        """SMTP cannot be asked what became of a mail."""
        return Lost()

    async def open(self) -> None:
        """Nothing is heard from it."""

    async def close(self) -> None:
        """Close the kept connections."""
        while self._kept:
            self._kept.pop().server.close()

    async def _address(self, line: _Line, to: str, mark: str | None) -> None:
        """From whom and to whom; with its mark, where there is one, in all ways that the server knows."""
        path = self._server.returns
        if path is None or mark is None:
            await line.server.mail(self._server.sender)
            await line.server.rcpt(to)
            return
        reports = line.server.supports_extension("dsn")
        await line.server.mail(path.sender(mark), options=path.for_mail(mark) if reports else [])
        await line.server.rcpt(to, options=path.for_recipient if reports else [])

    async def _hand_over(self, line: _Line, message: Message, content: bytes, mark: str | None) -> Outcome:
        """One transaction; the connection is kept when the server is still in step with us."""
        try:
            await self._address(line, message.to_address, mark)
        except SMTPResponseException as answer:
            used = line.mails
            await self._keep(line, in_step=answer.code != CLOSING, reset=True)
            if used and answer.code == CLOSING:
                raise _Stale from None
            return _refused(answer, NoticeFailure.ADDRESS_INVALID, provider_at_fault=False)
        except (SMTPException, OSError):
            line.server.close()
            if line.mails:
                raise _Stale from None
            return Deferred(status="no_connection")
        try:
            await line.server.data(content)
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError):
            line.server.close()
            return Lost()
        except SMTPResponseException as answer:
            await self._keep(line, in_step=answer.code != CLOSING, reset=True)
            return _refused(answer, NoticeFailure.REFUSED_BY_PROVIDER, provider_at_fault=True)
        except SMTPException:
            line.server.close()
            return Lost()
        except BaseException:
            line.server.close()
            raise
        await self._keep(line, in_step=True)
        return Taken(message.reference)

    async def _line(self) -> _Line:
        """A kept connection, the freshest first, or a new one."""
        while self._kept:
            line = self._kept.pop()
            if line.server.is_connected and time.monotonic() - line.rested_at < IDLE_SECONDS:
                return line
            line.server.close()
        server = self._server
        connection = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.timeout_seconds,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            username=server.user or None,
            password=server.password.get_secret_value() or None,
            cert_bundle=None if server.ca_file is None else str(server.ca_file),
        )
        try:
            await connection.connect()
            if connection.is_ehlo_or_helo_needed:
                with contextlib.suppress(aiosmtplib.SMTPHeloError):  # older than EHLO: it knows no more than mails
                    await connection.ehlo()
        except BaseException:
            connection.close()
            raise
        return _Line(connection)

    async def _keep(self, line: _Line, *, in_step: bool, reset: bool = False) -> None:
        """Keep a connection for the next mail, cleared of the last one; or close it."""
        line.mails += 1
        if in_step and reset:
            try:
                await line.server.rset()
            except (SMTPException, OSError):
                in_step = False
        if not in_step or line.mails >= MAILS_A_CONNECTION:
            line.server.close()
            return
        line.rested_at = time.monotonic()
        self._kept.append(line)


def _refused(answer: SMTPResponseException, reason: NoticeFailure, *, provider_at_fault: bool) -> Deferred | Returned:
    if answer.code >= PERMANENT:
        return Returned(reason, str(answer.code))
    return Deferred(str(answer.code), provider_at_fault=provider_at_fault or answer.code == CLOSING)
