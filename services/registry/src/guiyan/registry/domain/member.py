"""Members: entered, imported, corrected, and moved to another branch by a transfer alone (domain.md §3.4, §2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from guiyan.events import Event, is_id, time_of
from guiyan.events.codes import PersonCategory
from guiyan.events.registry.member import (
    BranchAssigned,
    MemberCodeChange,
    MemberCore,
    MemberDetailsCorrected,
    MemberImported,
    MemberRegistered,
    MemberText,
    MemberTextChange,
)
from guiyan.events.registry.membership import MembershipDecision
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, require_happened
from guiyan.registry.domain.kinds import may_hold_relations
from guiyan.registry.domain.membership import ENDED, status_after
from guiyan.registry.domain.organisation import Organisation, require_active

# No probation was served between these days: both dates are then the same (domain.md §2.8, import check).
NO_PROBATION_FROM = date(1969, 4, 1)
NO_PROBATION_UNTIL = date(1977, 8, 11)


@dataclass(frozen=True, slots=True)
class Member:
    """One member's record now, without personal text; `core` is None while there is none.

    `placed_at` is the record time of what put the member into the present branch: the entry, a transfer, a decision.
    """

    id: str = ""
    core: MemberCore | None = None
    registered_on: date | None = None
    id_index: str | None = None
    mobile_index: str | None = None
    row_hash: str | None = None
    transfers: frozenset[str] = frozenset()
    placed_at: datetime | None = None

    @property
    def branch(self) -> str:
        """The branch that holds the formal relation."""
        return self.core.branch if self.core else ""

    @property
    def ended(self) -> bool:
        """The membership came to an end; only joining anew leads on (R1 Art. 24)."""
        return self.core is not None and self.core.membership_status in ENDED


@dataclass(frozen=True, slots=True)
class RegisterMember:
    """Enter a member, from a form, a township system or a roster; `branch` is the state of the branch named."""

    facts: MemberRegistered | MemberImported
    text: MemberText
    branch: Organisation
    when: Occasion


@dataclass(frozen=True, slots=True)
class CorrectDetails:
    """Set details right; what is absent stays as it was."""

    facts: MemberDetailsCorrected
    text: MemberTextChange | None
    when: Occasion


@dataclass(frozen=True, slots=True)
class AssignBranch:
    """Follow a transfer: the relation is with `branch` from that day; `told_at` is the transfer's record time."""

    branch: str
    transfer_id: str
    when: Occasion
    told_at: datetime


Command = RegisterMember | CorrectDetails | AssignBranch


def require_known(state: Member) -> MemberCore:
    """The record, when there is one."""
    if state.core is None:
        raise Refused("member_unknown", status=404)
    return state.core


def require_member(state: Member) -> MemberCore:
    """The record of somebody whose membership has not ended (R1 Art. 24)."""
    core = require_known(state)
    if state.ended:
        raise Refused("membership_ended")
    return core


def require_formal_branch(branch: Organisation) -> None:
    """A formal relation is with an active branch, not with a committee, a group or a mobile branch (R1 Art. 32)."""
    require_active(branch, pointer="/branch")
    if branch.kind is None or not may_hold_relations(branch.kind):
        raise Refused("no_branch", pointer="/branch", kind=branch.kind or "-")


def require_joining_dates(category: PersonCategory, joined_on: date | None, full_on: date | None, today: date) -> None:
    """Joining and conversion in their order; equal days only while there was no probation (domain.md §2.8)."""
    for pointer, day in (("/joined_on", joined_on), ("/full_on", full_on)):
        if day is not None and day > today:
            raise Refused("in_the_future", pointer=pointer)
    if full_on is None:
        return
    if category == PersonCategory.PROBATIONARY:
        raise Refused("full_on_of_probationary", pointer="/full_on")
    if joined_on is None:
        return
    if full_on < joined_on:
        raise Refused("full_before_joined", pointer="/full_on")
    if full_on == joined_on and not NO_PROBATION_FROM <= joined_on <= NO_PROBATION_UNTIL:
        raise Refused("full_on_joining_day", pointer="/full_on")


