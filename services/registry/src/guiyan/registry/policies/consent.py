"""A consent withdrawn takes the member off the reserve list by itself: nobody has to ask twice (PIPL Art. 15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from guiyan.events.codes import ConsentPurpose
from guiyan.events.registry.privacy import ConsentWithdrawn
from guiyan.ledger import Call, Fact, Policy
from guiyan.registry.domain.reserve import RESERVE, FollowWithdrawal


class ConsentEnds(Policy):
    """What was published stays published; a list that goes on is left."""

    name: ClassVar[str] = "consent_ends"
    handles: ClassVar[frozenset[str]] = frozenset({"ConsentWithdrawn"})

    async def react(self, fact: Fact) -> Sequence[Call]:
        """The reserve list decides whether it rests on this consent."""
        withdrawn = fact.payload
        assert isinstance(withdrawn, ConsentWithdrawn)  # noqa: S101 - the one type handled
        if withdrawn.purpose != ConsentPurpose.RESERVE_LIST:
            return []
        return [Call(RESERVE, withdrawn.person_id, FollowWithdrawal(fact.aggregate_id, fact.event.occurredon))]
