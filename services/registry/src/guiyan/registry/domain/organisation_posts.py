"""Who serves an organisation, its leadership's terms, and its office phones (domain.md §2.13, S-11, S-23, R10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guiyan.events.codes import DestUnitKind
from guiyan.events.registry.organisation import CommitteeTermStarted, OfficePhoneListed, OfficePhoneUnlisted
from guiyan.events.registry.post import (
    ContactPersonAppointed,
    ContactPersonReleased,
    ContactPersonReplaced,
    PersonText,
    SecretaryAppointed,
    SecretaryReleased,
)
from guiyan.ledger import Draft, Refused
from guiyan.registry.domain.dates import Occasion, months_after
from guiyan.registry.domain.organisation import Organisation

VILLAGES = frozenset({DestUnitKind.VILLAGE, DestUnitKind.URBAN_COMMUNITY, DestUnitKind.TOWN_COMMUNITY})


@dataclass(frozen=True, slots=True)
class AppointSecretary:
    """Name its secretary; whoever served before leaves the post."""

    facts: SecretaryAppointed
    person: PersonText
    when: Occasion


@dataclass(frozen=True, slots=True)
class AppointContactPerson:
    """Name who keeps contact with its members away; whoever served before hands over (S-11, domain.md §2.6)."""

    facts: ContactPersonAppointed
    person: PersonText
    handed_over: bool
    when: Occasion


@dataclass(frozen=True, slots=True)
class ReleaseSecretary:
    """The secretary leaves and nobody has taken the post yet: a gap that the list marks."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class ReleaseContactPerson:
    """The contact person leaves without a successor: a branch without one is an alarm (S-11)."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class StartTerm:
    """A term of the leadership begins; its number and its end follow from the rule unless they are told."""

    starts_on: date
    ends_on: date | None
    term_no: int | None
    when: Occasion


@dataclass(frozen=True, slots=True)
class ListPhone:
    """Put a phone of the office into the directory (S-23)."""

    facts: OfficePhoneListed
    when: Occasion


@dataclass(frozen=True, slots=True)
class UnlistPhone:
    """Take a phone of the office out of the directory."""

    phone: str
    when: Occasion


PostCommand = (
    AppointSecretary
    | AppointContactPerson
    | ReleaseSecretary
    | ReleaseContactPerson
    | StartTerm
    | ListPhone
    | UnlistPhone
)


def term_years(unit_kind: DestUnitKind | None) -> int:
    """Five years in villages and communities, else three (R10)."""
    return 5 if unit_kind in VILLAGES else 3


def last_day_of_term(starts_on: date, unit_kind: DestUnitKind | None) -> date:
    """The last day of a term as the rule has it (R10)."""
    return months_after(starts_on, 12 * term_years(unit_kind)) - timedelta(days=1)


def _appoint_contact(command: AppointContactPerson, state: Organisation) -> Sequence[Draft]:
    facts: ContactPersonAppointed | ContactPersonReplaced = command.facts
    if state.contact_person not in {None, command.facts.person_id}:
        facts = ContactPersonReplaced(
            org_code=command.facts.org_code,
            from_person_id=state.contact_person or "",
            person_id=command.facts.person_id,
            member_id=command.facts.member_id,
            handed_over=command.handed_over,
        )
    return [Draft(facts, command.when.occurred_on, command.person)]


def _release(command: ReleaseSecretary | ReleaseContactPerson, state: Organisation) -> Sequence[Draft]:
    """Only who serves can leave."""
    secretary = isinstance(command, ReleaseSecretary)
    person_id = state.secretary if secretary else state.contact_person
    if person_id is None:
        raise Refused("nobody_serves")
    released = SecretaryReleased if secretary else ContactPersonReleased
    return [Draft(released(org_code=state.code, person_id=person_id), command.when.occurred_on)]


def _start_term(command: StartTerm, state: Organisation) -> Sequence[Draft]:
    """Terms follow one another, none is longer than the rule allows (R10)."""
    longest = last_day_of_term(command.starts_on, state.unit_kind)
    ends_on = command.ends_on or longest
    if command.starts_on > command.when.today:
        raise Refused("in_the_future", pointer="/starts_on")
    earliest = (state.term_since or (state.created_on or date.min) - timedelta(days=1)) + timedelta(days=1)
    if command.starts_on < earliest:
        raise Refused("too_early", pointer="/starts_on", earliest=earliest.isoformat())
    if ends_on <= command.starts_on:
        raise Refused("term_ends_before", pointer="/ends_on")
    if ends_on > longest:
        raise Refused("term_length", pointer="/ends_on", years=term_years(state.unit_kind))
    number = command.term_no or state.term_no + 1
    if number <= state.term_no:
        raise Refused("term_number", pointer="/term_no", last=state.term_no)
    started = CommitteeTermStarted(term_no=number, starts_on=command.starts_on, ends_on=ends_on)
    return [Draft(started, command.starts_on)]


def _unlist(command: UnlistPhone, state: Organisation) -> Sequence[Draft]:
    if command.phone not in state.phones:
        raise Refused("phone_not_listed", pointer="/phone")
    return [Draft(OfficePhoneUnlisted(phone=command.phone), command.when.occurred_on)]


def decide_post(command: PostCommand, state: Organisation) -> Sequence[Draft]:
    """The events of a command about who serves and who can be called; raises Refused."""
    match command:
        case AppointSecretary():
            return [Draft(command.facts, command.when.occurred_on, command.person)]
        case AppointContactPerson():
            return _appoint_contact(command, state)
        case ReleaseSecretary() | ReleaseContactPerson():
            return _release(command, state)
        case StartTerm():
            return _start_term(command, state)
        case ListPhone():
            return [Draft(command.facts, command.when.occurred_on)]
        case UnlistPhone():
            return _unlist(command, state)
