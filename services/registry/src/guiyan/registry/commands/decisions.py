"""Commands on a membership: what an organisation decided, and what should never have stood in this record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from guiyan.events.registry.member import BranchAssigned
from guiyan.events.registry.membership import (
    CorrectionPeriodSet,
    MemberJoinedAnew,
    MembershipDecision,
    MembershipDecisionAnnulled,
)
from guiyan.ledger import History, Outcome, Refused
from guiyan.registry.commands.members import get_member
from guiyan.registry.commands.scoping import DEPTH_MAX, get_in_scope, get_organisation, way_up
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
    tools: Tools, asker: Asker, member_id: str, paper: Paper, *, annulled_id: str, error: str, branch: str | None = None
) -> Outcome:
    """Take a decision out of a record in which it should never have stood; `branch`: where there is no other."""
    state = await get_member(tools, asker, member_id)
    told = {"annulled_id": annulled_id, "error": error, "status": "NORMAL"}
    facts = MembershipDecisionAnnulled.model_validate({**paper.facts(member_id, state.branch), **told})
    if branch is not None:
        await get_in_scope(tools, asker, branch, "/branch")
    place = await goes_on_in(tools, member_id, annulled_id, branch)
    deciders = await way_up(tools, place.code)
    command = AnnulDecision(facts, deciders, tools.when(paper.decided_on), place.code, place.since)
    return await _execute(tools, asker, state, command)


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation in which a relation goes on, and since when it is there instead of another one."""

    code: str
    since: date | None = None


async def goes_on_in(tools: Tools, member_id: str, annulled_id: str, asked: str | None = None) -> Place:
    """Where a relation is when a decision was none: where that found it, or what took the place of that since.

    Raises Refused when that branch has ended without a successor and none is `asked` for (§2.1: nobody is with an
    organisation that is no more). Of a membership that stays ended the old branch is told, whatever became of it.
    """
    state, history = await tools.commands.load(MEMBER, member_id)
    code = _before(history, annulled_id) or state.branch
    standing = next((one for one in state.standing if one.event_id == annulled_id), None)
    if standing is not None and standing.before.get("membership_status", "NORMAL") not in {"NORMAL", "SUSPENDED"}:
        return Place(code)
    since: date | None = None
    for _ in range(DEPTH_MAX):
        branch = await get_organisation(tools, code)
        if branch.active:
            return Place(code, since)
        successor, since = next(iter(branch.successors), asked), branch.dissolved_on
        if successor is None:
            raise Refused("branch_has_ended", pointer="/branch", branch=code)
        code = successor
    raise Refused("branch_has_ended", pointer="/branch", branch=code)


def _before(history: History, annulled_id: str) -> str | None:
    """The branch that a decision took a member out of, when the member is where it put him still."""
    commit = next((one for one in history.commits if any(event.id == annulled_id for event in one.events)), None)
    moves = [event.payload for event in history.events if isinstance(event.payload, BranchAssigned)]
    by_it = [one.payload for one in commit.events if isinstance(one.payload, BranchAssigned)] if commit else []
    return by_it[-1].from_branch if by_it and moves[-1] is by_it[-1] else None


async def _execute(tools: Tools, asker: Asker, state: Member, command: DecisionCommand) -> Outcome:
    return await tools.commands.execute(MEMBER, state.id, command, asker.context, asker.expected_version)
