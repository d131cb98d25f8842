"""Commands on a branch's sheet: one act takes a finding and does what it means, together or not at all (S-14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from guiyan.events.codes import FlowState, SweepFinding, SweepState
from guiyan.ledger import History, Outcome, Refused
from guiyan.registry.commands.corrections import require_version
from guiyan.registry.commands.departures import Told, prepare_leaving
from guiyan.registry.commands.inflows import NewInflow, follow_up, prepare_inflow
from guiyan.registry.commands.scoping import get_organisation, in_scope
from guiyan.registry.commands.sweeps import get_sweep
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.commands.trips import formal_branch, read_trips
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.departure import DEPARTURE, RecordReturn
from guiyan.registry.domain.inflow import INFLOW
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.sheet_record import Found, Sheet, require_editable, require_sheet, sheet_id
from guiyan.registry.domain.sweep_run import Sweep, require_open
from guiyan.registry.domain.sweep_sheet import SHEET, CheckMember, Command, ReturnSheet, SubmitSheet
from guiyan.registry.domain.trip import OPEN, Departure
from guiyan.registry.projections.sweep_documents import ROWS
from guiyan.service.problems import NotFound

_SHEET = 1
"""The sheet's place among the two that change together."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one person, with the facts that the ordinary command needs."""

    finding: SweepFinding
    member_id: str | None = None
    leaving: Told | None = None
    inflow: NewInflow | None = None
    certificate_handed_in: bool | None = None
    occurred_on: date | None = None
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """A sheet that somebody works on."""

    id: str
    state: Sheet
    history: History
    sweep: Sweep


async def check_member(tools: Tools, asker: Asker, sweep_id: str, branch: str, told: Finding) -> Outcome:
    """Write the finding, and the leaving, arrival or return that it means, in one atomic batch.

    So they never contradict each other, nothing is typed twice, and no crash comes in between; a repeat does nothing.
    """
    place = await _place(tools, asker, sweep_id, branch)
    if not _is_repeat(asker, place):
        require_open(place.sweep)
        require_version(asker, place.history)
        require_editable(place.state)
    when = tools.when(told.checked_on)
    match told.finding:
        case SweepFinding.FOUND_IN:
            return await _found_in(tools, asker, place, told, when)
        case SweepFinding.FOUND_OUT | SweepFinding.RETURNED:
            return await _on_a_trip(tools, asker, place, told, when)
        case _:
            return await _plain(tools, asker, place, told, when)


async def submit_sheet(tools: Tools, asker: Asker, sweep_id: str, branch: str, occurred_on: date | None) -> Outcome:
    """The branch hands the sheet in; the product counts."""
    place = await _place(tools, asker, sweep_id, branch)
    return await _execute(tools, asker, place, SubmitSheet(tools.when(occurred_on)))


async def return_sheet(tools: Tools, asker: Asker, sweep_id: str, branch: str, occurred_on: date | None) -> Outcome:
    """The township, or an organisation above it, gives the sheet back."""
    place = await _place(tools, asker, sweep_id, branch)
    if not await in_scope(tools, asker, place.state.township):
        raise Refused("for_the_township")
    return await _execute(tools, asker, place, ReturnSheet(tools.when(occurred_on)))


async def _place(tools: Tools, asker: Asker, sweep_id: str, branch: str) -> _Place:
    """The sheet, when its branch or its township lies in the asker's scope; raises NotFound."""
    sweep = await get_sweep(tools, asker, sweep_id)
    id_ = sheet_id(sweep_id, branch)
    state, history = await tools.commands.load(SHEET, id_)
    if not await in_scope(tools, asker, branch, state.township or None):
        raise NotFound
    if sweep.state == SweepState.PLANNED:
        raise Refused("sweep_state", state=sweep.state)
    require_sheet(state)
    return _Place(id_, state, history, sweep)


def _is_repeat(asker: Asker, place: _Place) -> bool:
    """Whether this very command has been carried out: then it is only told again."""
    own = asker.context.command_id
    return any(place.history.find_command(one) is not None for one in (own, f"{own}.{_SHEET}"))


async def _plain(tools: Tools, asker: Asker, place: _Place, told: Finding, when: Occasion) -> Outcome:
    """Looked at, and nothing of it belongs into another record (or it was not to be reached)."""
    member_id = _required(told.member_id)
    await _require_no_record(tools, place.state.found.get(member_id))
    joins = await _joins(tools, asker, place, member_id)
    return await _execute(tools, asker, place, CheckMember(member_id, Found(told.finding), when, joins))


