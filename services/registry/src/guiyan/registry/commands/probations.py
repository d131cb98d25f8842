"""Commands on probations: the branch's steps, and decisions that change probation and record together (§2.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from guiyan.events import Event
from guiyan.events.codes import MembershipEnd, ProbationVote, RecordError
from guiyan.events.codes import ProbationState as State
from guiyan.events.registry.membership import (
    MemberConverted,
    MembershipDecisionAnnulled,
    MembershipEnded,
)
from guiyan.events.registry.probation import ProbationBranchVoted
from guiyan.ledger import History, Outcome, Refused
from guiyan.registry.commands.corrections import require_version
from guiyan.registry.commands.decisions import Paper, goes_on_in
from guiyan.registry.commands.scoping import check_scope, get_organisation, way_up
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.decisions import AnnulDecision, DecisionCommand, RecordDecision
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.probation import (
    PROBATION,
    CollectOpinions,
    Command,
    HandOverRecord,
    ReceiveApplication,
    VoteByBranch,
)
from guiyan.registry.domain.probation_decisions import AnnulRuling, Cancel, Convert, Extend, Ruling, deciders_of
from guiyan.registry.domain.probation_record import Probation
from guiyan.registry.domain.record import Member
from guiyan.service.problems import NotFound

_PROBATION: Final = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A probation and its member, as the ledger has both; `way` leads from the member's branch up to the top.

    `deciders` are those above the branch who may approve probationary members (`deciders_of`).
    """

    state: Probation
    history: History
    member: Member
    member_history: History
    way: tuple[str, ...]
    deciders: tuple[str, ...]


async def get_probation(tools: Tools, asker: Asker, probation_id: str, *, also_keeper: bool = False) -> Place:
    """The probation in the asker's scope: the member's branch, or `also_keeper` who still has the training record."""
    found = await place_of(tools, probation_id)
    await check_scope(tools, asker, found.member.branch, *([found.state.record_at] if also_keeper else []))
    return found


async def place_of(tools: Tools, probation_id: str) -> Place:
    """The probation with its member, whoever asks; raises NotFound."""
    state, history = await tools.load(PROBATION, probation_id)
    if state.state is None:
        raise NotFound
    member, of_member = await tools.commands.load(MEMBER, state.member_id)
    way = await way_up(tools, member.branch)
    deciders = deciders_of([await get_organisation(tools, code) for code in way[1:]])
    return Place(state, history, member, of_member, way, deciders)


async def act(tools: Tools, asker: Asker, probation_id: str, command: Command) -> Outcome:
    """A step that needs nothing but the probation itself."""
    await get_probation(tools, asker, probation_id)
    return await _execute(tools, asker, probation_id, command)


async def receive_application(tools: Tools, asker: Asker, probation_id: str, occurred_on: date | None) -> Outcome:
    """The member applied to the branch that has the relation now (R8 Art. 33)."""
    found, when = await get_probation(tools, asker, probation_id), tools.when(occurred_on)
    command = ReceiveApplication(found.member.branch, when, await tools.parameters(when.occurred_on))
    return await _execute(tools, asker, probation_id, command)


async def collect_opinions(tools: Tools, asker: Asker, probation_id: str, occurred_on: date | None) -> Outcome:
    """Of members and others; whoever belongs to a group has that group's opinion first (R8 Art. 33)."""
    found = await get_probation(tools, asker, probation_id)
    in_group = found.member.core is not None and found.member.core.group is not None
    return await _execute(tools, asker, probation_id, CollectOpinions(in_group, tools.when(occurred_on)))


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the branch meeting resolved, the votes where they were counted, and its day."""

    vote: ProbationVote
    in_favour: int | None = None
    against: int | None = None
    abstained: int | None = None
    occurred_on: date | None = None


async def vote(tools: Tools, asker: Asker, probation_id: str, meeting: Meeting) -> Outcome:
    """The branch meeting resolved."""
    found = await get_probation(tools, asker, probation_id)
    counts = {"in_favour": meeting.in_favour, "against": meeting.against, "abstained": meeting.abstained}
    facts = ProbationBranchVoted(member_id=found.member.id, vote=meeting.vote, **counts)
    return await _execute(tools, asker, probation_id, VoteByBranch(facts, tools.when(meeting.occurred_on)))


async def hand_over(tools: Tools, asker: Asker, probation_id: str, to_org: str, occurred_on: date | None) -> Outcome:
    """Whoever has the record of training hands it over to who has the member now (domain.md §2.8)."""
    found = await get_probation(tools, asker, probation_id, also_keeper=True)
    receivers = None if found.state.state == State.CLOSED else found.way
    return await _execute(tools, asker, probation_id, HandOverRecord(to_org, receivers, tools.when(occurred_on)))


async def convert(tools: Tools, asker: Asker, probation_id: str, paper: Paper) -> Outcome:
    """A full member from the day probation ended: probation and record say so together (R8 Art. 32, ADR 0002)."""
    found = await get_probation(tools, asker, probation_id)
    full_on = found.state.full_on or found.state.ends_on
    facts = MemberConverted.model_validate(
        {**paper.facts(found.member.id, found.member.branch), "full_on": full_on, "probation_id": probation_id}
    )
    return await _together(
        tools, asker, found, Convert(_ruling(tools, found, paper), full_on), _decision(tools, found, facts)
    )


async def extend(tools: Tools, asker: Asker, probation_id: str, paper: Paper, months: int) -> Outcome:
    """Once only; the member's status stays as it is (R8 Art. 32)."""
    found = await get_probation(tools, asker, probation_id)
    valid = await tools.parameters(paper.decided_on)
    return await _execute(tools, asker, probation_id, Extend(_ruling(tools, found, paper), months, valid))


