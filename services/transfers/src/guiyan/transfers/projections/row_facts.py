"""What each event of a transfer tells the row of the ledger, one small function an event."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from guiyan.events import Payload, transfers
from guiyan.events.codes import TransferState
from guiyan.transfers.domain import rules
from guiyan.transfers.domain.parameters import Parameters
from guiyan.transfers.domain.state import NEXT, after_other_channel

ParametersThen = Callable[[], Parameters]
Told = Callable[[Any, str], dict[str, Any]]
S = TransferState
_STATES: Final[dict[type[Payload], TransferState]] = {
    **NEXT,
    transfers.IntroductionLetterIssued: S.ISSUED,
    transfers.LetterReissued: S.REISSUED,
    transfers.TransferResubmitted: S.SUBMITTED,
    transfers.TransferReceived: S.RECEIVED_BY_COMMITTEE,
    transfers.AssignedToBranch: S.ASSIGNED,
}


def state_after(before: TransferState, payload: Payload) -> TransferState | None:
    """The state an event leads to; None when it leaves the state as it is."""
    if isinstance(payload, transfers.TransferChannelChanged):
        return after_other_channel(before)
    return _STATES.get(type(payload))


def facts_of(payload: Payload, on: date, parameters: ParametersThen) -> dict[str, Any]:
    """The fields of the row that an event sets; `parameters` are those valid on its business date."""
    if isinstance(payload, transfers.TransferReceived):
        due = rules.receipt_due(on, parameters()).isoformat()
        return {"received_on": on.isoformat(), "receipt_due_on": due}
    told = _FACTS.get(type(payload))
    return {} if told is None else told(payload, on.isoformat())


def _letter(payload: transfers.LetterFacts, _: str) -> dict[str, Any]:
    letter = payload.model_dump(mode="json", include=set(transfers.LetterFacts.model_fields))
    number = rules.letter_number(payload.letter_year, payload.letter_sn)
    return {**letter, "number": number, "letter_void": False, "prints": 0}


def _letter_again(payload: transfers.LetterReissued, day: str) -> dict[str, Any]:
    return {**_letter(payload, day), "reissued_on": day}


def _asked_again(payload: transfers.TransferResubmitted, _: str) -> dict[str, Any]:
    asked = payload.model_dump(mode="json", exclude={"member_id"})
    return {**asked, "outside": payload.to_committee is None, "return_reason": None, "returned_by": None}


def _agreed(payload: transfers.ConverterAgreed, _: str) -> dict[str, Any]:
    return {f"converter_{payload.by_side.lower()}": payload.converter}


_FACTS: Final[dict[type[Payload], Told]] = {
    transfers.TransferApprovedByBranch: lambda _, day: {"approved_on": day},
    transfers.IntroductionLetterIssued: _letter,
    transfers.LetterReissued: _letter_again,
    transfers.LetterVoided: lambda _, __: {"letter_void": True},
    transfers.LetterPrinted: lambda one, _: {"prints": one.print_count},
    transfers.LetterLostReported: lambda _, day: {"lost_on": day},
    transfers.LetterReminderSent: lambda _, day: {"reminded_on": day},
    transfers.LetterHandedOver: lambda one, _: {"handed_over_how": one.how},
    transfers.TransferResubmitted: _asked_again,
    transfers.TransferOriginChanged: lambda one, _: {
        "from_branch": one.from_branch, "from_committee": one.from_committee, "responsible_branch": one.from_branch,
    },
    transfers.TransferChannelChanged: lambda one, _: {"channel": one.to_channel},
    transfers.ConverterAgreed: _agreed,
    transfers.TransferStepOverdue: lambda one, _: {
        "overdue_step": one.step, "overdue_since": one.due_on.isoformat(),
    },
    transfers.ReceiptOverdue: lambda one, _: {"receipt_overdue_on": one.due_on.isoformat()},
    transfers.AssignedToBranch: lambda one, day: {"assigned_on": day, "to_branch": one.to_branch},
    transfers.RelationTransferred: lambda one, _: {"transferred_on": one.transferred_on.isoformat()},
    transfers.ReceiptReturned: lambda one, _: {"receipt_on": one.receipt_on.isoformat()},
    transfers.TransferReturned: lambda one, _: {"return_reason": one.reason, "returned_by": one.by_side},
    transfers.TransferSuggestionDismissed: lambda one, _: {"dismissed_for": one.obstacle},
    transfers.TransferSuggestionCleared: lambda one, _: {"cleared_for": one.reason},
    transfers.TransferCancelled: lambda one, _: {"cancel_reason": one.reason},
}  # fmt: skip
