"""Decisions on a membership: by whom, when, and from which state to which (domain.md §2.7, §2.11; R1 Art. 24, 30)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.registry.tests.domain.test_member import BRANCH, HOME, MEMBER_ID, NEW, TEXT, registered
from services.registry.tests.story import TODAY, Story

from guiyan.events.codes import MembershipStatus, OrganisationKind
from guiyan.events.registry.membership import (
    CorrectionPeriodEnded,
    CorrectionPeriodSet,
    MemberJoinedAnew,
    MembershipDecision,
    MembershipDecisionAnnulled,
    MembershipEnded,
    MembershipReinstated,
    MembershipRemoved,
    MembershipSuspended,
)
from guiyan.ledger import Refused
from guiyan.registry.domain.dates import Occasion, months_after
from guiyan.registry.domain.decisions import AnnulDecision, JoinAnew, RecordDecision
from guiyan.registry.domain.member import MEMBER, RegisterMember
from guiyan.registry.domain.membership import ENDED
from guiyan.registry.domain.organisation import Organisation

TOWN: Final = "654002001000"
DECIDERS: Final = (HOME, TOWN)
LOST: Final = {"ground": "LOST_CONTACT", "since": "2020-01-01"}


def a_member(**more: object) -> Story:
    """A full member who joined in 2010, or as told."""
    told = Story(MEMBER, MEMBER_ID)
    told.when(RegisterMember(registered(**more), TEXT, BRANCH, Occasion(TODAY, TODAY)))
    return told


def paper(on: date, **more: object) -> dict[str, Any]:
    """What every decision tells."""
    told = {"member_id": MEMBER_ID, "branch": HOME, "decision_no": "示组发〔2026〕3号", "decided_by": TOWN}
    return {**told, "decided_on": on, **more}


def decision(kind: type[MembershipDecision], on: date, **more: object) -> RecordDecision:
    """A decision of this kind on that day."""
    return RecordDecision(kind.model_validate(paper(on, **more)), DECIDERS, Occasion(on, TODAY))


def annul(story: Story, on: date = TODAY, event_id: str | None = None) -> AnnulDecision:
    """Take back the newest standing decision, or the event named."""
    last = event_id or story.state.standing[-1].event_id
    facts = paper(on, annulled_id=last, error="WRONG_PERSON", status="NORMAL")
    branch = story.state.branch
    return AnnulDecision(MembershipDecisionAnnulled.model_validate(facts), DECIDERS, Occasion(on, TODAY), branch)


def join_anew(on: date, joined_on: date, **more: object) -> JoinAnew:
    """An admission after an end."""
    branch = Organisation(code=HOME, kind=OrganisationKind.BRANCH, created_on=date(2020, 1, 1))
    facts = MemberJoinedAnew.model_validate(paper(on, joined_on=joined_on, **more))
    return JoinAnew(facts, branch, DECIDERS, Occasion(on, TODAY))


def test_the_six_months_are_calendar_months() -> None:
    """R1 Art. 24: the day before they are over is too early, the day itself is not."""
    story = a_member()
    early = story.refused(decision(MembershipSuspended, date(2026, 6, 14), ground="LOST_CONTACT", since="2025-12-15"))
    assert (early.code, early.params["earliest"]) == ("suspension_too_early", "2026-06-15")
    story.when(decision(MembershipSuspended, date(2026, 6, 15), ground="LOST_CONTACT", since="2025-12-15"))
    core = story.state.core
    assert (core.membership_status, core.status_since) == ("SUSPENDED", date(2026, 6, 15))


def test_abroad_five_years_or_for_good() -> None:
    """R1 Art. 24: over five years abroad, or settled there; the first needs its day, the second has no limit."""
    story = a_member()
    assert story.refused(decision(MembershipSuspended, TODAY, ground="ABROAD_OVER_LIMIT")).pointer == "/since"
    short = decision(MembershipSuspended, TODAY, ground="ABROAD_OVER_LIMIT", since="2021-07-02")
    assert story.refused(short).params["months"] == 60
    assert story.when(decision(MembershipSuspended, TODAY, ground="SETTLED_ABROAD"))


def test_reinstated_when_asked_for_within_two_years() -> None:
    """R1 Art. 24: the request counts, not the decision; a day later it is too late."""
    suspended = date(2023, 5, 10)
    for requested, code in ((date(2025, 5, 10), None), (date(2025, 5, 11), "reinstatement_too_late")):
        story = a_member()
        story.when(decision(MembershipSuspended, suspended, **LOST))
        back = decision(MembershipReinstated, date(2025, 9, 1), requested_on=requested)
        if code is None:
            story.when(back)
            assert story.state.core.membership_status == "NORMAL"
        else:
            assert story.refused(back).code == code


@pytest.mark.parametrize(("requested", "code"), [("2025-09-02", "request_after_decision"), ("2023-05-09", "too_early")])
def test_a_request_lies_between_suspension_and_decision(requested: str, code: str) -> None:
    """R1 Art. 24: on written request; nobody asks before the suspension or after the decision."""
    story = a_member()
    story.when(decision(MembershipSuspended, date(2023, 5, 10), **LOST))
    told = story.refused(decision(MembershipReinstated, date(2025, 9, 1), requested_on=requested))
    assert (told.code, told.pointer) == (code, "/requested_on")


@pytest.mark.parametrize("ground", ["ART24_LOST", "ART31_6"])
def test_removed_as_lost_only_two_years_after_the_suspension(ground: str) -> None:
    """R1 Art. 24: two more years; 自行脱党 is no shorter way for who is suspended."""
    story = a_member()
    story.when(decision(MembershipSuspended, date(2024, 2, 29), **LOST))
    early = story.refused(decision(MembershipRemoved, date(2026, 2, 27), ground=ground))
    assert (early.code, early.params["earliest"]) == ("removal_too_early", "2026-02-28")
    story.when(decision(MembershipRemoved, date(2026, 2, 28), ground=ground))
    assert story.state.core.membership_status == "REMOVED"


def test_lost_and_never_suspended_is_not_removed_as_lost() -> None:
    """R1 Art. 24: suspension comes first; other grounds of Art. 31 need none."""
    story = a_member()
    assert story.refused(decision(MembershipRemoved, TODAY, ground="ART24_LOST")).params["standing"] == "NORMAL"
    assert story.when(decision(MembershipRemoved, TODAY, ground="ART31_2"))


@pytest.mark.parametrize("kind", [MembershipSuspended, MembershipRemoved])
def test_of_probationary_members_the_status_is_cancelled(kind: type[MembershipDecision]) -> None:
    """domain.md §2.7 (R9): neither suspended nor removed nor expelled."""
    story = a_member(person_category="PROBATIONARY", full_on=None)
    ground = "SETTLED_ABROAD" if kind is MembershipSuspended else "ART31_2"
    assert story.refused(decision(kind, TODAY, ground=ground)).code == "probation_is_cancelled"
    assert story.refused(decision(MembershipEnded, TODAY, how="EXPELLED")).code == "probation_is_cancelled"
    story.when(decision(MembershipEnded, TODAY, how="PROBATION_CANCELLED"))
    assert story.state.core.membership_status == "PROBATION_CANCELLED"


def test_a_full_member_has_no_probation_to_cancel() -> None:
    """domain.md §2.11."""
    assert a_member().refused(decision(MembershipEnded, TODAY, how="PROBATION_CANCELLED")).code == "not_on_probation"


def test_a_decision_is_of_the_branch_or_above() -> None:
    """R1 Art. 24, 31: a branch elsewhere decides nothing here."""
    told = a_member().refused(decision(MembershipEnded, TODAY, how="WITHDREW", decided_by=NEW))
    assert (told.code, told.pointer) == ("not_the_deciding_organisation", "/decided_by")


@pytest.mark.parametrize(("day", "code"), [("2026-07-02", "in_the_future"), ("2010-05-31", "too_early")])
def test_a_decision_has_happened_and_follows_the_joining(day: str, code: str) -> None:
    """domain.md §8: not in the future, not before the joining day."""
    told = a_member().refused(decision(MembershipEnded, date.fromisoformat(day), how="DECEASED"))
    assert (told.code, told.pointer) == (code, "/decided_on")


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (MembershipReinstated, {"requested_on": "2026-06-20"}),
        (MembershipSuspended, {"ground": "SETTLED_ABROAD"}),
        (MembershipRemoved, {"ground": "ART31_2"}),
        (MembershipEnded, {"how": "DECEASED"}),
        (CorrectionPeriodSet, {"months": 6, "ends_on": "2026-12-20"}),
    ],
)
@pytest.mark.parametrize("how", ["WITHDREW", "EXPELLED", "DECEASED"])
def test_nothing_follows_an_end(how: str, kind: type[MembershipDecision], more: dict[str, str]) -> None:
    """R1 Art. 24: no reinstatement after an end, nor any other decision."""
    story = a_member()
    story.when(decision(MembershipEnded, date(2026, 6, 1), how=how))
    assert story.refused(decision(kind, date(2026, 6, 20), **more)).code == "membership_ended"


def test_joining_anew_is_a_new_probation() -> None:
    """R1 Art. 24: only after an end, with a joining day of its own; the dead do not."""
    story = a_member()
    assert story.refused(join_anew(TODAY, date(2026, 6, 1))).params["standing"] == "NORMAL"
    story.when(decision(MembershipEnded, date(2026, 2, 1), how="WITHDREW"))
    assert story.refused(join_anew(TODAY, date(2026, 1, 31))).pointer == "/joined_on"
    assert [type(one).__name__ for one in story.when(join_anew(TODAY, date(2026, 6, 1), branch=NEW))] == [
        "MemberJoinedAnew", "BranchAssigned",
    ]  # fmt: skip
    core = story.state.core
    assert (core.person_category, core.joined_on, core.full_on) == ("PROBATIONARY", date(2026, 6, 1), None)
    assert (core.branch, core.membership_status) == (NEW, "NORMAL")
    dead = a_member()
    dead.when(decision(MembershipEnded, date(2026, 2, 1), how="DECEASED"))
    assert dead.refused(join_anew(TODAY, date(2026, 6, 1))).params["standing"] == "DECEASED"


def test_a_correction_period_lasts_a_year_at_most_and_one_runs_at_a_time() -> None:
    """R1 Art. 30; what was found at its end changes no status."""
    story = a_member()
    too_long = decision(CorrectionPeriodSet, date(2026, 1, 1), months=13, ends_on="2027-02-01")
    assert story.refused(too_long).pointer == "/months"
    assert story.refused(decision(CorrectionPeriodEnded, TODAY, corrected=True)).code == "no_correction_period"
    story.when(decision(CorrectionPeriodSet, date(2026, 1, 1), months=6, ends_on="2026-07-01"))
    again = decision(CorrectionPeriodSet, date(2026, 2, 1), months=6, ends_on="2026-08-01")
    assert story.refused(again).params["until"] == "2026-07-01"
    story.when(decision(CorrectionPeriodEnded, TODAY, corrected=False))
    assert (story.state.correction_until, story.state.core.membership_status) == (None, "NORMAL")


def test_a_decision_on_the_wrong_person_is_taken_back_and_counts_as_never_made() -> None:
    """§2.11: an event of its own, on the business date of the decision; what stood before stands again."""
    story = a_member()
    before = story.state.core
    story.when(decision(MembershipEnded, date(2026, 6, 1), how="DECEASED"))
    (taken_back,) = story.when(annul(story))
    assert (taken_back.status, taken_back.error) == ("NORMAL", "WRONG_PERSON")
    assert story.events[-1].occurredon == date(2026, 6, 1)
    assert (story.state.core, story.state.standing) == (before, ())
    assert story.types()[-2:] == ["MembershipEnded", "MembershipDecisionAnnulled"]


def test_decisions_are_taken_back_newest_first_and_once() -> None:
    """What a later decision rests on is not pulled away from under it."""
    story = a_member()
    story.when(decision(MembershipSuspended, date(2023, 1, 1), **LOST))
    suspension = story.state.standing[-1].event_id
    story.when(decision(MembershipRemoved, date(2025, 1, 1), ground="ART24_LOST"))
    assert story.refused(annul(story, event_id=suspension)).code == "not_the_last_decision"
    story.when(annul(story))
    assert (story.state.core.membership_status, story.state.core.status_since) == ("SUSPENDED", date(2023, 1, 1))
    story.when(annul(story))
    assert story.state.core.membership_status == "NORMAL"
    assert story.refused(annul(story, event_id=suspension)).code == "not_the_last_decision"


def test_a_roster_without_a_day_counts_the_two_years_from_its_import() -> None:
    """Whose suspension has no known day is not removed early for that."""
    story = a_member(membership_status="SUSPENDED")
    told = story.refused(decision(MembershipRemoved, TODAY, ground="ART24_LOST"))
    assert told.params["earliest"] == months_after(TODAY, 24).isoformat()


_KINDS: Final[list[tuple[type[MembershipDecision], dict[str, Any]]]] = [
    (MembershipSuspended, {"ground": "SETTLED_ABROAD"}),
    (MembershipReinstated, {"requested_on": "2012-01-01"}),
    (MembershipRemoved, {"ground": "ART24_LOST"}),
    (MembershipRemoved, {"ground": "ART31_1"}),
    (MembershipEnded, {"how": "WITHDREW"}),
    (MembershipEnded, {"how": "DECEASED"}),
]
_DAYS: Final = st.dates(date(2012, 1, 1), TODAY)
_STEP: Final = st.one_of(
    st.tuples(st.sampled_from(_KINDS), _DAYS, st.integers(0, 900)), st.just("annul"), st.tuples(st.just("anew"), _DAYS)
)


@given(st.lists(_STEP, max_size=12))
def test_whatever_is_asked_in_whatever_order_the_rules_hold(steps: list[Any]) -> None:
    """No end but by decision, none undone but by annulment or joining anew, every decision after the one before."""
    story = a_member()
    for step in steps:
        was = story.state
        try:
            if step == "annul":
                story.when(annul(story)) if was.standing else None
                continue
            if step[0] == "anew":
                story.when(join_anew(step[1], step[1]))
                assert was.core.membership_status in ENDED - {MembershipStatus.DECEASED}
                continue
            (kind, more), day, ago = step
            if kind is MembershipReinstated:
                more = {"requested_on": date.fromordinal(day.toordinal() - ago)}
            story.when(decision(kind, day, **more))
        except Refused:
            assert story.state == was
            continue
        assert not was.ended, "nothing but joining anew follows an end"
        assert not was.standing or was.standing[-1].decided_on <= day
        if story.state.core.membership_status == "REMOVED" and more["ground"] == "ART24_LOST":
            assert day >= months_after(was.core.status_since, 24)
        if kind is MembershipReinstated:
            assert more["requested_on"] <= months_after(was.core.status_since, 24)