def _register(command: RegisterMember, state: Member) -> Sequence[Draft]:
    if state.core is not None:
        raise Refused("id_no_taken", pointer="/id_no", status=409)
    facts = command.facts
    require_happened(command.when)
    require_formal_branch(command.branch)
    require_joining_dates(facts.person_category, facts.joined_on, facts.full_on, command.when.today)
    return [Draft(facts, command.when.occurred_on, command.text)]


def _correct(command: CorrectDetails, state: Member) -> Sequence[Draft]:
    core = require_known(state)
    require_happened(command.when)
    changed = _changes(command.facts)
    after = core.model_copy(update=changed)
    require_joining_dates(after.person_category, after.joined_on, after.full_on, command.when.today)
    if command.text is None and after == core:
        return []
    return [Draft(command.facts, command.when.occurred_on, command.text)]


def _changes(facts: MemberDetailsCorrected) -> dict[str, object]:
    """The codes that a correction names."""
    return {name: value for name in MemberCodeChange.model_fields if (value := getattr(facts, name)) is not None}


def _assign(command: AssignBranch, state: Member) -> Sequence[Draft]:
    """The relation moves at RelationTransferred and nowhere else; a repeat moves nothing (domain.md §8, invariants).

    Nor does a transfer that was told before the present branch was: the newest move stands, whatever order, and
    however often, they are worked off.
    """
    core = require_member(state)
    if command.transfer_id in state.transfers or core.branch == command.branch:
        return []
    if state.placed_at is not None and command.told_at < state.placed_at:
        return []
    assigned = BranchAssigned(
        member_id=state.id, from_branch=core.branch, branch=command.branch, transfer_id=command.transfer_id
    )
    return [Draft(assigned, command.when.occurred_on)]


def decide(command: Command, state: Member) -> Sequence[Draft]:
    """The events of a command on one member; raises Refused."""
    match command:
        case RegisterMember():
            return _register(command, state)
        case CorrectDetails():
            return _correct(command, state)
        case AssignBranch():
            return _assign(command, state)


def _told_at(event: Event, facts: BranchAssigned) -> datetime:
    """When the move was told: of a transfer, by the event that caused this one (its id says when); else just now."""
    if facts.transfer_id is None or not is_id(event.causationid):
        return event.time
    return time_of(event.causationid)


def evolve(state: Member, event: Event) -> Member:
    """The record after one more event; types that change nothing here leave it as it is."""
    match event.payload:
        case MemberRegistered() | MemberImported() as facts:
            return Member(
                id=facts.member_id,
                core=MemberCore.model_validate(facts.model_dump(include=set(MemberCore.model_fields))),
                registered_on=event.occurredon,
                id_index=facts.id_index,
                mobile_index=facts.mobile_index,
                row_hash=facts.row_hash if isinstance(facts, MemberImported) else None,
                placed_at=event.time,
            )
        case MemberDetailsCorrected() as facts if state.core is not None:
            return replace(
                state,
                core=state.core.model_copy(update=_changes(facts)),
                id_index=facts.id_index or state.id_index,
                mobile_index=facts.mobile_index or state.mobile_index,
                row_hash=facts.row_hash or state.row_hash,
            )
        case BranchAssigned() as facts if state.core is not None:
            return replace(
                state,
                core=state.core.model_copy(update={"branch": facts.branch, "group": facts.group}),
                transfers=state.transfers | ({facts.transfer_id} if facts.transfer_id else frozenset()),
                placed_at=_told_at(event, facts),
            )
        case MembershipDecision() as decision if state.core is not None and (status := status_after(decision)):
            decided = {"membership_status": status, "status_since": event.occurredon}
            return replace(state, core=state.core.model_copy(update=decided))
        case _:
            return state


MEMBER: Decider[Member, Command] = Decider("registry", "member", Member, evolve, decide)
