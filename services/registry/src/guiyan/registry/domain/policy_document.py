"""The rule library: documents added and repealed; every change of a parameter names one (S-01, domain.md §2.14)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from guiyan.events import Event, derived_id
from guiyan.events.registry.policy import PolicyDocumentAdded, PolicyDocumentRepealed
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, require_happened

_NO_TIME = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """One rule now; `dated_on` is None while there is none under this number."""

    document_no: str = ""
    dated_on: date | None = None
    repealed_on: date | None = None


@dataclass(frozen=True, slots=True)
class AddDocument:
    """Enter a rule into the library."""

    facts: PolicyDocumentAdded
    when: Occasion


@dataclass(frozen=True, slots=True)
class RepealDocument:
    """A rule is no longer in force; `successor` is the rule that took its place, when one is named."""

    by_document_no: str | None
    successor: PolicyDocument | None
    when: Occasion


Command = AddDocument | RepealDocument


def document_id(document_no: str) -> str:
    """The id of the rule with this number: one number is one rule, however its signs are typed."""
    return derived_id(_NO_TIME, "policy_document", unicodedata.normalize("NFKC", document_no).replace(" ", ""))


def require_in_force(document: PolicyDocument, on: date, pointer: str) -> PolicyDocument:
    """A change rests on a rule of the library that is in force on its day (S-01)."""
    if document.dated_on is None:
        raise Refused("policy_document_unknown", pointer=pointer)
    if document.repealed_on is not None and document.repealed_on <= on:
        raise Refused("policy_document_repealed", pointer=pointer, on=document.repealed_on.isoformat())
    return document


def _add(command: AddDocument, state: PolicyDocument) -> Sequence[Draft]:
    if state.dated_on is not None:
        raise Refused("policy_document_taken", pointer="/document_no", status=409)
    if command.facts.dated_on > command.when.today:
        raise Refused("in_the_future", pointer="/dated_on")
    require_happened(command.when, not_before=command.facts.dated_on)
    return [Draft(command.facts, command.when.occurred_on)]


def _repeal(command: RepealDocument, state: PolicyDocument) -> Sequence[Draft]:
    if state.dated_on is None:
        raise Refused("policy_document_unknown", status=404)
    if state.repealed_on is not None:
        raise Refused("policy_document_repealed", on=state.repealed_on.isoformat())
    require_happened(command.when, not_before=state.dated_on)
    if command.by_document_no is not None:
        if document_id(command.by_document_no) == document_id(state.document_no):
            raise Refused("policy_document_itself", pointer="/by_document_no")
        require_in_force(command.successor or PolicyDocument(), command.when.occurred_on, "/by_document_no")
    repealed = PolicyDocumentRepealed(document_no=state.document_no, by_document_no=command.by_document_no)
    return [Draft(repealed, command.when.occurred_on)]


def decide(command: Command, state: PolicyDocument) -> Sequence[Draft]:
    """The events of a command on one rule; raises Refused."""
    return _add(command, state) if isinstance(command, AddDocument) else _repeal(command, state)


def evolve(state: PolicyDocument, event: Event) -> PolicyDocument:
    """The rule after one more event."""
    match event.payload:
        case PolicyDocumentAdded() as facts:
            return PolicyDocument(facts.document_no, facts.dated_on)
        case PolicyDocumentRepealed():
            return replace(state, repealed_on=event.occurredon)
        case _:
            return state


DOCUMENT: Decider[PolicyDocument, Command] = Decider("registry", "policy", PolicyDocument, evolve, decide)
