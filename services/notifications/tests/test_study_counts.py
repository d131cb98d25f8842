"""Whatever is answered, attended, withdrawn and judged in whatever order: every number is what a recount gives."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from guiyan.events import Payload
from guiyan.events.codes import ActivityAnswer, ActivityKind, AttendanceMode, FeedbackAnswer
from guiyan.events.notifications import study
from guiyan.ledger import Fact
from guiyan.ledger.past import fold
from guiyan.ledger.testing.events import event_of
from guiyan.notifications.domain.attendance import attendance_id
from guiyan.notifications.projections.activities import ACTIVITIES, Study
from guiyan.notifications.projections.learners import LEARNERS

ACTIVITY: Final = "019b76da-a800-7000-8000-000000000001"
MEMBERS: Final = tuple(f"019b76da-a800-7000-8000-00000000001{number}" for number in range(3))
DAYS: Final = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 4, 10))
WHO: Final = st.sampled_from(MEMBERS)
STEPS: Final = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), WHO, st.sampled_from(ActivityAnswer)),
        st.tuples(st.just("judge"), WHO, st.sampled_from(FeedbackAnswer)),
        st.tuples(
            st.just("attend"),
            WHO,
            st.tuples(st.sampled_from(AttendanceMode), st.sampled_from([None, 0.5, 2.0, 0.1]), st.sampled_from(DAYS)),
        ),
        st.tuples(st.just("withdraw"), WHO, st.none()),
    ),
    max_size=40,
)


def _payload(what: str, member: str, more: Any) -> Payload:
    match what:
        case "answer":
            return study.StudyActivityAnswered(member_id=member, answer=more)
        case "judge":
            return study.StudyFeedbackGiven(member_id=member, answer=more)
        case "attend":
            mode, hours, _ = more
            told = {"member_id": member, "activity_id": ACTIVITY, "kind": ActivityKind.LECTURE}
            return study.AttendanceRecorded(**told, mode=mode, hours=hours)
        case _:
            return study.AttendanceWithdrawn(member_id=member)


@settings(max_examples=150, deadline=None)
@given(steps=STEPS)
def test_every_number_is_a_recount(steps: list[tuple[str, str, Any]]) -> None:
    """Answers by the newest, attendance by what stands, hours by the year of the day, to the hundredth."""
    answers: dict[str, str] = {}
    words: dict[str, str] = {}
    there: dict[str, tuple[AttendanceMode, float, date]] = {}
    plan = study.StudyActivityDrafted(
        branch="654002001001",
        kind=ActivityKind.LECTURE,
        title="党课",
        starts_at=datetime(2026, 4, 10, 2, tzinfo=UTC),
        hours=2.0,
    )
    facts = [Fact(event_of(plan, ACTIVITY, 1), 1, 0)]
    for what, member, more in steps:
        if (what == "attend") == (member in there) and what in {"attend", "withdraw"}:
            continue  # recorded once, withdrawn once: the attendance's own rule
        match what:
            case "answer":
                answers[member] = more
            case "judge":
                words[member] = more
            case "attend":
                there[member] = (more[0], more[1] or 0.0, more[2])
            case _:
                there.pop(member)
        own = what in {"answer", "judge"}
        on = more[2] if what == "attend" else DAYS[-1]
        id_ = ACTIVITY if own else attendance_id(ACTIVITY, member)
        event = event_of(_payload(what, member, more), id_, len(facts) + 1, occurred_on=on)
        facts.append(Fact(event, len(facts) + 1, 0))
    past = fold(Study(), facts)
    row = past.find(ACTIVITIES, ACTIVITY)
    assert row is not None
    told, judged = Counter(answers.values()), Counter(words.values())
    modes = Counter(mode for mode, _, _ in there.values())
    assert [row["coming"], row["coming_online"], row["declined"]] == [told[one] for one in ActivityAnswer]
    assert [row["in_person"], row["online_there"], row["guests"]] == [modes[one] for one in AttendanceMode]
    assert [row["useful"], row["partly"], row["not_useful"]] == [judged[one] for one in FeedbackAnswer]
    for member in MEMBERS:
        years = (past.find(LEARNERS, member) or {"years": {}})["years"]
        stands = {year: one for year, one in years.items() if one["times"] or one["hours"]}
        expected = {}
        if member in there:
            mode, spent, on = there[member]
            counted = {"in_person": 0, "online": 0, "at_host": 0, str(mode).lower(): 1}
            expected = {str(on.year): {"hours": spent, "times": 1, **counted}}
        assert stands == expected
