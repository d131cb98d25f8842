"""What each event of a whole sweep changes in its document, in its townships' and in its timers."""

from __future__ import annotations

from collections.abc import Iterable

from guiyan.events.codes import SweepState
from guiyan.events.registry.sweep import (
    SweepCancelled,
    SweepCityClosed,
    SweepCityOverdue,
    SweepExtended,
    SweepOpened,
    SweepPlanned,
    SweepReported,
    SweepTownshipChecked,
    SweepTownshipOverdue,
)
from guiyan.ledger import Docs, Document, Fact
from guiyan.registry.domain.parameters import Parameters
from guiyan.registry.projections import sweep_calendar
from guiyan.registry.projections.members import noted
from guiyan.registry.projections.sweep_documents import SWEEPS, TOWNSHIPS, none_yet, township_key
from guiyan.service import rulebook

_LATER = ("opened_on", "closed_on", "reported_on", "reported_to", "cancelled_on", "document_no", "overdue_on")
_SHARED = ("batch", "kind", "year", "number", "window", "opens_on", "closes_on", "root_org")


def apply_sweep(fact: Fact, docs: Docs) -> None:
    """Change the sweep's document and what hangs on it."""
    sweep_id, facts = fact.aggregate_id, fact.payload
    before = docs.get(SWEEPS, sweep_id)
    if isinstance(facts, SweepPlanned):
        before = _planned(sweep_id, facts, fact)
        docs.schedule(sweep_calendar.opening(before))
        sweep_calendar.plan_next(facts, lambda: _parameters(fact, docs), docs)
    if before is None:
        return
    after = noted(_changed(before, fact), fact)
    docs.put(SWEEPS, sweep_id, after)
    _follow(after, fact, docs)


def shared(sweep: Document | None) -> Document:
    """What every document of a sweep shows of it."""
    return {name: (sweep or {}).get(name) for name in _SHARED}


def batch_of(year: int, number: int) -> str:
    """What an office calls a sweep: the n-th of a year, each organisation counting its own (S-13); like no month."""
    return f"{year}年第{number}批"


def _parameters(fact: Fact, docs: Docs) -> Parameters:
    return Parameters.of(rulebook.valued(docs, fact.event.occurredon))


def _planned(sweep_id: str, facts: SweepPlanned, fact: Fact) -> Document:
    own = {**facts.model_dump(mode="json"), "planned_on": fact.event.occurredon.isoformat()}
    named = {"batch": batch_of(facts.year, facts.number), "window": f"{facts.opens_on}/{facts.closes_on}"}
    taking_part = {"branches": 0, "townships": 0, "townships_checked": 0, "townships_overdue": 0}
    return {**none_yet(), **dict.fromkeys(_LATER), **own, **named, **taking_part, "_id": sweep_id}


def _changed(sweep: Document, fact: Fact) -> Document:  # noqa: PLR0911 - one return an event
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case SweepPlanned():
            return {**sweep, "state": str(SweepState.PLANNED)}
        case SweepOpened() as facts:
            opened = SweepState.OPEN if facts.townships else SweepState.TOWNSHIP_CHECKED
            many = {"branches": facts.branches, "townships": len(facts.townships)}
            return {**sweep, **many, "state": str(opened), "opened_on": on}
        case SweepExtended() as facts:
            days = facts.model_dump(mode="json")
            return {**sweep, **days, "window": f"{sweep['opens_on']}/{days['closes_on']}"}
        case SweepTownshipChecked():
            checked = sweep["townships_checked"] + 1
            done = checked >= sweep["townships"]
            state = str(SweepState.TOWNSHIP_CHECKED) if done else sweep["state"]
            return {**sweep, "townships_checked": checked, "state": state}
        case SweepCityClosed():
            return {**sweep, "state": str(SweepState.CITY_CLOSED), "closed_on": on}
        case SweepReported() as facts:
            return {**sweep, "state": str(SweepState.REPORTED), "reported_on": on, "reported_to": facts.to_org}
        case SweepCancelled() as facts:
            cancelled = {"cancelled_on": on, "document_no": facts.document_no}
            return {**sweep, **cancelled, "state": str(SweepState.CANCELLED)}
        case SweepCityOverdue() as facts:
            return {**sweep, "overdue_on": facts.due_on.isoformat()}
        case SweepTownshipOverdue():
            return {**sweep, "townships_overdue": sweep["townships_overdue"] + 1}
        case _:
            return sweep


def _follow(sweep: Document, fact: Fact, docs: Docs) -> None:
    """What the event means for the townships' documents and for the timers."""
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case SweepOpened() as facts:
            for one in facts.townships:
                _put_township(sweep, one.township, {"branches": one.branches}, docs)
            sweep_calendar.set_due(sweep, docs)
        case SweepExtended() if sweep["opened_on"] is not None:
            sweep_calendar.set_due(sweep, docs)
        case SweepTownshipChecked() as facts:
            checked = {"checked_on": on, "checked_by": fact.event.actor, "missing": list(facts.missing)}
            _put_township(sweep, facts.township, checked, docs)
        case SweepTownshipOverdue() as facts:
            _put_township(sweep, facts.township, {"overdue_on": facts.due_on.isoformat()}, docs)
        case SweepCityClosed() | SweepCancelled():
            sweep_calendar.stop(sweep["_id"], docs)


def _put_township(sweep: Document, township: str, changes: Document, docs: Docs) -> None:
    key = township_key(sweep["_id"], township)
    before = docs.get(TOWNSHIPS, key) or _new_township(sweep, township)
    docs.put(TOWNSHIPS, key, {**before, **changes})


def _new_township(sweep: Document, township: str) -> Document:
    later: Iterable[str] = ("checked_on", "checked_by", "overdue_on")
    own = {"sweep_id": sweep["_id"], "township": township, "branches": 0, "missing": []}
    return {**none_yet(), **shared(sweep), **own, **dict.fromkeys(later)}
