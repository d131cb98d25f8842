"""Which contact person has a member away: the branch's, unless another one was named for the member (S-11, §2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guiyan.contact.domain.happened import require_happened
from guiyan.events import Event
from guiyan.events.contact import ContactPersonAssigned, ContactPersonUnassigned
from guiyan.ledger import Decider, Draft, Refused


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who was named for the member; None: nobody, so the branch's contact person has the member."""

    member_id: str = ""
    branch: str = ""
    person_id: str | None = None
    last_on: date = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A person is named; `has` is how many members that person has been named for, `most` how many one may have."""

    on: date
    today: date
    member_id: str
    branch: str
    person_id: str
    has: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unname:
    """Nobody is named any more; `person_id` says who ought to stand there, None: whoever does."""

    on: date
    today: date
    still_needed: bool
    person_id: str | None = None
    by_person: bool = False


Command = Name | Unname


def decide(act: Command, state: Assignment) -> Sequence[Draft]:
    """The events of an act on one member's assignment, or Refused."""
    require_happened(act.on, act.today)
    if isinstance(act, Unname):
        return _unname(act, state)
    if act.on < state.last_on:
        raise Refused("date_before_last", pointer="/occurred_on", earliest=state.last_on.isoformat())
    if (state.person_id, state.branch) == (act.person_id, act.branch):
        return []
    if act.has >= act.most:
        raise Refused("contact_person_full", pointer="/person_id", most=act.most)
    named = ContactPersonAssigned(
        member_id=act.member_id,
        branch=act.branch,
        person_id=act.person_id,
        from_person_id=state.person_id,
        members_of_person=act.has + 1,
    )
    return [Draft(named, act.on)]


def _unname(act: Unname, state: Assignment) -> Sequence[Draft]:
    """By a person of one who was named; by itself, where somebody else stands by now, nothing happens."""
    if state.person_id is None or act.person_id not in {None, state.person_id}:
        if act.by_person:
            raise Refused("nobody_named")
        return []
    ended = ContactPersonUnassigned(
        member_id=state.member_id, branch=state.branch, person_id=state.person_id, still_needed=act.still_needed
    )
    return [Draft(ended, max(act.on, state.last_on))]


def evolve(state: Assignment, event: Event) -> Assignment:
    """The assignment after an event."""
    match event.payload:
        case ContactPersonAssigned() as named:
            return Assignment(named.member_id, named.branch, named.person_id, event.occurredon)
        case ContactPersonUnassigned():
            return Assignment(state.member_id, state.branch, None, event.occurredon)
        case _:
            return state


ASSIGNMENT: Decider[Assignment, Command] = Decider("contact", "assignment", Assignment, evolve, decide)
