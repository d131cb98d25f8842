"""Suggested transfers: so long at a fixed place that the relation has to follow (S-12, R1 Art. 25, R2; §2.1, §2.14).

A suggestion moves nothing and stands in nobody's way: people ask, and the request goes on under its number, or they say
why not; it is cleared by itself when what called for it is no longer so.
"""

from guiyan.events.codes import TransferState
from guiyan.events.transfers import TransferSuggested, TransferSuggestionCleared, TransferSuggestionDismissed
from guiyan.ledger import Draft
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain import rules
from guiyan.transfers.domain.parameters import Parameters
from guiyan.transfers.domain.state import Transfer

S = TransferState


def suggest(act: ask.Suggest, transfer: Transfer, _: Parameters) -> list[Draft]:
    """– → DRAFT; nothing when this number of the member's transfers is used: somebody has asked meanwhile."""
    if transfer.state is not None:
        return []
    told = TransferSuggested(
        member_id=act.member_id,
        departure_id=act.departure_id,
        branch=act.branch,
        dest_area_code=act.dest_area_code,
        to_committee=act.to_committee,
    )
    return [Draft(told, act.on)]


def dismiss(act: ask.DismissSuggestion, transfer: Transfer, _: Parameters) -> list[Draft]:
    """DRAFT → CANCELLED by people, for a coded reason; once for each departure."""
    rules.in_state(transfer, S.DRAFT)
    trip = _departure(transfer)
    told = TransferSuggestionDismissed(member_id=transfer.member_id, departure_id=trip, obstacle=act.obstacle)
    return [Draft(told, act.on)]


def clear(act: ask.ClearSuggestion, transfer: Transfer, _: Parameters) -> list[Draft]:
    """DRAFT → CANCELLED by what has happened; what somebody has asked for goes on, whatever called for it."""
    if transfer.state is not S.DRAFT or act.departure_id not in {None, transfer.departure_id}:
        return []
    told = TransferSuggestionCleared(member_id=transfer.member_id, departure_id=_departure(transfer), reason=act.reason)
    return [Draft(told, act.on)]


def _departure(transfer: Transfer) -> str:
    assert transfer.departure_id is not None  # noqa: S101 - every suggestion names its departure
    return transfer.departure_id
