"""Which event tells whom: one row a rule (S-22, domain.md §2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from guiyan.events import Payload
from guiyan.events.contact.duty import ContactEscalated, ContactMissed, ContactReminderSent


class Whom(StrEnum):
    """Who is to be told."""

    CONTACT_PERSON = "CONTACT_PERSON"
    SECRETARY = "SECRETARY"


@dataclass(frozen=True, slots=True)
class Rule:
    """When this type happens, this person is told with this template."""

    name: str
    whom: Whom
    template: str


RULES: Final[Mapping[str, Rule]] = {
    "ContactReminderSent": Rule("duty_due_to_contact_person", Whom.CONTACT_PERSON, "duty_due"),
    "ContactMissed": Rule("contact_missed_to_contact_person", Whom.CONTACT_PERSON, "contact_missed"),
    "ContactEscalated": Rule("contact_escalated_to_secretary", Whom.SECRETARY, "contact_escalated"),
}


@dataclass(frozen=True, slots=True)
class About:
    """What a notice is about: the organisation it is sent for, the member, who has the duty, and the words' values."""

    org_code: str
    member_id: str
    contact_person_id: str | None
    params: dict[str, str]


def about(payload: Payload, duty_id: str) -> About:
    """What an event of a rule says; values are codes, ids, dates and counts only."""
    match payload:
        case ContactReminderSent():
            params = {"quarter": payload.quarter, "duty": duty_id, "days_left": str(payload.days_left)}
            return About(payload.branch, payload.member_id, payload.contact_person_id, params)
        case ContactMissed():
            params = {"quarter": payload.quarter, "duty": duty_id, "missed": str(payload.missed_in_a_row)}
            return About(payload.branch, payload.member_id, payload.contact_person_id, params)
        case ContactEscalated():
            params = {"quarter": payload.quarter, "duty": duty_id, "missed": str(payload.missed_in_a_row)}
            return About(payload.to_org, payload.member_id, None, params)
        case _:
            raise TypeError(f"no rule tells anybody of {payload.type_name()}")
