"""What stands on the registration card (流动党员登记卡): the boxes of `card.typ`, as text (domain.md §3.4, S-09).

The box for ethnicity has no field here: it is printed blank (the guard rails).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from guiyan.events.codes import (
    Credential,
    DestCertainty,
    DestUnitKind,
    FlowRange,
    FlowReason,
    FlowState,
    MembershipStatus,
    MobileMemberKind,
    PersonCategory,
    RelationHolding,
    Sex,
)
from guiyan.events.codes.base import Code
from guiyan.ledger import SHANGHAI
from guiyan.registry.projections.members import local_phone
from guiyan.registry.roster.codes import EDUCATION_WORDS
from guiyan.service.printing import Form, qr_code, unprintable

CARD_FORM: Final = Form(Path(__file__).parent / "card.typ")


class PrintReason(StrEnum):
    """Why a card is printed."""

    FILING = "FILING"
    SIGNATURE = "SIGNATURE"
    MEMBER_ASKED = "MEMBER_ASKED"
    TRANSFER = "TRANSFER"
    CORRECTION = "CORRECTION"
    AUDIT = "AUDIT"


PURPOSES: Final[Mapping[str, str]] = {
    PrintReason.FILING: "归档",
    PrintReason.SIGNATURE: "本人签字确认",
    PrintReason.MEMBER_ASKED: "本人索取",
    PrintReason.TRANSFER: "组织关系转接",
    PrintReason.CORRECTION: "信息核对",
    PrintReason.AUDIT: "审计",
}
_MEMBER: Final[Mapping[str, type[Code]]] = {
    "sex": Sex,
    "person_category": PersonCategory,
    "membership_status": MembershipStatus,
    "relation_holding": RelationHolding,
    "member_kind": MobileMemberKind,
}
_WORDS: Final = (
    "organisation", "branch", "host_branch", "dest_area", "occupation_before", "occupation", "contact_person",
    "contact_phone",
)  # fmt: skip
_TRIP: Final[Mapping[str, type[Code]]] = {
    "reason": FlowReason,
    "range": FlowRange,
    "dest_certainty": DestCertainty,
    "dest_unit_kind": DestUnitKind,
    "member_kind": MobileMemberKind,
    "credential": Credential,
}


@dataclass(frozen=True, slots=True)
class Told:
    """All that is known of a member for the card: codes and dates by field, text by field, places already in words."""

    reference: str
    member: Mapping[str, Any]
    text: Mapping[str, str]
    trip: Mapping[str, Any] = field(default_factory=dict)
    state: FlowState | None = None
    words: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Print:
    """The act: which print it is, when, why, and by whose office."""

    count: int
    at: datetime
    reason: str
    by: str


def boxes(told: Told, act: Print) -> dict[str, Any]:
    """The data of one card: every box by its name, None where nothing is known and the box stays empty."""
    member, trip = told.member, told.trip
    text: dict[str, str | None] = {
        **{name: told.text.get(name) for name in ("name", "former_name", "id_no", "home_address")},
        **{name: told.text.get(name) for name in ("dest_address", "dest_unit_name")},
        **{name: local_phone(told.text.get(name)) or None for name in ("mobile", "landline", "dest_phone")},
        **{name: _word(codes, member.get(name)) for name, codes in _MEMBER.items()},
        **{name: _word(codes, trip[name]) for name, codes in _TRIP.items() if trip.get(name)},
        **{name: _day(member.get(name)) for name in ("registered_on", "joined_on", "full_on")},
        **{name: _day(trip.get(name)) for name in ("away_since", "expected_return", "ended_on", "hosted_since")},
        **{name: _day(member.get(name)) for name in ("contacted_on", "reported_on")},
        "birth_date": _day(told.text.get("birth_date")),
        "education": EDUCATION_WORDS.get(member.get("education_code") or "", "").split(" ")[0] or None,
        "dues_paid_to": _month(member.get("dues_paid_to")),
        "certificate_no": member.get("certificate_no"),
        "state": told.state.zh if told.state else None,
        **told.words,
    }
    every = {name: text.get(name) for name in (*_WORDS, *_TRIP, *text)}
    return {
        **every,
        "unprintable": bool(unprintable(every.values())),
        "reference": told.reference,
        "qr": qr_code(told.reference),
        "print_count": act.count,
        "printed_on": _day(act.at.astimezone(SHANGHAI).date()),
        "printed_by": act.by,
        "purpose": PURPOSES.get(act.reason, act.reason),
    }


def _word(codes: type[Code], value: Any) -> str | None:
    return codes(value).zh if value else None


def _day(value: date | str | None) -> str | None:
    if not value:
        return None
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day.year}年{day.month}月{day.day}日"


def _month(value: str | None) -> str | None:
    return f"{value[:4]}年{int(value[5:7])}月" if value else None
