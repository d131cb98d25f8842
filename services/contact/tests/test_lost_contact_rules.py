"""The rules of a lost-contact case, act by act and state by state (domain.md §2.7, R1 Art. 24)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from services.contact.tests.lost_stories import (
    ALL_FAILED,
    CAUSE,
    CONFIRMED,
    DECISION,
    FOUND,
    LATER,
    OPENED,
    OTHER_DECISION,
    PAPER,
    SEARCH,
    SEARCHING,
    SINCE,
    THIRD_DECISION,
    UNKNOWN_DECISION,
    act,
    case,
    step,
    suspended,
)
from services.contact.tests.stories import BRANCH, MEMBER, TOWN

from guiyan.contact.domain import lost_acts as ask
from guiyan.contact.domain.lost_contact import ANSWERS, LOST_CONTACT
from guiyan.contact.domain.lost_state import Case
from guiyan.contact.domain.lost_steps import WAITS_FOR, due_step
from guiyan.events.codes import FoundOutcome, LostEnd, LostState, MembershipStatus, SearchMeans, SearchResult
from guiyan.events.contact import lost_contact as told
from guiyan.ledger.commit import Draft
from guiyan.ledger.testing.deciders import Scenario

PROPOSED = told.SuspensionProposed(member_id=MEMBER, proposed_by=BRANCH, document_no=PAPER)
REMOVAL = told.RemovalProposed(member_id=MEMBER, proposed_by=BRANCH, document_no=PAPER)
REINSTATEMENT = told.ReinstatementProposed(member_id=MEMBER, proposed_by=BRANCH, document_no=PAPER)
TWO_YEARS = date(2028, 7, 20)
SOUGHT = (SEARCHING, *ALL_FAILED, CAUSE)
STORIES: dict[LostState, tuple[Any, ...]] = {
    LostState.WATCH: (),
    LostState.SEARCHING: (*SOUGHT,),
    LostState.FOUND: (
        SEARCHING,
        FOUND,
    ),
    LostState.CONFIRMED_LOST: (
        *SOUGHT,
        Draft(CONFIRMED, LATER),
    ),
    LostState.SUSPENSION_PROPOSED: (
        *SOUGHT,
        Draft(CONFIRMED, LATER),
        Draft(PROPOSED, LATER),
    ),
    LostState.SUSPENDED: (
        *SOUGHT,
        Draft(CONFIRMED, LATER),
        suspended(),
    ),
    LostState.REINSTATEMENT_PROPOSED: (
        *SOUGHT,
        suspended(),
        Draft(REINSTATEMENT, LATER),
    ),
    LostState.REMOVAL_PROPOSED: (
        *SOUGHT,
        suspended(),
        Draft(REMOVAL, TWO_YEARS),
    ),
}
"""A case in each state that is open."""


def standing(state: LostState) -> Scenario[Any, Any]:
    """A case that stands there."""
    return case(*STORIES[state])


ALLOWED: dict[type[ask.LostAct], tuple[set[LostState], date]] = {
    ask.StartSearch: ({LostState.WATCH}, LATER),
    ask.TakeStep: ({LostState.SEARCHING}, LATER),
    ask.Confirm: ({LostState.SEARCHING}, LATER),
    ask.Regain: (set(STORIES) - {LostState.FOUND}, TWO_YEARS),
    ask.ProposeSuspension: ({LostState.CONFIRMED_LOST}, LATER),
    ask.ProposeReinstatement: ({LostState.SUSPENDED, LostState.REMOVAL_PROPOSED}, TWO_YEARS),
    ask.ProposeRemoval: ({LostState.SUSPENDED}, TWO_YEARS),
    ask.DecideOutcome: ({LostState.FOUND}, LATER),
    ask.CloseCase: (
        {
            LostState.WATCH,
            LostState.SEARCHING,
            LostState.FOUND,
            LostState.CONFIRMED_LOST,
            LostState.SUSPENSION_PROPOSED,
        },
        LATER,
    ),
}
"""What people may do in which states: the table of §2.7."""
BY_THEMSELVES = {ask.Seen, ask.EndCase, ask.NoteDecision, ask.TellDue}
"""Acts of policies and timers."""


@pytest.mark.parametrize("state", STORIES)
@pytest.mark.parametrize("kind", ALLOWED, ids=lambda kind: kind.__name__)
def test_each_act_belongs_to_its_states(kind: type[ask.LostAct], state: LostState) -> None:
    """The table: an act done where it belongs, refused by the state's name everywhere else."""
    states, on = ALLOWED[kind]
    if state in states:
        assert standing(state).when(act(kind, on)).drafts
    else:
        standing(state).when(act(kind, on)).then_refused("lost_contact_state", state=state)


