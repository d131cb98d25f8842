"""The SMTP channel: stage by stage, because only the stage tells whether a lost connection may have delivered."""

from __future__ import annotations

from email.policy import SMTP as SMTP_LINES
from typing import Final

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

from guiyan.events.codes import NoticeChannel, NoticeFailure
from guiyan.ledger import Clock
from guiyan.notifications.channels.mail import compose
from guiyan.notifications.channels.port import Message
from guiyan.notifications.domain.notice import Deferred, Lost, Returned, Taken
from guiyan.notifications.settings import NotificationsSettings

PERMANENT: Final = 500


class Smtp:
    """Hands mails to one SMTP server, a connection a mail."""

    code = NoticeChannel.EMAIL
    provider = "smtp"
    repeatable = False

    def __init__(self, settings: NotificationsSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    async def deliver(self, message: Message) -> Taken | Deferred | Returned | Lost:
        """Hand one mail over. Before its text is sent every failure is certain; after that a silence is not."""
        try:
            mail = compose(message, self._settings.mail_sender, self._clock.now())
        except ValueError:
            return Returned(NoticeFailure.ADDRESS_INVALID)
        server = self._server()
        try:
            await server.connect()
            await server.mail(self._settings.mail_sender)
            await server.rcpt(message.to_address)
        except SMTPResponseException as answer:
            server.close()
            return _refused(answer, NoticeFailure.ADDRESS_INVALID)
        except (SMTPException, OSError):
            server.close()
            return Deferred(status="no_connection")
        return await self._text(server, mail.as_bytes(policy=SMTP_LINES), message.reference)

    async def _text(
        self, server: aiosmtplib.SMTP, content: bytes, reference: str
    ) -> Taken | Deferred | Returned | Lost:
        try:
            await server.data(content)
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError):
            return Lost()
        except SMTPResponseException as answer:
            return _refused(answer, NoticeFailure.REFUSED_BY_PROVIDER)
        except SMTPException:
            return Lost()
        finally:
            server.close()
        return Taken(reference)

    def _server(self) -> aiosmtplib.SMTP:
        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            timeout=settings.smtp_timeout_seconds,
            use_tls=settings.smtp_tls == "tls",
            start_tls=settings.smtp_tls == "starttls",
            username=settings.smtp_user or None,
            password=settings.smtp_password.get_secret_value() or None,
        )


def _refused(answer: SMTPResponseException, reason: NoticeFailure) -> Deferred | Returned:
    if answer.code >= PERMANENT:
        return Returned(reason, str(answer.code))
    return Deferred(status=str(answer.code))
