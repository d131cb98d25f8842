"""Documents of some past on both time axes, and whole histories: folded from the ledger when somebody asks.

It is the live projections that fold them, over those events alone that had happened by the business date and were
recorded by the moment, so the past is told by the rules that tell the present.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from guiyan.ledger import Document, Fact, Subject
from guiyan.ledger.past import Past, facts_of, read_all, read_facts, read_past, steps
from guiyan.registry.commands.tools import Tools
from guiyan.registry.projections import Inflows, Organisations, Register
from guiyan.registry.projections.departures import DEPARTURES
from guiyan.registry.projections.dues import DUES
from guiyan.registry.projections.guests import GUESTS
from guiyan.registry.projections.inflows import INFLOWS
from guiyan.registry.projections.members import MEMBERS, streams_of
from guiyan.registry.projections.organisations import ORGANISATIONS
from guiyan.service.problems import NotFound
from guiyan.service.resources import TimeAxes, shown_event

DEPTH_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Change:
    """An event, the fields that it set, and the document as it left it."""

    fact: Fact
    fields: frozenset[str]
    document: Document


async def member_at(tools: Tools, member: Document, at: TimeAxes) -> tuple[Document, int]:
    """A member's document as it was, and the sequence of the newest event in it; NotFound when it was not yet."""
    past = await _register_at(tools, streams_of(member["_id"], member), at)
    return _required(past, MEMBERS, member["_id"]), past.sequence


async def dues_at(tools: Tools, account: Document, at: TimeAxes) -> tuple[Document, int]:
    """A member's account as its events had left it, and the newest sequence; NotFound when there was none yet."""
    member = await tools.register.get(MEMBERS, account["_id"])
    past = await _register_at(tools, streams_of(account["_id"], member), at)
    return _required(past, DUES, account["_id"]), past.sequence


async def departure_at(tools: Tools, departure: Document, at: TimeAxes) -> tuple[Document, int]:
    """A trip's document as it was, with what it shows of its member; NotFound when it was not yet."""
    member = await tools.register.get(MEMBERS, departure["member_id"])
    streams = [*streams_of(departure["member_id"], member), Subject("registry", "departure", departure["_id"])]
    past = await _register_at(tools, streams, at)
    return _required(past, DEPARTURES, departure["_id"]), past.sequence


async def of_member_at(tools: Tools, collection: str, document: Document, at: TimeAxes) -> tuple[Document, int]:
    """A document beside a member's as it was, with what it shows of the member; NotFound when it was not yet."""
    member = await tools.register.get(MEMBERS, document["member_id"])
    past = await _register_at(tools, streams_of(document["member_id"], member), at)
    return _required(past, collection, document["_id"]), past.sequence


async def organisation_at(tools: Tools, code: str, at: TimeAxes) -> tuple[Document, list[Document], int]:
    """An organisation's document as it was, those above it from the top down to it as they were, and the sequence."""
    path: list[Document] = []
    current: str | None = code
    sequence = 0
    while current is not None and len(path) < DEPTH_MAX:
        past = await read_past(
            tools.ledger, tools.sealer, Organisations(), [Subject("registry", "organisation", current)], at.keep
        )
        found = past.find(ORGANISATIONS, current)
        if found is None:
            break
        sequence = max(sequence, past.sequence)
        path.insert(0, found)
        current = found["parent"]
    if not path:
        raise NotFound
    return path[-1], path, sequence


async def inflow_at(tools: Tools, inflow_id: str, at: TimeAxes) -> tuple[Document, int]:
    """An inflow record's document as it was, and the sequence of the newest event in it."""
    record = await tools.inflows.get(INFLOWS, inflow_id) or {}
    streams = [Subject("registry", "inflow", inflow_id), *await _of_guest(tools, record)]
    past = await read_past(tools.ledger, tools.sealer, Inflows(), streams, at.keep)
    return _required(past, INFLOWS, inflow_id), past.sequence


async def _of_guest(tools: Tools, record: Document) -> list[Subject]:
    """The streams of what the person of an inflow record did here: activities, and dues paid to the host."""
    ids = [one for one in (record.get("person_id"), record.get("member_id")) if one]
    found = await tools.inflows.find(GUESTS, {"_id": {"$in": ids}})
    attended = {id_ for guest in found for id_ in guest["attended"]}
    dues = {guest["_id"] for guest in found if guest["paid"]}
    return [
        *(Subject("notifications", "attendance", one) for one in sorted(attended)),
        *(Subject("registry", "dues", one) for one in sorted(dues)),
    ]


async def organisations_at(tools: Tools, codes: Iterable[str], at: TimeAxes) -> tuple[list[Document], int]:
    """These organisations' documents as they were, without those that were not yet, and the newest sequence."""
    subjects = [Subject("registry", "organisation", code) for code in sorted(codes)]
    past = await read_past(tools.ledger, tools.sealer, Organisations(), subjects, at.keep)
    found = [past.find(ORGANISATIONS, one.id) for one in subjects]
    return [one for one in found if one is not None], past.sequence


async def member_history(tools: Tools, member: Document, at: TimeAxes) -> dict[str, Any]:
    """Every event about a member, whichever stream it stands in, oldest first (S-08); sealed text is only named."""
    histories = await read_all(tools.ledger, streams_of(member["_id"], member))
    items = [shown_event(fact.event, fact.sequence, fact.index) for fact in facts_of(histories) if at.keep(fact.event)]
    return {"id": member["_id"], "events": items, "sequence": max(one.last_sequence for one in histories)}


async def member_changes(tools: Tools, member: Document, names: Iterable[str], at: TimeAxes) -> list[Change]:
    """Which event set which of these fields of a member's document, oldest first: the last one is why it says so."""
    wanted, streams = tuple(names), streams_of(member["_id"], member)
    facts = await read_facts(tools.ledger, tools.sealer, Register(), streams, at.keep)
    found: list[Change] = []
    before: Document = {}
    for fact, past in steps(Register(), facts):
        after = past.find(MEMBERS, member["_id"]) or {}
        changed = frozenset(one for one in wanted if after.get(one) != before.get(one) or one in _told(fact))
        if changed:
            found.append(Change(fact, changed, after))
        before = after
    return found


def _told(fact: Fact) -> frozenset[str]:
    """The personal text that an event told: kept masked, another number may look like the one before."""
    return frozenset(fact.pii.model_dump(exclude_none=True)) if fact.pii is not None else frozenset()


async def _register_at(tools: Tools, streams: list[Subject], at: TimeAxes) -> Past:
    return await read_past(tools.ledger, tools.sealer, Register(), streams, at.keep)


def _required(past: Past, collection: str, id_: str) -> Document:
    found = past.find(collection, id_)
    if found is None:
        raise NotFound
    return found