def test_every_act_is_in_the_table() -> None:
    """People's acts, the system's, opening and telling the cause: nothing else is answered."""
    assert set(ANSWERS) == {*ALLOWED, *BY_THEMSELVES, ask.Watch, ask.TellCause}


@pytest.mark.parametrize("state", STORIES)
@pytest.mark.parametrize("kind", sorted(BY_THEMSELVES, key=lambda kind: kind.__name__))
def test_nothing_is_proposed_or_decided_by_itself(kind: type[ask.LostAct], state: LostState) -> None:
    """Whatever happens elsewhere, whatever day comes: no proposal, no outcome, no confirmation (guard rail)."""
    people_alone = told.SuspensionProposed | told.RemovalProposed | told.ReinstatementProposed
    for status in MembershipStatus if kind is ask.NoteDecision else [None]:
        facts = {} if status is None else {"status": status, "decision_id": OTHER_DECISION}
        for draft in standing(state).when(act(kind, TWO_YEARS, **facts)).drafts:
            assert not isinstance(draft.payload, people_alone | told.OutcomeDecided | told.LostContactConfirmed)


@pytest.mark.parametrize("state", STORIES)
def test_every_open_case_waits_for_somebody(state: LostState) -> None:
    """No state is without a named person; those of the rule's months have their day as well."""
    now = LOST_CONTACT.fold([])
    assert now == Case()
    found = standing(state).when(act(ask.TellDue, step="CORRECTION_OVER")).then_nothing().state
    assert WAITS_FOR[state]
    assert (due_step(found) is not None) == (state in {LostState.WATCH, LostState.SEARCHING, LostState.SUSPENDED})


def test_a_watch_is_opened_once() -> None:
    """A number is one case: whoever opens it again is told that it is open, or was used."""
    Scenario(LOST_CONTACT).when(act(ask.Watch, last_seen_on=SINCE)).then(
        told.LostContactWatchOpened(member_id=MEMBER, branch=BRANCH, missed_in_a_row=0, last_seen_on=SINCE)
    )
    case().when(act(ask.Watch)).then_refused("lost_contact_open")
    closed = Draft(told.LostContactClosed(member_id=MEMBER, how="RESUMED"), LATER)
    case(closed).when(act(ask.Watch)).then_refused("lost_contact_number_used")
    case(closed).when(act(ask.StartSearch)).then_refused("lost_contact_closed", how="RESUMED")
    Scenario(LOST_CONTACT).when(act(ask.StartSearch)).then_refused("lost_contact_not_found")


def test_days_are_guarded() -> None:
    """Not in the future, no search before the member was last seen, no step before the search."""
    case().when(ask.StartSearch(on=LATER, today=SEARCH, branch=BRANCH, since=SINCE)).then_refused("date_in_future")
    case().when(act(ask.StartSearch, date(2026, 1, 9))).then_refused("date_before_last", earliest="2026-01-10")
    case(SEARCHING).when(act(ask.TakeStep, OPENED)).then_refused("date_before_last", earliest="2026-06-12")
    case(*SOUGHT).when(act(ask.Confirm, date(2026, 6, 11))).then_refused("date_before_last")
    case(SEARCHING, FOUND).when(act(ask.DecideOutcome, OPENED)).then_refused("date_before_last")


# -- searching ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left_out", SearchMeans)
def test_every_means_is_tried_before_it_is_confirmed(left_out: SearchMeans) -> None:
    """One of the closed list not told is named; none is left out in silence (Art. 24)."""
    steps = [step(means) for means in SearchMeans if means is not left_out]
    case(SEARCHING, *steps, CAUSE).when(act(ask.Confirm)).then_refused("search_not_over", means=left_out)
    for result in (SearchResult.WAITING, SearchResult.REACHED, SearchResult.NEW_CONTACT_POINT):
        story = case(SEARCHING, *steps, step(left_out, result), CAUSE)
        story.when(act(ask.Confirm)).then_refused("search_not_over", means=left_out)
    last = step(left_out, SearchResult.NOT_APPLICABLE)
    assert case(SEARCHING, *steps, last, CAUSE).when(act(ask.Confirm)).drafts


