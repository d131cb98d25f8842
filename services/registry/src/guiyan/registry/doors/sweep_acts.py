"""Which acts a caller can do next with a sweep or with a sheet (see guiyan.service.possible)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from guiyan.events.codes import SweepState
from guiyan.events.registry.sweep import SweepExtended
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain import sweep
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.sheet_record import EDITABLE, sheet_id
from guiyan.registry.domain.sweep_run import Sweep
from guiyan.registry.domain.sweep_sheet import SHEET, ReturnSheet, SubmitSheet, decide
from guiyan.registry.doors import roles
from guiyan.service.auth import Role
from guiyan.service.caller import Caller
from guiyan.service.possible import takes

DAY: Final = timedelta(days=1)


def _extend(state: Sweep, when: Occasion) -> sweep.Command:
    facts = state.facts
    assert facts is not None  # noqa: S101 - what was found has its facts
    names = ("closes_on", "branch_due_on", "township_due_on", "city_due_on")
    days = {name: getattr(facts, name) + DAY for name in names}
    return sweep.ExtendSweep(SweepExtended(**days, document_no="-"), when)


def of_sweep(caller: Caller, state: Sweep, when: Occasion) -> list[str]:
    """The verbs of `/v1/sweeps/{id}/<verb>`, for the organisation whose sweep it is."""
    if not caller.scope.covers(state.root_org):
        return []
    trials: Mapping[str, tuple[tuple[Role, ...], sweep.Command]] = {
        "close": (roles.DECIDE, sweep.CloseSweep(when)),
        "report": (roles.DECIDE, sweep.ReportSweep(None, when)),
        "extend": (roles.DECIDE, _extend(state, when)),
        "cancel": (roles.REGISTER, sweep.CancelSweep(None, when)),
    }
    held = caller.principal.roles
    return [one for one, (may, act) in trials.items() if held & frozenset(may) and takes(sweep.decide, act, state)]


def to_check(caller: Caller, state: Sweep) -> list[str]:
    """The townships whose sheets the caller can check next."""
    if state.state != SweepState.OPEN or not caller.principal.roles & frozenset(roles.DECIDE):
        return []
    return sorted(one for one in state.townships if one not in state.checked and caller.scope.covers(one))


async def of_sheet(caller: Caller, tools: Tools, sweep_id: str, branch: str) -> list[str]:
    """The verbs of `/v1/sweeps/{id}/sheets/{branch}/<verb>`: the branch's while it is open, then the township's."""
    state, _ = await tools.load(SHEET, sheet_id(sweep_id, branch))
    run, _ = await tools.load(sweep.SWEEP, sweep_id)
    when, held, verbs = tools.when(None), caller.principal.roles, []
    if run.state == SweepState.OPEN and state.state in EDITABLE and held & frozenset(roles.KEEP_TRIPS):
        verbs.append("check")
    if held & frozenset(roles.SUBMIT_SWEEP) and takes(decide, SubmitSheet(when), state):
        verbs.append("submit")
    above = caller.scope.covers(state.township) and held & frozenset(roles.DECIDE)
    if above and takes(decide, ReturnSheet(when), state):
        verbs.append("return")
    return verbs
