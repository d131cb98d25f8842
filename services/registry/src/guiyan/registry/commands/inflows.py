"""Commands on inflow records."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from guiyan.events.registry.inflow import InflowRegistered, InflowText
from guiyan.ledger import Outcome, Refused
from guiyan.registry.commands.departures import get_departure
from guiyan.registry.commands.members import read_id_number
from guiyan.registry.commands.numbered import read_numbered
from guiyan.registry.commands.scoping import check_scope, get_in_scope, get_organisation
from guiyan.registry.commands.texts import text_of
from guiyan.registry.commands.tools import Asker, Tools, aside
from guiyan.registry.commands.trips import formal_branch, read_trips
from guiyan.registry.domain.dates import require_happened
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.registry.domain.inflow import (
    INFLOW,
    AskOrigin,
    AssignGroup,
    Command,
    EndInflow,
    Inflow,
    PairInflow,
    RegisterInflow,
    person_of,
)
from guiyan.registry.domain.inflow import inflow_id as numbered_id
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.organisation import Organisation
from guiyan.registry.domain.trip import ON_THE_WAY, Departure
from guiyan.service.problems import NotFound


@dataclass(frozen=True, slots=True)
class NewInflow:
    """Somebody from elsewhere: codes, words to be sealed, and the business date."""

    text: InflowText
    codes: dict[str, Any] = field(default_factory=dict)
    occurred_on: date | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record that may be written: its id and the command, and the person's open record elsewhere, if there is one."""

    inflow_id: str
    command: RegisterInflow
    elsewhere: Inflow | None = None


async def register_inflow(tools: Tools, asker: Asker, new: NewInflow) -> Outcome:
    """Enter the record; who is in the register, by ID number, and away from another branch is paired at once."""
    host = await get_in_scope(tools, asker, new.codes["host_branch"], "/host_branch")
    prepared = await prepare_inflow(tools, asker, new, host)
    outcome = await tools.commands.execute(INFLOW, prepared.inflow_id, prepared.command, asker.context)
    await follow_up(tools, asker, prepared)
    return outcome


async def prepare_inflow(tools: Tools, asker: Asker, new: NewInflow, host: Organisation) -> Prepared:
    """What was told, checked; the person is the member where the register has one with this ID number.

    Of a person whose number is told one record is open: a second one with the same host is refused, with another one
    it ends the first (§6 no. 3: one person, one row). Without a number nobody can know.
    """
    text, member_id, person_id = new.text, None, asker.new_id("person")
    if text.id_no:
        number = read_id_number(text.id_no, tools.clock.today())
        text = text.model_copy(update={"id_no": number.value})
        member_id = await tools.identities.find(number.value)
        person_id = member_id or person_of(tools.identities.index(number.value))
    facts = InflowRegistered.model_validate({**new.codes, "person_id": person_id, "member_id": member_id})
    command = RegisterInflow(facts, text, host, tools.when(new.occurred_on))
    if not text.id_no:
        return Prepared(asker.new_id("inflow"), command)
    return await _numbered(tools, asker, command)


async def _numbered(tools: Tools, asker: Asker, command: RegisterInflow) -> Prepared:
    """The person's next record, or the one that this very command was written to already."""
    id_of = partial(numbered_id, command.facts.person_id)
    *begun, following = await read_numbered(tools.ledger, INFLOW, id_of, too_many="too_many_inflows")
    before: Inflow | None = None
    for history in begun:
        state = INFLOW.fold(history.events)
        own = asker.context.command_id
        if any(history.find_command(one) is not None for one in (own, f"{own}.0")):  # alone, or with a sweep's finding
            return Prepared(history.subject.id, command, before)
        before = state if state.ended_on is None else before
    if before is not None:
        require_elsewhere(before, command)
    return Prepared(following.subject.id, command, before)


def require_elsewhere(before: Inflow, command: RegisterInflow) -> None:
    """An open record is another host's, and older than what is told now."""
    if before.host_branch == command.facts.host_branch:
        raise Refused("inflow_open", status=409)
    assert before.registered_on is not None  # noqa: S101 - it is open
    require_happened(command.when, not_before=before.registered_on)


