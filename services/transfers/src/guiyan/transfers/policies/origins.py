"""A reorganisation puts the member into another branch: the transfer asked for goes on from there (§2.3, §2.13)."""

from collections.abc import Sequence
from typing import ClassVar

from guiyan.events.registry import BranchAssigned
from guiyan.ledger import Call, Fact, Policy
from guiyan.service.directory import Directory
from guiyan.transfers.commands.asked import committee_of
from guiyan.transfers.commands.desk import Desk
from guiyan.transfers.domain.commands import FollowOrigin


class FollowsOrigin(Policy):
    """The branch of now approves, is responsible, and certifies; its basic committee issues.

    What a transfer itself did to the branch (`transfer_id`) is no reorganisation.
    """

    name: ClassVar[str] = "follows_origin"
    handles: ClassVar[frozenset[str]] = frozenset({"BranchAssigned"})

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk, self._directory = desk, directory

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Tell the member's newest transfer; one that has moved or ended, or comes from outside, says nothing."""
        moved = fact.payload
        assert isinstance(moved, BranchAssigned)  # noqa: S101 - the one type handled
        newest = None if moved.transfer_id is not None else await self._desk.find_newest(moved.member_id)
        if newest is None:
            return []
        await self._directory.refresh(after_sequence=fact.sequence, wait_seconds=WAIT_SECONDS)
        on, committee = fact.event.occurredon, committee_of(self._directory, moved.branch)
        act = FollowOrigin(on=on, today=on, from_branch=moved.branch, from_committee=committee)
        return [Call(self._desk.decider, newest, act)]


WAIT_SECONDS = 5.0
