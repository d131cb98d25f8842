"""The rules of aid cases (S-05, S-47, S-50; domain.md §2.12): each state, each guard, any order of acts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.contact.domain.aid import AID, AidCase, Approve, Assess, Close, Command, Raise, Remind, Visit
from guiyan.contact.domain.occasions import next_occasion
from guiyan.events.codes import AidKind, AidOccasion, AidOutcome, AidRaisedBy, AidState
from guiyan.events.contact import AidVisitDue
from guiyan.events.testing import event_of
from guiyan.ledger import Refused
from guiyan.ledger.calendar import SPRING_FESTIVALS
from guiyan.ledger.testing.deciders import Scenario

TODAY = date(2026, 3, 10)
WHEN: dict[str, Any] = {"on": TODAY, "today": TODAY}
MEMBER, WISH = "019b76da-a800-7000-8000-00000000000a", "019b76da-a800-7000-8000-00000000000b"
BRANCH, TOWN = "654002001001", "654002001000"
RAISE = Raise(
    **WHEN, member_id=MEMBER, org_code=BRANCH, kind=AidKind.RELIEF, raised_by=AidRaisedBy.BRANCH, consent_id=None
)
ASSESS, REFUSE = Assess(**WHEN, upheld=True), Assess(**WHEN, upheld=False)
APPROVE = Approve(**WHEN, decided_by=TOWN, amount_fen=100_000)
VISIT = Visit(**WHEN, by_org=TOWN)
REMIND = Remind(**WHEN, occasion=AidOccasion.JULY_1, due_on=date(2026, 6, 30), since=date(2026, 5, 31))


def close(outcome: AidOutcome) -> Close:
    """The end of a case."""
    return Close(**WHEN, outcome=outcome)


def run(*acts: Command) -> AidCase:
    """The case after these acts, each allowed."""
    case = AidCase()
    for act in acts:
        for draft in AID.decide(act, case):
            case = AID.evolve(case, event_of(draft.payload, WISH, occurred_on=draft.occurred_on))
    return case


def test_from_the_asking_to_the_end() -> None:
    """RAISED → ASSESSED → APPROVED → VISITED → CLOSED (§2.12)."""
    states = [run(*(RAISE, ASSESS, APPROVE, VISIT, close(AidOutcome.HELPED))[:n]).state for n in range(6)]
    assert states == [None, *AidState]


NEXT: dict[AidState | None, set[type[Command]]] = {
    None: {Raise},
    AidState.RAISED: {Assess, Close},
    AidState.ASSESSED: {Approve, Close},
    AidState.APPROVED: {Visit, Close},
    AidState.VISITED: {Visit, Close},
    AidState.CLOSED: set(),
}
ACTS = (RAISE, ASSESS, APPROVE, VISIT, close(AidOutcome.NOT_NEEDED))


@given(st.lists(st.sampled_from(ACTS), max_size=12))
def test_each_step_is_taken_from_its_own_states_alone(acts: list[Command]) -> None:
    """Whatever is tried in whatever order: what the table allows happens as one event, the rest is refused."""
    case = AidCase()
    for act in acts:
        if type(act) in NEXT[case.state]:
            (draft,) = AID.decide(act, case)
            case = AID.evolve(case, event_of(draft.payload, WISH, occurred_on=draft.occurred_on))
        else:
            with pytest.raises(Refused, match=r"wrong_step|record_not_found|record_exists"):
                AID.decide(act, case)


def test_help_that_was_not_proposed_is_not_granted() -> None:
    """It ends as NOT_ELIGIBLE, and only such a case does."""
    with pytest.raises(Refused, match="aid_not_proposed"):
        AID.decide(APPROVE, run(RAISE, REFUSE))
    assert run(RAISE, REFUSE, close(AidOutcome.NOT_ELIGIBLE)).state is AidState.CLOSED
    for acts in ((RAISE,), (RAISE, ASSESS), (RAISE, ASSESS, APPROVE)):
        with pytest.raises(Refused, match="aid_not_refused"):
            AID.decide(close(AidOutcome.NOT_ELIGIBLE), run(*acts))


def test_nobody_is_helped_without_a_visit() -> None:
    """HELPED is said after VISITED; any open case may be passed on, or be needed no more."""
    with pytest.raises(Refused, match="wrong_step"):
        AID.decide(close(AidOutcome.HELPED), run(RAISE, ASSESS, APPROVE))
    for outcome in (AidOutcome.PASSED_ON, AidOutcome.NOT_NEEDED):
        assert run(RAISE, close(outcome)).state is AidState.CLOSED


def test_a_family_is_visited_as_the_member_wishes() -> None:
    """S-50: neither is such a visit asked for nor made without the member's written wish; the event names it."""
    asked = {**WHEN, "member_id": MEMBER, "org_code": BRANCH, "raised_by": AidRaisedBy.BRANCH}
    for consent, kind in ((None, AidKind.FAMILY_VISIT), (WISH, AidKind.FAMILY_VISIT), (WISH, AidKind.RELIEF)):
        act = Raise(**asked, kind=kind, consent_id=consent)
        scenario = Scenario(AID).when(act)
        if kind is AidKind.FAMILY_VISIT and consent is None:
            scenario.then_refused("family_contact_not_wished", pointer="/kind")
        else:
            wish = consent if kind is AidKind.FAMILY_VISIT else None
            assert scenario.drafts[0].payload.model_dump()["consent_id"] == wish
    granted = run(RAISE, ASSESS, APPROVE)
    with pytest.raises(Refused, match="family_contact_not_wished"):
        AID.decide(Visit(**WHEN, by_org=TOWN, family=True), granted)
    (draft,) = AID.decide(Visit(**WHEN, by_org=TOWN, family=True, consent_id=WISH), granted)
    assert draft.payload.model_dump()["family"] is True


