"""Changes decided for a day to come, or begun: withdrawn, or found impossible on their day (domain.md §2.13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guiyan.events.codes import OrganisationChange
from guiyan.events.registry.organisation import (
    OrganisationChangeImpeded,
    OrganisationChangePlanned,
    OrganisationChangeWithdrawn,
)
from guiyan.ledger import Draft, Refused
from guiyan.registry.domain.dates import months_after
from guiyan.registry.domain.organisation import Organisation

AHEAD_MAX_MONTHS = 24
_IN_STEPS = frozenset({OrganisationChange.MERGE, OrganisationChange.SPLIT})


@dataclass(frozen=True, slots=True)
class PlanChange:
    """Decide a change for a day to come; its other rules are looked at on that day."""

    facts: OrganisationChangePlanned
    today: date


@dataclass(frozen=True, slots=True)
class BeginChange:
    """Write down that a merger or split begins today, so that it is finished though whoever began it is gone."""

    facts: OrganisationChangePlanned
    today: date


@dataclass(frozen=True, slots=True)
class WithdrawChange:
    """Take a planned change back."""

    change_id: str
    document_no: str | None
    today: date


@dataclass(frozen=True, slots=True)
class ImpedeChange:
    """The day has come and a rule stands against the change: the office is told, nothing is done."""

    change_id: str
    reason: str
    on: date


PlanCommand = PlanChange | BeginChange | WithdrawChange | ImpedeChange


def require_ahead(effective_on: date, today: date) -> None:
    """A day to come, and no year mistyped."""
    latest = months_after(today, AHEAD_MAX_MONTHS)
    if effective_on > latest:
        raise Refused("too_far_ahead", pointer="/occurred_on", latest=latest.isoformat())


def _plan(command: PlanChange, state: Organisation) -> Sequence[Draft]:
    """One change of a kind and day; a repeat is none."""
    facts = command.facts
    require_ahead(facts.effective_on, command.today)
    if any((one.change, one.effective_on) == (facts.change, facts.effective_on) for one in state.planned):
        raise Refused("change_planned_already", pointer="/occurred_on", status=409, change=facts.change)
    return [Draft(facts, command.today)]


def _begin(command: BeginChange, state: Organisation) -> Sequence[Draft]:
    """One merger or split at a time; the same one, planned for that day or begun before, goes on."""
    facts = command.facts
    for one in state.planned:
        if one.change in _IN_STEPS and one.effective_on <= command.today:
            if _to_the_same(one) == _to_the_same(facts):
                return []
            raise Refused("change_begun_already", status=409, change=one.change, on=one.effective_on.isoformat())
    return [Draft(facts, command.today)]


def _to_the_same(facts: OrganisationChangePlanned) -> tuple[object, ...]:
    return facts.change, facts.effective_on, facts.into, facts.shares


def decide_plan(command: PlanCommand, state: Organisation) -> Sequence[Draft]:
    """The events of a command about a planned change; raises Refused."""
    if isinstance(command, PlanChange):
        return _plan(command, state)
    if isinstance(command, BeginChange):
        return _begin(command, state)
    if all(one.change_id != command.change_id for one in state.planned):
        if isinstance(command, ImpedeChange):
            return []
        raise Refused("change_unknown", pointer="/change_id")
    if isinstance(command, WithdrawChange):
        withdrawn = OrganisationChangeWithdrawn(change_id=command.change_id, document_no=command.document_no)
        return [Draft(withdrawn, command.today)]
    return [Draft(OrganisationChangeImpeded(change_id=command.change_id, reason=command.reason), command.on)]
