"""Evidence on one member's record: read from the ledger anew, checked, and told so that others can check it again.

Three things are checked (domain.md §5.2 no. 8.1.4.3, architecture: auditors): nothing that stands there was written by
somebody else (every message bears a right MAC, what does not is never read), nothing is missing (the versions of each
stream have no hole), and what the pages show is what the events say (the live projection folds them once more).

The digests are over the events as the file and `guiyan replay` show them, so that they can be made again from either;
sealed text is covered by the MACs alone. It is no proof towards outsiders: MACs are made with the installation's keys.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from guiyan.ledger import Document, Fact, History
from guiyan.ledger.past import facts_of, fold, opened_for, read_all
from guiyan.registry.commands.tools import Tools
from guiyan.registry.projections import Register
from guiyan.registry.projections.members import MEMBERS, streams_of
from guiyan.service.problems import NotFound
from guiyan.service.resources import TimeAxes, shown_event

WAIT_SECONDS: Final = 5.0
AROUND: Final = frozenset({"position", "sequence", "counted", "sha256"})
"""What stands beside an event, in this file or in `guiyan replay --as ndjson`, and is no part of its digest."""
TRIES: Final = 3
"""How often a record that changes meanwhile is read again before it is said to differ."""


async def find_evidence(tools: Tools, member_id: str, at: TimeAxes) -> dict[str, Any]:
    """What was checked and found, the record's events with a digest each, and one digest over all.

    `counted` are the events that had happened and were recorded by the moment asked for. Raises NotFound.
    """
    for attempt in range(1, TRIES + 1):
        live = await tools.register.get(MEMBERS, member_id)
        if live is None:
            raise NotFound
        histories = await read_all(tools.ledger, streams_of(member_id, live))
        facts = facts_of(histories)
        await tools.register.applied(max(one.last_sequence for one in histories), wait_seconds=WAIT_SECONDS)
        differing = _differing(await _replayed(tools, member_id, facts), live)
        if not differing or attempt == TRIES or live == await tools.register.get(MEMBERS, member_id):
            break
    events = [_told(one, counted=at.keep(one.event)) for one in facts]
    return {
        "id": member_id,
        "checks": [
            authentic(histories),
            complete(histories),
            {"name": "same", "ok": not differing, "faults": differing},
        ],
        "messages": sum(len(one.commits) for one in histories),
        "events": events,
        "counted": sum(one["counted"] for one in events),
        "digest": _digest("".join(one["sha256"] for one in events)),
        "sequence": max(one.last_sequence for one in histories),
    }


def authentic(histories: Sequence[History]) -> dict[str, Any]:
    """Whether each stream ends with a message that bears a right MAC; faults name the streams that do not."""
    faults = [
        str(one.subject) for one in histories if one.last_sequence != max((c.sequence for c in one.commits), default=0)
    ]
    return {"name": "authentic", "ok": not faults, "faults": faults}


def complete(histories: Sequence[History]) -> dict[str, Any]:
    """Whether the versions of each stream are 1, 2, 3 … without a hole; faults name the streams that have one."""
    faults = [
        str(one.subject)
        for one in histories
        if [event.streamversion for event in one.events] != list(range(1, len(one.events) + 1))
    ]
    return {"name": "complete", "ok": not faults, "faults": faults}


async def _replayed(tools: Tools, member_id: str, facts: Sequence[Fact]) -> Document | None:
    """The member's document as the live projection makes it of these events."""
    register = Register()
    return fold(register, await opened_for(register, tools.sealer, facts)).find(MEMBERS, member_id)


def _differing(replayed: Document | None, live: Document) -> list[str]:
    """The fields in which the two are not the same; names only, never values."""
    found, missing = replayed or {}, object()
    return sorted(one for one in {*found, *live} if found.get(one, missing) != live.get(one, missing))


def _told(fact: Fact, *, counted: bool) -> dict[str, Any]:
    """The event as histories show it, whether it counts in that past, and its digest."""
    shown = shown_event(fact.event, fact.sequence, fact.index)
    return {**shown, "counted": counted, "sha256": event_digest(shown)}


def event_digest(shown: Mapping[str, Any]) -> str:
    """SHA-256 of a shown event without its place: JSON with keys in order, no spaces, UTF-8; sealed text only named."""
    told = {name: value for name, value in shown.items() if name not in AROUND}
    return _digest(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
