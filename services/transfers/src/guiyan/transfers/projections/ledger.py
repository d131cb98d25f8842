"""The transfer ledger as a projection: rows, people, letter numbers, and the timers of the letters' validity."""

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events import transfers
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection, Timer
from guiyan.service import rulebook
from guiyan.transfers.domain.parameters import Parameters
from guiyan.transfers.projections import certificates, people, rows, stubs, suggestions
from guiyan.transfers.projections.people import PEOPLE
from guiyan.transfers.projections.rows import LETTERS, TRANSFERS
from guiyan.transfers.projections.stubs import STUBS


class TransferLedger(Projection):
    """Collections `transfers`, `certificates` (one row each), `people` (one per member), `stubs` (one per letter).

    `letters` and `certificate_numbers` are the last numbers given: hints where to look for the next one; the numbers'
    own streams decide.
    """

    name: ClassVar[str] = "transfers"
    version: ClassVar[int] = 9
    handles: ClassVar[frozenset[str]] = (
        people.HANDLES | rows.HANDLES | certificates.HANDLES | {"LetterNumberTaken"} | rulebook.HANDLES
    )
    opens: ClassVar[frozenset[str]] = people.OPENS
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(TRANSFERS, ("member_id", "_id")),
        Index(TRANSFERS, ("from_branch", "state", "_id")),
        Index(TRANSFERS, ("to_committee", "state", "_id")),
        Index(TRANSFERS, ("requested_on", "_id")),
        Index(TRANSFERS, ("expires_on", "_id")),
        Index(TRANSFERS, ("from_title", "letter_sn", "_id")),
        Index(STUBS, ("issuer", "letter_year", "letter_sn", "_id")),
        Index(STUBS, ("issued_on", "_id")),
        Index(PEOPLE, ("id_index",), sparse=True),
        *certificates.INDEXES,
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The transfer's row or the person's document."""
        if fact.type in people.HANDLES:
            return (Key(PEOPLE, people.person_id(fact)),)
        if fact.type in certificates.HANDLES:
            return certificates.touches(fact)
        return (Key(TRANSFERS, fact.aggregate_id),) if fact.type in rows.HANDLES else ()

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the person, the row, or the last number given."""
        payload = fact.payload
        if rulebook.noted(fact, docs):
            return
        if fact.type in people.HANDLES:
            _apply_to_person(fact, docs)
        elif fact.type in certificates.HANDLES:
            certificates.apply(fact, docs)
        elif isinstance(payload, transfers.LetterNumberTaken):
            docs.put(LETTERS, f"{payload.issuer}-{payload.letter_year}", {"last": payload.letter_sn})
        elif isinstance(payload, rows.Begins):
            _begin(payload, fact, docs)
        else:
            _change(fact, docs)


def _begin(payload: rows.Begins, fact: Fact, docs: Docs) -> None:
    person = docs.get(PEOPLE, payload.member_id)
    suggested = docs.get(TRANSFERS, fact.aggregate_id)
    row = rows.begun(payload, fact, person)
    if suggested is not None:
        row |= {name: suggested[name] for name in ("departure_id", "suggested_on")}
    docs.put(TRANSFERS, fact.aggregate_id, row)
    _set_timers(fact, row, docs)
    if person is None:
        return
    if suggested is None:
        person = {**person, "transfers": [*person["transfers"], fact.aggregate_id]}
    if isinstance(payload, transfers.TransferSuggested):
        person = suggestions.noted(person, payload.departure_id)
    docs.put(PEOPLE, payload.member_id, person)


def _change(fact: Fact, docs: Docs) -> None:
    row = docs.get(TRANSFERS, fact.aggregate_id)
    if row is None:
        return
    after = rows.changed(row, fact, lambda: Parameters.of(rulebook.valued(docs, fact.event.occurredon)))
    docs.put(TRANSFERS, fact.aggregate_id, after)
    if fact.type in stubs.HANDLES and after["issuer"] is not None:
        _note_on_stub(fact, after, docs)
    if isinstance(fact.payload, transfers.RelationTransferred):
        _move(fact.payload, after, docs)
    if any(row[name] != after[name] for name in _TIMED):
        _set_timers(fact, after, docs)


def _note_on_stub(fact: Fact, row: Document, docs: Docs) -> None:
    id_ = stubs.stub_id(fact, row)
    stub = stubs.changed(docs.get(STUBS, id_), fact)
    if stub is not None:
        docs.put(STUBS, id_, stub)


_TIMED: Final = ("state", "since", "expires_on", "letter_void")


def _set_timers(fact: Fact, row: Document, docs: Docs) -> None:
    """The clock follows the transfer, by the parameters of each business date."""
    for timer in rows.timers(fact.aggregate_id, row, lambda on: Parameters.of(rulebook.valued(docs, on))):
        if isinstance(timer, Timer):
            docs.schedule(timer)
        else:
            docs.cancel(timer)


def _move(payload: transfers.RelationTransferred, row: Document, docs: Docs) -> None:
    """The relation is with the receiver from this event on, here or outside; what the registry says only confirms it.

    Who comes from outside has paid up to the month that stood on the letter.
    """
    person = docs.get(PEOPLE, payload.member_id)
    if person is None:
        return
    after = {**person, "branch": payload.to_branch or person["branch"], "outside": payload.to_branch is None}
    if person["outside"] and row["dues_paid_to"] is not None:
        after["dues_paid_to"] = max(row["dues_paid_to"], person["dues_paid_to"] or "")
    docs.put(PEOPLE, payload.member_id, after)


def _apply_to_person(fact: Fact, docs: Docs) -> None:
    member_id = people.person_id(fact)
    before = docs.get(PEOPLE, member_id)
    after = people.changed(before, fact)
    if after is None:
        return
    docs.put(PEOPLE, member_id, after)
    timer = suggestions.timer(member_id, after, lambda on: Parameters.of(rulebook.valued(docs, on)))
    docs.schedule(timer) if isinstance(timer, Timer) else docs.cancel(timer)
    if before is not None:
        certificates.follow(before, after, docs)
    if before is not None and before["name"] != after["name"]:
        for transfer_id in after["transfers"]:
            row = docs.get(TRANSFERS, transfer_id)
            if row is not None:
                docs.put(TRANSFERS, transfer_id, {**row, "name": after["name"]})
