"""The register of activity certificates in the projection: rows, the last numbers given, and what the clock has to do.

A part of `TransferLedger`, because the rows show what its documents of people hold.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from guiyan.events import transfers
from guiyan.ledger import Docs, Document, Fact, Index, Key, Timer
from guiyan.service import rulebook
from guiyan.transfers.domain.parameters import Parameters
from guiyan.transfers.projections import certificate_rows as rows
from guiyan.transfers.projections.certificate_rows import CERTIFICATES, NUMBERS
from guiyan.transfers.projections.people import PEOPLE

HANDLES: Final = rows.HANDLES | {"CertificateNumberTaken"}
INDEXES: Final = (
    Index(CERTIFICATES, ("member_id", "_id")),
    Index(CERTIFICATES, ("branch", "state", "_id")),
    Index(CERTIFICATES, ("host_branch", "_id")),
    Index(CERTIFICATES, ("trip_host", "_id")),
    Index(CERTIFICATES, ("number", "_id")),
    Index(CERTIFICATES, ("requested_on", "_id")),
    Index(CERTIFICATES, ("issued_on", "_id")),
    Index(CERTIFICATES, ("check_due_on", "_id")),
)


def touches(fact: Fact) -> Iterable[Key]:
    """The certificate's row, or none for a number."""
    return (Key(CERTIFICATES, fact.aggregate_id),) if fact.type in rows.HANDLES else ()


def apply(fact: Fact, docs: Docs) -> None:
    """Begin or change a row, or note the last number given."""
    payload = fact.payload
    if isinstance(payload, transfers.CertificateNumberTaken):
        docs.put(NUMBERS, f"{payload.prefix}-{payload.certificate_year}", {"last": payload.certificate_sn})
        return
    before = docs.get(CERTIFICATES, fact.aggregate_id)
    if isinstance(payload, transfers.CertificateRequested):
        person = docs.get(PEOPLE, payload.member_id)
        _put(fact.aggregate_id, None, rows.begun(payload, fact, person), docs)
        if person is not None:
            held = [*person["certificates"], fact.aggregate_id]
            docs.put(PEOPLE, payload.member_id, {**person, "certificates": held})
    elif before is not None:
        _put(fact.aggregate_id, before, rows.changed(before, fact), docs)


def follow(before: Document, person: Document, docs: Docs) -> None:
    """What was told of a member, in the rows of the member's certificates."""
    if before == person:
        return
    for id_ in person["certificates"]:
        row = docs.get(CERTIFICATES, id_)
        if row is not None:
            _put(id_, row, rows.follow(row, before, person, lambda on: Parameters.of(rulebook.valued(docs, on))), docs)


def _put(id_: str, before: Document | None, row: Document, docs: Docs) -> None:
    """Store the row; the clock follows it, by the parameters of the day on which it came into its state."""
    if row == before:
        return
    docs.put(CERTIFICATES, id_, row)
    if before is not None and all(before[name] == row[name] for name in rows.TIMED):
        return
    valid = Parameters.of(rulebook.valued(docs, date.fromisoformat(row["since"])))
    for timer in rows.timers(id_, row, valid):
        if isinstance(timer, Timer):
            docs.schedule(timer)
        else:
            docs.cancel(timer)
