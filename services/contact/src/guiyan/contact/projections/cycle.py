"""The contact cycle as a projection: duties, people, contact persons, and every timer that keeps the cycle going."""

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.contact.domain.numbering import duty_id
from guiyan.contact.domain.parameters import Parameters
from guiyan.contact.projections import people, rows, timers
from guiyan.contact.projections.people import PEOPLE
from guiyan.contact.projections.rows import DUTIES
from guiyan.events import contact, registry
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection, business_date
from guiyan.ledger.calendar import Quarter, quarter_of
from guiyan.service import rulebook

BRANCHES: Final = "branches"
CONTACT_PERSONS: Final = frozenset({"ContactPersonAppointed", "ContactPersonReplaced", "ContactPersonReleased"})
KEPT_DUTIES: Final = 8
"""How many of a member's newest duties are remembered with the person, to find the open ones."""


class ContactCycle(Projection):
    """Collections `duties` (one row each), `people` (one per member), `branches` (who keeps contact)."""

    name: ClassVar[str] = "cycle"
    version: ClassVar[int] = 4
    handles: ClassVar[frozenset[str]] = people.HANDLES | rows.HANDLES | CONTACT_PERSONS | rulebook.HANDLES
    opens: ClassVar[frozenset[str]] = people.OPENS
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(DUTIES, ("member_id", "open")),
        Index(DUTIES, ("branch", "open", "closes_on", "_id")),
        Index(DUTIES, ("quarter", "part", "branch")),
        Index(DUTIES, ("closes_on", "_id")),
        Index(PEOPLE, ("id_index",), sparse=True),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The member's document and the duty's row."""
        if fact.type in rows.HANDLES:
            branch = fact.event.data.get("branch")
            keeper = (Key(BRANCHES, branch),) if fact.type == "ContactPlanned" and branch else ()
            return (Key(DUTIES, fact.aggregate_id), Key(PEOPLE, people.person_id(fact)), *keeper)
        return (Key(PEOPLE, people.person_id(fact)),) if fact.type in people.HANDLES else ()

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the person, the duty, or the branch's contact person; move the timers along."""
        if rulebook.noted(fact, docs):
            return
        if fact.type in CONTACT_PERSONS:
            _apply_to_branch(fact, docs)
        elif isinstance(fact.payload, contact.ContactPlanned):
            self._plan(fact.payload, fact, docs)
        elif fact.type in rows.HANDLES:
            self._change(fact, docs)
        else:
            _apply_to_person(fact, docs)

    def _plan(self, payload: contact.ContactPlanned, fact: Fact, docs: Docs) -> None:
        person = docs.get(PEOPLE, payload.member_id) or people.empty()
        quarter, id_ = Quarter.parse(payload.quarter), fact.aggregate_id
        row = rows.begun(payload, fact, person)
        docs.put(DUTIES, id_, row)
        duties = [one for one in person["duties"] if one != id_][-KEPT_DUTIES + 1 :]
        docs.put(PEOPLE, payload.member_id, {**person, "duties": [*duties, id_]})
        docs.schedule(timers.end(id_, quarter, person["missed_in_a_row"]))
        _remind(fact, quarter, _day_number(fact, quarter), docs)
        if not self._as_known(payload, person, docs):
            docs.schedule(timers.mend(id_, row, fact.event.time))
        if people.is_due(person):
            docs.schedule(timers.plan(payload.member_id, quarter.next()))

    def _as_known(self, payload: contact.ContactPlanned, person: Document, docs: Docs) -> bool:
        """Whether the duty was planned on what is known here now; an event may have come between."""
        keeper = (docs.get(BRANCHES, payload.branch) or {}).get("contact_person_id")
        return (
            people.is_due(person)
            and person["away"]["departure_id"] == payload.departure_id
            and (person["branch"], keeper) == (payload.branch, payload.contact_person_id)
        )

    def _change(self, fact: Fact, docs: Docs) -> None:
        row = docs.get(DUTIES, fact.aggregate_id)
        if row is None:
            return
        after = rows.changed(row, fact)
        docs.put(DUTIES, fact.aggregate_id, after)
        if isinstance(fact.payload, contact.ContactReminderSent):
            _remind(fact, Quarter.parse(row["quarter"]), fact.payload.day, docs)
        if row["open"] and not after["open"]:
            for timer_id in (timers.end_id, timers.remind_id, timers.mend_id):
                docs.cancel(timer_id(fact.aggregate_id))
            _count_misses(fact, row, docs)


