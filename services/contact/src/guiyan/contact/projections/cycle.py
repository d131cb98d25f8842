"""The contact cycle as a projection: duties, people, contact persons, and every timer that keeps the cycle going."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import ClassVar, Final

from guiyan.contact.domain.parameters import Parameters
from guiyan.contact.domain.window import months_of, window_after
from guiyan.contact.projections import people, rows, timers
from guiyan.contact.projections.people import PEOPLE
from guiyan.contact.projections.rows import DUTIES
from guiyan.events import contact, registry
from guiyan.events.codes import ContactPause
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection, business_date
from guiyan.service import rulebook
from guiyan.service.parameters import NumberOf, number, numbers

BRANCHES: Final = "branches"
CONTACT_PERSONS: Final = frozenset({"ContactPersonAppointed", "ContactPersonReplaced", "ContactPersonReleased"})
KEPT_DUTIES: Final = 8
"""How many of a member's newest duties are remembered with the person, to find the open ones."""


class ContactCycle(Projection):
    """Collections `duties` (one row each), `people` (one per member), `branches` (who keeps contact)."""

    name: ClassVar[str] = "cycle"
    version: ClassVar[int] = 15
    handles: ClassVar[frozenset[str]] = people.HANDLES | rows.HANDLES | CONTACT_PERSONS | rulebook.HANDLES
    opens: ClassVar[frozenset[str]] = people.OPENS
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(DUTIES, ("member_id", "part")),
        Index(DUTIES, ("branch", "part")),
        Index(DUTIES, ("branch", "open", "closes_on", "_id")),
        Index(DUTIES, ("sides", "open", "closes_on", "_id")),
        Index(DUTIES, ("hosted_by", "quarter")),
        Index(DUTIES, ("hosted_by", "open", "closes_on", "_id")),
        Index(DUTIES, ("escalated_org", "state", "closes_on", "_id")),
        Index(DUTIES, ("quarter", "part", "branch")),
        Index(DUTIES, ("closes_on", "_id")),
        Index(PEOPLE, ("id_index",), sparse=True),
        Index(PEOPLE, ("keeper",)),
        Index(PEOPLE, ("branch", "has_phone")),
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
        id_, day = fact.aggregate_id, business_date(fact.event.time)
        row = rows.begun(payload, fact, person)
        others = [one for one in person["duties"] if one != id_]
        duties = others[-KEPT_DUTIES + 1 :]
        for gone in others[: -KEPT_DUTIES + 1]:
            _forget(gone, docs)
        docs.put(PEOPLE, payload.member_id, {**person, "duties": [*duties, id_]})
        docs.schedule(timers.end(id_, payload.closes_on, people.missed_before(person, payload.quarter)))
        docs.put(DUTIES, id_, _reminded(fact, row, min(day, payload.closes_on), docs))
        if not self._as_known(payload, person, docs):
            docs.schedule(timers.mend(id_, row, fact.event.time))
        if people.is_due(person):
            docs.schedule(timers.plan(payload.member_id, payload.closes_on + timedelta(days=1)))

    def _as_known(self, payload: contact.ContactPlanned, person: Document, docs: Docs) -> bool:
        """Whether the duty was planned on what is known here now; an event may have come between."""
        keeper = person["keeper"] or (docs.get(BRANCHES, payload.branch) or {}).get("contact_person_id")
        return (
            people.has_trip(person, {"departure_id": payload.departure_id})
            and person["open_transfer"] is None
            and not person["away"]["agreed"]
            and (person["branch"], keeper) == (payload.branch, payload.contact_person_id)
        )

    def _change(self, fact: Fact, docs: Docs) -> None:
        row = docs.get(DUTIES, fact.aggregate_id)
        if row is None:
            return
        after = rows.changed(row, fact)
        if isinstance(fact.payload, contact.ContactReminderSent):
            after = _reminded(fact, after, rows.window_of(after).reminder(fact.payload.day), docs)
        docs.put(DUTIES, fact.aggregate_id, after)
        if row["part"] == "missed" and after["part"] == "completed":
            _take_back(row, docs)
        if row["part"] not in rows.UNSETTLED_PARTS:
            return
        if after["part"] not in rows.UNSETTLED_PARTS:
            _stop_clock(fact.aggregate_id, docs)
            docs.cancel(timers.mend_id(fact.aggregate_id))
            _count_misses(fact, row, docs)
        elif isinstance(fact.payload, contact.ContactPaused | contact.ContactResumed):
            _turn_clock(fact, after, docs)