async def _require_no_record(tools: Tools, before: Found | None) -> None:
    """A finding that rests on a record stands as long as the record does: that is set right first."""
    if before is None or before.record_id is None:
        return
    if before.finding == SweepFinding.RETURNED:
        raise Refused("finding_rests_on_record", pointer="/finding", record_id=before.record_id)
    trip, _ = await tools.commands.load(DEPARTURE, before.record_id)
    if trip.state != FlowState.CLOSED:
        raise Refused("finding_rests_on_record", pointer="/finding", record_id=before.record_id)


async def _on_a_trip(tools: Tools, asker: Asker, place: _Place, told: Finding, when: Occasion) -> Outcome:
    """Newly found away: the trip begins (source SWEEP, back-dated as told). Found to be back: the trip ends."""
    member_id = _required(told.member_id)
    joins = await _joins(tools, asker, place, member_id)
    try:
        departure_id, command = await _trip_command(tools, asker, member_id, told)
    except NotFound:  # transferred meanwhile: the record is another branch's, the sheet is this one's
        raise Refused("member_moved_on", pointer="/member_id") from None
    check = CheckMember(member_id, Found(told.finding, departure_id), when, joins)
    return await _together(tools, asker, place, (DEPARTURE, departure_id, command), check)


async def _trip_command(tools: Tools, asker: Asker, member_id: str, told: Finding) -> tuple[str, Any]:
    if told.leaving is not None:
        slot, leave = await prepare_leaving(tools, asker, member_id, told.leaving)
        return slot.departure_id, leave
    trip = await _open_trip(tools, asker, member_id)
    return trip.id, RecordReturn(tools.when(told.occurred_on), told.certificate_handed_in)


async def _open_trip(tools: Tools, asker: Asker, member_id: str) -> Departure:
    """The trip that the member is on, or that this very command has ended; raises Refused, or NotFound elsewhere."""
    *histories, _ = await read_trips(tools.ledger, member_id)
    for history in reversed(histories):
        trip = DEPARTURE.fold(history.events)
        if trip.state in OPEN or history.find_command(f"{asker.context.command_id}.0") is not None:
            if not await in_scope(tools, asker, await formal_branch(tools, trip) if trip.open else trip.branch):
                raise NotFound
            return trip
    raise Refused("no_open_departure", pointer="/member_id")


async def _found_in(tools: Tools, asker: Asker, place: _Place, told: Finding, when: Occasion) -> Outcome:
    """Somebody has come from elsewhere: the inflow record is entered, and paired where the outflow is known."""
    assert told.inflow is not None  # noqa: S101 - the door asks for it
    branch = place.state.branch
    new = replace(told.inflow, codes={**told.inflow.codes, "host_branch": branch})
    prepared = await prepare_inflow(tools, asker, new, await get_organisation(tools, branch))
    check = CheckMember(prepared.command.facts.person_id, Found(told.finding, prepared.inflow_id), when)
    outcome = await _together(tools, asker, place, (INFLOW, prepared.inflow_id, prepared.command), check)
    await follow_up(tools, asker, prepared)
    return outcome


async def _joins(tools: Tools, asker: Asker, place: _Place, member_id: str) -> bool:
    """Whether a member who is not on the list may come onto it: of this branch, and on no other sheet of the sweep."""
    if member_id in place.state.expected:
        return False
    member, _ = await tools.load(MEMBER, member_id)
    if member.core is None or not await in_scope(tools, asker, member.branch):
        raise NotFound
    if member.branch != place.state.branch or member.ended:
        raise Refused("not_on_the_sheet", pointer="/member_id")
    on_lists: dict[str, Any] = {"sweep_id": place.state.sweep_id, "member_id": member_id, "listed": True}
    if await tools.sweeps.count(ROWS, on_lists):
        raise Refused("on_another_sheet", pointer="/member_id")
    return True


async def _together(
    tools: Tools, asker: Asker, place: _Place, record: tuple[Any, str, Any], check: CheckMember
) -> Outcome:
    calls: list[Any] = [record, (SHEET, place.id, check)]
    return (await tools.commands.execute_together(calls, asker.context))[_SHEET]


def _required(member_id: str | None) -> str:
    assert member_id is not None  # noqa: S101 - the door asks for it
    return member_id


async def _execute(tools: Tools, asker: Asker, place: _Place, command: Command) -> Outcome:
    return await tools.commands.execute(SHEET, place.id, command, asker.context, asker.expected_version)
