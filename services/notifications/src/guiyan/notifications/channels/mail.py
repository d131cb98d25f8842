"""A message as a mail: RFC 5322, with the notice's id in its Message-ID so that it can be found again."""

from __future__ import annotations

import re
from datetime import datetime
from email.header import Header
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from typing import Final

from guiyan.notifications.channels.marks import HEADER
from guiyan.notifications.channels.port import Message

_LINES: Final = compat32.clone(linesep="\r\n")
"""The older of Python's two mail policies: it makes a mail in a tenth of the time, and our headers are few."""
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
"""An address without quotes: nothing in it can end a header, a path or the address itself."""


def compose(message: Message, sender: str, at: datetime, mark: str | None = None) -> bytes:
    """The mail, its lines ended by CR LF; raises ValueError for an address that cannot stand in one."""
    if _ADDRESS.fullmatch(message.to_address) is None:
        raise ValueError("the recipient's address is no mail address")
    mail = MIMEText(message.body, "plain", "utf-8", policy=_LINES)
    mail["From"] = sender
    mail["To"] = f"{_words(message.to_name)} <{message.to_address}>" if message.to_name else message.to_address
    mail["Subject"] = _words(message.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message.reference}@{sender.rpartition('@')[2]}>"
    mail["X-Guiyan-Notice"] = message.reference
    mail["X-Guiyan-Cause"] = message.cause
    if mark is not None:
        mail[HEADER] = mark
    mail["Auto-Submitted"] = "auto-generated"
    return mail.as_bytes()


def _words(text: str) -> str:
    """Words as a header carries them (RFC 2047), folded; a line's end in them is only another sign."""
    return Header(text, "utf-8").encode(linesep="\r\n")
