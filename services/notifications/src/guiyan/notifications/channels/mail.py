"""A message as a mail: RFC 5322, with the notice's id in its Message-ID so that it can be found again."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from guiyan.notifications.channels.port import Message


def compose(message: Message, sender: str, at: datetime) -> EmailMessage:
    """The mail; raises ValueError for an address that cannot stand in one."""
    mail = EmailMessage()
    user, _, domain = message.to_address.rpartition("@")
    if not user or not domain:
        raise ValueError("the recipient's address is no mail address")
    mail["From"] = sender
    mail["To"] = Address(message.to_name, user, domain)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message.reference}@{sender.rpartition('@')[2]}>"
    mail["X-Guiyan-Notice"] = message.reference
    mail["X-Guiyan-Cause"] = message.cause
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    return mail
