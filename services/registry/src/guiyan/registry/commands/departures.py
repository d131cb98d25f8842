"""Commands on departures."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from guiyan.events import is_id
from guiyan.events.codes import DepartureEnd, HostRefusal
from guiyan.events.registry.departure import (
    DepartureAnnounced,
    DestinationChanged,
    DestinationText,
    EmployerChanged,
    MemberLeft,
)
from guiyan.ledger import History, Outcome, Refused
from guiyan.registry.commands.members import get_member
from guiyan.registry.commands.scoping import check_scope, get_organisation
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.commands.trips import Slot, formal_branch, read_trips, slot_of
from guiyan.registry.domain.departure import (
    DEPARTURE,
    AnnounceDeparture,
    ChangeDestination,
    ChangeEmployer,
    CloseDeparture,
    Command,
    ConfirmRecognition,
    RecordLeaving,
    RecordReturn,
)
from guiyan.registry.domain.hosting import AcceptAsHost, DeclineAsHost, EndHosting, ReportInAtHost
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.record import Member, require_member
from guiyan.registry.domain.trip import Departure
from guiyan.service.problems import NotFound


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a trip: codes, words to be sealed, and the business date."""

    codes: dict[str, Any] = field(default_factory=dict)
    text: DestinationText | None = None
    occurred_on: date | None = None


async def announce_departure(tools: Tools, asker: Asker, member_id: str, told: Told) -> Outcome:
    """A member tells before leaving (R3); raises Refused while another trip is open."""
    member, slot = await _get_slot(tools, asker, member_id)
    when, joined_on = tools.when(told.occurred_on), require_member(member).joined_on
    known = {"member_id": member_id, "branch": member.branch_on(when.occurred_on)}
    facts = DepartureAnnounced.model_validate({**told.codes, **known})
    command = AnnounceDeparture(facts, told.text, when, slot.after, joined_on)
    return await _execute(tools, asker, slot.departure_id, command, slot.history)


async def record_leaving(tools: Tools, asker: Asker, member_id: str, told: Told) -> Outcome:
    """A member has left: the announced trip begins, or one that nobody had announced (S-14)."""
    slot, command = await prepare_leaving(tools, asker, member_id, told)
    return await _execute(tools, asker, slot.departure_id, command, slot.history)


async def prepare_leaving(tools: Tools, asker: Asker, member_id: str, told: Told) -> tuple[Slot, RecordLeaving]:
    """The trip that begins, and the command that begins it: from the branch of its business date (§8)."""
    member, slot = await _get_slot(tools, asker, member_id)
    when, joined_on = tools.when(told.occurred_on), require_member(member).joined_on
    known = {"member_id": member_id, "branch": member.branch_on(when.occurred_on)}
    facts = MemberLeft.model_validate({**told.codes, **known})
    return slot, RecordLeaving(facts, told.text, when, slot.after, joined_on)


async def leave_as_announced(tools: Tools, asker: Asker, departure_id: str, told: Told) -> Outcome:
    """The member of an announced trip has left."""
    state = await get_departure(tools, asker, departure_id)
    _require_origin_side(asker, state)
    when, (member, _) = tools.when(told.occurred_on), await tools.load(MEMBER, state.member_id)
    known = {"member_id": state.member_id, "branch": member.branch_on(when.occurred_on) or state.branch}
    facts = MemberLeft.model_validate({**told.codes, **known})
    return await _execute(tools, asker, departure_id, RecordLeaving(facts, told.text, when))


async def change_destination(tools: Tools, asker: Asker, departure_id: str, told: Told) -> Outcome:
    """The member tells another destination; what is not told anew stays (R3)."""
    state = await get_departure(tools, asker, departure_id)
    facts = DestinationChanged.model_validate({**told.codes, "member_id": state.member_id})
    return await _execute(tools, asker, departure_id, ChangeDestination(facts, told.text, tools.when(told.occurred_on)))


async def change_employer(tools: Tools, asker: Asker, departure_id: str, told: Told) -> Outcome:
    """The member tells another employer or occupation at the same place (R3)."""
    state = await get_departure(tools, asker, departure_id)
    facts = EmployerChanged.model_validate({**told.codes, "member_id": state.member_id})
    return await _execute(tools, asker, departure_id, ChangeEmployer(facts, told.text, tools.when(told.occurred_on)))


