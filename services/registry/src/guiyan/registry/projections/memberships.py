"""What a decision on the membership changes in the member's document (domain.md §2.11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from guiyan.events.codes import MembershipStatus
from guiyan.events.registry.membership import MembershipDecision
from guiyan.ledger import Document, Fact
from guiyan.registry.domain.decisions import reinstatement_until, removal_from
from guiyan.registry.domain.membership import UNDECIDED as NO_CHANGES
from guiyan.registry.domain.membership import Standing, decided
from guiyan.registry.domain.parameters import Parameters
from guiyan.registry.projections.values import plain

_LIMITS: Final = {"reinstatement_until": None, "removal_from": None}
UNDECIDED: Final[dict[str, Any]] = {**NO_CHANGES, **_LIMITS, "standing": [], "decision": None}
"""The fields of a member's document that decisions set, before there was any."""


def after_decision(document: Document, fact: Fact, parameters: Callable[[], Parameters]) -> Document:
    """The document with what a decision gave it, or with what stood before a decision that is taken back.

    `parameters` tells those valid on its day.
    """
    shown = {one["event_id"]: one["decision"] for one in document["standing"]}
    shown[fact.event.id] = _shown(fact)
    before = tuple(_standing(one) for one in document["standing"])
    standing, changes = decided(before, document, fact.event)
    after = {**document, **{name: _value(value) for name, value in changes.items()}}
    kept = [_kept(one, shown[one.event_id]) for one in standing]
    return {**after, **_limits(after, parameters), "standing": kept, "decision": kept[-1]["decision"] if kept else None}


def _limits(document: Document, parameters: Callable[[], Parameters]) -> dict[str, Any]:
    """Until when reinstatement may be asked for, and from when removal as lost is possible (R1 Art. 24)."""
    since = document["status_since"] or document["registered_on"]
    if document["membership_status"] != MembershipStatus.SUSPENDED or since is None:
        return _LIMITS
    day, valid = date.fromisoformat(since), parameters()
    until, first = reinstatement_until(day, valid), removal_from(day, valid)
    return {"reinstatement_until": plain(until), "removal_from": plain(first)}


def _shown(fact: Fact) -> dict[str, Any]:
    facts = fact.payload
    assert isinstance(facts, MembershipDecision)  # noqa: S101 - callers give decisions only
    told = {name: getattr(facts, name, None) for name in ("decision_no", "decided_by", "ground")}
    return {"event_id": fact.event.id, "type": fact.type, **{name: _value(value) for name, value in told.items()}}


def _standing(kept: dict[str, Any]) -> Standing:
    return Standing(kept["event_id"], date.fromisoformat(kept["decided_on"]), kept["before"])


def _kept(one: Standing, decision: dict[str, Any]) -> dict[str, Any]:
    before = {name: _value(value) for name, value in one.before.items()}
    return {"event_id": one.event_id, "decided_on": plain(one.decided_on), "before": before, "decision": decision}


def _value(value: Any) -> Any:
    return None if value is None else plain(value)
