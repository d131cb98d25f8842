"""Which acts a caller can do next with a case of lost contact or an inquiry (domain.md §2.7, §2.12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from guiyan.contact.commands.inquiries import InquiryDesk, is_officer
from guiyan.contact.commands.lost_contacts import LostDesk
from guiyan.contact.domain import inquiry as ask
from guiyan.contact.domain import lost_acts
from guiyan.contact.domain.steps import Step
from guiyan.contact.doors import access
from guiyan.events.codes import (
    ContactChannel,
    FoundOutcome,
    InquiryReopen,
    LostCause,
    SearchMeans,
    SearchResult,
)
from guiyan.service.auth import Role
from guiyan.service.caller import Caller
from guiyan.service.possible import SOMEBODY, takes
from guiyan.service.problems import NotFound

SOME_PAPER: Final = "示例〔2026〕1号"
"""Stands for whichever paper it is."""
TOO_EARLY: Final = frozenset({"silence_too_short", "removal_proposed_too_early"})
"""Refusals that name the day, of which none that has come would do."""
LOST_ROLES: Final[Mapping[str, Sequence[Role]]] = {
    "start-search": access.KEEP,
    "search-step": access.KEEP,
    "open": access.SETTLE,
    "regain": access.KEEP,
    "confirm": access.RUN_POINTS,
    "propose-suspension": access.SETTLE,
    "propose-reinstatement": access.SETTLE,
    "propose-removal": access.SETTLE,
    "decide-outcome": access.RUN_POINTS,
    "close": access.SETTLE,
}
"""Who may do what, in the order in which it is offered: what brings the case on comes first, what was an error last."""


async def of_case(caller: Caller, desk: LostDesk, case_id: str) -> list[str]:
    """The verbs of `/v1/lost-contacts/{id}/<verb>` that the caller can do next."""
    found = await desk.find(case_id) if caller.is_office else None
    person = None if found is None else await desk.find_person(found[0].member_id)
    if found is None or person is None or person["branch"] is None or not caller.scope.covers(person["branch"]):
        return []
    await desk.rulebook.refresh()
    case, today = found[0], desk.clock.today()
    committee = await desk.committee(person["branch"])
    trials = _lost_trials(person, committee, await desk.since(case_id, person), today)
    if not caller.scope.covers(committee):
        trials["confirm"] = []
    return [
        verb
        for verb, roles in LOST_ROLES.items()
        if caller.principal.roles & frozenset(roles)
        and any(takes(desk.decider.decide, act, case, TOO_EARLY) for act in trials[verb])
    ]


def _lost_trials(
    person: Mapping[str, Any], committee: str, since: date | None, today: date
) -> dict[str, list[lost_acts.LostAct]]:
    """For each verb an act, or several of which one has to be taken; none where it is refused before it is decided."""
    when: dict[str, Any] = {"on": today, "today": today}
    branch: str = person["branch"]
    paper = {
        **when,
        "proposed_by": branch,
        "document_no": SOME_PAPER,
        "since": since,
        "probationary": person["probationary"],
    }
    known_since = [] if since is None else [since]
    return {
        "start-search": [lost_acts.StartSearch(**when, branch=branch, since=since)],
        "search-step": [lost_acts.TakeStep(**when, means=SearchMeans.OWN_CONTACT_POINTS, result=SearchResult.NOTHING)],
        "open": [
            lost_acts.TellCause(**when, branch=branch, since=day, cause=next(iter(LostCause))) for day in known_since
        ],
        "regain": [lost_acts.Regain(**when, channel=ContactChannel.PHONE, since=since)],
        "confirm": [lost_acts.Confirm(**when, since=day, confirmed_by=committee) for day in known_since],
        "propose-suspension": [lost_acts.ProposeSuspension(**paper)],
        "propose-reinstatement": [lost_acts.ProposeReinstatement(**paper, requested_on=today)],
        "propose-removal": [lost_acts.ProposeRemoval(**paper)],
        "decide-outcome": [
            lost_acts.DecideOutcome(
                **when, outcome=one, decision_no=SOME_PAPER, decided_by=branch, probationary=person["probationary"]
            )
            for one in FoundOutcome
        ],
        "close": [lost_acts.CloseCase(**when)],
    }


async def of_inquiry(caller: Caller, desk: InquiryDesk, inquiry_id: str) -> list[str]:
    """The verbs of `/v1/inquiries/{id}/<verb>` that the caller can do next."""
    try:
        inquiry = await desk.find(caller, inquiry_id)
    except NotFound:
        return []
    await desk.rulebook.refresh()
    when = desk.when(None)
    asker: dict[str, Step] = {
        "confirm": ask.Confirm(**when, solved=True),
        "reopen": ask.Reopen(**when, reason=next(iter(InquiryReopen))),
    }
    office: dict[str, Step] = {
        "answer": ask.Answer(**when),
        "assign": ask.Assign(**when, person_id=SOMEBODY),
        "transfer": ask.PassOn(**when),
        "confirm": asker["confirm"],
        "close": ask.Close(**when),
        "reopen": asker["reopen"],
    }
    keeps = is_officer(caller) and caller.principal.roles & frozenset(access.KEEP)
    tells = caller.principal.roles & frozenset(access.TELL)
    trials = office if keeps else asker if tells else {}
    return [verb for verb, act in trials.items() if takes(desk.decider.decide, act, inquiry)]
