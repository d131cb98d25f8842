"""What each event of a consent, a commendation or the reserve list changes in its document (S-45 to S-48)."""

from __future__ import annotations

from typing import Any, Final

from guiyan.events.registry.honour import (
    CommendationAwarded,
    CommendationEvent,
    CommendationProposed,
    CommendationPublished,
    ReserveListed,
    ReserveUnlisted,
)
from guiyan.events.registry.privacy import ConsentGiven, ConsentWithdrawn
from guiyan.ledger import Docs, Document, Fact
from guiyan.registry.domain.commendation import state_after
from guiyan.registry.projections.members import MEMBERS, SHOWN_ELSEWHERE, concerning, noted, shown_also

CONSENTS: Final = "consents"
COMMENDATIONS: Final = "commendations"
RESERVES: Final = "reserves"
COLLECTIONS: Final = {"consent": CONSENTS, "commendation": COMMENDATIONS, "reserve": RESERVES}


def apply_honour(fact: Fact, member_id: str, docs: Docs) -> None:
    """Change the document of the aggregate, and have the member's own history name it."""
    member = docs.get(MEMBERS, member_id)
    if member is None:
        return
    collection = COLLECTIONS[fact.event.subject.partition("/")[0]]
    before = docs.get(collection, fact.aggregate_id) or {}
    shown = {name: member[name] for name in SHOWN_ELSEWHERE}
    docs.put(collection, fact.aggregate_id, noted({**before, "member_id": member_id, **shown, **_told(fact)}, fact))
    docs.put(MEMBERS, member_id, concerning(shown_also(member, collection, fact.aggregate_id), fact))


def _told(fact: Fact) -> dict[str, Any]:
    on, facts = fact.event.occurredon.isoformat(), fact.payload
    match facts:
        case ConsentGiven():
            told = {"purpose": str(facts.purpose), "text_version": facts.text_version, "given_on": on}
            return {**told, "withdrawn_on": None, "valid": True}
        case ConsentWithdrawn():
            return {"withdrawn_on": on, "valid": False}
        case ReserveListed():
            named = {"named_by": fact.event.actor, "named_by_org": facts.named_by_org, "for_org": facts.for_org}
            return {**named, "listed": True, "listed_on": on, "unlisted_on": None, "consent_withdrawn": False}
        case ReserveUnlisted():
            return {"listed": False, "unlisted_on": on, "consent_withdrawn": facts.consent_withdrawn}
        case CommendationEvent():
            return _commended(facts, on)
        case _:
            return {}


def _commended(facts: CommendationEvent, on: str) -> Document:
    state = state_after(facts)
    told: Document = {"since": on} if state is None else {"since": on, "state": str(state)}
    match facts:
        case CommendationProposed():
            later = dict.fromkeys(("decision_no", "decided_by", "awarded_on", "published_on", "where"))
            return {**later, **told, "kind": str(facts.kind), "year": facts.year, "proposed_by": facts.branch}
        case CommendationAwarded():
            return {**told, "decision_no": facts.decision_no, "decided_by": facts.decided_by, "awarded_on": on}
        case CommendationPublished():
            return {**told, "published_on": on, "where": facts.where}
        case _:
            return told
