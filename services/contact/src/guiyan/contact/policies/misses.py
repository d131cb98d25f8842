"""A missed contact goes up: once to the branch secretary, twice in a row to the township officer (§2.6)."""

from collections.abc import Sequence
from typing import ClassVar

from guiyan.contact.commands.desk import Desk
from guiyan.contact.domain import rules
from guiyan.contact.domain.commands import Escalate
from guiyan.events.codes import EscalationLevel
from guiyan.events.contact import ContactMissed
from guiyan.ledger import Call, Fact, Policy
from guiyan.service.directory import Directory


class Escalates(Policy):
    """People decide what follows; the system only tells the right one."""

    name: ClassVar[str] = "escalates"
    handles: ClassVar[frozenset[str]] = frozenset({"ContactMissed"})

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Name the level and the organisation."""
        missed = fact.payload
        assert isinstance(missed, ContactMissed)  # noqa: S101 - the one type handled
        await self._desk.directory.refresh()
        parameters = await self._desk.parameters(fact.event.occurredon)
        level = rules.level_of(missed.missed_in_a_row, parameters)
        escalate = Escalate(
            on=fact.event.occurredon,
            today=fact.event.occurredon,
            level=level,
            to_org=_told(self._desk.directory, missed.branch, level),
            missed_in_a_row=missed.missed_in_a_row,
        )
        return [Call(self._desk.decider, fact.aggregate_id, escalate)]


def _told(directory: Directory, branch: str, level: EscalationLevel) -> str:
    """The branch itself, or the committee above it; the branch where nothing is known above."""
    if level is EscalationLevel.BRANCH_SECRETARY:
        return branch
    return directory.committee_above(branch)
