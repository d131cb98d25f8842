"""The organisations: one document each, with who serves there; the way up the tree is walked when it is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from guiyan.events.registry.organisation import (
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
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection
from guiyan.registry.projections.members import noted
from guiyan.registry.projections.types import types_of
from guiyan.service.masking import mask_email, mask_phone

ORGANISATIONS: Final = "organisations"


class Organisations(Projection):
    """Collection `organisations`, keyed by the 12-digit code."""

    name: ClassVar[str] = "organisations"
    version: ClassVar[int] = 1
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
        docs.put(ORGANISATIONS, fact.aggregate_id, noted(_changed(before, fact), fact))


def _changed(document: Document, fact: Fact) -> Document:  # noqa: PLR0911 - one case an event
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case OrganisationCreated() as facts:
            posts = {"secretary": None, "contact_person": None, "dissolved_on": None, "active": True}
            return {**facts.model_dump(mode="json"), **posts, "created_on": on}
        case OrganisationRenamed() as facts:
            return {**document, "name": facts.name, "short_name": facts.short_name}
        case OrganisationMoved() as facts:
            return {**document, "parent": facts.to_parent}
        case OrganisationDissolved() | OrganisationSplit() | OrganisationMerged():
            return {**document, "dissolved_on": on, "active": False}
        case OrganisationDetailsCorrected() as facts:
            return {**document, **facts.model_dump(mode="json", exclude_none=True)}
        case SecretaryReleased():
            return {**document, "secretary": None}
        case ContactPersonReleased():
            return {**document, "contact_person": None}
        case SecretaryAppointed() as facts:
            return {**document, "secretary": _person(facts.person_id, fact)}
        case ContactPersonAppointed() | ContactPersonReplaced() as facts:
            return {**document, "contact_person": _person(facts.person_id, fact)}
        case _:
            return document


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
