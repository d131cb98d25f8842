"""A retained relation ends when the relation moves or the membership ends; if that was an error, it goes on (§2.10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from guiyan.events.codes import RetentionEnd
from guiyan.events.registry.member import BranchAssigned
from guiyan.events.registry.membership import MembershipDecisionAnnulled, MembershipSuspended
from guiyan.events.transfers.transfer import RelationTransferred
from guiyan.ledger import Call, Fact, History, Ledger, Policy
from guiyan.registry.commands.retentions import read_retentions
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.retention import RETENTION, FollowEnd, ReopenRetention
from guiyan.registry.projections.members import MEMBERS
from guiyan.service.reads import Reads


class RetentionFollows(Policy):
    """What was known when it happened ends with it, once; what is asked for later is another one."""

    name: ClassVar[str] = "retention_follows"
    handles: ClassVar[frozenset[str]] = frozenset(
        {
            "RelationTransferred",
            "MembershipSuspended",
            "MembershipRemoved",
            "MembershipEnded",
            "MembershipDecisionAnnulled",
        }
    )

    def __init__(self, ledger: Ledger, register: Reads) -> None:
        self._ledger = ledger
        self._register = register

    async def react(self, fact: Fact) -> Sequence[Call]:
        """End every retention that was known by then; reopen the newest, if it was this decision that ended it."""
        told = fact.payload
        member_id: str = getattr(told, "member_id")  # noqa: B009 - every type handled names its member
        histories = await read_retentions(self._ledger, member_id, fresh=True)
        known = [one for one in histories if one.commits and one.commits[0].sequence < fact.sequence]
        states = [RETENTION.fold(one.events) for one in known]
        if isinstance(told, MembershipDecisionAnnulled):
            return await self._reopen(told, histories[-2:-1], fact.event.occurredon)
        if isinstance(told, RelationTransferred):
            end = FollowEnd(RetentionEnd.TRANSFERRED_OUT, told.transferred_on, fact.aggregate_id)
        elif isinstance(told, MembershipSuspended):
            end = FollowEnd(RetentionEnd.SUSPENDED, fact.event.occurredon)
        else:
            end = FollowEnd(RetentionEnd.MEMBERSHIP_ENDED, fact.event.occurredon)
        return [Call(RETENTION, one.id, end) for one in states if one.open]

    async def _reopen(self, told: MembershipDecisionAnnulled, newest: Sequence[History], on: date) -> Sequence[Call]:
        """Unless the relation has moved meanwhile: then there is none to keep here."""
        ended = [one for one in newest if RETENTION.fold(one.events).ended_by == told.annulled_id]
        if not ended:
            return []
        record = await self._ledger.read(MEMBER.subject(told.member_id), fresh=True)
        document = await self._register.get(MEMBERS, told.member_id)
        gone = document is not None and document["received"] is not None
        if gone or _transferred_after(record, ended[0].last_sequence):
            return []
        return [Call(RETENTION, ended[0].subject.id, ReopenRetention(told.annulled_id, on))]


def _transferred_after(record: History, sequence: int) -> bool:
    """The register has followed a transfer since then; a merger or split moves nothing away (§2.13)."""
    later = (event.payload for commit in record.commits if commit.sequence > sequence for event in commit.events)
    return any(isinstance(one, BranchAssigned) and one.transfer_id is not None for one in later)
