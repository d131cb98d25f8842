"""The rules of leads, ventures, reports, home visits and yearly targets (S-04, S-39, S-42 to S-44), in any order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.contact.domain import lead, report, target, venture
from guiyan.events.codes import EntrepreneurshipStage, LeadAssessment, LeadKind, LeadState, ReportForm, SupportKind
from guiyan.events.contact import (
    EntrepreneurshipEnded,
    EntrepreneurshipInterestRecorded,
    EntrepreneurshipStageReached,
    HomeVisitAnnounced,
    HomeVisitReported,
    LeadAssessed,
    LeadForwarded,
    LeadSubmitted,
    OrgLifeTargetReviewed,
    OrgLifeTargetSet,
    ReportGiven,
    ReportOverdue,
)
from guiyan.events.testing import event_of
from guiyan.ledger import Decider, Refused
from guiyan.ledger.testing.deciders import Scenario

TODAY = date(2026, 3, 10)
WHEN: dict[str, Any] = {"on": TODAY, "today": TODAY}
MEMBER = "019b76da-a800-7000-8000-00000000000a"
BRANCH, TOWN = "654002001001", "654002001000"
SUBMITTED = LeadSubmitted(member_id=MEMBER, kind=LeadKind.PROSPERITY, to_org=TOWN)
USEFUL, KNOWN = (lead.Assess(**WHEN, assessment=one) for one in (LeadAssessment.USEFUL, LeadAssessment.KNOWN))
LEAD_ACTS: dict[str, Any] = {
    "submit": lead.Submit(**WHEN, member_id=MEMBER, kind=LeadKind.PROSPERITY, to_org=TOWN),
    "useful": USEFUL,
    "known": KNOWN,
    "forward": lead.Forward(**WHEN, to_org=TOWN),
    "adopt": lead.Adopt(**WHEN),
    "drop": lead.Drop(**WHEN),
}
LEAD_ALLOWED: dict[tuple[LeadState | None, bool], set[str]] = {
    (None, False): {"submit"},
    (LeadState.SUBMITTED, False): {"useful", "known"},
    (LeadState.ASSESSED, True): {"forward", "drop"},
    (LeadState.ASSESSED, False): {"drop"},
    (LeadState.FORWARDED, True): {"adopt", "drop"},
    (LeadState.ADOPTED, True): set(),
    (LeadState.NOT_ADOPTED, True): set(),
    (LeadState.NOT_ADOPTED, False): set(),
}
"""By state, and whether it was found useful."""


def done(decider: Decider[Any, Any], state: Any, act: Any) -> Any:
    """The state after an act that is one event."""
    (draft,) = decider.decide(act, state)
    return decider.evolve(state, event_of(draft.payload, MEMBER, occurred_on=draft.occurred_on))


@given(st.lists(st.sampled_from(sorted(LEAD_ACTS)), max_size=10))
def test_a_lead_goes_its_way_whatever_is_tried(names: list[str]) -> None:
    """SUBMITTED → ASSESSED → FORWARDED → ADOPTED | NOT_ADOPTED; what is not useful is not forwarded (S-43)."""
    state = lead.Lead()
    for name in names:
        if name in LEAD_ALLOWED[state.state, state.assessment is LeadAssessment.USEFUL]:
            state = done(lead.LEAD, state, LEAD_ACTS[name])
        else:
            with pytest.raises(Refused):
                lead.LEAD.decide(LEAD_ACTS[name], state)


def test_every_way_of_a_lead_is_walked() -> None:
    """From each state that can be reached, each act: allowed by the table or refused, and no third."""
    reached, seen = [lead.Lead()], set[tuple[LeadState | None, bool]]()
    while reached:
        state = reached.pop()
        place = state.state, state.assessment is LeadAssessment.USEFUL
        if place in seen:
            continue
        seen.add(place)
        for name, act in LEAD_ACTS.items():
            if name in LEAD_ALLOWED[place]:
                reached.append(done(lead.LEAD, state, act))
            else:
                with pytest.raises(Refused):
                    lead.LEAD.decide(act, state)
    assert seen == set(LEAD_ALLOWED)


def test_a_lead_tells_kind_and_addressee_and_nothing_else() -> None:
    """Its events have no field for what it says."""
    Scenario(lead.LEAD).when(LEAD_ACTS["submit"]).then(SUBMITTED)
    Scenario(lead.LEAD).given(SUBMITTED).when(USEFUL).then(
        LeadAssessed(member_id=MEMBER, assessment=LeadAssessment.USEFUL)
    )
    useful = LeadAssessed(member_id=MEMBER, assessment=LeadAssessment.USEFUL)
    Scenario(lead.LEAD).given(SUBMITTED, useful).when(LEAD_ACTS["forward"]).then(
        LeadForwarded(member_id=MEMBER, to_org=TOWN)
    )


STAGES = tuple(EntrepreneurshipStage)
INTEREST = EntrepreneurshipInterestRecorded(member_id=MEMBER, org_code=BRANCH)


@given(st.lists(st.sampled_from([*STAGES, "support", "end"]), max_size=10))
def test_stages_go_forward_and_the_end_tells_whether_it_started(names: list[Any]) -> None:
    """Support at every stage, nothing after the end (S-44)."""
    asked = venture.Interest(**WHEN, member_id=MEMBER, org_code=BRANCH)
    state, stage, ended = done(venture.VENTURE, venture.Venture(), asked), EntrepreneurshipStage.INTEREST, False
    for name in names:
        act: Any = {
            "support": venture.Support(**WHEN, support=SupportKind.SITE, by_org=TOWN),
            "end": venture.End(**WHEN),
        }.get(name) or venture.Reach(**WHEN, stage=name)
        if ended or (name in STAGES and STAGES.index(name) <= STAGES.index(stage)):
            with pytest.raises(Refused, match="venture_ended" if ended else "stage_not_new"):
                venture.VENTURE.decide(act, state)
            continue
        state = done(venture.VENTURE, state, act)
        stage, ended = (name if name in STAGES else stage), name == "end"
        assert (state.stage, state.ended) == (stage, ended)


def test_whether_it_started_is_told_by_the_stages() -> None:
    """Nobody says it otherwise."""
    started = EntrepreneurshipStageReached(member_id=MEMBER, stage=EntrepreneurshipStage.STARTED)
    for more in ((), (started,)):
        scenario = Scenario(venture.VENTURE).given(INTEREST, *more).when(venture.End(**WHEN))
        scenario.then(EntrepreneurshipEnded(member_id=MEMBER, started=bool(more)))
    Scenario(venture.VENTURE).when(venture.End(**WHEN)).then_refused("record_not_found")


GIVE = report.Give(**WHEN, member_id=MEMBER, form=ReportForm.ORAL, to_org=BRANCH)
LATE = report.SayOverdue(**WHEN, member_id=MEMBER, branch=BRANCH, due_on=TODAY)
COMING = report.Announce(**WHEN, member_id=MEMBER, from_on=date(2026, 4, 1), until=date(2026, 4, 9))
HOME = report.ReportHome(**WHEN, member_id=MEMBER, branch=BRANCH)


def test_a_report_is_given_once_and_overdue_said_once() -> None:
    """One stream each: the clock that comes twice says it once."""
    given_ = ReportGiven(member_id=MEMBER, form=ReportForm.ORAL, to_org=BRANCH)
    Scenario(report.REPORT).when(GIVE).then(given_).when(GIVE).then_refused("report_exists")
    said = ReportOverdue(member_id=MEMBER, branch=BRANCH, due_on=TODAY)
    Scenario(report.REPORT).when(LATE).then(said).when(LATE).then_nothing()
    assert report.overdue_id(MEMBER, TODAY) == report.overdue_id(MEMBER, TODAY) != report.overdue_id(MEMBER, date.max)


def test_a_visit_home_is_announced_and_reported() -> None:
    """ANNOUNCED → REPORTED (S-42); who says nothing before may report all the same; a report is no visit."""
    told = HomeVisitAnnounced(member_id=MEMBER, from_on=date(2026, 4, 1), until=date(2026, 4, 9))
    here = HomeVisitReported(member_id=MEMBER, branch=BRANCH)
    Scenario(report.REPORT).when(COMING).then(told).when(HOME).then(here).when(HOME).then_refused("visit_reported")
    Scenario(report.REPORT).when(HOME).then(here).when(COMING).then_refused("record_exists")
    Scenario(report.REPORT).when(GIVE).when(HOME).then_refused("record_not_found")
    back = report.Announce(**WHEN, member_id=MEMBER, from_on=date(2026, 4, 1), until=date(2026, 3, 31))
    Scenario(report.REPORT).when(back).then_refused("visit_dates", pointer="/until")
    early = report.ReportHome(on=date(2026, 3, 9), today=TODAY, member_id=MEMBER, branch=BRANCH)
    Scenario(report.REPORT).given(told, occurred_on=TODAY).when(early).then_refused("date_before_last")


def agree(year: int, meetings: int = 4) -> target.Agree:
    """A target."""
    return target.Agree(**WHEN, member_id=MEMBER, year=year, meetings=meetings, study_hours=32, reports=1)


def review(on: date) -> target.Review:
    """The year was looked at on a day."""
    return target.Review(on=on, today=on, meetings_met=True, study_met=False, reports_met=True)


def test_a_target_is_agreed_for_this_year_or_the_next() -> None:
    """Agreed anew it changes, the same again is no event (S-39)."""
    for year in (2025, 2028):
        Scenario(target.TARGET).when(agree(year)).then_refused("target_year", pointer="/year")
    told = OrgLifeTargetSet(member_id=MEMBER, year=2026, meetings=4, study_hours=32, reports=1)
    scenario = Scenario(target.TARGET).when(agree(2026)).then(told).when(agree(2026)).then_nothing()
    scenario.when(agree(2026, meetings=6)).then(told.model_copy(update={"meetings": 6}))


def test_a_target_is_looked_at_once_after_its_year() -> None:
    """Not on 31 December, on 1 January; which parts were met and nothing else; then nothing changes any more."""
    told = OrgLifeTargetSet(member_id=MEMBER, year=2026, meetings=4, study_hours=32, reports=1)
    agreed = Scenario(target.TARGET).given(told, occurred_on=TODAY)
    agreed.when(review(date(2026, 12, 31))).then_refused("target_year_runs")
    found = OrgLifeTargetReviewed(member_id=MEMBER, year=2026, meetings_met=True, study_met=False, reports_met=True)
    agreed.when(review(date(2027, 1, 1))).then(found).when(review(date(2027, 1, 2))).then_refused("target_reviewed")
    Scenario(target.TARGET).when(review(date(2027, 1, 1))).then_refused("record_not_found")
