"""What stands on the introduction letter (党员组织关系介绍信): the blanks of `letter.typ`, as text (R4, §2.3).

The blank for ethnicity has no field here: it is printed empty (the guard rails). No issuer is named above the seal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from guiyan.events.codes import PersonCategory, Sex
from guiyan.events.transfers import LetterFacts
from guiyan.ledger import SHANGHAI
from guiyan.service.capitals import capital_date, capital_month, capital_number
from guiyan.service.printing import Form, qr_code, unprintable
from guiyan.transfers.domain.receipt_code import ReceiptCode
from guiyan.transfers.domain.rules import letter_number

LETTER_FORM: Final = Form(Path(__file__).parent / "letter.typ")
_CATEGORIES: Final = {PersonCategory.PROBATIONARY: "预备", PersonCategory.FULL: "正式"}
_SEXES: Final = {Sex.MALE: "男", Sex.FEMALE: "女"}


class PrintReason(StrEnum):
    """Why a letter is printed."""

    HANDING_OVER = "HANDING_OVER"
    SPOILED = "SPOILED"
    FILING = "FILING"


PURPOSES: Final[Mapping[str, str]] = {
    PrintReason.HANDING_OVER: "转递",
    PrintReason.SPOILED: "原件损毁重印",
    PrintReason.FILING: "归档",
}


@dataclass(frozen=True, slots=True)
class Bearer:
    """The member as the letter tells: text as opened, codes as registry keeps them."""

    text: Mapping[str, str]
    sex: Sex
    category: PersonCategory


@dataclass(frozen=True, slots=True)
class Office:
    """The issuing committee as the directory knows it; None is a line to write on."""

    name: str
    address: str | None = None
    postcode: str | None = None
    phone: str | None = None
    fax: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """From where to where: the branch it leaves, and the branch in view, by their names."""

    transfer_id: str
    from_branch: str
    to_branch: str | None


@dataclass(frozen=True, slots=True)
class Print:
    """The act: which print it is, when, and by whose office."""

    count: int
    at: datetime
    by: str


def blanks(letter: LetterFacts, bearer: Bearer, way: Way, office: Office, act: Print) -> dict[str, Any]:
    """The data of one letter: every blank by its name, None where nothing is known and a line is left to write on."""
    code = ReceiptCode(way.transfer_id, letter.letter_year, letter.letter_sn)
    text = {
        "number": letter_number(letter.letter_year, letter.letter_sn),
        "name": bearer.text.get("name"),
        "sex": _SEXES.get(bearer.sex),
        "age": _age(bearer.text.get("birth_date"), letter.issued_on),
        "category": _CATEGORIES[bearer.category],
        "id_no": bearer.text.get("id_no"),
        "phone": _local(bearer.text.get("mobile") or bearer.text.get("landline")),
        "from_branch": way.from_branch,
        "from_committee": office.name,
        "to_title": letter.to_title,
        "to": way.to_branch or letter.to_title,
        "dues_paid_to": capital_month(int(letter.dues_paid_to[:4]), int(letter.dues_paid_to[5:7])),
        "valid_days": capital_number(letter.valid_days),
        "issued_on": capital_date(letter.issued_on),
        "address": office.address,
        "postcode": office.postcode,
        "office_phone": _local(office.phone),
        "fax": _local(office.fax),
        "printed_on": act.at.astimezone(SHANGHAI).date().isoformat(),
        "printed_by": act.by,
    }
    return {
        **text,
        "probationary": bearer.category is PersonCategory.PROBATIONARY,
        "print_count": act.count,
        "unprintable": bool(unprintable(text.values())),
        "qr": qr_code(str(code)),
    }


def full_years(born: date, on: date) -> int:
    """周岁: how many birthdays have come by a day; a 29 February comes on 1 March in common years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _age(birth_date: str | None, on: date) -> str | None:
    return None if birth_date is None else str(full_years(date.fromisoformat(birth_date), on))


def _local(phone: str | None) -> str | None:
    """A number as people here write it, without the country's code."""
    return phone.removeprefix("+86") if phone else None
