"""Commands on whole sweeps: planned by the calendar or by an office, checked by townships, closed, reported (§2.12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from guiyan.events import derived_id
from guiyan.events.codes import SweepKind, SweepSheetState
from guiyan.events.registry.sweep import SweepExtended, SweepPlanned
from guiyan.ledger import Outcome, Refused
from guiyan.ledger.calendar import moment_of
from guiyan.registry.commands.organisations import WAIT_SECONDS
from guiyan.registry.commands.scoping import get_in_scope, in_scope, way_up
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.organisation import require_active
from guiyan.registry.domain.parameters import Parameters
from guiyan.registry.domain.sheet_record import SETTLED, Sheet
from guiyan.registry.domain.sweep import (
    SWEEP,
    CancelSweep,
    CheckTownship,
    CloseSweep,
    Command,
    ExtendSweep,
    PlanSweep,
    ReportSweep,
)
from guiyan.registry.domain.sweep_run import Sweep, require_open
from guiyan.registry.domain.sweep_sheet import SHEET, SettleSheet
from guiyan.registry.domain.sweep_windows import NUMBERS, Window, limits_of
from guiyan.registry.projections.sweep_documents import SHEETS, SWEEPS
from guiyan.service.problems import NotFound
from guiyan.service.reads import wait_for


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a sweep in between, and whose it is."""

    root_org: str
    opens_on: date
    closes_on: date


def calendar_id(root: str, window: Window) -> str:
    """The id of a window's sweep: there is one for each top of a tree, whoever asks how often."""
    return derived_id(moment_of(window.opens_on), "sweep", root, window.kind, str(window.year))


def planned_facts(root: str, window: Window, number: int, valid: Parameters) -> SweepPlanned:
    """A window with the last days that follow from it."""
    limits = limits_of(window.closes_on, valid)
    return SweepPlanned(
        kind=window.kind,
        year=window.year,
        number=number,
        root_org=root,
        opens_on=window.opens_on,
        closes_on=window.closes_on,
        branch_due_on=limits.branch_due_on,
        township_due_on=limits.township_due_on,
        city_due_on=limits.city_due_on,
    )


async def plan_sweep(tools: Tools, asker: Asker, days: Days) -> Outcome:
    """A sweep in between, by any organisation for what lies below it (S-31); numbered on from the year's windows."""
    require_active(await get_in_scope(tools, asker, days.root_org, "/root_org"), pointer="/root_org")
    sweep_id = asker.new_id("sweep")
    window = Window(days.opens_on, days.closes_on, SweepKind.AD_HOC, days.opens_on.year)
    valid = await tools.parameters(days.opens_on)
    async with tools.numbers.turn():
        known, _ = await tools.commands.load(SWEEP, sweep_id)
        number = known.facts.number if known.facts else await _next_number(tools, days)
        command = PlanSweep(planned_facts(days.root_org, window, number, valid), tools.when(None))
        return await tools.commands.execute(SWEEP, sweep_id, command, asker.context)


async def _next_number(tools: Tools, days: Days) -> int:
    await wait_for(tools.sweeps, await tools.ledger.head(), WAIT_SECONDS)
    of_year = {"root_org": days.root_org, "year": days.opens_on.year, "kind": str(SweepKind.AD_HOC)}
    return len(NUMBERS) + 1 + await tools.sweeps.count(SWEEPS, of_year)


async def extend_sweep(tools: Tools, asker: Asker, sweep_id: str, closes_on: date, document_no: str) -> Outcome:
    """Move the last day, and with it what is due after it, by a document; no day is moved towards anybody."""
    state = await get_own_sweep(tools, asker, sweep_id)
    before = state.facts
    assert before is not None  # noqa: S101 - what was found has its facts
    limits = limits_of(closes_on, await tools.parameters(before.opens_on))
    facts = SweepExtended(
        closes_on=closes_on,
        branch_due_on=max(limits.branch_due_on, before.branch_due_on),
        township_due_on=max(limits.township_due_on, before.township_due_on),
        city_due_on=max(limits.city_due_on, before.city_due_on),
        document_no=document_no,
    )
    return await _execute(tools, asker, sweep_id, ExtendSweep(facts, tools.when(None)))


async def cancel_sweep(
    tools: Tools, asker: Asker, sweep_id: str, document_no: str | None, occurred_on: date | None
) -> Outcome:
    """A planned sweep will not take place."""
    await get_own_sweep(tools, asker, sweep_id)
    return await _execute(tools, asker, sweep_id, CancelSweep(document_no, tools.when(occurred_on)))


