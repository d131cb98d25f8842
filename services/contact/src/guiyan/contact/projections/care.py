"""Care as a projection: records of help and of what members gave, each member's year, and the timers that remind."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Final

from guiyan.contact.domain.aid import GRANTED
from guiyan.contact.projections import care_records as records
from guiyan.contact.projections import care_timers as timers
from guiyan.contact.projections import care_years as years
from guiyan.contact.projections import people
from guiyan.events import contact, registry
from guiyan.events.codes import ConsentPurpose
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection, business_date
from guiyan.service import rulebook

MEMBERS: Final = "care_members"
CONSENTS: Final = frozenset({"ConsentGiven", "ConsentWithdrawn"})
_PURPOSES: Final = {
    ConsentPurpose.FAMILY_CONTACT: "family_consent_id",
    ConsentPurpose.PUBLISH_COMMENDATION: "publish_consent_id",
}


class Care(Projection):
    """A collection a kind of record, `care` (the lines of table 19), `member_years`, and `care_members`.

    `care_members` has of each member the branch, whether away, consents, and which documents are theirs; no name.
    """

    name: ClassVar[str] = "care"
    version: ClassVar[int] = 3
    handles: ClassVar[frozenset[str]] = (
        people.HANDLES | records.HANDLES | years.HANDLES | CONSENTS | rulebook.HANDLES | {"DekDestroyed"}
    )
    indexes: ClassVar[tuple[Index, ...]] = (
        *(Index(one, ("branch", "_id")) for one in (*records.COLLECTIONS, years.YEARS)),
        *(Index(one, ("member_id", "_id")) for one in (*records.COLLECTIONS, records.CARE, years.YEARS)),
        Index(records.AIDS, ("open", "visit_due_on", "_id")),
        Index(records.LEADS, ("to_org", "_id")),
        Index(records.CARE, ("branch", "on", "_id")),
        Index(years.YEARS, ("year", "branch", "_id")),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The member's document, and the record's row."""
        if fact.type in rulebook.HANDLES:
            return ()
        member = Key(MEMBERS, people.person_id(fact))
        return (member, Key(records.place_of(fact), fact.aggregate_id)) if fact.type in records.HANDLES else (member,)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the member, the record, the year; move the timers along; forget who was erased."""
        if rulebook.noted(fact, docs):
            return
        member_id = people.person_id(fact)
        known = docs.get(MEMBERS, member_id)
        member = member_of(known)
        if isinstance(fact.payload, registry.DekDestroyed):
            if known is not None:
                _forget(member_id, member, docs)
        elif member["erased"]:
            return
        elif fact.type in years.HANDLES | records.HANDLES:
            after = _count(member_id, member, fact, docs) if fact.type in years.HANDLES else member
            after = _record(member_id, after, fact, docs) if fact.type in records.HANDLES else after
            if after != member:
                _keep(member_id, after, docs)
        elif isinstance(fact.payload, registry.ConsentGiven | registry.ConsentWithdrawn):
            _agree(member_id, member, fact, docs)
        else:
            _move(member_id, member, fact, docs)


_NEW: Final[Document] = {
    **people.empty(),
    **dict.fromkeys(("family_consent_id", "publish_consent_id", "reported_on", "report_due", "overdue_id")),
    "records": [],
    "years": [],
    "erased": False,
}


def member_of(kept: Document | None) -> Document:
    """All that is known of a member: what is not kept is as it is with everybody at first."""
    return {**_NEW, **(kept or {})}


def _keep(member_id: str, member: Document, docs: Docs) -> None:
    docs.put(MEMBERS, member_id, {name: value for name, value in member.items() if value != _NEW.get(name)})


def _record(member_id: str, member: Document, fact: Fact, docs: Docs) -> Document:
    """The record's row after the event, its line of table 19, its timer; gives the member that has it."""
    place, id_ = records.place_of(fact), fact.aggregate_id
    before = docs.get(place, id_)
    row = records.changed(before, fact, member["branch"])
    _put(place, id_, row, member, docs)
    if place == records.AIDS:
        _remind(id_, row, fact, docs)
    if before is None:
        member = {**member, "records": [*member["records"], [place, id_]]}
    return _report(member_id, member, fact, docs) if fact.event.aggregate == "report" else member


def _put(place: str, id_: str, row: Document, member: Document, docs: Docs) -> None:
    docs.put(place, id_, row)
    line = records.care_row(place, id_, row, consents=member["publish_consent_id"] is not None)
    if line is not None:
        docs.put(records.CARE, id_, line)


