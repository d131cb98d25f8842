"""Who a letter is about: read from registry's events at the moment of printing, opened for the paper, kept nowhere.

The projections of transfers hold the name and a blind index, and no number, birth date or telephone: whoever prints
opens them from the member's own events, in this process, once (architecture: personal data).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from guiyan.events import Event, registry
from guiyan.events.codes import PersonCategory, PhonePurpose, Sex
from guiyan.events.registry.member import MemberText, MemberTextChange
from guiyan.ledger import Ledger, Refused, Subject
from guiyan.ledger.sealing import Sealer
from guiyan.transfers.forms.letter import Bearer, Office


async def get_bearer(ledger: Ledger, sealer: Sealer, member_id: str, on: date) -> Bearer:
    """The member as a letter of this day names them; raises Refused when the name was erased or was never told."""
    events = (await ledger.read(Subject("registry", "member", member_id), fresh=True)).events
    opened = await sealer.open([event for event in events if event.data.get("pii") is not None])
    text: dict[str, Any] = {}
    for event in events:
        pii = opened.get(event.id)
        if isinstance(pii, MemberText | MemberTextChange):
            text |= pii.model_dump(mode="json", exclude_none=True)
    if "name" not in text:
        raise Refused("member_text_gone")
    return Bearer(text, _sex(events), category_on(events, on))


def _sex(events: Iterable[Event]) -> Sex:
    """As told last."""
    sex = Sex.UNKNOWN
    for event in events:
        match event.payload:
            case registry.MemberRegistered(sex=told) | registry.MemberImported(sex=told):
                sex = told
            case registry.MemberDetailsCorrected(sex=told) if told is not None:
                sex = told
    return sex


def category_on(events: Iterable[Event], on: date) -> PersonCategory:
    """预备 or 正式 on a day: converted by then, and the conversion not annulled since (R8 Art. 32)."""
    category, conversion = PersonCategory.FULL, ""
    for event in events:
        match event.payload:
            case registry.MemberRegistered(person_category=told) | registry.MemberImported(person_category=told):
                category = told
            case registry.MemberConverted() if event.occurredon <= on:
                category, conversion = PersonCategory.FULL, event.id
            case registry.MembershipDecisionAnnulled(annulled_id=taken_back) if taken_back == conversion:
                category = PersonCategory.PROBATIONARY
            case registry.MemberJoinedAnew() if event.occurredon <= on:
                category = PersonCategory.PROBATIONARY
    return category


async def get_office(ledger: Ledger, code: str) -> Office:
    """The issuing committee's name, address and telephones as registry has recorded them."""
    told: dict[str, str] = {"name": code}
    numbers: dict[str, PhonePurpose] = {}
    for event in (await ledger.read(Subject("registry", "organisation", code), fresh=True)).events:
        match event.payload:
            case (
                registry.OrganisationCreated()
                | registry.OrganisationRenamed()
                | registry.OrganisationDetailsCorrected() as facts
            ):
                told |= facts.model_dump(include={"name", "address", "postcode"}, exclude_none=True)
            case registry.OfficePhoneListed(phone=phone, purpose=purpose):
                numbers[phone] = purpose
            case registry.OfficePhoneUnlisted(phone=phone):
                numbers.pop(phone, None)
    return Office(
        name=told["name"],
        address=told.get("address"),
        postcode=told.get("postcode"),
        phone=_first(numbers, PhonePurpose.OFFICE) or _first(numbers, PhonePurpose.INQUIRY),
        fax=_first(numbers, PhonePurpose.FAX),
    )


def _first(numbers: dict[str, PhonePurpose], purpose: PhonePurpose) -> str | None:
    return next((phone for phone, what in numbers.items() if what is purpose), None)