def test_a_new_contact_point_is_tried_as_well() -> None:
    """What a means gave is followed up by the member's own contact points, on that day or later."""
    others = [step(means) for means in SearchMeans if means is not SearchMeans.FORMER_BRANCH]
    new = step(SearchMeans.FORMER_BRANCH, SearchResult.NEW_CONTACT_POINT, date(2026, 6, 20))
    story = case(SEARCHING, *others, new, CAUSE)
    story.when(act(ask.Confirm)).then_refused("search_not_over", means="FORMER_BRANCH")
    early = case(SEARCHING, *others, new, step(SearchMeans.OWN_CONTACT_POINTS, on=date(2026, 6, 19)), CAUSE)
    early.when(act(ask.Confirm)).then_refused("search_not_over")
    tried = case(SEARCHING, *others, new, step(SearchMeans.OWN_CONTACT_POINTS, on=date(2026, 6, 20)), CAUSE)
    assert tried.when(act(ask.Confirm)).drafts


def test_a_step_told_late_undoes_nothing_newer() -> None:
    """Of a means the newest day stands, in whatever order its steps are told (§8)."""
    waiting = step(SearchMeans.HOST_ORG, SearchResult.WAITING, date(2026, 6, 13))
    newer = step(SearchMeans.HOST_ORG, SearchResult.NOTHING, date(2026, 6, 30))
    others = [step(means) for means in SearchMeans if means is not SearchMeans.HOST_ORG]
    assert case(SEARCHING, *others, newer, waiting, CAUSE).when(act(ask.Confirm)).drafts


def test_means_that_are_not_there_are_told_so() -> None:
    """What the organisation has cannot be passed over; what it has not cannot have been tried."""
    case(SEARCHING).when(act(ask.TakeStep, result=SearchResult.NOT_APPLICABLE, held=True)).then_refused(
        "search_means_applies", pointer="/result"
    )
    relay = {"means": SearchMeans.RELAY_PERSON, "held": False}
    case(SEARCHING).when(act(ask.TakeStep, **relay)).then_refused("search_means_missing", pointer="/means")
    assert case(SEARCHING).when(act(ask.TakeStep, **relay, result=SearchResult.NOT_APPLICABLE)).drafts
    assert case(SEARCHING).when(act(ask.TakeStep, result=SearchResult.NOT_APPLICABLE)).drafts


def test_whoever_is_reached_by_a_step_is_found() -> None:
    """REACHED comes with its channel, and is the step and the finding in one."""
    reached = {"result": SearchResult.REACHED, "channel": "VIA_HOST_ORG"}
    case(SEARCHING).when(act(ask.TakeStep, **reached)).then(
        told.SearchStepDone(member_id=MEMBER, means="HOST_ORG", result="REACHED"),
        told.ContactRegained(member_id=MEMBER, channel="VIA_HOST_ORG"),
    ).then_state(state=LostState.FOUND)
    case(SEARCHING).when(act(ask.TakeStep, result=SearchResult.REACHED)).then_refused("search_channel_mismatch")
    case(SEARCHING).when(act(ask.TakeStep, channel="PHONE")).then_refused("search_channel_mismatch")
    by_relay = reached | {"channel": "VIA_RELAY_PERSON"}
    case(SEARCHING).when(act(ask.TakeStep, **by_relay)).then_refused("relay_person_missing")


# -- confirming -----------------------------------------------------------------------------------------------------


def test_lost_contact_is_confirmed_after_six_months() -> None:
    """The day before is refused with the day; the silence counts from the last sign (Art. 24)."""
    steps = [step(means) for means in SearchMeans]
    story = case(SEARCHING, *steps, CAUSE)
    story.when(act(ask.Confirm, date(2026, 7, 9))).then_refused("silence_too_short", earliest="2026-07-10", months=6)
    later = date(2026, 3, 1)
    story.when(act(ask.Confirm, since=later)).then_refused("silence_too_short", earliest="2026-09-01")
    story.when(act(ask.Confirm, date(2026, 7, 10))).then(CONFIRMED)


def test_branch_and_committee_confirm() -> None:
    """Without the branch's word of the cause the committee is told so; the cause is told once."""
    case(SEARCHING, *ALL_FAILED).when(act(ask.Confirm)).then_refused("lost_cause_missing")
    case(SEARCHING).when(act(ask.TellCause)).then(CAUSE)
    case(SEARCHING, CAUSE).when(act(ask.TellCause)).then_refused("lost_cause_told")
    case().when(act(ask.TellCause)).then_refused("lost_contact_state")


