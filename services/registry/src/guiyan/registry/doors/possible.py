"""Which acts a caller can do next with a trip, a correction or a pair (see guiyan.service.possible)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from guiyan.events.codes import CorrectionRefusal, DepartureEnd, DepartureSource, FlowReason, HostRefusal
from guiyan.events.registry.departure import DestinationChanged, EmployerChanged, MemberLeft
from guiyan.registry.commands.corrections import answer_by
from guiyan.registry.commands.tools import Tools
from guiyan.registry.commands.trips import formal_branch
from guiyan.registry.domain import correction, departure, duplicate, hosting
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.trip import Departure
from guiyan.registry.doors import roles
from guiyan.service.caller import Caller
from guiyan.service.possible import SOME_BRANCH, takes

Trips = Callable[[Departure, Occasion], departure.Command]


def _leave(state: Departure, when: Occasion) -> departure.Command:
    facts = MemberLeft(
        member_id=state.member_id, branch=state.branch, reason=FlowReason.OTHER, source=DepartureSource.ANNOUNCED
    )
    return departure.RecordLeaving(facts, None, when)


ORIGIN: Final[Mapping[str, Trips]] = {
    "leave": _leave,
    "confirm": lambda _, when: departure.ConfirmRecognition(when),
    "return": lambda _, when: departure.RecordReturn(when),
    "close": lambda _, when: departure.CloseDeparture(DepartureEnd.ENTERED_IN_ERROR, when),
}
"""What is the origin's side to record."""
HOST: Final[Mapping[str, Trips]] = {
    "accept": lambda _, when: hosting.AcceptAsHost(when),
    "decline": lambda _, when: hosting.DeclineAsHost(HostRefusal.NOT_ARRIVED, when),
}
"""What is the host's to answer."""
EITHER: Final[Mapping[str, Trips]] = {
    "change-destination": lambda state, when: departure.ChangeDestination(
        DestinationChanged(member_id=state.member_id), None, when
    ),
    "change-employer": lambda state, when: departure.ChangeEmployer(
        EmployerChanged(member_id=state.member_id), None, when
    ),
    "report-in": lambda _, when: hosting.ReportInAtHost(SOME_BRANCH, when),
    "end-hosting": lambda _, when: hosting.EndHosting(when),
}
TRIP_ORDER: Final = (
    "leave", "accept", "decline", "confirm", "change-destination", "return", "change-employer", "report-in",
    "end-hosting", "close",
)  # fmt: skip
"""How a trip's acts are offered: what brings it on comes first, what was an error last."""


def of_trip(caller: Caller, state: Departure, when: Occasion) -> list[str]:
    """The verbs of `/v1/departures/{id}/<verb>` that the caller can do next."""
    if not caller.principal.roles & frozenset(roles.KEEP_TRIPS):
        return []
    trials = dict(EITHER)
    if caller.scope.covers(state.branch):
        trials |= ORIGIN
    if state.host_branch is not None and caller.scope.covers(state.host_branch):
        trials |= HOST
    return [verb for verb in TRIP_ORDER if verb in trials and takes(departure.decide, trials[verb](state, when), state)]


async def of_departure(caller: Caller, tools: Tools, departure_id: str) -> list[str]:
    """The same, of a trip as the ledger has it."""
    if not caller.is_office:
        return []
    state, _ = await tools.load(departure.DEPARTURE, departure_id)
    if state.open:
        state = replace(state, branch=await formal_branch(tools, state))
    return of_trip(caller, state, tools.when(None))


async def of_correction(caller: Caller, tools: Tools, correction_id: str) -> list[str]:
    """The verbs of `/v1/corrections/{id}/<verb>`: for the level above who asked, and not for whoever asked."""
    if not caller.is_office or not caller.principal.roles & frozenset(roles.DECIDE):
        return []
    state, _ = await tools.load(correction.CORRECTION, correction_id)
    answer = await answer_by(tools, caller.principal.sub, caller.principal.org, state, None)
    trials: Mapping[str, correction.Command] = {
        "approve": correction.ApproveCorrection(answer),
        "reject": correction.RejectCorrection(answer, CorrectionRefusal.NOT_PROVED),
    }
    return [verb for verb, act in trials.items() if takes(correction.decide, act, state)]


async def of_pair(caller: Caller, tools: Tools, pair_id: str) -> list[str]:
    """The verbs of `/v1/duplicates/{id}/<verb>`, for who sees both records."""
    if not caller.principal.roles & frozenset(roles.DECIDE):
        return []
    state, _ = await tools.load(duplicate.DUPLICATE, pair_id)
    when = tools.when(None)
    trials: Mapping[str, duplicate.Command] = {
        "link": duplicate.LinkMembers(state.member_id, when),
        "confirm": duplicate.ConfirmDuplicate(when),
        "dismiss": duplicate.DismissDuplicate(when),
        "unlink": duplicate.UnlinkMembers(when),
    }
    return [verb for verb, act in trials.items() if takes(duplicate.decide, act, state)]
