"""Members: entered, imported, corrected, and moved to another branch by a transfer alone (domain.md §3.4, §2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from guiyan.events.codes import MemberSource, PersonCategory, RelationHolding
from guiyan.events.registry.member import (
    BranchAssigned,
    MemberDetailsCorrected,
    MemberImported,
    MemberRegistered,
    MemberText,
    MemberTextChange,
    MemberTransferredOut,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.admission import NOTHING, Lived, require_joined_before
from guiyan.registry.domain.dates import Occasion, require_happened
from guiyan.registry.domain.decisions import DecisionCommand, decide_membership
from guiyan.registry.domain.joining import full_fault, joining_fault
from guiyan.registry.domain.organisation import Organisation, require_active
from guiyan.registry.domain.record import (
    Member,
    changed_codes,
    evolve,
    require_formal_branch,
    require_known,
    require_not_ended,
)


@dataclass(frozen=True, slots=True)
class RegisterMember:
    """Enter a member, from a form, a township system or a roster; `branch` is the state of the branch named."""

    facts: MemberRegistered | MemberImported
    text: MemberText
    branch: Organisation
    when: Occasion


@dataclass(frozen=True, slots=True)
class CorrectDetails:
    """Set details right; what is absent stays as it was. `lived` bounds the day of joining.

    `birth_date` is given where that day or the ID number is told: the one then, as far as it is known.
    """

    facts: MemberDetailsCorrected
    text: MemberTextChange | None
    when: Occasion
    lived: Lived = NOTHING
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class AssignBranch:
    """Follow a transfer: the relation is with `branch` from that day; `told_at` is the transfer's record time."""

    branch: str
    transfer_id: str
    when: Occasion
    told_at: datetime


@dataclass(frozen=True, slots=True)
class LeaveRegister:
    """Follow a transfer: the relation is with an organisation outside; `told_at` is the transfer's record time."""

    transfer_id: str
    when: Occasion
    told_at: datetime


@dataclass(frozen=True, slots=True)
class FollowBranch:
    """The branch was merged or split: the relation goes on with `branch`, on the same day (domain.md §2.13)."""

    from_branch: str
    branch: str
    document_no: str | None
    when: Occasion


Command = FollowBranch | RegisterMember | CorrectDetails | AssignBranch | LeaveRegister | DecisionCommand


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
    fault = full_fault(joined_on, full_on)
    if fault is not None:
        raise Refused(fault, pointer="/full_on")


def require_joined_after_birth(joined_on: date | None, birth_date: date | None, *, pointer: str = "/joined_on") -> None:
    """Nobody joins before birth, nor before there was anything to join (domain.md §4.3)."""
    fault = None if joined_on is None else joining_fault(joined_on, birth_date)
    if fault is not None:
        raise Refused(fault, pointer=pointer)


def _register(command: RegisterMember, state: Member) -> Sequence[Draft]:
    if state.core is not None:
        raise Refused("id_no_taken", pointer="/id_no", status=409)
    facts = command.facts
    require_happened(command.when)
    if isinstance(facts, MemberRegistered) and facts.incoming:
        _require_expected(facts, command.branch)
    else:
        require_formal_branch(command.branch)
    require_joining_dates(facts.person_category, facts.joined_on, facts.full_on, command.when.today)
    require_joined_after_birth(facts.joined_on, command.text.birth_date)
    return [Draft(facts, command.when.occurred_on, command.text)]


def _require_expected(facts: MemberRegistered, expects: Organisation) -> None:
    """Who is expected from outside is entered with whoever expects the relation: a committee, or the branch in view.

    Neither retained nor parked: that is decided when the relation is here.
    """
    require_active(expects, pointer="/branch")
    if facts.source != MemberSource.TRANSFER_IN:
        raise Refused("incoming_is_transferred", pointer="/source")
    if facts.relation_holding != RelationHolding.NORMAL:
        raise Refused("incoming_is_transferred", pointer="/relation_holding")


def _correct(command: CorrectDetails, state: Member) -> Sequence[Draft]:
    core = require_known(state)
    require_happened(command.when)
    changed = changed_codes(command.facts)
    after = core.model_copy(update=changed)
    require_joining_dates(after.person_category, after.joined_on, after.full_on, command.when.today)
    if command.text is None and after == core:
        return []
    if command.birth_date is not None:
        told = "/id_no" if command.facts.joined_on is None else "/joined_on"
        require_joined_after_birth(after.joined_on, command.birth_date, pointer=told)
    if after.joined_on != core.joined_on:
        require_joined_before(after.joined_on, command.lived)
    return [Draft(command.facts, command.when.occurred_on, command.text)]


def _assign(command: AssignBranch, state: Member) -> Sequence[Draft]:
    """The relation moves at RelationTransferred and nowhere else; a repeat moves nothing (domain.md §8, invariants).

    Nor does a transfer that was told before the present branch was: the newest move stands, whatever order, and
    however often, they are worked off.
    """
    core = require_not_ended(state)
    if _is_old(command, state) or (core.branch == command.branch and not state.outside):
        return []
    assigned = BranchAssigned(
        member_id=state.id,
        from_branch=None if state.outside else core.branch,
        branch=command.branch,
        transfer_id=command.transfer_id,
    )
    return [Draft(assigned, command.when.occurred_on)]


def _leave(command: LeaveRegister, state: Member) -> Sequence[Draft]:
    """The same of a relation that went outside: no branch here has it any more."""
    core = require_not_ended(state)
    if _is_old(command, state) or state.outside:
        return []
    left = MemberTransferredOut(member_id=state.id, from_branch=core.branch, transfer_id=command.transfer_id)
    return [Draft(left, command.when.occurred_on)]


def _is_old(command: AssignBranch | LeaveRegister, state: Member) -> bool:
    """A repeat, or a transfer told before what put the member into the present place."""
    told_before = state.placed_at is not None and command.told_at < state.placed_at
    return command.transfer_id in state.transfers or told_before


def _follow(command: FollowBranch, state: Member) -> Sequence[Draft]:
    """Whoever is not with that branch any more stays where the relation is now; a repeat moves nothing."""
    core = require_not_ended(state)
    if core.branch != command.from_branch or state.outside:
        return []
    require_happened(command.when)
    assigned = BranchAssigned(
        member_id=state.id, from_branch=core.branch, branch=command.branch, document_no=command.document_no
    )
    return [Draft(assigned, command.when.occurred_on)]


def decide(command: Command, state: Member) -> Sequence[Draft]:
    """The events of a command on one member; raises Refused."""
    match command:
        case RegisterMember():
            return _register(command, state)
        case CorrectDetails():
            return _correct(command, state)
        case FollowBranch():
            return _follow(command, state)
        case AssignBranch():
            return _assign(command, state)
        case LeaveRegister():
            return _leave(command, state)
        case _:
            return decide_membership(command, state)


MEMBER: Decider[Member, Command] = Decider("registry", "member", Member, evolve, decide)
