"""Inflow records: the host's view of somebody from elsewhere, paired with the outflow when that is known (§2.2, S-14).

A record without a pair is allowed: the origin may be unknown to this installation, and is then asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from guiyan.events import Event, derived_id
from guiyan.events.codes import OrganisationKind
from guiyan.events.registry.inflow import (
    InflowEnded,
    InflowGroupAssigned,
    InflowOriginAsked,
    InflowPaired,
    InflowRegistered,
    InflowText,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, require_happened
from guiyan.registry.domain.kinds import BRANCHES
from guiyan.registry.domain.organisation import Organisation, require_active
from guiyan.registry.domain.trip import ON_THE_WAY, Departure, require_state

_NUMBERING_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)


def person_of(id_index: str) -> str:
    """The id of somebody who is in no register here, by the blind index of the ID number: the same for every record."""
    return derived_id(_NUMBERING_EPOCH, "person from elsewhere", id_index)


def inflow_id(person_id: str, number: int) -> str:
    """The id of the n-th record of a person whose ID number is known (1, 2, 3 …): one at a time is open (ADR 0011)."""
    return derived_id(_NUMBERING_EPOCH, "inflow", person_id, str(number))


@dataclass(frozen=True, slots=True)
class Inflow:
    """One record now; `registered_on` is None while there is none."""

    id: str = ""
    person_id: str = ""
    host_branch: str = ""
    member_id: str | None = None
    registered_on: date | None = None
    departure_id: str | None = None
    group: str | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class RegisterInflow:
    """Somebody whose relation is elsewhere reported in; `host` is the state of the branch that takes the record."""

    facts: InflowRegistered
    text: InflowText
    host: Organisation
    when: Occasion


@dataclass(frozen=True, slots=True)
class PairInflow:
    """The record and an outflow are the same trip; `departure` is the outflow's state."""

    departure: Departure
    when: Occasion


@dataclass(frozen=True, slots=True)
class AskOrigin:
    """The origin was asked by letter or notice."""

    origin_org: str | None
    when: Occasion


@dataclass(frozen=True, slots=True)
class AssignGroup:
    """The person is put into a group of the host branch; `group` is that organisation's state."""

    group: Organisation
    when: Occasion


@dataclass(frozen=True, slots=True)
class EndInflow:
    """The person left again, or the relation followed."""

    when: Occasion
    relation_followed: bool = False


@dataclass(frozen=True, slots=True)
class FollowHostBranch:
    """The host branch was merged or split: the record goes on with `to_branch`; the own branch has no guests.

    `formal_branch` is where the relation is, where that is known here.
    """

    from_branch: str
    to_branch: str
    formal_branch: str | None
    when: Occasion


Command = RegisterInflow | PairInflow | AskOrigin | AssignGroup | EndInflow | FollowHostBranch


def require_open(state: Inflow) -> None:
    """The record is there and has not ended."""
    if state.registered_on is None:
        raise Refused("inflow_unknown", status=404)
    if state.ended_on is not None:
        raise Refused("inflow_ended", on=state.ended_on.isoformat())


def _register(command: RegisterInflow, state: Inflow) -> Sequence[Draft]:
    """With a branch of any kind, a mobile branch too: no relation comes with it (R1 Art. 32)."""
    if state.registered_on is not None:
        raise Refused("inflow_registered")
    require_happened(command.when)
    host = require_active(command.host, pointer="/host_branch")
    if host.kind not in BRANCHES:
        raise Refused("no_host_branch", pointer="/host_branch")
    return [Draft(command.facts, command.when.occurred_on, command.text)]


def _pair(command: PairInflow, state: Inflow) -> Sequence[Draft]:
    """One outflow a record: of the same member, from another branch, and under way."""
    trip = command.departure
    if state.departure_id == trip.id:
        return []
    if state.departure_id is not None:
        raise Refused("inflow_paired")
    require_state(trip, ON_THE_WAY)
    if state.member_id not in {None, trip.member_id}:
        raise Refused("other_member", pointer="/departure_id")
    if trip.branch == state.host_branch:
        raise Refused("host_is_origin", pointer="/departure_id")
    paired = InflowPaired(person_id=state.person_id, departure_id=trip.id, member_id=trip.member_id)
    return [Draft(paired, command.when.occurred_on)]


def _follow(command: FollowHostBranch, state: Inflow) -> Sequence[Draft]:
    """As of that day, or of its first when that is later; a record that has ended or is elsewhere stays as it is."""
    if state.registered_on is None or state.ended_on is not None or state.host_branch != command.from_branch:
        return []
    on = max(command.when.occurred_on, state.registered_on)
    if command.to_branch == command.formal_branch:
        return [Draft(InflowEnded(person_id=state.person_id, relation_followed=True), on)]
    if command.to_branch == command.from_branch:
        return []
    put = InflowGroupAssigned(person_id=state.person_id, host_branch=command.to_branch, group=state.group)
    return [Draft(put, on)]


def decide(command: Command, state: Inflow) -> Sequence[Draft]:  # noqa: PLR0911 - one return a command
    """The events of a command on one record; raises Refused."""
    if isinstance(command, RegisterInflow):
        return _register(command, state)
    if isinstance(command, FollowHostBranch):
        return _follow(command, state)
    require_open(state)
    require_happened(command.when, not_before=state.registered_on)
    on = command.when.occurred_on
    match command:
        case PairInflow():
            return _pair(command, state)
        case AskOrigin():
            if state.departure_id is not None:
                raise Refused("inflow_paired")
            return [Draft(InflowOriginAsked(person_id=state.person_id, origin_org=command.origin_org), on)]
        case AssignGroup():
            group = require_active(command.group, pointer="/group")
            if group.kind != OrganisationKind.GROUP or group.parent != state.host_branch:
                raise Refused("not_a_group_of_the_host", pointer="/group")
            if state.group == group.code:
                return []
            put = InflowGroupAssigned(person_id=state.person_id, host_branch=state.host_branch, group=group.code)
            return [Draft(put, on)]
        case EndInflow():
            return [Draft(InflowEnded(person_id=state.person_id, relation_followed=command.relation_followed), on)]


def evolve(state: Inflow, event: Event) -> Inflow:
    """The record after one more event; types that change nothing here leave it as it is."""
    on = event.occurredon
    match event.payload:
        case InflowRegistered() as facts:
            return Inflow(event.aggregate_id, facts.person_id, facts.host_branch, facts.member_id, on)
        case InflowPaired() as facts:
            return replace(state, departure_id=facts.departure_id, member_id=facts.member_id)
        case InflowGroupAssigned() as facts:
            return replace(state, host_branch=facts.host_branch, group=facts.group)
        case InflowEnded():
            return replace(state, ended_on=on)
        case _:
            return state


INFLOW: Decider[Inflow, Command] = Decider("registry", "inflow", Inflow, evolve, decide)