async def confirm_recognition(tools: Tools, asker: Asker, departure_id: str, occurred_on: date | None) -> Outcome:
    """The branch confirms that the member counts as a mobile member (domain.md §2.2)."""
    _require_origin_side(asker, await get_departure(tools, asker, departure_id))
    return await _execute(tools, asker, departure_id, ConfirmRecognition(tools.when(occurred_on)))


async def report_in(
    tools: Tools, asker: Asker, departure_id: str, host_branch: str, occurred_on: date | None
) -> Outcome:
    """The member reports to a branch at the destination."""
    trip, host = await get_departure(tools, asker, departure_id), await get_organisation(tools, host_branch)
    report = ReportInAtHost(host_branch, tools.when(occurred_on), formal_branch=trip.branch, host=host)
    return await _execute(tools, asker, departure_id, report)


async def accept_as_host(tools: Tools, asker: Asker, departure_id: str, occurred_on: date | None) -> Outcome:
    """The host branch takes the member in; only the host's side may."""
    state = await get_departure(tools, asker, departure_id)
    _require_host_side(asker, state)
    return await _execute(tools, asker, departure_id, AcceptAsHost(tools.when(occurred_on)))


async def decline_as_host(
    tools: Tools, asker: Asker, departure_id: str, reason: HostRefusal, occurred_on: date | None
) -> Outcome:
    """The host branch does not take the member in; only the host's side may."""
    state = await get_departure(tools, asker, departure_id)
    _require_host_side(asker, state)
    return await _execute(tools, asker, departure_id, DeclineAsHost(reason, tools.when(occurred_on)))


async def end_hosting(tools: Tools, asker: Asker, departure_id: str, occurred_on: date | None) -> Outcome:
    """The member takes part at the host branch no more; either side may tell it."""
    await get_departure(tools, asker, departure_id)
    return await _execute(tools, asker, departure_id, EndHosting(tools.when(occurred_on)))


async def record_return(
    tools: Tools, asker: Asker, departure_id: str, *, certificate_handed_in: bool | None, occurred_on: date | None
) -> Outcome:
    """The member is home again."""
    _require_origin_side(asker, await get_departure(tools, asker, departure_id))
    command = RecordReturn(tools.when(occurred_on), certificate_handed_in)
    return await _execute(tools, asker, departure_id, command)


async def close_departure(tools: Tools, asker: Asker, departure_id: str, occurred_on: date | None) -> Outcome:
    """The trip was entered in error; transfers and ended memberships close trips by themselves."""
    _require_origin_side(asker, await get_departure(tools, asker, departure_id))
    command = CloseDeparture(DepartureEnd.ENTERED_IN_ERROR, tools.when(occurred_on))
    return await _execute(tools, asker, departure_id, command)


async def get_departure(tools: Tools, asker: Asker, departure_id: str) -> Departure:
    """The trip's state from the ledger; raises NotFound when neither side of it lies in the asker's scope.

    Its `branch` is where the relation is now: a merger or split takes an open trip along by the member's event alone.
    """
    state, _ = await tools.load(DEPARTURE, departure_id)
    if state.open:
        state = replace(state, branch=await formal_branch(tools, state))
    await check_scope(tools, asker, state.branch, state.host_branch)
    return state


async def _get_slot(tools: Tools, asker: Asker, member_id: str) -> tuple[Member, Slot]:
    """The member, read from the ledger side by side with the trip that may be written now."""
    if not is_id(member_id):
        raise NotFound
    member, trips = await asyncio.gather(get_member(tools, asker, member_id), read_trips(tools.ledger, member_id))
    require_member(member)
    return member, slot_of(trips, asker)


async def _execute(
    tools: Tools, asker: Asker, departure_id: str, command: Command, known: History | None = None
) -> Outcome:
    return await tools.commands.execute(
        DEPARTURE, departure_id, command, asker.context, asker.expected_version, known=known
    )


def _require_host_side(asker: Asker, state: Departure) -> None:
    """The answer to a member who reported in is the host's to give (R1 Art. 25, 32)."""
    if state.host_branch is None:
        raise Refused("not_reported_in")
    if not asker.scope.covers(state.host_branch):
        raise Refused("for_the_host_only")


def _require_origin_side(asker: Asker, state: Departure) -> None:
    """The end of a trip is the origin's to record: it stays responsible (R1 Art. 25)."""
    if not asker.scope.covers(state.branch):
        raise Refused("for_the_origin_only")