def _forget(duty_id: str, docs: Docs) -> None:
    """A duty that is not remembered with the person follows no host any more: none sees it."""
    row = docs.get(DUTIES, duty_id)
    if row is not None and row["hosted_by"] is not None:
        docs.put(DUTIES, duty_id, rows.unhosted(row))


def _reminded(fact: Fact, row: Document, after: date | None, docs: Docs) -> Document:
    """The row with its next reminder, by the parameters valid on the event's business date (domain.md §2.14)."""
    value, window = rulebook.valued(docs, fact.event.occurredon), rows.window_of(row)
    day = window.next_reminder(numbers(value("contact.reminder_days")), after or window.last)
    row = {**row, "remind_next": day}
    if row["part"] == "open":
        _remind(fact, row, value, docs)
    return row


def _remind(fact: Fact, row: Document, value: NumberOf, docs: Docs) -> None:
    """Set the timer of the reminder that comes next, if one does."""
    day = row["remind_next"]
    at = None if day is None else rows.window_of(row).reminder(day)
    if at is not None:
        docs.schedule(timers.remind(fact.aggregate_id, row, day, at, number(value("contact.reminder_hour"))))


def _next_window(person: Document, after: date, fact: Fact, docs: Docs) -> date:
    """The first day of the member's first window that begins after a day."""
    parameters = Parameters.of(rulebook.valued(docs, fact.event.occurredon))
    return window_after(after, months_of(person["away"]["cycle"], parameters)).first


def _stop_clock(duty_id: str, docs: Docs) -> None:
    docs.cancel(timers.end_id(duty_id))
    docs.cancel(timers.remind_id(duty_id))


def _turn_clock(fact: Fact, row: Document, docs: Docs) -> None:
    """Stand still, or run again: the reminder that was to come next comes next, then the last day as it is now.

    Looks again when that is not what the member's transfers call for: one may have opened or ended between.
    """
    id_, person = fact.aggregate_id, _agreed(fact, row, docs)
    if row["part"] == "paused":
        _stop_clock(id_, docs)
    else:
        before = people.missed_before(person, row["quarter"])
        docs.schedule(timers.end(id_, date.fromisoformat(row["closes_on"]), before))
        _remind(fact, row, rulebook.valued(docs, fact.event.occurredon), docs)
    stands = person["open_transfer"] is not None or (person["away"] or {}).get("agreed", False)
    if row["transfer_id"] != person["open_transfer"] or (row["part"] == "paused") != stands:
        docs.schedule(timers.mend(id_, row, fact.event.time))


def _agreed(fact: Fact, row: Document, docs: Docs) -> Document:
    """The member, whose host keeps contact by agreement from now on, or does no more: nothing stops the clock then."""
    person = docs.get(PEOPLE, row["member_id"]) or people.empty()
    payload = fact.payload
    began = isinstance(payload, contact.ContactPaused) and payload.reason is ContactPause.HOSTED_BY_AGREEMENT
    hosted = people.has_trip(person, row) and person["away"]["host_branch"] is not None
    if hosted and (began or isinstance(payload, contact.ContactResumed)):
        person = {**person, "away": {**person["away"], "agreed": began}}
        docs.put(PEOPLE, row["member_id"], person)
    return person


def _count_misses(fact: Fact, row: Document, docs: Docs) -> None:
    """How many quarters in a row were missed now; a later duty that is still open ends with that number.

    A quarter without a contact due neither counts nor breaks the row; nor does an older one than was settled last.
    """
    person = docs.get(PEOPLE, row["member_id"])
    if person is None or isinstance(fact.payload, contact.ContactExempted) or _settled_later(row, person, docs):
        return
    missed = fact.payload.missed_in_a_row if isinstance(fact.payload, contact.ContactMissed) else 0
    person = {**person, "missed_in_a_row": missed, "missed_quarter": row["quarter"] if missed else None}
    docs.put(PEOPLE, row["member_id"], person)
    _later_ends(row, person, docs)