async def cancel(tools: Tools, asker: Asker, probation_id: str, paper: Paper) -> Outcome:
    """The membership ends with it: one truth, written together (R8 Art. 32, ADR 0002)."""
    found = await get_probation(tools, asker, probation_id)
    how = {"how": MembershipEnd.PROBATION_CANCELLED}
    facts = MembershipEnded.model_validate({**paper.facts(found.member.id, found.member.branch), **how})
    return await _together(tools, asker, found, Cancel(_ruling(tools, found, paper)), _decision(tools, found, facts))


async def annul(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, probation_id: str, paper: Paper, *, annulled_id: str, error: RecordError
) -> Outcome:
    """A decision that should not stand here; where it was the member's as well, it is taken back there too."""
    found = await get_probation(tools, asker, probation_id)
    command = AnnulRuling(_ruling(tools, found, paper), annulled_id, error)
    if _written(found, asker) is None and found.state.state not in {State.APPROVED_FULL, State.CANCELLED}:
        return await _execute(tools, asker, probation_id, command)
    told = {"annulled_id": _of_member(found, annulled_id), "error": error, "status": "NORMAL"}
    facts = MembershipDecisionAnnulled.model_validate({**paper.facts(found.member.id, found.member.branch), **told})
    place = await goes_on_in(tools, found.member.id, facts.annulled_id)
    taken_back = AnnulDecision(facts, found.way, tools.when(paper.decided_on), place.code, place.since)
    return await _together(tools, asker, found, command, taken_back)


def _of_member(found: Place, annulled_id: str) -> str:
    """The event in the member's own stream that says the same as this decision of the probation.

    Written together both have one cause; where the probation followed, that event is the cause.
    """
    own = next((one for one in found.history.events if one.id == annulled_id), None)
    both = (MemberConverted, MembershipEnded)
    same = [one for one in found.member_history.events if own and isinstance(one.payload, both) and _same(own, one)]
    if not same:
        raise Refused("not_the_last_decision", pointer="/annulled_id")
    return same[-1].id


def _same(own: Event, of_member: Event) -> bool:
    return own.causationid in {of_member.id, of_member.causationid}


def _ruling(tools: Tools, found: Place, paper: Paper) -> Ruling:
    return Ruling(paper.decision_no, paper.decided_by, found.deciders, tools.when(paper.decided_on))


def _decision(tools: Tools, found: Place, facts: MemberConverted | MembershipEnded) -> RecordDecision:
    return RecordDecision(facts, found.way, tools.when(facts.decided_on))


def _written(found: Place, asker: Asker) -> object | None:
    """What this very command has written already, be it in a batch."""
    return found.history.find_command(f"{asker.context.command_id}.{_PROBATION}")


async def _together(tools: Tools, asker: Asker, found: Place, ours: Command, theirs: DecisionCommand) -> Outcome:
    """Probation and member's record, both or neither; a repeat is only told again."""
    if _written(found, asker) is None:
        require_version(asker, found.history)
    calls: list[Any] = [(PROBATION, found.state.id, ours), (MEMBER, found.member.id, theirs)]
    return (await tools.commands.execute_together(calls, asker.context))[_PROBATION]


async def _execute(tools: Tools, asker: Asker, probation_id: str, command: Command) -> Outcome:
    return await tools.commands.execute(PROBATION, probation_id, command, asker.context, asker.expected_version)