# -- proposals and decisions ----------------------------------------------------------------------------------------


def test_a_suspension_is_not_proposed_of_somebody_seen_meanwhile() -> None:
    """Six months again from the newest sign; of a probationary member nothing is suspended (R9)."""
    confirmed = standing(LostState.CONFIRMED_LOST)
    confirmed.when(act(ask.ProposeSuspension, since=date(2026, 7, 1))).then_refused("silence_too_short")
    confirmed.when(act(ask.ProposeSuspension, probationary=True)).then_refused("lost_probation_is_cancelled")
    confirmed.when(act(ask.ProposeSuspension, SEARCH)).then_refused("date_before_last")
    confirmed.when(act(ask.ProposeSuspension)).then(PROPOSED)


def test_a_removal_is_proposed_two_years_after_the_suspension() -> None:
    """Not a day earlier, and not of somebody seen since (Art. 24)."""
    story = standing(LostState.SUSPENDED)
    story.when(act(ask.ProposeRemoval, date(2028, 7, 19))).then_refused(
        "removal_proposed_too_early", earliest="2028-07-20"
    )
    story.when(act(ask.ProposeRemoval, TWO_YEARS, since=date(2027, 1, 1))).then_refused(
        "seen_since_suspension", seen_on="2027-01-01"
    )
    story.when(act(ask.ProposeRemoval, TWO_YEARS)).then(REMOVAL)
    met = case(*SOUGHT, suspended(), Draft(FOUND, date(2027, 5, 1)))
    met.then_state(state=LostState.SUSPENDED)
    met.when(act(ask.ProposeRemoval, TWO_YEARS)).then_refused("seen_since_suspension", seen_on="2027-05-01")


def test_reinstatement_is_asked_for_within_two_years() -> None:
    """By the day of the written request, not before the suspension and not after two years."""
    for day, well in (("2026-07-19", False), ("2026-07-20", True), ("2028-07-20", True), ("2028-07-21", False)):
        said = standing(LostState.SUSPENDED).when(
            act(ask.ProposeReinstatement, date(2028, 9, 1), requested_on=date.fromisoformat(day))
        )
        said.then_refused("request_outside_period") if not well else said.then_state(
            state=LostState.REINSTATEMENT_PROPOSED
        )


@pytest.mark.parametrize(
    ("status", "how", "state"),
    [
        (MembershipStatus.NORMAL, LostEnd.REINSTATED, LostState.REINSTATED),
        (MembershipStatus.REMOVED, LostEnd.REMOVED, LostState.REMOVED),
        (MembershipStatus.DECEASED, LostEnd.MEMBERSHIP_ENDED, LostState.SUSPENDED),
    ],
)
def test_decisions_of_the_registry_move_the_case_on(status: MembershipStatus, how: LostEnd, state: LostState) -> None:
    """Each with its number; all but a suspension end it."""
    noted = act(ask.NoteDecision, TWO_YEARS, status=status, decision_id=OTHER_DECISION)
    after = standing(LostState.SUSPENDED).when(noted)
    assert [type(one.payload) for one in after.drafts] == [told.LostMembershipNoted, told.LostContactClosed]
    after.then_state(state=state, ended=how)


def test_a_suspension_is_noted_once_and_taken_back_when_annulled() -> None:
    """A repeat notes nothing; annulled, the case stands where it stood; of another decision it says nothing."""
    confirmed = case(*SOUGHT, Draft(CONFIRMED, LATER))
    suspending = act(ask.NoteDecision)
    confirmed.when(suspending).then(suspended().payload)
    standing(LostState.SUSPENDED).when(suspending).then_nothing()
    annulling = act(ask.NoteDecision, status="NORMAL", decision_id=THIRD_DECISION, annulled_id=DECISION)
    standing(LostState.SUSPENDED).when(annulling).then_state(
        state=LostState.CONFIRMED_LOST, suspended_on=None, ended=None
    )
    other = act(ask.NoteDecision, status="NORMAL", decision_id=THIRD_DECISION, annulled_id=UNKNOWN_DECISION)
    standing(LostState.SUSPENDED).when(other).then_nothing()
    again = standing(LostState.SUSPENDED).when(annulling).when(act(ask.NoteDecision, decision_id=OTHER_DECISION))
    again.then_state(state=LostState.SUSPENDED, suspended_on=LATER)


# -- found ----------------------------------------------------------------------------------------------------------


