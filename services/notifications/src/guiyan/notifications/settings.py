"""What notifications is told from outside: those of every service, and how messages leave."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, Field, SecretStr, model_validator

from guiyan.notifications.channels.config import BOXES, KINDS, read_providers
from guiyan.service.settings import Settings


class NotificationsSettings(Settings):
    """Settings of notifications: the channel, its address, how often it is tried."""

    service: ClassVar[str] = "notifications"
    default_port: ClassVar[int] = 8104
    file_tables: ClassVar[Mapping[str, type[BaseModel]]] = {
        **{f"`[[provider]]` of kind `{k}`": v for k, v in KINDS.items()},
        **{f"`[provider.returns]` of kind `{k}`": v for k, v in BOXES.items()},
    }

    channel: Literal["mailbox", "smtp"] = Field(
        default="mailbox", description="How messages leave: a folder of .eml files, or an SMTP server"
    )
    providers_file: Path | None = Field(
        default=None,
        description="TOML file of several providers by channel (below), in place of GUIYAN_CHANNEL and GUIYAN_SMTP_*",
        examples=["data/keys/providers.toml"],
    )
    mailbox: Path = Field(
        default=Path("mailbox"), description="Folder of the mailbox channel", examples=["data/mailbox"]
    )
    smtp_host: str = Field(
        default="", description="SMTP server; needed for the channel smtp", examples=["mail.example"]
    )
    smtp_port: int = Field(default=587, description="Port of the SMTP server", ge=1, le=65535)
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="none only for a server on the same machine"
    )
    smtp_user: str = Field(default="", description="User at the SMTP server; unset = no login")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Password at the SMTP server")
    smtp_timeout_seconds: float = Field(default=20.0, description="Longest wait for an answer of it", gt=0, le=300)
    mail_sender: str = Field(
        default="guiyan@localhost", description="Sender address of every mail", pattern=r"^[^@\s<>]+@[^@\s<>]+$"
    )
    public_url: str = Field(
        default="",
        description="Where /public is reached from outside, for its feed and calendar; unset = as the request says",
        pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*)?)?$",
        examples=["https://notices.example"],
    )
    send_attempts_most: int = Field(default=8, description="Most attempts to hand one message over", ge=1, le=50)

    send_at_once: int = Field(
        default=64,
        description="Messages of one channel in hand at once; after a crash as many may be unknown where the provider "
        "cannot be asked",
        ge=1,
        le=1_000,
    )
    send_settle_seconds: float = Field(
        default=60.0,
        description="How long a message without a result is left alone before it is asked back or called unknown; "
        "twice as long before a provider's word that it never came is believed",
        ge=1,
        le=3_600,
    )

    returns_look_seconds: float = Field(
        default=60.0, description="How often the mailboxes are read in which mails come back", ge=1, le=3_600
    )

    @model_validator(mode="after")
    def _providers_can_be_used(self) -> Self:
        """The channel smtp needs its server, unless a file names the providers; that file says all of each of them."""
        if self.channel == "smtp" and not self.smtp_host and self.providers_file is None:
            raise ValueError("GUIYAN_CHANNEL=smtp needs GUIYAN_SMTP_HOST")
        if self.providers_file is not None:
            read_providers(self.providers_file)
        return self
