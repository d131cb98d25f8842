"""The timers of a probation: those that its document wants, and no others (domain.md §2.8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from guiyan.events.codes import ProbationState as State
from guiyan.ledger import Docs, Document, Timer
from guiyan.ledger.calendar import moment_of
from guiyan.registry.domain.probation_record import BEFORE_APPLICATION, OPEN

REMIND: Final = "remind_probation"
END: Final = "end_probation"
OVERDUE: Final = "probation_application"
ESCALATE: Final = "escalate_probation"
DECISION: Final = "probation_decision"


def set_timers(document: Document, docs: Docs) -> list[str]:
    """Set what is wanted now, remove what was wanted before; gives the ids, to be kept with the document."""
    wanted = {one.id: one for one in timers(document)}
    for timer in wanted.values():
        docs.schedule(timer)
    for id_ in document["timers"]:
        if id_ not in wanted:
            docs.cancel(id_)
    return sorted(wanted)


def timers(document: Document) -> Iterable[Timer]:
    """A reminder and an overdue mark only while nobody has applied; the limit of a decision only after the meeting."""
    plan, state = document["plan"], document["state"]
    if plan is None:
        return
    if state in OPEN and document["ended_on"] is None:
        yield _timer(document, END, document["ends_on"])
    if state in BEFORE_APPLICATION:
        for days, on in plan["reminders"].items():
            if int(days) not in document["reminded"]:
                yield _timer(document, REMIND, on, days_left=int(days))
        if not document["application_overdue"]:
            yield _timer(document, OVERDUE, plan["overdue_on"])
        if document["escalated_on"] is None:
            yield _timer(document, ESCALATE, plan["escalate_on"])
    if state == State.BRANCH_VOTED and not document["decision_overdue"]:
        after = date.fromisoformat(document["decide_by"]) + timedelta(days=1)
        yield _timer(
            document, DECISION, after.isoformat(), voted_on=document["voted_on"], decide_by=document["decide_by"]
        )


def _timer(document: Document, kind: str, on: str, **more: object) -> Timer:
    """Due at the first moment, in Shanghai, of its day."""
    part = f":{more['days_left']}" if "days_left" in more else ""
    data = {
        "probation_id": document["_id"],
        "member_id": document["member_id"],
        "ends_on": document["ends_on"],
        "due_on": on,
        **more,
    }
    return Timer(f"{kind}:{document['_id']}{part}", moment_of(date.fromisoformat(on)), kind, data)
