"""Organisations: created, renamed, corrected, moved, merged, split, dissolved (domain.md §2.13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guiyan.events.codes import OrganisationKind
from guiyan.events.registry.organisation import (
    OfficePhoneListed,
    OrganisationCreated,
    OrganisationDetailsCorrected,
    OrganisationDissolved,
    OrganisationMerged,
    OrganisationMoved,
    OrganisationRenamed,
    OrganisationSplit,
)
from guiyan.events.registry.post import ContactPersonAppointed, PersonText, SecretaryAppointed
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, require_happened
from guiyan.registry.domain.kinds import COMMITTEES, may_stand_under, same_rank
from guiyan.registry.domain.organisation import Organisation, evolve, require_active, require_there_on
from guiyan.registry.domain.organisation_plans import ImpedeChange, PlanCommand, decide_plan
from guiyan.registry.domain.organisation_posts import PostCommand, decide_post
from guiyan.registry.domain.unit_code import require_uscc


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
class CorrectOrganisation:
    """Set details right that were entered wrongly; `parent` is the state of the one above."""

    facts: OrganisationDetailsCorrected
    parent: Organisation | None
    when: Occasion


@dataclass(frozen=True, slots=True)
class MoveOrganisation:
    """Put it, with all that is below it, under `parent`.

    `above_parent` are the parent and all that it stands under on whatever day from the move's on (`tree.above_since`).
    """

    parent: Organisation
    above_parent: frozenset[str]
    document_no: str | None
    when: Occasion


@dataclass(frozen=True, slots=True)
class Holds:
    """What an organisation still holds: what stands under it, members, guests, those whose relation is retained.

    `last_left_on` is when the last organisation left its tree.
    """

    organisations: int = 0
    members: int = 0
    guests: int = 0
    retained: int = 0
    last_left_on: date | None = None


@dataclass(frozen=True, slots=True)
class DissolveOrganisation:
    """End it; `holds` is what stands under it and with it at this moment."""

    holds: Holds
    document_no: str | None
    when: Occasion


@dataclass(frozen=True, slots=True)
class MergeOrganisation:
    """End it in favour of another one, which has taken over what it held."""

    into: Organisation
    holds: Holds
    document_no: str | None
    when: Occasion


@dataclass(frozen=True, slots=True)
class SplitOrganisation:
    """End it in favour of several, which have taken over what it held."""

    into: tuple[Organisation, ...]
    holds: Holds
    document_no: str | None
    when: Occasion


Ending = DissolveOrganisation | MergeOrganisation | SplitOrganisation
Change = CreateOrganisation | RenameOrganisation | CorrectOrganisation | MoveOrganisation | Ending
Command = Change | PlanCommand | PostCommand


def require_place(kind: OrganisationKind, parent: Organisation | None, pointer: str) -> None:
    """The kinds fit: a committee at the top, groups under branches, and so on (R10)."""
    above = None if parent is None else parent.kind
    if not may_stand_under(kind, above):
        raise Refused("kind_not_under_parent", pointer=pointer, kind=kind, parent=above or "-")


def require_powers(kind: OrganisationKind, *, basic: bool, approves: bool) -> None:
    """Only a basic committee may have the power to approve probationary members (R1 Art. 25)."""
    if basic and kind not in COMMITTEES:
        raise Refused("not_a_committee", pointer="/is_basic_committee")
    if approves and not basic:
        raise Refused("not_a_basic_committee", pointer="/may_approve_probation")


def require_no_ring(code: str, command: MoveOrganisation) -> None:
    """An organisation never comes to stand under itself, on no day."""
    if code == command.parent.code or code in command.above_parent:
        raise Refused("would_be_a_ring", pointer="/parent")


def require_empty(command: Ending) -> None:
    """Neither organisations, members nor guests lose their place, and nothing stood under it after its end."""
    if command.holds.organisations:
        raise Refused("organisations_below", count=command.holds.organisations)
    if command.holds.members:
        raise Refused("members_left", count=command.holds.members)
    if command.holds.guests:
        raise Refused("guests_left", count=command.holds.guests)
    if command.holds.retained:
        raise Refused("retentions_left", count=command.holds.retained)
    require_happened(command.when, not_before=command.holds.last_left_on)


def require_successor(state: Organisation, into: Organisation, day: date, pointer: str) -> None:
    """What takes its place is another one of the same rank, and there on that day."""
    require_there_on(into, day, pointer)
    if into.code == state.code:
        raise Refused("successor_itself", pointer=pointer)
    if state.kind is None or into.kind is None or not same_rank(state.kind, into.kind):
        raise Refused("successor_kind", pointer=pointer, kind=state.kind or "-", other=into.kind or "-")


def _create(command: CreateOrganisation, state: Organisation) -> Sequence[Draft]:
    if state.created_on is not None:
        raise Refused("organisation_code_taken", pointer="/org_code", status=409)
    require_happened(command.when)
    on, facts = command.when.occurred_on, command.facts
    if facts.parent is not None:
        require_there_on(command.parent, on, "/parent")
    require_place(facts.kind, command.parent, "/kind")
    require_powers(facts.kind, basic=facts.is_basic_committee, approves=facts.may_approve_probation)
    require_uscc(facts.uscc)
    if facts.founded_on is not None and facts.founded_on > on:
        raise Refused("in_the_future", pointer="/founded_on")
    posts = [Draft(post.facts, on, post.person) for post in command.posts]
    return [Draft(facts, on), *posts, *(Draft(phone, on) for phone in command.phones)]


def _rename(command: RenameOrganisation, state: Organisation) -> Sequence[Draft]:
    if (command.facts.name, command.facts.short_name) == (state.name, state.short_name):
        return []
    return [Draft(command.facts, command.when.occurred_on)]


def _correct(command: CorrectOrganisation, state: Organisation) -> Sequence[Draft]:
    """Only what is told and differs; kind, place and powers fit afterwards as well."""
    known = dict(state.details)
    told = command.facts.model_dump(exclude_none=True)
    if all(known.get(name) == value for name, value in told.items()):
        return []
    after = known | told
    kind = OrganisationKind(str(after["kind"]))
    if state.kind is not None and not same_rank(kind, state.kind):
        raise Refused("successor_kind", pointer="/kind", kind=state.kind, other=kind)
    require_place(kind, command.parent, "/kind")
    require_powers(kind, basic=bool(after["is_basic_committee"]), approves=bool(after["may_approve_probation"]))
    require_uscc(command.facts.uscc)
    return [Draft(command.facts, command.when.occurred_on)]


def _move(command: MoveOrganisation, state: Organisation) -> Sequence[Draft]:
    require_happened(command.when, not_before=state.placed_on)
    require_there_on(command.parent, command.when.occurred_on, "/parent")
    require_no_ring(state.code, command)
    assert state.kind is not None  # noqa: S101 - an active organisation has a kind
    require_place(state.kind, command.parent, "/parent")
    if command.parent.code == state.parent:
        return []
    moved = OrganisationMoved(from_parent=state.parent, to_parent=command.parent.code, document_no=command.document_no)
    return [Draft(moved, command.when.occurred_on)]


def _end(command: Ending, state: Organisation) -> Sequence[Draft]:
    """Merged, split or dissolved: nothing is left in it, and what takes its place is there."""
    require_happened(command.when, not_before=state.placed_on)
    on, paper = command.when.occurred_on, command.document_no
    match command:
        case MergeOrganisation():
            require_successor(state, command.into, on, "/into")
            require_empty(command)
            return [Draft(OrganisationMerged(into=command.into.code, document_no=paper), on)]
        case SplitOrganisation():
            _require_several(command, state)
            require_empty(command)
            return [Draft(OrganisationSplit(into=tuple(one.code for one in command.into), document_no=paper), on)]
        case DissolveOrganisation():
            require_empty(command)
            return [Draft(OrganisationDissolved(document_no=paper), on)]


def _is_done(command: MergeOrganisation | SplitOrganisation, state: Organisation) -> bool:
    """It ended on that day in favour of just these: whoever finishes what another has finished is told no error."""
    into = (command.into,) if isinstance(command, MergeOrganisation) else command.into
    return (state.dissolved_on, state.successors) == (command.when.occurred_on, tuple(one.code for one in into))


def _require_several(command: SplitOrganisation, state: Organisation) -> None:
    if len({one.code for one in command.into}) < 2:  # noqa: PLR2004 - a split into one is a merger
        raise Refused("split_into_several", pointer="/into")
    for place, one in enumerate(command.into):
        require_successor(state, one, command.when.occurred_on, f"/into/{place}/org_code")


def _change(command: Change, state: Organisation) -> Sequence[Draft]:
    match command:
        case CreateOrganisation():
            return _create(command, state)
        case RenameOrganisation():
            return _rename(command, state)
        case CorrectOrganisation():
            return _correct(command, state)
        case MoveOrganisation():
            return _move(command, state)
        case _:
            return _end(command, state)


def decide(command: Command, state: Organisation) -> Sequence[Draft]:
    """The events of a command on one organisation; raises Refused."""
    if isinstance(command, CreateOrganisation):
        return _create(command, state)
    if isinstance(command, ImpedeChange):
        return decide_plan(command, state)
    if isinstance(command, MergeOrganisation | SplitOrganisation) and _is_done(command, state):
        return []
    require_active(state)
    if isinstance(command, PlanCommand):
        return decide_plan(command, state)
    require_happened(command.when, not_before=state.created_on)
    if isinstance(command, Change):
        return _change(command, state)
    return decide_post(command, state)


ORGANISATION: Decider[Organisation, Command] = Decider("registry", "organisation", Organisation, evolve, decide)
