"""What stands on a letter to a member or host: the blanks of `letters.typ`, as text (S-40, domain.md §7 LetterKind)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from guiyan.events.codes import LetterKind
from guiyan.ledger import SHANGHAI
from guiyan.service.printing import Form, qr_code, unprintable

LETTERS_FORM: Final = Form(Path(__file__).parent / "letters.typ")


class PrintReason(StrEnum):
    """Why a letter is printed."""

    POSTING = "POSTING"
    HANDING_OVER = "HANDING_OVER"
    SPOILED = "SPOILED"
    FILING = "FILING"


class Printable(StrEnum):
    """The letters that there is a form for; study material is no form."""

    NOTICE_TO_MEMBER = LetterKind.NOTICE_TO_MEMBER.value
    LETTER_TO_MEMBER = LetterKind.LETTER_TO_MEMBER.value
    HOST_NOTICE = LetterKind.HOST_NOTICE.value


@dataclass(frozen=True, slots=True)
class Addressee:
    """The member, as opened for the paper; None is a line to write on."""

    name: str
    phone: str | None = None
    address: str | None = None
    away_since: date | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """The organisation at the destination, where it is known here."""

    name: str | None = None
    address: str | None = None
    postcode: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """The branch that writes, and whom to call; None is a box to fill in by hand."""

    branch: str
    contact_person: str | None = None
    branch_phone: str | None = None
    committee_phone: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Print:
    """The act: of which letter, which print it is, when, and by whose office."""

    reference: str
    kind: LetterKind
    count: int
    at: datetime
    by: str


def blanks(to: Addressee, host: Host, sender: Sender, act: Print) -> dict[str, Any]:
    """The data of one letter. What shows in an envelope's window is an address and a name, and no more."""
    outside = act.kind is LetterKind.HOST_NOTICE
    text = {
        "to_name": host.name if outside else to.name,
        "to_address": host.address if outside else to.address,
        "to_postcode": host.postcode if outside else None,
        "to_organisation": host.name,
        "name": to.name,
        "member_phone": _local(to.phone),
        "away_since": None if to.away_since is None else _day(to.away_since),
        "branch": sender.branch,
        "contact_person": sender.contact_person,
        "branch_phone": _local(sender.branch_phone),
        "committee_phone": _local(sender.committee_phone),
        "office_address": sender.address,
        "printed_by": act.by,
    }
    at = act.at.astimezone(SHANGHAI)
    return {
        **text,
        "kind": str(act.kind),
        "reference": act.reference,
        "printed_on": _day(at.date()),
        "printed_at": at.date().isoformat(),
        "print_count": act.count,
        "unprintable": bool(unprintable(text.values())),
        "qr": qr_code(act.reference),
    }


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _local(phone: str | None) -> str | None:
    """A number as people here write it, without the country's code."""
    return phone.removeprefix("+86") if phone else None
