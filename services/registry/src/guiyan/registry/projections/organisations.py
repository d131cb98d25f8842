"""The organisations: one document each, with who serves there; the way up the tree is walked when it is read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from guiyan.events.registry.organisation import (
    CommitteeTermStarted,
    OfficePhoneListed,
    OfficePhoneUnlisted,
    OrganisationChangeImpeded,
    OrganisationChangePlanned,
    OrganisationChangeWithdrawn,
    OrganisationCreated,
    OrganisationDetailsCorrected,
    OrganisationDissolved,
    OrganisationMerged,
    OrganisationMoved,
    OrganisationRenamed,
    OrganisationSplit,
)
from guiyan.events.registry.post import (
    ContactPersonAppointed,
    ContactPersonReleased,
    ContactPersonReplaced,
    PersonText,
    SecretaryAppointed,
    SecretaryReleased,
)
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection, Timer
from guiyan.ledger.calendar import moment_of
from guiyan.registry.projections.members import noted
from guiyan.registry.projections.types import types_of
from guiyan.service.masking import mask_email, mask_phone

ORGANISATIONS: Final = "organisations"
ORGANISATION_CHANGE: Final = "organisation_change"
LEFT_UNDONE_AFTER: Final = timedelta(minutes=10)
"""How long whoever begins a change has to carry it out, before the timer does."""
_EMPTY: Final[Document] = {
    "secretary": None,
    "secretary_missing": True,
    "contact_person": None,
    "contact_person_missing": True,
    "dissolved_on": None,
    "active": True,
    "successors": [],
    "left": [],
    "planned": [],
    "phones": [],
    "term": None,
}
_ENDED: Final = {"active": False, "planned": [], "secretary_missing": False, "contact_person_missing": False}


class Organisations(Projection):
    """Collection `organisations`, keyed by the 12-digit code."""

    name: ClassVar[str] = "organisations"
    version: ClassVar[int] = 2
    handles: ClassVar[frozenset[str]] = types_of("organisation")
    opens: ClassVar[frozenset[str]] = frozenset(
        {"SecretaryAppointed", "ContactPersonAppointed", "ContactPersonReplaced"}
    )
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(ORGANISATIONS, ("parent", "_id")),
        Index(ORGANISATIONS, ("name", "_id")),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The organisation's document."""
        return (Key(ORGANISATIONS, fact.aggregate_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the organisation's document."""
        before = docs.get(ORGANISATIONS, fact.aggregate_id)
        if before is None:
            if not isinstance(fact.payload, OrganisationCreated):
                return
            before = {}
        after = noted(_changed(before, fact), fact)
        docs.put(ORGANISATIONS, fact.aggregate_id, after)
        for timer in _timers(before, after, fact):
            docs.cancel(timer) if isinstance(timer, str) else docs.schedule(timer)


def _changed(document: Document, fact: Fact) -> Document:  # noqa: PLR0911 - one case an event
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case OrganisationCreated() as facts:
            return {**facts.model_dump(mode="json"), **_EMPTY, "created_on": on}
        case OrganisationRenamed() as facts:
            return {**_done(document, "RENAME", on), "name": facts.name, "short_name": facts.short_name}
        case OrganisationMoved() as facts:
            left = [*document["left"], {"from": facts.from_parent, "on": on}]
            return {**_done(document, "MOVE", on), "parent": facts.to_parent, "left": left}
        case OrganisationDissolved():
            return {**document, **_ENDED, "dissolved_on": on}
        case OrganisationMerged() as facts:
            return {**document, **_ENDED, "dissolved_on": on, "successors": [facts.into]}
        case OrganisationSplit() as facts:
            return {**document, **_ENDED, "dissolved_on": on, "successors": list(facts.into)}
        case OrganisationDetailsCorrected() as facts:
            return {**document, **facts.model_dump(mode="json", exclude_none=True)}
        case _:
            return _planned(document, fact)


def _planned(document: Document, fact: Fact) -> Document:
    """The same for what is decided for a day to come."""
    match fact.payload:
        case OrganisationChangePlanned() as facts:
            planned = {**facts.model_dump(mode="json", exclude={"shares"}), "impeded": None}
            return {**document, "planned": [*document["planned"], planned]}
        case OrganisationChangeWithdrawn() as facts:
            return {**document, "planned": [one for one in document["planned"] if one["change_id"] != facts.change_id]}
        case OrganisationChangeImpeded() as facts:
            return {**document, "planned": [_impeded(one, facts) for one in document["planned"]]}
        case _:
            return _served(document, fact)


def _done(document: Document, change: str, on: str) -> Document:
    """Such a change has taken effect."""
    kept = [one for one in document["planned"] if one["change"] != change or not _is_settled(one, on)]
    return {**document, "planned": kept}


def _is_settled(planned: Document, on: str) -> bool:
    """Meant for that day, or found impossible on an earlier one."""
    return planned["effective_on"] == on or planned["impeded"] is not None


def _impeded(planned: Document, facts: OrganisationChangeImpeded) -> Document:
    return {**planned, "impeded": facts.reason} if planned["change_id"] == facts.change_id else planned


def _served(document: Document, fact: Fact) -> Document:  # noqa: PLR0911 - one case an event
    """The same for who serves it, the leadership's term, and the phones; a gap is marked (S-11)."""
    match fact.payload:
        case SecretaryReleased():
            return {**document, "secretary": None, "secretary_missing": True}
        case ContactPersonReleased():
            return {**document, "contact_person": None, "contact_person_missing": True}
        case SecretaryAppointed() as facts:
            return {**document, "secretary": _person(facts.person_id, fact), "secretary_missing": False}
        case ContactPersonAppointed() | ContactPersonReplaced() as facts:
            return {**document, "contact_person": _person(facts.person_id, fact), "contact_person_missing": False}
        case CommitteeTermStarted() as facts:
            return {**document, "term": facts.model_dump(mode="json")}
        case OfficePhoneListed() as facts:
            kept = [one for one in document["phones"] if one["phone"] != facts.phone]
            return {**document, "phones": [*kept, facts.model_dump(mode="json")]}
        case OfficePhoneUnlisted() as facts:
            return {**document, "phones": [one for one in document["phones"] if one["phone"] != facts.phone]}
        case _:
            return document


def _timers(before: Document, after: Document, fact: Fact) -> Iterable[Timer | str]:
    """A planned change is due when `_due_at` says; one that stands no longer is not."""
    kept = {one["change_id"] for one in after["planned"] if one["impeded"] is None}
    for one in before.get("planned", ()):
        if one["change_id"] not in kept:
            yield _timer_id(one["change_id"])
    if isinstance(fact.payload, OrganisationChangePlanned):
        facts = fact.payload.model_dump(mode="json")
        data = {"org_code": fact.aggregate_id, "org": fact.event.actororg, "facts": facts}
        yield Timer(_timer_id(fact.payload.change_id), _due_at(fact.payload, fact), ORGANISATION_CHANGE, data)


def _due_at(facts: OrganisationChangePlanned, fact: Fact) -> datetime:
    """The first moment of its day, in Shanghai; of a change whose day had come it tells that it began (ADR 0013)."""
    day, told_at = moment_of(facts.effective_on), fact.event.time
    return day if day > told_at else told_at + LEFT_UNDONE_AFTER


def _timer_id(change_id: str) -> str:
    return f"{ORGANISATION_CHANGE}:{change_id}"


def _person(person_id: str, fact: Fact) -> dict[str, Any]:
    """Who serves: the name for the directory, how to reach the person masked."""
    text = fact.pii if isinstance(fact.pii, PersonText) else None
    return {
        "person_id": person_id,
        "name": text.name if text else None,
        "phone": mask_phone(text.phone) if text else None,
        "email": mask_email(text.email) if text else None,
        "since": fact.event.occurredon.isoformat(),
    }
