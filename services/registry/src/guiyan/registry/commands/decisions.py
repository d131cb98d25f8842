"""Commands on a membership: what an organisation decided, and what should never have stood in this record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from guiyan.events.registry.membership import (
    CorrectionPeriodSet,
    MemberJoinedAnew,
    MembershipDecision,
    MembershipDecisionAnnulled,
)
from guiyan.ledger import Outcome
from guiyan.registry.commands.members import get_member
from guiyan.registry.commands.scoping import get_in_scope, way_up
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.dates import months_after
from guiyan.registry.domain.decisions import AnnulDecision, DecisionCommand, JoinAnew, RecordDecision
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.record import Member


@dataclass(frozen=True, slots=True)
class Paper:
    """The document a decision rests on: its number, its day, and whose it is (domain.md §8: no end without one)."""

    decision_no: str
    decided_on: date
    decided_by: str

    def facts(self, member_id: str, branch: str) -> dict[str, Any]:
        """As fields of the event."""
        told = {"decision_no": self.decision_no, "decided_on": self.decided_on, "decided_by": self.decided_by}
        return {"member_id": member_id, "branch": branch, **told}


async def record_decision(
    tools: Tools, asker: Asker, member_id: str, paper: Paper, kind: type[MembershipDecision], **more: Any
) -> Outcome:
    """Record a decision of the member's branch or of an organisation above it."""
    state = await get_member(tools, asker, member_id)
    facts = kind.model_validate({**paper.facts(member_id, state.branch), **more})
    deciders = await way_up(tools, state.branch)
    when, parameters = tools.when(paper.decided_on), await tools.parameters(paper.decided_on)
    return await _execute(tools, asker, state, RecordDecision(facts, deciders, when, parameters))


async def set_correction_period(tools: Tools, asker: Asker, member_id: str, paper: Paper, months: int) -> Outcome:
    """Give somebody a period, counted from the decision's day, to set the own conduct right (R1 Art. 30)."""
    ends_on = months_after(paper.decided_on, months)
    return await record_decision(tools, asker, member_id, paper, CorrectionPeriodSet, months=months, ends_on=ends_on)


async def join_anew(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, member_id: str, paper: Paper, *, joined_on: date, branch: str | None
) -> Outcome:
    """Somebody whose membership had ended was admitted anew, by the old branch or another of the scope."""
    state = await get_member(tools, asker, member_id)
    admitting = branch or state.branch
    place = await get_in_scope(tools, asker, admitting, "/branch")
    facts = MemberJoinedAnew.model_validate({**paper.facts(member_id, admitting), "joined_on": joined_on})
    deciders = await way_up(tools, admitting)
    return await _execute(tools, asker, state, JoinAnew(facts, place, deciders, tools.when(paper.decided_on)))


async def annul_decision(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, member_id: str, paper: Paper, *, annulled_id: str, error: str
) -> Outcome:
    """Take a decision out of a record in which it should never have stood."""
    state = await get_member(tools, asker, member_id)
    told = {"annulled_id": annulled_id, "error": error, "status": "NORMAL"}
    facts = MembershipDecisionAnnulled.model_validate({**paper.facts(member_id, state.branch), **told})
    deciders = await way_up(tools, state.branch)
    return await _execute(tools, asker, state, AnnulDecision(facts, deciders, tools.when(paper.decided_on)))


async def _execute(tools: Tools, asker: Asker, state: Member, command: DecisionCommand) -> Outcome:
    return await tools.commands.execute(MEMBER, state.id, command, asker.context, asker.expected_version)
