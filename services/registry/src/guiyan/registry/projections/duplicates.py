"""What each event of a pair changes: the pair's document, one for each side of it, and who counts with whom (§3.6).

A side tells of its own record only: it is what those see in whose scope the other record is not.
"""

from __future__ import annotations

from typing import Any, Final

from guiyan.events.codes import PairState
from guiyan.events.registry.duplicate import (
    DuplicateConfirmed,
    DuplicateDismissed,
    DuplicateEvent,
    DuplicateFlagged,
    MembersLinked,
    MembersUnlinked,
)
from guiyan.ledger import Docs, Document, Fact
from guiyan.registry.projections.departures import DEPARTURES
from guiyan.registry.projections.members import MEMBERS, SHOWN_ELSEWHERE, noted, shown_also

DUPLICATES: Final = "duplicates"
MATCHES: Final = "matches"
COUNTED: Final = {"counted": True}
"""The members that figures count: of those linked only the leading one (domain.md §3.6)."""


def apply_duplicate(fact: Fact, payload: DuplicateEvent, docs: Docs) -> None:
    """Change the pair, its two sides, and on a link the two members."""
    before = docs.get(DUPLICATES, fact.aggregate_id)
    after = noted({**(before or {}), **_told(fact)}, fact)
    for member_id, side in ((payload.member_id, "one"), (payload.other_member_id, "other")):
        member = docs.get(MEMBERS, member_id)
        if member is None:
            continue  # a past that is told of one of the two alone
        after[side] = _shown(member)
        _put_side(fact, after, member, docs)
        _put_member(fact, payload, member, docs)
    after |= {"branches": sorted({after[side]["branch"] for side in ("one", "other") if side in after})}
    docs.put(DUPLICATES, fact.aggregate_id, after)


def show_side(document: Document, member_id: str, changed: dict[str, Any]) -> Document:
    """A pair's document with what changed of one of its members."""
    side = "one" if document["member_id"] == member_id else "other"
    after = {**document, side: {**document[side], **changed}}
    return {**after, "branches": sorted({after["one"]["branch"], after["other"]["branch"]})}


def _put_side(fact: Fact, pair: Document, member: Document, docs: Docs) -> None:
    id_ = f"{fact.aggregate_id}.{member['_id']}"
    known = {name: pair[name] for name in ("rule", "state", "above", "flagged_on")}
    side = {"pair_id": fact.aggregate_id, "member_id": member["_id"], **_shown(member), **known}
    docs.put(MATCHES, id_, noted(side, fact))


def _put_member(fact: Fact, payload: DuplicateEvent, member: Document, docs: Docs) -> None:
    """Who was linked counts with the leading record.

    A member's own history does not name the pair: who sees that record need not see the other one.
    """
    side = f"{fact.aggregate_id}.{member['_id']}"
    after = shown_also(shown_also(member, DUPLICATES, fact.aggregate_id), MATCHES, side)
    led = isinstance(payload, MembersLinked) and member["_id"] != payload.leading_member_id
    freed = isinstance(payload, MembersUnlinked) and member["linked_to"] in {payload.member_id, payload.other_member_id}
    if isinstance(payload, MembersLinked) and led:
        after |= {"linked_to": payload.leading_member_id, "counted": False}
    elif freed:
        after |= {"linked_to": None, "counted": True}
    docs.put(MEMBERS, member["_id"], after)
    if after["counted"] != member["counted"]:
        _count_elsewhere(after, docs)
    trip = docs.get(DEPARTURES, member["departure_id"]) if member["departure_id"] else None
    if trip is not None:
        docs.put(DEPARTURES, member["departure_id"], {**trip, "counted": after["counted"]})


def _count_elsewhere(member: Document, docs: Docs) -> None:
    """Documents beside the member's count with the leading record, or by themselves again (§6 no. 20)."""
    for place in member["shown_in"]:
        collection, _, id_ = place.partition("/")
        shown = None if collection in {DUPLICATES, MATCHES} else docs.get(collection, id_)
        if shown is not None:
            docs.put(collection, id_, {**shown, "counted": member["counted"]})


def _shown(member: Document) -> dict[str, Any]:
    return {name: member[name] for name in SHOWN_ELSEWHERE}


def _told(fact: Fact) -> dict[str, Any]:
    on, event = fact.event.occurredon.isoformat(), fact.event
    decided = {"decided_by": event.actor, "decided_org": event.actororg, "decided_on": on}
    match fact.payload:
        case DuplicateFlagged() as facts:
            return {
                "member_id": facts.member_id,
                "other_member_id": facts.other_member_id,
                "rule": str(facts.rule),
                "above": facts.above,
                "state": str(PairState.FLAGGED),
                "flagged_on": on,
                "leading_member_id": None,
                **dict.fromkeys(decided),
            }
        case DuplicateConfirmed():
            return {**decided, "state": str(PairState.CONFIRMED)}
        case DuplicateDismissed():
            return {**decided, "state": str(PairState.DISMISSED)}
        case MembersLinked() as facts:
            return {**decided, "state": str(PairState.LINKED), "leading_member_id": facts.leading_member_id}
        case _:  # MembersUnlinked
            return {**decided, "state": str(PairState.FLAGGED), "leading_member_id": None}
