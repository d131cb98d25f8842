"""The book of letters: a stub for every letter that an issuer gave a number to, used or void (R4, domain.md §2.3).

What is shown of the member comes from the transfer's row when the book is read; a stub holds nothing personal.
"""

from typing import Any, Final

from guiyan.events import transfers
from guiyan.ledger import Document, Fact
from guiyan.transfers.domain.numbering import letter_id
from guiyan.transfers.domain.rules import letter_number

STUBS: Final = "stubs"
_ISSUED: Final = (transfers.IntroductionLetterIssued, transfers.LetterReissued)
HANDLES: Final = frozenset(
    {
        "IntroductionLetterIssued",
        "LetterReissued",
        "LetterVoided",
        "LetterPrinted",
        "ReceiptReturned",
        "ReceiptPastedOnStub",
    }
)
_EMPTY: Final[Document] = dict.fromkeys(
    ("void_reason", "voided_on", "printed_on", "receipt_on", "archived_on", "keep_until")
)


def stub_id(fact: Fact, row: Document) -> str:
    """The stub that an event of a transfer changes: of the letter it names, else of the transfer's last one."""
    named = fact.payload if isinstance(fact.payload, transfers.LetterNumber) else None
    if named is not None:
        return letter_id(named.issuer, named.letter_year, named.letter_sn)
    return letter_id(row["issuer"], row["letter_year"], row["letter_sn"])


def changed(stub: Document | None, fact: Fact) -> Document | None:
    """The stub after an event; None where there is none and none begins."""
    payload, on = fact.payload, fact.event.occurredon.isoformat()
    if isinstance(payload, _ISSUED):
        return _begun(payload, fact.aggregate_id)
    return None if stub is None else {**stub, **_told(payload, on)}


def _begun(payload: transfers.LetterFacts, transfer_id: str) -> Document:
    facts = payload.model_dump(mode="json", include=set(transfers.LetterFacts.model_fields))
    number = letter_number(payload.letter_year, payload.letter_sn)
    return {**_EMPTY, **facts, "number": number, "transfer_id": transfer_id, "void": False, "prints": 0}


def _told(payload: Any, on: str) -> dict[str, Any]:
    match payload:
        case transfers.LetterVoided():
            return {"void": True, "void_reason": payload.reason, "voided_on": on}
        case transfers.LetterPrinted():
            return {"prints": payload.print_count, "printed_on": on}
        case transfers.ReceiptReturned():
            return {"receipt_on": payload.receipt_on.isoformat()}
        case transfers.ReceiptPastedOnStub():
            return {"archived_on": on, "keep_until": payload.keep_until.isoformat()}
        case _:
            return {}
