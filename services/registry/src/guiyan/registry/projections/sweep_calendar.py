"""The calendar of sweeps as timers: which window is planned next, when one opens, when somebody is late (S-30)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from guiyan.events.codes import SweepKind
from guiyan.events.registry.sweep import SweepPlanned
from guiyan.ledger import Docs, Document, Timer
from guiyan.ledger.calendar import moment_of
from guiyan.registry.domain.parameters import Parameters
from guiyan.registry.domain.sweep_windows import Window, window_after
from guiyan.registry.projections.sweep_documents import ROOTS

BEGIN: Final = "sweep_begin"
PLAN: Final = "sweep_plan"
OPEN: Final = "sweep_open"
BRANCHES_DUE: Final = "sweep_branches_due"
TOWNSHIPS_DUE: Final = "sweep_townships_due"
CITY_DUE: Final = "sweep_city_due"
DUE: Final = {BRANCHES_DUE: "branch_due_on", TOWNSHIPS_DUE: "township_due_on", CITY_DUE: "city_due_on"}
_DAY: Final = timedelta(days=1)


def begin(root: str, at: datetime) -> Timer:
    """At once: the first window of a new top of a tree, or of one that was there before sweeps were."""
    return Timer(f"{BEGIN}:{root}", at, BEGIN, {"root": root})


def end_of_root(code: str, docs: Docs) -> None:
    """An organisation stands at the top no more: no window is planned for it after this."""
    if docs.get(ROOTS, code) is not None:
        docs.delete(ROOTS, code)
        docs.cancel(f"{BEGIN}:{code}")
        docs.cancel(f"{PLAN}:{code}")


def plan_next(facts: SweepPlanned, parameters: Callable[[], Parameters], docs: Docs) -> None:
    """Each window plans the one after it, so that none is left out and none comes twice, however the clock jumps."""
    if facts.kind == SweepKind.AD_HOC or docs.get(ROOTS, facts.root_org) is None:
        return
    window = window_after(Window(facts.opens_on, facts.closes_on, facts.kind, facts.year))
    ahead = timedelta(days=parameters().sweep_plan_before_days)
    data = {"root": facts.root_org, "kind": str(window.kind), "year": window.year}
    docs.schedule(Timer(f"{PLAN}:{facts.root_org}", moment_of(window.opens_on - ahead), PLAN, data))


def opening(sweep: Document) -> Timer:
    """Due at the first moment, in Shanghai, of the window's first day."""
    day = date.fromisoformat(sweep["opens_on"])
    return Timer(f"{OPEN}:{sweep['_id']}", moment_of(day), OPEN, {"sweep_id": sweep["_id"]})


def set_due(sweep: Document, docs: Docs) -> None:
    """Due at the first moment of the day after each last day; set anew when the days are moved."""
    for kind, field in DUE.items():
        data = {"sweep_id": sweep["_id"], "due_on": sweep[field]}
        docs.schedule(Timer(f"{kind}:{sweep['_id']}", moment_of(date.fromisoformat(sweep[field]) + _DAY), kind, data))


def stop(sweep_id: str, docs: Docs) -> None:
    """Nothing of this sweep is due any more."""
    for kind in (OPEN, *DUE):
        docs.cancel(f"{kind}:{sweep_id}")
