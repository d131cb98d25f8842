"""The providers as the settings name them, each in its channel's pool."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from guiyan.ledger import Clock
from guiyan.notifications.channels.chat import Chat
from guiyan.notifications.channels.config import (
    AnyProvider,
    ChatConfig,
    DeskConfig,
    HttpSmsConfig,
    MailboxConfig,
    MaildirConfig,
    SmppConfig,
    SmtpConfig,
    read_providers,
)
from guiyan.notifications.channels.desk import Desk
from guiyan.notifications.channels.http_sms import HttpSms, HttpSmsServer
from guiyan.notifications.channels.mailbox import Mailbox
from guiyan.notifications.channels.marks import Marks, ReturnPath
from guiyan.notifications.channels.pool import Member, Pools, a_rate
from guiyan.notifications.channels.port import Provider
from guiyan.notifications.channels.receipts import Told
from guiyan.notifications.channels.returns import Box, ImapBox, ImapServer, MaildirBox
from guiyan.notifications.channels.signatures import SIGNATURES
from guiyan.notifications.channels.smpp import Smpp, SmppCentre
from guiyan.notifications.channels.smtp import Smtp, SmtpServer
from guiyan.notifications.settings import NotificationsSettings


def make_pools(configs: Sequence[AnyProvider], clock: Clock, told: Told, marks: Marks) -> Pools:
    """The pools of what is configured; `told` hears receipts, `marks` signs what may come back."""
    return Pools(*(_member(config, clock, told, marks) for config in configs))


def make_boxes(configs: Sequence[AnyProvider], clock: Clock) -> Sequence[Box]:
    """The mailboxes in which mails come back, each once, however many providers share it."""
    named = [config.returns for config in configs if isinstance(config, SmtpConfig) and config.returns is not None]
    found: list[Box] = []
    for number, one in enumerate(named):
        if one in named[:number]:
            continue
        if isinstance(one, MaildirConfig):
            found.append(MaildirBox(one.folder))
            continue
        server = ImapServer(
            one.host, one.user, one.port, one.tls, one.password, one.folder, one.timeout_seconds, one.ca_file
        )
        found.append(ImapBox(server, clock.today))
    return found


def provider_configs(settings: NotificationsSettings) -> Sequence[AnyProvider]:
    """What is configured; raises ProvidersError for a file that cannot be used."""
    if settings.providers_file is not None:
        return read_providers(settings.providers_file)
    if settings.channel == "smtp":
        return [
            SmtpConfig(
                kind="smtp",
                name="smtp",
                host=settings.smtp_host,
                port=settings.smtp_port,
                tls=settings.smtp_tls,
                user=settings.smtp_user,
                password=settings.smtp_password,
                timeout_seconds=settings.smtp_timeout_seconds,
                sender=settings.mail_sender,
            )
        ]
    return [MailboxConfig(kind="mailbox", name="mailbox", folder=settings.mailbox, sender=settings.mail_sender)]


def _member(config: AnyProvider, clock: Clock, told: Told, marks: Marks) -> Member:
    rate = None if config.rate_per_second is None else a_rate(config.rate_per_second)
    return Member(make_provider(config, clock, told, marks), config.weight, rate)


def _return_path(config: SmtpConfig, marks: Marks) -> ReturnPath | None:
    if config.return_address is None:
        return None
    return ReturnPath(
        config.return_address, config.return_tag, config.arrival_reports, partial(marks.mark, config.name)
    )


def make_provider(config: AnyProvider, clock: Clock, told: Told, marks: Marks) -> Provider:
    """The provider that a table describes."""
    match config:
        case MailboxConfig():
            return Mailbox(config.folder, config.sender, clock, config.name)
        case SmtpConfig():
            server = SmtpServer(
                config.host,
                config.sender,
                config.port,
                config.tls,
                config.user,
                config.password,
                config.timeout_seconds,
                config.connections_most,
                config.ca_file,
                _return_path(config, marks),
            )
            return Smtp(server, clock, config.name)
        case SmppConfig():
            centre = SmppCentre(
                config.host,
                config.port,
                config.system_id,
                config.source,
                config.password,
                config.system_type,
                config.tls,
                config.window,
                config.timeout_seconds,
                config.country,
                config.international,
                frozenset(config.dead_number_errors),
            )
            return Smpp(centre, told, config.name)
        case HttpSmsConfig():
            web = HttpSmsServer(
                config.send_url,
                config.query_url,
                config.repeatable,
                config.timeout_seconds,
                config.country,
                frozenset(config.accepted),
                frozenset(config.no_such_number),
            )
            return HttpSms(web, SIGNATURES[config.signature](config.key_id, config.secret), clock, config.name)
        case ChatConfig():
            return Chat(config.url, config.name)
        case DeskConfig():
            return Desk(config.name)
