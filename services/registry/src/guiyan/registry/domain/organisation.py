"""Organisations: created, renamed, moved in the tree, dissolved, and who serves them (domain.md §2.13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from guiyan.events import Event
from guiyan.events.codes import OrganisationKind
from guiyan.events.registry.organisation import (
    OfficePhoneListed,
    OrganisationCreated,
    OrganisationDissolved,
    OrganisationMerged,
    OrganisationMoved,
    OrganisationRenamed,
    OrganisationSplit,
)
from guiyan.events.registry.post import (
    ContactPersonAppointed,
    ContactPersonReplaced,
    PersonText,
    SecretaryAppointed,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, require_happened
from guiyan.registry.domain.kinds import COMMITTEES, may_stand_under


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation now; `created_on` is None while there is none under this code."""

    code: str = ""
    name: str = ""
    short_name: str = ""
    kind: OrganisationKind | None = None
    parent: str | None = None
    area_code: str = ""
    is_basic_committee: bool = False
    may_approve_probation: bool = False
    created_on: date | None = None
    dissolved_on: date | None = None
    secretary: str | None = None
    contact_person: str | None = None

    @property
    def active(self) -> bool:
        """It has been created and not dissolved."""
        return self.created_on is not None and self.dissolved_on is None


@dataclass(frozen=True, slots=True)
class Post:
    """Who serves an organisation from the first day on: the appointment and what is known of the person."""

    facts: SecretaryAppointed | ContactPersonAppointed
    person: PersonText


@dataclass(frozen=True, slots=True)
class CreateOrganisation:
    """Enter an organisation under its central code; `parent` is the state of the one above, None for the top.

    Who serves there and its office phones may be entered with it, in the same commit.
    """

    code: str
    facts: OrganisationCreated
    parent: Organisation | None
    when: Occasion
    posts: tuple[Post, ...] = ()
    phones: tuple[OfficePhoneListed, ...] = ()


@dataclass(frozen=True, slots=True)
class RenameOrganisation:
    """Give it another name."""

    facts: OrganisationRenamed
    when: Occasion


@dataclass(frozen=True, slots=True)
class MoveOrganisation:
    """Put it, with all that is below it, under `parent`; `above_parent` are the codes from the parent to the top."""

    parent: Organisation
    above_parent: tuple[str, ...]
    document_no: str | None
    when: Occasion


@dataclass(frozen=True, slots=True)
class DissolveOrganisation:
    """End it; the counts are what stands under it and with it at this moment."""

    organisations_below: int
    members: int
    document_no: str | None
    when: Occasion


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


Command = (
    CreateOrganisation
    | RenameOrganisation
    | MoveOrganisation
    | DissolveOrganisation
    | AppointSecretary
    | AppointContactPerson
)


def require_active(organisation: Organisation | None, *, pointer: str | None = None) -> Organisation:
    """The organisation, when it exists and has not been dissolved."""
    if organisation is None or organisation.created_on is None:
        raise Refused("organisation_unknown", pointer=pointer, status=422 if pointer else 404)
    if organisation.dissolved_on is not None:
        raise Refused("organisation_dissolved", pointer=pointer, on=organisation.dissolved_on.isoformat())
    return organisation


def require_place(kind: OrganisationKind, parent: Organisation | None, pointer: str) -> None:
    """The kinds fit: a committee at the top, groups under branches, and so on (R10)."""
    above = None if parent is None else parent.kind
    if not may_stand_under(kind, above):
        raise Refused("kind_not_under_parent", pointer=pointer, kind=kind, parent=above or "-")


def require_powers(facts: OrganisationCreated) -> None:
    """Only a basic committee may have the power to approve probationary members (R1 Art. 25)."""
    if facts.is_basic_committee and facts.kind not in COMMITTEES:
        raise Refused("not_a_committee", pointer="/is_basic_committee")
    if facts.may_approve_probation and not facts.is_basic_committee:
        raise Refused("not_a_basic_committee", pointer="/may_approve_probation")