def test_dates_lie_in_order() -> None:
    """Not in the future, not before the step before; visits may be told in any order, the end is after the last."""
    with pytest.raises(Refused, match="date_in_future"):
        AID.decide(Assess(on=TODAY + timedelta(days=1), today=TODAY, upheld=True), run(RAISE))
    with pytest.raises(Refused, match="date_before_last"):
        AID.decide(Assess(on=TODAY - timedelta(days=1), today=TODAY, upheld=True), run(RAISE))
    later = TODAY + timedelta(days=9)
    visited = run(RAISE, ASSESS, APPROVE, Visit(on=later, today=later, by_org=TOWN))
    assert AID.decide(Visit(on=TODAY, today=later, by_org=TOWN), visited)
    with pytest.raises(Refused, match="date_before_last"):
        AID.decide(Close(on=TODAY, today=later, outcome=AidOutcome.HELPED), visited)


def test_a_visit_is_due_once_an_occasion() -> None:
    """Said of an open case in which help was granted, unless somebody visited since the time for it began."""
    granted = run(RAISE, ASSESS, APPROVE)
    (draft,) = AID.decide(REMIND, granted)
    told = AidVisitDue(member_id=MEMBER, org_code=BRANCH, occasion=AidOccasion.JULY_1, due_on=date(2026, 6, 30))
    assert draft.payload == told
    assert AID.decide(REMIND, run(RAISE, ASSESS, APPROVE, REMIND)) == []
    for acts in ((RAISE,), (RAISE, ASSESS), (RAISE, ASSESS, APPROVE, VISIT, close(AidOutcome.HELPED))):
        assert AID.decide(REMIND, run(*acts)) == []
    in_time = date(2026, 6, 1)
    visited = run(RAISE, ASSESS, APPROVE, Visit(on=in_time, today=in_time, by_org=TOWN))
    assert AID.decide(REMIND, visited) == []
    assert AID.decide(REMIND, run(RAISE, ASSESS, APPROVE, VISIT)) != []


def test_the_occasions_of_three_years() -> None:
    """The day before the Spring Festival by the table, and 30 June; 31 December where the table has no festival."""
    found, day = [], date(2026, 1, 1)
    for _ in range(4):
        occasion = next_occasion(day, 30)
        found.append(occasion.due_on)
        day = occasion.due_on + timedelta(days=1)
    assert found == [date(2026, 2, 16), date(2026, 6, 30), date(2027, 2, 5), date(2027, 6, 30)]
    unknown = max(SPRING_FESTIVALS) + 1
    assert next_occasion(date(unknown - 1, 7, 1), 30).due_on == date(unknown - 1, 12, 31)


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)), st.integers(1, 120), st.integers(-200, 200))
def test_the_next_occasion_is_still_to_come(day: date, before_days: int, gap: int) -> None:
    """From any day, with or without a visit: not over, not visited for yet, and none between is left out."""
    visited_on = day + timedelta(days=gap)
    plain, after = next_occasion(day, before_days), next_occasion(day, before_days, visited_on)
    assert plain.due_on >= day
    assert not after.opens_on(before_days) <= visited_on
    assert after == plain or plain.opens_on(before_days) <= visited_on