async def follow_up(tools: Tools, asker: Asker, prepared: Prepared) -> None:
    """What a record just entered means: the person left the host before; the trip that the member is on is its pair."""
    if prepared.elsewhere is not None:
        context = aside(asker, "elsewhere").context
        with suppress(Refused):  # ended by its host meanwhile
            await tools.commands.execute(INFLOW, prepared.elsewhere.id, EndInflow(prepared.command.when), context)
    facts = prepared.command.facts
    trip = await _find_trip(tools, facts.member_id)
    if trip is not None and trip.branch != facts.host_branch:
        context = aside(asker, "pairing").context
        pair = PairInflow(trip, prepared.command.when)
        await tools.commands.execute(INFLOW, prepared.inflow_id, pair, context)


async def _find_trip(tools: Tools, member_id: str | None) -> Departure | None:
    """The trip that a member is on, if there is one."""
    if member_id is None:
        return None
    trips = [DEPARTURE.fold(one.events) for one in await read_trips(tools.ledger, member_id)]
    found = next((trip for trip in trips if trip.state in ON_THE_WAY), None)
    return found and replace(found, branch=await formal_branch(tools, found))


async def pair_inflow(
    tools: Tools, asker: Asker, inflow_id: str, departure_id: str, occurred_on: date | None
) -> Outcome:
    """The record and an outflow are the same trip; both must lie in the asker's scope."""
    await get_inflow(tools, asker, inflow_id)
    try:
        trip = await get_departure(tools, asker, departure_id)
    except NotFound:
        raise Refused("departure_unknown", pointer="/departure_id") from None
    await _require_same_number(tools, inflow_id, trip.member_id)
    return await _execute(tools, asker, inflow_id, PairInflow(trip, tools.when(occurred_on)))


async def _require_same_number(tools: Tools, inflow_id: str, member_id: str) -> None:
    """Where the ID number is known of both, it is one person's."""
    _, history = await tools.commands.load(INFLOW, inflow_id)
    told = (await text_of(tools, history.events)).get("id_no")
    member, _ = await tools.commands.load(MEMBER, member_id)
    if told and member.id_index and tools.identities.index(told) != member.id_index:
        raise Refused("other_member", pointer="/departure_id")


async def ask_origin(
    tools: Tools, asker: Asker, inflow_id: str, origin_org: str | None, occurred_on: date | None
) -> Outcome:
    """The origin of an unpaired record was asked by letter or notice."""
    await get_inflow(tools, asker, inflow_id)
    return await _execute(tools, asker, inflow_id, AskOrigin(origin_org, tools.when(occurred_on)))


async def assign_group(tools: Tools, asker: Asker, inflow_id: str, group: str, occurred_on: date | None) -> Outcome:
    """The person is put into a group for organised life."""
    await get_inflow(tools, asker, inflow_id)
    place = await get_organisation(tools, group)
    return await _execute(tools, asker, inflow_id, AssignGroup(place, tools.when(occurred_on)))


async def end_inflow(
    tools: Tools, asker: Asker, inflow_id: str, *, relation_followed: bool, occurred_on: date | None
) -> Outcome:
    """The person left again, or the relation followed."""
    await get_inflow(tools, asker, inflow_id)
    return await _execute(tools, asker, inflow_id, EndInflow(tools.when(occurred_on), relation_followed))


async def get_inflow(tools: Tools, asker: Asker, inflow_id: str) -> Inflow:
    """The record's state from the ledger; raises NotFound when its host lies outside the asker's scope."""
    state, _ = await tools.load(INFLOW, inflow_id)
    await check_scope(tools, asker, state.host_branch)
    return state


async def _execute(tools: Tools, asker: Asker, inflow_id: str, command: Command) -> Outcome:
    return await tools.commands.execute(INFLOW, inflow_id, command, asker.context, asker.expected_version)
