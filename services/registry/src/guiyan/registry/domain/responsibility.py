"""Which organisation answers for a member: total, and exactly one at every instant (domain.md §2.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from guiyan.events import Payload
from guiyan.events.registry.member import BranchAssigned
from guiyan.events.registry.retention import RelationRetained, RetentionEnded, RetentionMoved, RetentionReopened
from guiyan.events.transfers.letter import LetterExpired, LetterReissued
from guiyan.events.transfers.transfer import (
    IncomingTransferRecorded,
    RelationTransferred,
    TransferCancelled,
    TransferReceived,
    TransferRequested,
    TransferResubmitted,
    TransferReturned,
    TransferWithdrawn,
)

OUTSIDE: Final = "OUTSIDE"
"""The answer for a member whose relation is with an organisation without a code here: gone there, or not yet come."""

ENTRY: Final = "entry"
"""In place of a transfer: the relation was outside already when the member was entered."""

OPENING: Final = (
    TransferRequested, TransferResubmitted, LetterReissued, IncomingTransferRecorded, TransferReceived,
)  # fmt: skip
"""After these the relation may move by the transfer; received late, an expired one is open again (§8)."""
CLOSING: Final = (TransferReturned, TransferWithdrawn, TransferCancelled, LetterExpired)


@dataclass(frozen=True, slots=True)
class Held:
    """An organisation, and the aggregate (a transfer, a retention) by which it has the member."""

    by: str
    org: str


@dataclass(frozen=True, slots=True)
class Relation:
    """All that the answer depends on, as organisation codes.

    `formal_branch` holds the relation by the register; `received` is who accepted the member by the last transfer, as
    long as the register has not followed; `open_transfers` are those that may still move the relation; `retained` are
    the organisations that keep it for a graduate or a member abroad, the last one counts. Neither a trip nor a host
    branch is among them: a host assists, and is never responsible alone (R1 Art. 32).
    """

    formal_branch: str
    open_transfers: tuple[str, ...] = ()
    received: Held | None = None
    retained: tuple[Held, ...] = ()


def responsible_branch(relation: Relation) -> str:
    """The one organisation that answers for the member; OUTSIDE when that has no code here.

    Transfer accepted: the receiver. Transfer open: the origin, that is who holds the relation, until the receiver
    accepts (R1 Art. 25). Relation retained (graduate, abroad): the retaining organisation (R1 Art. 34). Else: the
    formal branch.
    """
    if relation.received is not None:
        return relation.received.org
    if relation.open_transfers or not relation.retained:
        return relation.formal_branch
    return relation.retained[-1].org


def relation_after(relation: Relation, payload: Payload, aggregate_id: str) -> Relation:  # noqa: PLR0911 - one return an event
    """The relation after one more event of the aggregate; what does not bear on it leaves it as it is.

    A transfer counts as accepted at RelationTransferred: what a committee has taken in it may still send back (§2.3).
    """
    match payload:
        case (
            TransferRequested()
            | TransferResubmitted()
            | LetterReissued()
            | IncomingTransferRecorded()
            | TransferReceived()
        ):
            return _opened(relation, aggregate_id)
        case TransferReturned() | TransferWithdrawn() | TransferCancelled() | LetterExpired():
            return _closed(relation, aggregate_id)
        case RelationTransferred() as moved:
            receiver = Held(aggregate_id, moved.to_branch or moved.to_committee or OUTSIDE)
            return replace(_closed(relation, aggregate_id), received=receiver, retained=())
        case BranchAssigned() as assigned:
            return _assigned(relation, assigned)
        case RelationRetained() as kept:
            return replace(relation, retained=(*_without(relation, aggregate_id), Held(aggregate_id, kept.holding_org)))
        case RetentionMoved() as moved:
            kept_by = tuple(
                replace(one, org=moved.holding_org) if one.by == aggregate_id else one for one in relation.retained
            )
            return replace(relation, retained=kept_by)
        case RetentionReopened(holding_org=str(org)):
            return replace(relation, retained=(*_without(relation, aggregate_id), Held(aggregate_id, org)))
        case RetentionEnded():
            return replace(relation, retained=_without(relation, aggregate_id))
        case _:
            return relation


def _opened(relation: Relation, transfer_id: str) -> Relation:
    if transfer_id in relation.open_transfers:
        return relation
    return replace(relation, open_transfers=(*relation.open_transfers, transfer_id))


def _closed(relation: Relation, transfer_id: str) -> Relation:
    """Without this transfer; another one that is open stays so."""
    return replace(relation, open_transfers=tuple(one for one in relation.open_transfers if one != transfer_id))


def _assigned(relation: Relation, assigned: BranchAssigned) -> Relation:
    """The register has followed: a transfer, or a decision (§2.13); an older transfer never undoes a newer one.

    Nor does a decision bring back what is outside: that takes a transfer.
    """
    received = relation.received
    if received is not None and (received.org == OUTSIDE or assigned.transfer_id not in {None, received.by}):
        return replace(relation, formal_branch=assigned.branch)
    return replace(relation, formal_branch=assigned.branch, received=None)


def _without(relation: Relation, retention_id: str) -> tuple[Held, ...]:
    return tuple(one for one in relation.retained if one.by != retention_id)