def test_what_follows_for_whoever_is_found_is_decided_with_a_number() -> None:
    """RESUME ends the case; a correction period has its months, at most twelve; others wait for the registry."""
    found = standing(LostState.FOUND)
    standing(LostState.FOUND).when(act(ask.DecideOutcome)).then_state(
        ended=LostEnd.RESUMED, outcome=FoundOutcome.RESUME
    )
    period = {"outcome": FoundOutcome.CORRECTION_PERIOD}
    for months in (None, 0, 13):
        found.when(act(ask.DecideOutcome, **period, months=months)).then_refused("correction_months")
    found.when(act(ask.DecideOutcome, months=3)).then_refused("correction_months")
    set_ = found.when(act(ask.DecideOutcome, **period, months=12))
    set_.then_state(ended=None, correction_until=date(2027, 7, 20))
    over = act(ask.TellDue, date(2027, 7, 21), step="CORRECTION_OVER", due_on=date(2027, 7, 21))
    assert set_.when(over).drafts
    suspended_abroad = standing(LostState.FOUND).when(act(ask.DecideOutcome, outcome=FoundOutcome.SUSPENDED_ABROAD))
    suspended_abroad.when(act(ask.NoteDecision)).then_state(ended=LostEnd.SUSPENDED)


def test_an_outcome_is_decided_once() -> None:
    """REMOVED and then RESUME: refused; after a correction period, or a refusal to leave, what the rules know next."""
    removed = standing(LostState.FOUND).when(act(ask.DecideOutcome, outcome=FoundOutcome.REMOVED))
    for outcome in FoundOutcome:
        months = {"months": 3} if outcome is FoundOutcome.CORRECTION_PERIOD else {}
        removed.when(act(ask.DecideOutcome, outcome=outcome, **months)).then_refused("lost_outcome_decided")
    period = {"outcome": FoundOutcome.CORRECTION_PERIOD, "months": 12}
    corrected = standing(LostState.FOUND).when(act(ask.DecideOutcome, **period))
    corrected.when(act(ask.DecideOutcome, **period)).then_refused("lost_outcome_decided", pointer="/outcome")
    left = corrected.when(act(ask.DecideOutcome, outcome=FoundOutcome.PERSUADE_TO_LEAVE))
    left.when(act(ask.DecideOutcome)).then_refused("lost_outcome_decided")
    left.when(act(ask.DecideOutcome, outcome=FoundOutcome.REMOVED)).then_state(outcome=FoundOutcome.REMOVED)


def test_what_is_only_called_not_applicable_is_no_search() -> None:
    """Art. 24: all six means not applicable is nobody searched for; one tried in vain, and the rest not there, is."""
    none = [step(means, SearchResult.NOT_APPLICABLE) for means in SearchMeans]
    case(SEARCHING, *none, CAUSE).when(act(ask.Confirm)).then_refused("search_never_made")
    made = case(SEARCHING, *none[:-1], step(SearchMeans.REGISTERED_LETTER), CAUSE)
    made.when(act(ask.Confirm)).then_state(state=LostState.CONFIRMED_LOST)


def test_a_probation_is_ended_and_nothing_else_of_it() -> None:
    """The outcomes of a probationary member and of a full one differ (R9)."""
    found = standing(LostState.FOUND)
    ended = {"outcome": FoundOutcome.PROBATION_ENDED}
    found.when(act(ask.DecideOutcome, **ended)).then_refused("outcome_and_category")
    removed = act(ask.DecideOutcome, outcome=FoundOutcome.REMOVED, probationary=True)
    found.when(removed).then_refused("outcome_and_category")
    assert found.when(act(ask.DecideOutcome, **ended, probationary=True)).drafts


def test_contact_is_regained_through_a_relay_person_only_while_one_is_nominated() -> None:
    """The channel needs the member's own nomination (§2.6)."""
    by = {"channel": "VIA_RELAY_PERSON"}
    case(SEARCHING).when(act(ask.Regain, **by)).then_refused("relay_person_missing")
    assert case(SEARCHING).when(act(ask.Regain, **by, relay_person=True)).drafts
    case(SEARCHING).when(act(ask.Regain, date(2026, 1, 9))).then_refused("date_before_last")


# -- signs told elsewhere, in any order -----------------------------------------------------------------------------


