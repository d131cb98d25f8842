"""Which acts a caller can do next with a probation (domain.md §2.8; see guiyan.service.possible)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guiyan.events.codes import ProbationVote
from guiyan.events.registry.probation import ProbationBranchVoted
from guiyan.ledger.calendar import HalfYear, Quarter
from guiyan.registry.commands.probations import place_of
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain import probation as steps
from guiyan.registry.domain import probation_decisions as decisions
from guiyan.registry.doors import roles
from guiyan.service.caller import Caller
from guiyan.service.possible import takes

SOME_PAPER: Final = "示例〔2026〕1号"
"""Stands for whichever paper it is."""
TOO_EARLY: Final = frozenset({"application_too_early", "vote_before_end", "notice_runs"})
"""Refusals that name the day, of which none that has come would do."""


async def of_probation(caller: Caller, tools: Tools, probation_id: str) -> list[str]:
    """The verbs of `/v1/probations/{id}/<verb>` that the caller can do next, in the order of the rules."""
    if not caller.is_office:
        return []
    found = await place_of(tools, probation_id)
    if not caller.scope.covers(found.member.branch):
        return []
    when = tools.when(None)
    valid = await tools.parameters(when.occurred_on)
    in_group = found.member.core is not None and found.member.core.group is not None
    voted = ProbationBranchVoted(member_id=found.member.id, vote=ProbationVote.CONVERT)
    branch: Mapping[str, steps.Command] = {
        "apply": steps.ReceiveApplication(found.member.branch, when, valid),
        "give-group-opinion": steps.GiveGroupOpinion(when),
        "collect-opinions": steps.CollectOpinions(in_group, when),
        "review": steps.ReviewByCommittee(when),
        "post-notice": steps.PostNotice(when.occurred_on, when),
        "vote": steps.VoteByBranch(voted, when),
        "discuss-quarter": steps.DiscussQuarter(str(Quarter.of(when.occurred_on)), when),
        "give-report": steps.GiveReport(str(HalfYear.of(when.occurred_on)), when),
    }
    ruling = decisions.Ruling(SOME_PAPER, next(iter(found.deciders), ""), found.deciders, when)
    above: Mapping[str, steps.Command] = {
        "convert": decisions.Convert(ruling, found.state.full_on or found.state.ends_on),
        "extend": decisions.Extend(ruling, 0, valid),
        "cancel": decisions.Cancel(ruling),
    }
    held = caller.principal.roles
    trials = {
        **(above if held & frozenset(roles.DECIDE) else {}),
        **(branch if held & frozenset(roles.KEEP_PROBATIONS) else {}),
    }
    return [verb for verb, act in trials.items() if takes(steps.decide, act, found.state, TOO_EARLY)]