async def close_sweep(tools: Tools, asker: Asker, sweep_id: str, occurred_on: date | None) -> Outcome:
    """When all townships have checked."""
    await get_own_sweep(tools, asker, sweep_id)
    return await _execute(tools, asker, sweep_id, CloseSweep(tools.when(occurred_on)))


async def report_sweep(
    tools: Tools, asker: Asker, sweep_id: str, to_org: str | None, occurred_on: date | None
) -> Outcome:
    """After it was closed."""
    await get_own_sweep(tools, asker, sweep_id)
    return await _execute(tools, asker, sweep_id, ReportSweep(to_org, tools.when(occurred_on)))


async def check_township(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, sweep_id: str, township: str, *, missing: Iterable[str], occurred_on: date | None
) -> Outcome:
    """The township checks all of its sheets, those that are missing by name, and its sums are written.

    One branch that never hands in must not hold up the city; nor is it overlooked: it is named, and counted as far as
    it came. Each sheet is settled first and changes no more, so that the sums hold whatever races; who asks again after
    an interruption goes on where it stopped. The city may check in a township's place.
    """
    state = await get_sweep(tools, asker, sweep_id)
    if township not in state.townships or not await in_scope(tools, asker, township):
        raise NotFound
    known = (await tools.commands.load(SWEEP, sweep_id))[1].find_command(asker.context.command_id)
    if known is None:
        require_open(state)
        if township in state.checked:
            raise Refused("township_checked")
    sheets = await _sheets(tools, sweep_id, township, state)
    settled = await _settle(tools, asker, sheets, frozenset(missing), occurred_on)
    counted = {one.branch: one.counted for one in settled if one.counted is not None}
    left_out = tuple(sorted(one.branch for one in settled if one.state == SweepSheetState.LEFT_OUT))
    command = CheckTownship(township, counted, left_out, tools.when(occurred_on))
    return await _execute(tools, asker, sweep_id, command)


async def _sheets(tools: Tools, sweep_id: str, township: str, state: Sweep) -> list[str]:
    """The ids of a township's sheets; raises Refused as long as they are being opened."""
    await wait_for(tools.sweeps, await tools.ledger.head(), WAIT_SECONDS)
    of_it = {"sweep_id": sweep_id, "township": township}
    found = await tools.sweeps.find(SHEETS, of_it, sort=(("branch", 1),))
    if len(found) != state.townships[township]:
        raise Refused("sheets_opening", branches=state.townships[township])
    return [one["_id"] for one in found]


async def _settle(
    tools: Tools, asker: Asker, sheets: list[str], missing: frozenset[str], occurred_on: date | None
) -> list[Sheet]:
    """First all are asked whether they can be, so that a refusal settles none; then each is."""
    when = tools.when(occurred_on)
    states = [(await tools.commands.load(SHEET, one))[0] for one in sheets]
    unknown = missing - {one.branch for one in states}
    if unknown:
        raise Refused("sheet_unknown", pointer="/missing")
    for state in states:
        SHEET.decide(SettleSheet(state.branch in missing, when), state)
    for id_, state in zip(sheets, states, strict=True):
        if state.state not in SETTLED:
            context = replace(asker.context, command_id=asker.new_id("settle", id_), request_digest=None)
            await tools.commands.execute(SHEET, id_, SettleSheet(state.branch in missing, when), context)
    return [SHEET.fold((await tools.ledger.read(SHEET.subject(one), fresh=True)).events) for one in sheets]


async def get_own_sweep(tools: Tools, asker: Asker, sweep_id: str) -> Sweep:
    """A sweep whose organisation lies in the asker's scope; raises NotFound for every other."""
    state = await get_sweep(tools, asker, sweep_id)
    if not await in_scope(tools, asker, state.root_org):
        raise NotFound
    return state


async def get_sweep(tools: Tools, asker: Asker, sweep_id: str) -> Sweep:
    """A sweep that the asker takes part in: of an organisation in scope, or of one above; raises NotFound."""
    state, _ = await tools.load(SWEEP, sweep_id)
    if state.state is None:
        raise NotFound
    takes_part = state.root_org in await way_up(tools, asker.scope.org)
    if not takes_part and not await in_scope(tools, asker, state.root_org):
        raise NotFound
    return state


async def _execute(tools: Tools, asker: Asker, sweep_id: str, command: Command) -> Outcome:
    return await tools.commands.execute(SWEEP, sweep_id, command, asker.context, asker.expected_version)