def test_a_sign_ends_a_watch() -> None:
    """Met: regained and resumed. Paid: resumed. Told late and the silence still long: nothing (§8)."""
    case().when(act(ask.Seen)).then(FOUND, told.LostContactClosed(member_id=MEMBER, how="RESUMED"))
    paid = act(ask.Seen, in_person=False, channel=None)
    case().when(paid).then(told.LostContactClosed(member_id=MEMBER, how="RESUMED"))
    old = ask.Seen(on=date(2026, 2, 1), today=LATER, channel="PHONE", in_person=True, last_seen_on=date(2026, 2, 1))
    case().when(old).then_nothing()
    recent = ask.Seen(on=date(2026, 5, 1), today=LATER, channel="PHONE", in_person=True, last_seen_on=date(2026, 5, 1))
    closed = case().when(recent).drafts
    assert [(type(one.payload), one.occurred_on) for one in closed] == [(told.LostContactClosed, OPENED)]


def test_a_watch_after_two_missed_quarters_ends_by_a_newer_sign_only() -> None:
    """Dues paid within the missed quarters do not undo that nobody was reached."""
    missed = told.LostContactWatchOpened(member_id=MEMBER, branch=BRANCH, missed_in_a_row=2, last_seen_on=SINCE)
    story = Scenario(LOST_CONTACT).given(Draft(missed, OPENED))
    paid = ask.Seen(on=date(2026, 5, 1), today=LATER, channel=None, in_person=False, last_seen_on=date(2026, 5, 1))
    story.when(paid).then_nothing()
    story.when(act(ask.Seen, OPENED)).then_state(ended=LostEnd.RESUMED)


def test_a_sign_newer_than_the_search_finds_the_member() -> None:
    """One of before it, told late, does not; dues may have been paid by somebody else."""
    for state in (LostState.SEARCHING, LostState.CONFIRMED_LOST, LostState.SUSPENSION_PROPOSED):
        standing(state).when(act(ask.Seen, SEARCH)).then(FOUND)
        standing(state).when(act(ask.Seen, date(2026, 6, 11))).then_nothing()
        standing(state).when(act(ask.Seen, in_person=False)).then_nothing()
    standing(LostState.FOUND).when(act(ask.Seen)).then_nothing()
    standing(LostState.SUSPENDED).when(act(ask.Seen, TWO_YEARS)).then(FOUND).then_state(state=LostState.SUSPENDED)
    standing(LostState.SUSPENDED).when(act(ask.Seen, SEARCH)).then_nothing()


def test_home_again_or_transferred() -> None:
    """A watch is over; a search has found the member; a transfer ends both; a suspension waits for its decision."""
    home = act(ask.EndCase, how=LostEnd.RETURNED)
    standing(LostState.WATCH).when(home).then_state(ended=LostEnd.RETURNED)
    standing(LostState.SEARCHING).when(home).then_state(state=LostState.FOUND, ended=None)
    standing(LostState.SEARCHING).when(act(ask.EndCase)).then_state(ended=LostEnd.TRANSFERRED)
    standing(LostState.SUSPENDED).when(act(ask.EndCase)).then_nothing()
    in_error = act(ask.EndCase, how=LostEnd.OPENED_IN_ERROR)
    standing(LostState.WATCH).when(in_error).then_state(ended=LostEnd.OPENED_IN_ERROR)
    standing(LostState.SEARCHING).when(in_error).then_nothing()


# -- the clock ------------------------------------------------------------------------------------------------------


def test_the_clock_tells_once_and_only_what_is_waited_for() -> None:
    """A repeat says nothing; nor does a day of a step that is over."""
    telling = act(ask.TellDue)
    told_ = (
        case()
        .when(telling)
        .then(told.LostContactDue(member_id=MEMBER, branch=BRANCH, step="START_SEARCH", due_on=LATER))
    )
    told_.when(telling).then_nothing()
    case(SEARCHING).when(telling).then_nothing()
    assert case(SEARCHING).when(act(ask.TellDue, step="MAY_CONFIRM")).drafts
    assert standing(LostState.SUSPENDED).when(act(ask.TellDue, TWO_YEARS, step="MAY_PROPOSE_REMOVAL")).drafts
    standing(LostState.REMOVAL_PROPOSED).when(act(ask.TellDue, step="MAY_PROPOSE_REMOVAL")).then_nothing()


def test_the_branch_stands_with_the_act() -> None:
    """The branch of now is named, whichever opened the case."""
    other = TOWN
    (draft,) = case().when(act(ask.StartSearch, branch=other)).drafts
    assert draft.payload == told.SearchStarted(member_id=MEMBER, branch=other)
