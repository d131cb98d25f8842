"""Code tables with dates of validity: a code is listed from a day on and retired on another (domain.md §4.1, §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from guiyan.events import Event, derived_id
from guiyan.events.registry.policy import CodeListed, CodeRetired
from guiyan.ledger import Decider, Draft, Refused

_NO_TIME = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class ListedCode:
    """One code of one table: since when it is valid and until when; `listed` is None before it was listed."""

    listed: CodeListed | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ListCode:
    """A code is valid from a day on, in the past or to come."""

    facts: CodeListed
    today: date


@dataclass(frozen=True, slots=True)
class RetireCode:
    """A code is valid until a day; records that carry it keep it."""

    until: date
    today: date


Command = ListCode | RetireCode


def code_id(table: str, code: str) -> str:
    """The id of a code's stream."""
    return derived_id(_NO_TIME, "code", table, code)


def _list(command: ListCode, state: ListedCode) -> Sequence[Draft]:
    """Once; again only after it was retired, or to set its label right."""
    if state.listed == command.facts:
        return []
    relabelled = state.listed is not None and state.listed.from_on == command.facts.from_on
    if state.listed is not None and not relabelled:
        if state.until is None:
            raise Refused("code_listed", pointer="/code", status=409, since=state.listed.from_on.isoformat())
        if command.facts.from_on <= state.until:
            raise Refused("too_early", pointer="/from_on", earliest=state.until.isoformat())
    return [Draft(command.facts, command.today)]


def _retire(command: RetireCode, state: ListedCode) -> Sequence[Draft]:
    if state.listed is None:
        raise Refused("code_unknown", status=404)
    if state.until == command.until:
        return []
    if command.until < state.listed.from_on:
        raise Refused("too_early", pointer="/until", earliest=state.listed.from_on.isoformat())
    retired = CodeRetired(table=state.listed.table, code=state.listed.code, until=command.until)
    return [Draft(retired, command.today)]


def decide(command: Command, state: ListedCode) -> Sequence[Draft]:
    """The events of a command on one code; raises Refused."""
    return _list(command, state) if isinstance(command, ListCode) else _retire(command, state)


def evolve(state: ListedCode, event: Event) -> ListedCode:
    """The code after one more event; a label set right leaves its end as it is."""
    match event.payload:
        case CodeListed() as facts:
            relabelled = state.listed is not None and state.listed.from_on == facts.from_on
            return ListedCode(facts, state.until if relabelled else None)
        case CodeRetired() as facts:
            return ListedCode(state.listed, facts.until)
        case _:
            return state


CODE: Decider[ListedCode, Command] = Decider("registry", "code_table", ListedCode, evolve, decide)
