"""What is asked of a lost-contact case: by people, by what happened elsewhere, and by the clock (domain.md §2.7)."""

from dataclasses import dataclass
from datetime import date

from guiyan.events.codes import (
    ContactChannel,
    FoundOutcome,
    LostCause,
    LostEnd,
    LostStep,
    MembershipStatus,
    SearchMeans,
    SearchResult,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LostAct:
    """What every act has."""

    on: date
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch(LostAct):
    """A case begins: two quarters missed, silence of months, or an officer's word."""

    member_id: str
    branch: str
    departure_id: str | None = None
    missed_in_a_row: int = 0
    last_seen_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSearch(LostAct):
    """The branch begins to search."""

    branch: str
    since: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStep(LostAct):
    """One means was tried. `held`: the organisation has it (True), has it not (False), cannot tell here (None).

    With REACHED comes the channel by which; no other result has one.
    """

    means: SearchMeans
    result: SearchResult
    channel: ContactChannel | None = None
    held: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellCause(LostAct):
    """The branch tells that contact is lost for now, and by which cause."""

    branch: str
    since: date
    cause: LostCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(LostAct):
    """The basic committee confirms."""

    since: date
    confirmed_by: str
    document_no: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regain(LostAct):
    """The member was found, or came back."""

    channel: ContactChannel
    since: date | None
    relay_person: bool = False
    """Somebody is nominated through whom it could be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(LostAct):
    """Elsewhere it was recorded that the member took part, paid, answered; `in_person` when nobody else could have."""

    channel: ContactChannel | None
    in_person: bool
    last_seen_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(LostAct):
    """What the branch meeting proposes, on paper with a number."""

    proposed_by: str
    document_no: str
    since: date | None
    probationary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeSuspension(Propose):
    """To suspend the membership."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeReinstatement(Propose):
    """To reinstate it, on the member's written request."""

    requested_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRemoval(Propose):
    """To remove the member, two years after the suspension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideOutcome(LostAct):
    """Branch and committee decide what follows for a member found again."""

    outcome: FoundOutcome
    decision_no: str
    decided_by: str
    months: int | None = None
    probationary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDecision(LostAct):
    """Registry recorded a decision about the membership."""

    status: MembershipStatus
    decision_no: str
    decision_id: str
    annulled_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCase(LostAct):
    """The case ends with its cause: transferred, returned, a trip entered in error."""

    how: LostEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase(LostAct):
    """Somebody closes a case that should not have been opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellDue(LostAct):
    """The clock: a day has come on which people may or should act."""

    branch: str
    step: LostStep
    due_on: date
