"""A lost-contact case: its state and how each event changes it (domain.md §2.7)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from guiyan.events import Event, Payload
from guiyan.events.codes import FoundOutcome, LostEnd, LostState, LostStep, MembershipStatus, SearchMeans, SearchResult
from guiyan.events.contact import lost_contact as told

SEARCHED: Final = frozenset({LostState.SEARCHING, LostState.CONFIRMED_LOST, LostState.SUSPENSION_PROPOSED})
"""States in which the member is sought; whoever is found in one is FOUND, and people decide what follows."""
SUSPENDED: Final = frozenset({LostState.SUSPENDED, LostState.REINSTATEMENT_PROPOSED, LostState.REMOVAL_PROPOSED})
"""States in which the membership is suspended: only decisions lead out of them."""


@dataclass(frozen=True, slots=True)
class SearchStep:
    """One means was tried on a day; the newest of a means by its day stands, whenever it was told (§8)."""

    on: date
    means: SearchMeans
    result: SearchResult
    place: int
    """Which of the case's events told it."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules need to know of a case; `state` is None before it was opened, `ended` tells how it ended."""

    state: LostState | None = None
    member_id: str = ""
    branch: str = ""
    opened_on: date = date.min
    missed_in_a_row: int = 0
    last_seen_on: date | None = None
    searching_since: date | None = None
    steps: tuple[SearchStep, ...] = ()
    cause_told: bool = False
    confirmed_on: date | None = None
    regained_on: date | None = None
    outcome: FoundOutcome | None = None
    correction_until: date | None = None
    suspended_on: date | None = None
    decision_id: str | None = None
    before_suspension: LostState | None = None
    told: frozenset[tuple[LostStep, date]] = frozenset()
    ended: LostEnd | None = None

    @property
    def is_open(self) -> bool:
        """Whether the case goes on."""
        return self.state is not None and self.ended is None

    @property
    def newest_step_on(self) -> date | None:
        """The day of the newest search step."""
        return max((one.on for one in self.steps), default=None)


def state_after(case: Case, payload: Payload) -> LostState | None:  # noqa: PLR0911 - one return an event
    """The state after an event: the whole table of §2.7 in one place."""
    match payload:
        case told.LostContactWatchOpened():
            return LostState.WATCH
        case told.SearchStarted():
            return LostState.SEARCHING
        case told.LostContactConfirmed():
            return LostState.CONFIRMED_LOST
        case told.ContactRegained():
            return case.state if case.state in SUSPENDED else LostState.FOUND
        case told.SuspensionProposed():
            return LostState.SUSPENSION_PROPOSED
        case told.ReinstatementProposed():
            return LostState.REINSTATEMENT_PROPOSED
        case told.RemovalProposed():
            return LostState.REMOVAL_PROPOSED
        case told.LostMembershipNoted():
            return _decided(case, payload)
        case _:
            return case.state


def _decided(case: Case, payload: told.LostMembershipNoted) -> LostState | None:
    if payload.annulled_id is not None:
        return case.before_suspension or case.state
    decided = {
        MembershipStatus.SUSPENDED: LostState.SUSPENDED,
        MembershipStatus.NORMAL: LostState.REINSTATED,
        MembershipStatus.REMOVED: LostState.REMOVED,
    }
    return decided.get(payload.status, case.state)


def evolve(case: Case, event: Event) -> Case:
    """The case after an event."""
    after = _changed(case, event)
    return replace(after, state=state_after(case, event.payload))


def _changed(case: Case, event: Event) -> Case:  # noqa: C901, PLR0911 - one case an event
    on = event.occurredon
    match event.payload:
        case told.LostContactWatchOpened() as facts:
            return Case(
                member_id=facts.member_id,
                branch=facts.branch,
                opened_on=on,
                missed_in_a_row=facts.missed_in_a_row,
                last_seen_on=facts.last_seen_on,
            )
        case told.SearchStarted() as facts:
            return replace(case, searching_since=on, branch=facts.branch)
        case told.SearchStepDone() as facts:
            step = SearchStep(on, facts.means, facts.result, event.streamversion)
            return replace(case, steps=(*case.steps, step))
        case told.LostContactOpened():
            return replace(case, cause_told=True)
        case told.LostContactConfirmed():
            return replace(case, confirmed_on=on)
        case told.ContactRegained():
            return replace(case, regained_on=on)
        case told.OutcomeDecided() as facts:
            return replace(case, outcome=facts.outcome, correction_until=facts.until)
        case told.LostMembershipNoted() as facts:
            return _noted(case, facts)
        case told.LostContactDue() as facts:
            return replace(case, told=case.told | {(facts.step, facts.due_on)})
        case told.LostContactClosed() as facts:
            return replace(case, ended=facts.how)
        case _:
            return case


def _noted(case: Case, facts: told.LostMembershipNoted) -> Case:
    if facts.annulled_id is not None:
        return replace(case, suspended_on=None, decision_id=None, before_suspension=None)
    if facts.status is MembershipStatus.SUSPENDED:
        before = case.before_suspension or case.state
        return replace(case, suspended_on=facts.decided_on, decision_id=facts.decision_id, before_suspension=before)
    return replace(case, decision_id=facts.decision_id)