def _remind(fact: Fact, quarter: Quarter, after: int, docs: Docs) -> None:
    """The duty's next reminder, by the parameters valid on the event's business date (domain.md §2.14)."""
    parameters = Parameters.of(rulebook.valued(docs, fact.event.occurredon))
    timer = timers.remind(fact.aggregate_id, quarter, after, parameters)
    if timer is not None:
        docs.schedule(timer)


def _count_misses(fact: Fact, row: Document, docs: Docs) -> None:
    """How many quarters in a row were missed now; a later duty that is still open ends with that number."""
    person = docs.get(PEOPLE, row["member_id"])
    if person is None:
        return
    missed = fact.payload.missed_in_a_row if isinstance(fact.payload, contact.ContactMissed) else 0
    docs.put(PEOPLE, row["member_id"], {**person, "missed_in_a_row": missed})
    for later in person["duties"]:
        other = docs.get(DUTIES, later)
        if other is not None and other["open"] and other["quarter"] > row["quarter"]:
            docs.schedule(timers.end(later, Quarter.parse(other["quarter"]), missed))


def _apply_to_person(fact: Fact, docs: Docs) -> None:
    member_id = people.person_id(fact)
    before = docs.get(PEOPLE, member_id)
    if before is None and not isinstance(fact.payload, registry.MemberLeft) and fact.type not in people.ENTERED:
        return
    before = before or people.empty()
    after = people.changed(before, fact)
    docs.put(PEOPLE, member_id, after)
    if people.is_due(after) and not _same_trip(before, after):
        docs.schedule(timers.plan(member_id, _quarter_of(fact).next()))
    elif people.is_due(before) and not people.is_due(after):
        docs.cancel(timers.plan_id(member_id))
    for id_ in after["duties"] if rows.is_shown_otherwise(before, after) else ():
        row = docs.get(DUTIES, id_)
        if row is not None:
            docs.put(DUTIES, id_, rows.shown(row, before, after))


def _same_trip(before: Document, after: Document) -> bool:
    return people.is_due(before) and before["away"]["departure_id"] == after["away"]["departure_id"]


def _apply_to_branch(fact: Fact, docs: Docs) -> None:
    payload = fact.payload
    if isinstance(payload, registry.ContactPersonAppointed | registry.ContactPersonReplaced):
        docs.put(BRANCHES, payload.org_code, {"contact_person_id": payload.person_id})
    elif isinstance(payload, registry.ContactPersonReleased):
        known = docs.get(BRANCHES, payload.org_code) or {}
        if known.get("contact_person_id") == payload.person_id:
            docs.put(BRANCHES, payload.org_code, {"contact_person_id": None})


def _quarter_of(fact: Fact) -> Quarter:
    """The quarter in which something was recorded: a departure told late begins with the current one."""
    return quarter_of(business_date(fact.event.time))


def _day_number(fact: Fact, quarter: Quarter) -> int:
    """Which day of the duty's quarter the plan was recorded on; 0 before it, its last day after it."""
    day = business_date(fact.event.time)
    if day < quarter.first_day:
        return 0
    return quarter.number_of(min(day, quarter.last_day))


def duty_of(member_id: str, quarter: str) -> str:
    """The id of a member's duty in a quarter given as text."""
    return duty_id(member_id, Quarter.parse(quarter))
