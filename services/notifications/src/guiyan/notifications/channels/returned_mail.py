"""What a mail that came back says: a delivery report (RFC 3464), a bounce of another form, or nothing of the kind.

Told by the report's own action, not by its words. An answer from a person or from a machine on holiday is no report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from typing import Final

from flufl.bounce import all_failures

from guiyan.events.codes import NoticeFailure
from guiyan.notifications.channels.marks import HEADER
from guiyan.notifications.domain.notice import Arrived, Late, Returned, Said

ADDRESSED_TO: Final = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To")
RETURNED_HEADERS: Final = (HEADER, "Return-Path")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
DEAD: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
"""Enhanced status codes (RFC 3463, RFC 7505) that mean that there is no such address."""
ELSEWHERE: Final = frozenset({"3", "4", "5", "6", "7"})
"""Subjects that are no word of the mailbox itself: mail system, network, protocol, content, policy."""
UNSTATED: Final = "unstated"
ANSWERED: Final = "auto-replied"
"""RFC 3834: a machine's answer, such as on holiday. Reports bear it as well; they are known by their form before."""


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    """Where its mark may stand, whether it is a report, and what that says: None for nothing that is final."""

    places: Sequence[str]
    said: Said | None
    report: bool


def read_mail(content: bytes) -> ReturnedMail:
    """What a mail says, whatever it is; never raises."""
    mail = message_from_bytes(content)
    places = [*_headers(mail, ADDRESSED_TO)]
    blocks = _status_blocks(mail)
    recipients = [one for one in blocks if "Action" in one]
    for returned in _returned(mail):
        places += _headers(returned, RETURNED_HEADERS)
    if not recipients:
        said = _said_otherwise(mail)
        return ReturnedMail(places, said, report=said is not None)
    places += [str(one["Original-Envelope-Id"]) for one in blocks if "Original-Envelope-Id" in one]
    return ReturnedMail(places, _said(recipients), report=True)


def _said(recipients: Sequence[Message]) -> Said | None:
    """One mail goes to one person; behind an alias there may be several, and it came back only if all of it did."""
    by_action = {str(one["Action"]).strip().lower(): one for one in reversed(recipients)}
    if "delivered" in by_action:
        return Arrived()
    if by_action.keys() & {"relayed", "expanded"}:
        return None
    if "delayed" in by_action:
        return Late(_status(by_action["delayed"]))
    return _came_back(_status(by_action["failed"])) if "failed" in by_action else None


def _came_back(status: str | None) -> Returned:
    """Why, by the code: class 4 is a trouble that lasted too long; the subject tells what it was about (RFC 3463)."""
    if status is None:
        return Returned(NoticeFailure.REFUSED_BY_RECIPIENT, UNSTATED)
    kind, subject, _ = status.split(".")
    if kind != "5" or status == "5.4.7":
        return Returned(NoticeFailure.EXPIRED, status)
    if status in DEAD:
        return Returned(NoticeFailure.ADDRESS_INVALID, status)
    if subject in ELSEWHERE:
        return Returned(NoticeFailure.REFUSED_BY_PROVIDER, status)
    return Returned(NoticeFailure.REFUSED_BY_RECIPIENT, status)


def _status(recipient: Message) -> str | None:
    found = _STATUS.search(str(recipient.get("Status", "")))
    return found.group() if found else None


def _said_otherwise(mail: Message) -> Said | None:
    """Forms older than the standard, as flufl.bounce knows them; None for what is no bounce, such as an answer."""
    if str(mail.get("Auto-Submitted", "no")).strip().lower().startswith(ANSWERED):
        return None
    try:
        late, back = all_failures(mail)
    except Exception:  # noqa: BLE001 - whatever a stranger's mail makes of a detector: it is none that is known
        return None
    if back:
        return Returned(NoticeFailure.REFUSED_BY_RECIPIENT, UNSTATED)
    return Late(UNSTATED) if late else None


def _status_blocks(mail: Message) -> list[Message]:
    """The groups of fields of the delivery status: the mail's own, then one a recipient."""
    return [
        block
        for part in mail.walk()
        if part.get_content_type() == "message/delivery-status" and part.is_multipart()
        for block in part.get_payload()
        if isinstance(block, Message)
    ]


def _returned(mail: Message) -> Iterator[Message]:
    """The head of the mail that came back, where it is added: of this one, not of what may hang on it."""
    if not mail.is_multipart():
        return
    for part in mail.get_payload():
        if not isinstance(part, Message):
            continue
        kind = part.get_content_type()
        if kind == "message/rfc822":
            yield from (one for one in part.get_payload() if isinstance(one, Message))
        elif kind == "text/rfc822-headers" and isinstance(payload := part.get_payload(decode=True), bytes):
            yield message_from_string(payload.decode("ascii", "replace"))


def _headers(mail: Message, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield from (str(one) for one in mail.get_all(name, []))