def require_no_ring(code: str, command: MoveOrganisation) -> None:
    """An organisation never comes to stand under itself."""
    if code == command.parent.code or code in command.above_parent:
        raise Refused("would_be_a_ring", pointer="/parent")


def _create(command: CreateOrganisation, state: Organisation) -> Sequence[Draft]:
    if state.created_on is not None:
        raise Refused("organisation_code_taken", pointer="/org_code", status=409)
    require_happened(command.when)
    if command.facts.parent is not None:
        require_active(command.parent, pointer="/parent")
    require_place(command.facts.kind, command.parent, "/kind")
    require_powers(command.facts)
    if command.facts.founded_on is not None and command.facts.founded_on > command.when.occurred_on:
        raise Refused("in_the_future", pointer="/founded_on")
    on = command.when.occurred_on
    posts = [Draft(post.facts, on, post.person) for post in command.posts]
    return [Draft(command.facts, on), *posts, *(Draft(phone, on) for phone in command.phones)]


def _rename(command: RenameOrganisation, state: Organisation) -> Sequence[Draft]:
    if (command.facts.name, command.facts.short_name) == (state.name, state.short_name):
        return []
    return [Draft(command.facts, command.when.occurred_on)]


def _move(command: MoveOrganisation, state: Organisation) -> Sequence[Draft]:
    require_active(command.parent, pointer="/parent")
    require_no_ring(state.code, command)
    assert state.kind is not None  # noqa: S101 - an active organisation has a kind
    require_place(state.kind, command.parent, "/parent")
    if command.parent.code == state.parent:
        return []
    moved = OrganisationMoved(from_parent=state.parent, to_parent=command.parent.code, document_no=command.document_no)
    return [Draft(moved, command.when.occurred_on)]


def _dissolve(command: DissolveOrganisation) -> Sequence[Draft]:
    if command.organisations_below:
        raise Refused("organisations_below", count=command.organisations_below)
    if command.members:
        raise Refused("members_left", count=command.members)
    return [Draft(OrganisationDissolved(document_no=command.document_no), command.when.occurred_on)]


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


def decide(command: Command, state: Organisation) -> Sequence[Draft]:
    """The events of a command on one organisation; raises Refused."""
    if isinstance(command, CreateOrganisation):
        return _create(command, state)
    require_active(state)
    require_happened(command.when, not_before=state.created_on)
    match command:
        case RenameOrganisation():
            return _rename(command, state)
        case MoveOrganisation():
            return _move(command, state)
        case DissolveOrganisation():
            return _dissolve(command)
        case AppointSecretary():
            return [Draft(command.facts, command.when.occurred_on, command.person)]
        case AppointContactPerson():
            return _appoint_contact(command, state)


def evolve(state: Organisation, event: Event) -> Organisation:  # noqa: PLR0911 - one return an event
    """The organisation after one more event; types that change nothing here leave it as it is."""
    match event.payload:
        case OrganisationCreated() as facts:
            return replace(
                state,
                code=event.aggregate_id,
                name=facts.name,
                short_name=facts.short_name,
                kind=facts.kind,
                parent=facts.parent,
                area_code=facts.area_code,
                is_basic_committee=facts.is_basic_committee,
                may_approve_probation=facts.may_approve_probation,
                created_on=event.occurredon,
            )
        case OrganisationRenamed() as facts:
            return replace(state, name=facts.name, short_name=facts.short_name)
        case OrganisationMoved() as facts:
            return replace(state, parent=facts.to_parent)
        case OrganisationDissolved() | OrganisationSplit() | OrganisationMerged():
            return replace(state, dissolved_on=event.occurredon)
        case SecretaryAppointed() as facts:
            return replace(state, secretary=facts.person_id)
        case ContactPersonAppointed() | ContactPersonReplaced() as facts:
            return replace(state, contact_person=facts.person_id)
        case _:
            return state


ORGANISATION: Decider[Organisation, Command] = Decider("registry", "organisation", Organisation, evolve, decide)
