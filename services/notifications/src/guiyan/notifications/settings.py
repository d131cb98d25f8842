"""What notifications is told from outside: those of every service, and how messages leave."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, SecretStr, model_validator

from guiyan.service.settings import Settings


class NotificationsSettings(Settings):
    """Settings of notifications: the channel, its address, how often it is tried."""

    service: ClassVar[str] = "notifications"
    default_port: ClassVar[int] = 8104

    channel: Literal["mailbox", "smtp"] = Field(
        default="mailbox", description="How messages leave: a folder of .eml files, or an SMTP server"
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
    send_attempts_most: int = Field(default=8, description="Most attempts to hand one message over", ge=1, le=50)

    @model_validator(mode="after")
    def _smtp_has_a_host(self) -> Self:
        """The channel smtp needs its server."""
        if self.channel == "smtp" and not self.smtp_host:
            raise ValueError("GUIYAN_CHANNEL=smtp needs GUIYAN_SMTP_HOST")
        return self
