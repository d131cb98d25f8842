"""The contact cycle as a projection: duties, people, contact persons, and every timer that keeps the cycle going."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Final

from guiyan.contact.domain import rules
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
    version: ClassVar[int] = 5
    handles: ClassVar[frozenset[str]] = people.HANDLES | rows.HANDLES | CONTACT_PERSONS | rulebook.HANDLES
    opens: ClassVar[frozenset[str]] = people.OPENS
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(DUTIES, ("member_id", "part")),
        Index(DUTIES, ("branch", "part")),
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
        duties = [one for one in person["duties"] if one != id_][-KEPT_DUTIES + 1 :]
        docs.put(PEOPLE, payload.member_id, {**person, "duties": [*duties, id_]})
        docs.schedule(timers.end(id_, payload.closes_on, person["missed_in_a_row"]))
        docs.put(DUTIES, id_, _reminded(fact, row, _day_number(fact, quarter), docs))
        if not self._as_known(payload, person, docs):
            docs.schedule(timers.mend(id_, row, fact.event.time))
        if people.is_due(person):
            docs.schedule(timers.plan(payload.member_id, quarter.next()))

    def _as_known(self, payload: contact.ContactPlanned, person: Document, docs: Docs) -> bool:
        """Whether the duty was planned on what is known here now; an event may have come between."""
        keeper = (docs.get(BRANCHES, payload.branch) or {}).get("contact_person_id")
        return (
            people.has_trip(person, {"departure_id": payload.departure_id})
            and person["open_transfer"] is None
            and (person["branch"], keeper) == (payload.branch, payload.contact_person_id)
        )

    def _change(self, fact: Fact, docs: Docs) -> None:
        row = docs.get(DUTIES, fact.aggregate_id)
        if row is None:
            return
        after = rows.changed(row, fact)
        if isinstance(fact.payload, contact.ContactReminderSent):
            after = _reminded(fact, after, fact.payload.day, docs)
        docs.put(DUTIES, fact.aggregate_id, after)
        if row["part"] not in rows.UNSETTLED_PARTS:
            return
        if after["part"] not in rows.UNSETTLED_PARTS:
            _stop_clock(fact.aggregate_id, docs)
            docs.cancel(timers.mend_id(fact.aggregate_id))
            _count_misses(fact, row, docs)
        elif isinstance(fact.payload, contact.ContactPaused | contact.ContactResumed):
            _turn_clock(fact, after, docs)


def _reminded(fact: Fact, row: Document, after: int, docs: Docs) -> Document:
    """The row with its next reminder, by the parameters valid on the event's business date (domain.md §2.14)."""
    parameters = Parameters.of(rulebook.valued(docs, fact.event.occurredon))
    day = rules.next_reminder_day(Quarter.parse(row["quarter"]), after, parameters)
    if day is not None and row["part"] == "open":
        docs.schedule(timers.remind(fact.aggregate_id, row, day, parameters.reminder_hour))
    return {**row, "remind_next": day}


def _stop_clock(duty_id: str, docs: Docs) -> None:
    docs.cancel(timers.end_id(duty_id))
    docs.cancel(timers.remind_id(duty_id))


def _turn_clock(fact: Fact, row: Document, docs: Docs) -> None:
    """Stand still, or run again: the reminder that was to come next comes next, then the last day as it is now.

    Looks again when that is not what the member's transfers call for: one may have opened or ended between.
    """
    id_, person = fact.aggregate_id, docs.get(PEOPLE, row["member_id"]) or people.empty()
    if row["part"] == "paused":
        _stop_clock(id_, docs)
    else:
        docs.schedule(timers.end(id_, date.fromisoformat(row["closes_on"]), person["missed_in_a_row"]))
        if row["remind_next"] is not None:
            hour = Parameters.of(rulebook.valued(docs, fact.event.occurredon)).reminder_hour
            docs.schedule(timers.remind(id_, row, row["remind_next"], hour))
    if row["transfer_id"] != person["open_transfer"]:
        docs.schedule(timers.mend(id_, row, fact.event.time))


def _count_misses(fact: Fact, row: Document, docs: Docs) -> None:
    """How many quarters in a row were missed now; a later duty that is still open ends with that number.

    A quarter without a contact due neither counts nor breaks the row; nor does an older one than was settled last.
    """
    person = docs.get(PEOPLE, row["member_id"])
    if person is None or isinstance(fact.payload, contact.ContactExempted) or _settled_later(row, person, docs):
        return
    missed = fact.payload.missed_in_a_row if isinstance(fact.payload, contact.ContactMissed) else 0
    docs.put(PEOPLE, row["member_id"], {**person, "missed_in_a_row": missed})
    for later in person["duties"]:
        other = docs.get(DUTIES, later)
        if other is not None and other["open"] and other["quarter"] > row["quarter"]:
            docs.schedule(timers.end(later, date.fromisoformat(other["closes_on"]), missed))


def _settled_later(row: Document, person: Document, docs: Docs) -> bool:
    """Whether a later quarter of the member was reached or missed already: this one's last day was put off."""
    others = (docs.get(DUTIES, one) for one in person["duties"])
    return any(one and one["quarter"] > row["quarter"] and one["part"] in {"completed", "missed"} for one in others)


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
