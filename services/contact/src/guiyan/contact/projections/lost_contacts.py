"""Lost contact as a projection: the cases, the members' signs, and the timers of silence and of what is due (§2.7)."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import ClassVar, Final

from guiyan.contact.domain.lost_parameters import LostParameters
from guiyan.contact.projections import lost_people as people
from guiyan.contact.projections import lost_rows as rows
from guiyan.contact.projections import lost_timers as timers
from guiyan.contact.projections.lost_people import LOST_PEOPLE
from guiyan.contact.projections.lost_rows import LOST_CONTACTS
from guiyan.contact.projections.people import ENTERED, person_id
from guiyan.events import contact
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection
from guiyan.service import rulebook

Parameters = Callable[[], LostParameters]
CASE_EVENTS: Final = frozenset(
    {
        "LostContactWatchOpened",
        "SearchStarted",
        "SearchStepDone",
        "LostContactOpened",
        "LostContactConfirmed",
        "ContactRegained",
        "SuspensionProposed",
        "ReinstatementProposed",
        "RemovalProposed",
        "OutcomeDecided",
        "LostMembershipNoted",
        "LostContactDue",
        "LostContactClosed",
    }
)


class LostContacts(Projection):
    """Collections `lost_contacts` (one row each case) and `lost_people` (one per member)."""

    name: ClassVar[str] = "lost"
    version: ClassVar[int] = 3
    handles: ClassVar[frozenset[str]] = CASE_EVENTS | people.HANDLES | rulebook.HANDLES
    opens: ClassVar[frozenset[str]] = people.OPENS
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(LOST_CONTACTS, ("branch", "_id")),
        Index(LOST_CONTACTS, ("branch", "open", "state", "_id")),
        Index(LOST_CONTACTS, ("member_id", "_id")),
        Index(LOST_CONTACTS, ("since", "_id")),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The member's document and the case's row."""
        if fact.type in rulebook.HANDLES or _in_vain(fact):
            return ()
        person = Key(LOST_PEOPLE, person_id(fact))
        return (person, Key(LOST_CONTACTS, fact.aggregate_id)) if fact.type in CASE_EVENTS else (person,)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the case, the member, or both, and the timers of both."""
        if rulebook.noted(fact, docs) or _in_vain(fact):
            return
        member_id = person_id(fact)
        before = docs.get(LOST_PEOPLE, member_id)
        if before is None and fact.type not in ENTERED | {"MemberLeft", "LostContactWatchOpened"}:
            return
        before = before or people.empty()
        parameters = partial(_parameters, fact, docs)
        person = people.changed(before, fact) if fact.type in people.HANDLES else before
        if fact.type in CASE_EVENTS:
            person = _change_case(fact, person, parameters, docs)
        docs.put(LOST_PEOPLE, member_id, person)
        if person["case"] is not None:
            _show(person["case"], person, parameters, docs)
        if person["name"] != before["name"]:
            _rename(person, docs)
        _count_silence(member_id, before, person, parameters, docs)


def _in_vain(fact: Fact) -> bool:
    """An attempt that reached nobody, or the host: it tells nothing of the member."""
    return fact.type == "ContactAttempted" and not people.is_sign(fact)


def _parameters(fact: Fact, docs: Docs) -> LostParameters:
    """The parameters valid on the event's business date, as far as was recorded before it (domain.md §2.14)."""
    return LostParameters.of(rulebook.valued(docs, fact.event.occurredon))


def _change_case(fact: Fact, person: Document, parameters: Parameters, docs: Docs) -> Document:
    """The case's row, and with the person which case is open."""
    id_, payload = fact.aggregate_id, fact.payload
    if isinstance(payload, contact.LostContactWatchOpened):
        row = rows.begun(fact, payload)
        silent = people.silent_since(person)
        watched = silent.isoformat() if silent else person["watched"]
        person = {**person, "case": id_, "cases": [*person["cases"], id_], "watched": watched}
    else:
        found = docs.get(LOST_CONTACTS, id_)
        if found is None:
            return person
        row = found
    row = rows.shown(rows.changed(row, fact, parameters), person, parameters)
    docs.put(LOST_CONTACTS, id_, row)
    if not row["open"]:
        docs.cancel(timers.due_id(id_))
        person = {**person, "case": None if person["case"] == id_ else person["case"]}
    return person


def _show(case_id: str, person: Document, parameters: Parameters, docs: Docs) -> None:
    """The open case shows the member's signs of now, and its timer stands where they put it; told once, it rests."""
    row = docs.get(LOST_CONTACTS, case_id)
    if row is None:
        return
    row = rows.shown(row, person, parameters)
    docs.put(LOST_CONTACTS, case_id, row)
    told = {(str(step), day.isoformat()) for step, day in rows.case_of(row).told}
    if row["next_on"] is None or (row["next_step"], row["next_on"]) in told:
        docs.cancel(timers.due_id(case_id))
        return
    docs.schedule(timers.due(case_id, row["next_step"], row["next_on"]))


def _rename(person: Document, docs: Docs) -> None:
    """Every case shows the name of now, or none when the key is gone (§5.3)."""
    for id_ in person["cases"]:
        row = docs.get(LOST_CONTACTS, id_)
        if row is not None:
            docs.put(LOST_CONTACTS, id_, {**row, "name": person["name"]})


def _count_silence(member_id: str, before: Document, person: Document, parameters: Parameters, docs: Docs) -> None:
    """One timer a member away: when the silence has lasted so long that a watch begins; not twice for one silence."""
    was, now = _silence(before), _silence(person)
    if now is None and was is not None:
        docs.cancel(timers.silence_id(member_id))
    elif now is not None and now != was:
        since, abroad = now
        docs.schedule(timers.silence(member_id, since, parameters().watch_after(abroad=abroad)))


def _silence(person: Document) -> tuple[date, bool] | None:
    """Since when the member is silent, abroad or not, and nobody watches; None where there is nothing to wait for."""
    silent = people.unwatched_silence(person)
    return None if silent is None else (silent, people.is_abroad(person))