def _take_back(row: Document, docs: Docs) -> None:
    """A duty that was called missed was done in time, as is told now: only what was missed after it is in a row."""
    person = docs.get(PEOPLE, row["member_id"])
    if person is None:
        return
    missed = max(person["missed_in_a_row"] - row["missed_in_a_row"], 0)
    person = {**person, "missed_in_a_row": missed, "missed_quarter": person["missed_quarter"] if missed else None}
    docs.put(PEOPLE, row["member_id"], person)
    _later_ends(row, person, docs)


def _later_ends(row: Document, person: Document, docs: Docs) -> None:
    """Later duties that are still open end with the number of misses before them."""
    for other in docs.get_all(DUTIES, person["duties"]):
        if other["open"] and other["opens_on"] > row["opens_on"]:
            before = people.missed_before(person, other["quarter"])
            docs.schedule(timers.end(other["_id"], date.fromisoformat(other["closes_on"]), before))


def _settled_later(row: Document, person: Document, docs: Docs) -> bool:
    """Whether a later duty of the member was reached or missed already: this one's last day was put off."""
    others = docs.get_all(DUTIES, person["duties"])
    return any(one["opens_on"] > row["opens_on"] and one["part"] in {"completed", "missed"} for one in others)


def _apply_to_person(fact: Fact, docs: Docs) -> None:
    member_id = people.person_id(fact)
    before = docs.get(PEOPLE, member_id)
    if before is None and not isinstance(fact.payload, registry.MemberLeft) and fact.type not in people.ENTERED:
        return
    before = before or people.empty()
    after = people.changed(before, fact)
    docs.put(PEOPLE, member_id, after)
    if people.is_due(after) and not _same_trip(before, after):
        docs.schedule(timers.plan(member_id, _next_plan(after, fact, docs)))
    elif people.is_due(before) and not people.is_due(after):
        docs.cancel(timers.plan_id(member_id))
    for row in docs.get_all(DUTIES, after["duties"]) if rows.is_shown_otherwise(before, after) else ():
        docs.put(DUTIES, row["_id"], rows.shown(row, before, after, business_date(fact.event.time)))


def _next_plan(person: Document, fact: Fact, docs: Docs) -> date:
    """When a member whose trip or cycle is another one now is planned for next: no day lies between two duties.

    The first window of the new length after what nothing has settled; or what is left of the window that the day after
    the trip's last duty lies in, whichever comes first.
    """
    day = business_date(fact.event.time)
    found = [one for one in docs.get_all(DUTIES, person["duties"]) if people.has_trip(person, one)]
    unsettled = [rows.window_of(one).last for one in found if one["part"] in rows.UNSETTLED_PARTS]
    full = _next_window(person, max([day, *unsettled]), fact, docs)
    last = max((rows.window_of(one).last for one in found if one["part"] != "stopped"), default=None)
    return full if last is None else min(full, max(day, last) + timedelta(days=1))


def _same_trip(before: Document, after: Document) -> bool:
    """Whether it is the same trip, and contact is due as often as before."""
    same = ("departure_id", "cycle")
    return people.is_due(before) and all(before["away"][one] == after["away"][one] for one in same)


def _apply_to_branch(fact: Fact, docs: Docs) -> None:
    payload = fact.payload
    if isinstance(payload, registry.ContactPersonAppointed | registry.ContactPersonReplaced):
        docs.put(BRANCHES, payload.org_code, {"contact_person_id": payload.person_id})
    elif isinstance(payload, registry.ContactPersonReleased):
        known = docs.get(BRANCHES, payload.org_code) or {}
        if known.get("contact_person_id") == payload.person_id:
            docs.put(BRANCHES, payload.org_code, {"contact_person_id": None})
