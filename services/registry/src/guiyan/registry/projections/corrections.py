"""What each event of a correction changes in its document (domain.md §3.6)."""

from __future__ import annotations

from typing import Any, Final

from guiyan.events.codes import CorrectionState
from guiyan.events.registry.correction import CorrectionApplied, CorrectionRejected, CorrectionRequested
from guiyan.ledger import Document, Fact
from guiyan.registry.domain.correction import asked_for
from guiyan.registry.projections.members import noted

CORRECTIONS: Final = "corrections"


def changed(before: Document | None, member: Document, fact: Fact) -> Document:
    """The correction's document after one more event; of personal text it holds nothing but the member's name."""
    return noted({**(before or {}), **_told(member, fact)}, fact)


def _told(member: Document, fact: Fact) -> dict[str, Any]:
    on, event = fact.event.occurredon.isoformat(), fact.event
    match fact.payload:
        case CorrectionRequested() as facts:
            return {
                "member_id": facts.member_id,
                "name": member["name"],
                "branch": member["branch"],
                "fields": list(facts.fields),
                "reason": None if facts.reason is None else str(facts.reason),
                "proof": facts.proof,
                "state": str(CorrectionState.REQUESTED),
                "requested_by": event.actor,
                "requested_org": asked_for(event, facts),
                "requested_on": on,
                "answered_by": None,
                "answered_org": None,
                "answered_on": None,
                "refusal": None,
            }
        case CorrectionRejected() as facts:
            return {**_answered(fact), "state": str(CorrectionState.REJECTED), "refusal": str(facts.reason)}
        case CorrectionApplied():
            return {**_answered(fact), "state": str(CorrectionState.APPLIED)}
        case _:
            return {}


def _answered(fact: Fact) -> dict[str, Any]:
    event = fact.event
    return {"answered_by": event.actor, "answered_org": event.actororg, "answered_on": event.occurredon.isoformat()}
