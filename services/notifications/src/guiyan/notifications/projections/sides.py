"""Whom events concern that do not say it themselves.

Which organisations a transfer is between, to whom each of its letters was written; whose a sweep, a service point is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events import contact, registry, transfers
from guiyan.ledger import Docs, Fact, Key, Projection

SIDES: Final = "sides"


class Sides(Projection):
    """One document a transfer: `from_branch`, `from_committee`, `to_committee`, and `letters` by year and number.

    One a sweep or a service point: `org`.
    """

    name: ClassVar[str] = "sides"
    version: ClassVar[int] = 2
    handles: ClassVar[frozenset[str]] = frozenset(
        {
            "TransferRequested",
            "TransferResubmitted",
            "IncomingTransferRecorded",
            "IntroductionLetterIssued",
            "LetterReissued",
            "SweepPlanned",
            "ServicePointOpened",
        }
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The document of the transfer, sweep or service point."""
        return (Key(SIDES, fact.aggregate_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Keep what each event says of the sides; a letter stays with the receiver it was written to."""
        if isinstance(fact.payload, registry.SweepPlanned):
            docs.put(SIDES, fact.aggregate_id, {"org": fact.payload.root_org})
            return
        if isinstance(fact.payload, contact.ServicePointOpened):
            docs.put(SIDES, fact.aggregate_id, {"org": fact.payload.org_code})
            return
        known = docs.get(SIDES, fact.aggregate_id) or {"letters": {}}
        match fact.payload:
            case transfers.IntroductionLetterIssued() | transfers.LetterReissued() as letter:
                number = f"{letter.letter_year}-{letter.letter_sn}"
                letters = {**known["letters"], number: known.get("to_committee")}
                docs.put(SIDES, fact.aggregate_id, {**known, "letters": letters})
            case transfers.TransferRequested() as asked:
                origin = {"from_branch": asked.from_branch, "from_committee": asked.from_committee}
                docs.put(SIDES, fact.aggregate_id, {**known, **origin, "to_committee": asked.to_committee})
            case transfers.TransferResubmitted() | transfers.IncomingTransferRecorded() as told:
                docs.put(SIDES, fact.aggregate_id, {**known, "to_committee": told.to_committee})