def _remind(id_: str, row: Document, fact: Fact, docs: Docs) -> None:
    """The next visit of a case in which help was granted; none when it is closed."""
    if row["state"] not in GRANTED:
        docs.cancel(timers.visit_id(id_))
        return
    after = business_date(fact.event.time)
    if isinstance(fact.payload, contact.AidVisitDue):
        after = date.fromordinal(fact.payload.due_on.toordinal() + 1)
    visited_on = date.fromisoformat(row["visited_on"]) if row["visited_on"] else None
    value = rulebook.valued(docs, fact.event.occurredon)
    docs.schedule(timers.visit(id_, fact.event.time, after, visited_on, value))


def _report(member_id: str, member: Document, fact: Fact, docs: Docs) -> Document:
    """A report, given anywhere or at home, starts the twelve months anew; what was overdue is so no more."""
    day = fact.event.occurredon.isoformat()
    if isinstance(fact.payload, contact.ReportOverdue):
        return _expect({**member, "overdue_id": fact.aggregate_id}, member_id, fact, docs)
    if isinstance(fact.payload, contact.HomeVisitAnnounced) or day <= (member["reported_on"] or ""):
        return member
    after, late = {**member, "reported_on": day}, member["overdue_id"]
    if late is not None and (member["away"] is None or day >= member["away"]["since"]):
        after["overdue_id"] = None
        if (told := docs.get(records.REPORTS, late)) is not None:
            docs.put(records.REPORTS, late, {**told, "overdue": False})
    return _expect(after, member_id, fact, docs)


def _expect(member: Document, member_id: str, fact: Fact, docs: Docs) -> Document:
    """The member's next report: twelve months after the last one, or after leaving; of members away alone (R3).

    While one is overdue, the next date is the first of the following years' that is still to come.
    """
    if not people.is_due(member):
        docs.cancel(timers.report_id(member_id))
        return {**member, "report_due": None}
    value = rulebook.valued(docs, fact.event.occurredon)
    since = date.fromisoformat(max(member["reported_on"] or "", member["away"]["since"]))
    not_before = None if member["overdue_id"] is None else business_date(fact.event.time)
    due_on = timers.report_due(since, value, not_before)
    docs.schedule(timers.report(member_id, due_on, fact.event.time, value))
    return {**member, "report_due": due_on.isoformat()}


def _count(member_id: str, member: Document, fact: Fact, docs: Docs) -> Document:
    lead = docs.get(records.LEADS, fact.aggregate_id) if isinstance(fact.payload, contact.LeadAssessed) else None
    lead_year = int(lead["begun_on"][:4]) if lead else None
    changes = years.changes(fact, member["years"], lead_year)
    for year, change in changes.items():
        id_ = years.year_id(member_id, year)
        docs.put(years.YEARS, id_, change(docs.get(years.YEARS, id_) or years.empty(member_id, member["branch"], year)))
    return {**member, "years": sorted({*member["years"], *changes})}


def _move(member_id: str, member: Document, fact: Fact, docs: Docs) -> None:
    """Where the member belongs and whether away: the documents go along, the next report is looked at anew."""
    after = {**people.changed(member, fact), "name": None, "id_index": None}
    if after["branch"] != member["branch"]:
        _show(member_id, after, docs)
    if (after["away"], after["status"]) != (member["away"], member["status"]):
        after = _expect(after, member_id, fact, docs)
    _keep(member_id, after, docs)


def _agree(member_id: str, member: Document, fact: Fact, docs: Docs) -> None:
    """A consent counts from when it was given until it is withdrawn."""
    payload = fact.payload
    assert isinstance(payload, registry.ConsentGiven | registry.ConsentWithdrawn)  # noqa: S101 - the types asked for
    name = _PURPOSES.get(payload.purpose)
    if name is None:
        return
    given = isinstance(payload, registry.ConsentGiven)
    if not given and member[name] != fact.aggregate_id:
        return
    after = {**member, name: fact.aggregate_id if given else None}
    _keep(member_id, after, docs)
    if name == "publish_consent_id":
        _show(member_id, after, docs)


def _show(member_id: str, member: Document, docs: Docs) -> None:
    """All that is the member's, under the branch and with the consent of now."""
    for place, id_ in member["records"]:
        row = docs.get(place, id_)
        if row is not None:
            _put(place, id_, {**row, "branch": member["branch"]}, member, docs)
    for year in member["years"]:
        id_ = years.year_id(member_id, year)
        found = docs.get(years.YEARS, id_)
        if found is not None:
            docs.put(years.YEARS, id_, {**found, "branch": member["branch"]})


def _forget(member_id: str, member: Document, docs: Docs) -> None:
    """The person's key is gone: what was shown of the person goes, too, and stays away (domain.md §5.3)."""
    for place, id_ in member["records"]:
        docs.delete(place, id_)
        docs.delete(records.CARE, id_)
        if place == records.AIDS:
            docs.cancel(timers.visit_id(id_))
    for year in member["years"]:
        docs.delete(years.YEARS, years.year_id(member_id, year))
    docs.cancel(timers.report_id(member_id))
    _keep(member_id, {**_NEW, "erased": True}, docs)
