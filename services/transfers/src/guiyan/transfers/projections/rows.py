"""One row of the transfer ledger (domain.md §6 no. 4) and what each event of the transfer changes in it."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from guiyan.events import Payload, transfers
from guiyan.events.codes import TransferState
from guiyan.ledger import Document, Fact, Timer
from guiyan.ledger.calendar import moment_of
from guiyan.transfers.domain import rules
from guiyan.transfers.domain.parameters import Parameters
from guiyan.transfers.domain.state import ACCEPTED, NEXT, OPEN

TRANSFERS: Final = "transfers"
LETTERS: Final = "letters"
LETTER_EXPIRY: Final = "letter_expiry"
WAITING_FOR_RECEIVER: Final = frozenset({TransferState.ISSUED, TransferState.IN_TRANSIT})
HANDLES: Final = frozenset(
    {
        "TransferRequested",
        "TransferApprovedByBranch",
        "IntroductionLetterIssued",
        "LetterHandedOver",
        "TransferReceived",
        "AssignedToBranch",
        "RelationTransferred",
        "ReceiptReturned",
        "ReceiptPastedOnStub",
        "TransferReturned",
        "TransferWithdrawn",
        "TransferCancelled",
        "LetterExpired",
    }
)
_EMPTY: Final[Document] = dict.fromkeys(
    (
        "number",
        "issuer",
        "letter_year",
        "letter_sn",
        "approved_on",
        "issued_on",
        "valid_days",
        "expires_on",
        "handed_over_how",
        "received_on",
        "assigned_on",
        "transferred_on",
        "receipt_due_on",
        "receipt_on",
        "return_reason",
        "cancel_reason",
        "ended_on",
    )
)


def begun(payload: transfers.TransferRequested, fact: Fact, person: Document | None) -> Document:
    """The row of a new transfer, with what is shown of the member."""
    return _noted(
        {
            **_EMPTY,
            **payload.model_dump(mode="json"),
            "state": TransferState.SUBMITTED,
            "open": True,
            "name": (person or {}).get("name"),
            "person_category": (person or {}).get("person_category"),
            "requested_on": fact.event.occurredon.isoformat(),
            "responsible_branch": payload.from_branch,
        },
        fact,
    )


def changed(row: Document, fact: Fact, parameters: Callable[[], Parameters]) -> Document:
    """The row after an event of its transfer; `parameters` are those valid on its business date."""
    payload = fact.payload
    after = {**row, **_facts(payload, fact.event.occurredon, parameters)}
    state = _state(payload)
    if state is not None:
        after |= {"state": state, "open": state in OPEN}
        if state not in OPEN:
            after["ended_on"] = after["ended_on"] or fact.event.occurredon.isoformat()
        if state in ACCEPTED:
            after["responsible_branch"] = after["to_branch"]
    return _noted(after, fact)


def expiry_timer(transfer_id: str, payload: transfers.IntroductionLetterIssued) -> Timer:
    """Due at the first moment of the day after the letter's last day, in Shanghai."""
    due_on = rules.first_day_expired(payload.expires_on)
    data = {"transfer_id": transfer_id, "due_on": due_on.isoformat()}
    return Timer(expiry_timer_id(transfer_id), moment_of(due_on), LETTER_EXPIRY, data)


def expiry_timer_id(transfer_id: str) -> str:
    """The one timer of a transfer's letter."""
    return f"transfer:{transfer_id}:{LETTER_EXPIRY}"


def _state(payload: Payload) -> TransferState | None:
    match payload:
        case transfers.IntroductionLetterIssued():
            return TransferState.ISSUED
        case transfers.TransferReceived():
            return TransferState.RECEIVED_BY_COMMITTEE
        case transfers.AssignedToBranch():
            return TransferState.ASSIGNED
        case _:
            return NEXT.get(type(payload))


def _facts(payload: Payload, on: date, parameters: Callable[[], Parameters]) -> dict[str, Any]:  # noqa: PLR0911 - one an event
    day = on.isoformat()
    match payload:
        case transfers.TransferApprovedByBranch():
            return {"approved_on": day}
        case transfers.IntroductionLetterIssued():
            letter = payload.model_dump(mode="json", exclude={"member_id"})
            return {**letter, "number": rules.letter_number(payload.letter_year, payload.letter_sn)}
        case transfers.LetterHandedOver():
            return {"handed_over_how": payload.how}
        case transfers.TransferReceived():
            return {"received_on": day, "receipt_due_on": rules.receipt_due(on, parameters()).isoformat()}
        case transfers.AssignedToBranch():
            return {"assigned_on": day, "to_branch": payload.to_branch}
        case transfers.RelationTransferred():
            return {"transferred_on": payload.transferred_on.isoformat()}
        case transfers.ReceiptReturned():
            return {"receipt_on": payload.receipt_on.isoformat()}
        case transfers.TransferReturned():
            return {"return_reason": payload.reason}
        case transfers.TransferCancelled():
            return {"cancel_reason": payload.reason}
        case _:
            return {}


def _noted(row: Document, fact: Fact) -> Document:
    return {
        **row,
        "version": fact.event.streamversion,
        "handled_by": fact.event.actor,
        "changed_at": fact.event.time,
    }
