"""The doors of notifications under arbitrary input: an answer with a meaning, never a traceback, nothing parked."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.notifications.tests.study_town import PLAN, a_study_town
from services.notifications.tests.town import HOME, TOWN, a_town

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
FIELDS = ("member_id", "id_no", "branch", "activity", "hours", "how", "source", "kind", "settlement", "occurred_on")
LIKELY = st.sampled_from([HOME, "ARRIVED", "NOT_ARRIVED", "2026-03-01", "9999-12-31", 1, 1.5, "STUDY", "IN_PERSON"])
BODIES = JSON | st.dictionaries(st.sampled_from(FIELDS), LIKELY | JSON, max_size=6)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(calls=st.lists(st.tuples(st.sampled_from(["acknowledge", "resolve"]), BODIES), max_size=8))
async def test_no_body_brings_a_door_down(calls: list[tuple[str, Any]]) -> None:
    """Every answer is a 2xx or a problem with a code, and nothing is parked."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_town(Path(folder)) as town:
            id_ = await town.queued()
            for verb, body in calls:
                answer = await town.town.http.post(f"/v1/notices/{id_}/{verb}", json=body, headers=town.city)
                assert answer.status_code < 500, answer.text
                if answer.status_code >= 400:
                    assert answer.headers["content-type"] == "application/problem+json"
                    assert answer.json()["code"]
            await town.town.settle()
            assert (await town.town.follower.status()).parked == 0


@FEW
@given(reports=st.lists(BODIES, max_size=8))
async def test_no_report_brings_the_ingest_down(reports: list[Any]) -> None:
    """Accepted, rejected with reasons, or later: nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_town(Path(folder)) as town:
            for data in reports:
                result = await town.town.report(TOWN, "AttendanceRecorded", data)
                assert result.kind in {"accepted", "rejected", "later"}
                assert result.kind == "accepted" or result.problems


VERBS = (
    *("change", "announce", "cancel", "answer", "hold", "attend"),
    *("withdraw-attendance", "record", "reopen", "feedback"),
)
STUDY_FIELDS = (
    *("title", "starts_at", "hours", "place", "online", "public"),
    *("member_id", "answer", "mode", "short_notice", "occurred_on"),
)
STUDY_LIKELY = st.sampled_from(
    [
        *("COMING", "ONLINE", "USEFUL", "HOMECOMING", "2026-03-10", "0001-01-01", 2.0),
        *("2026-04-10T10:00:00+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"),
    ]
)
STUDY_BODIES = JSON | st.dictionaries(st.sampled_from(STUDY_FIELDS), STUDY_LIKELY | st.booleans() | JSON, max_size=5)


@FEW
@given(calls=st.lists(st.tuples(st.sampled_from(VERBS), STUDY_BODIES), max_size=10))
async def test_no_body_brings_an_activity_down(calls: list[tuple[str, Any]]) -> None:
    """The same of study activities, in whatever state they come to; the public page stands all the while."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_study_town(Path(folder)) as town:
            for odd in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"):
                assert (await town.post("activities", PLAN | {"starts_at": odd})).status_code == 422
            id_ = await town.announced(public=True, online=True)
            for verb, body in calls:
                answer = await town.town.http.post(f"/v1/activities/{id_}/{verb}", json=body, headers=town.keeper)
                assert answer.status_code < 500, answer.text
                assert answer.status_code < 400 or answer.json()["code"]
            await town.town.settle()
            assert (await town.town.follower.status()).parked == 0
            for path in ("/public", "/public/atom.xml", "/public/calendar.ics"):
                assert (await town.town.http.get(path)).status_code == 200, path


@FEW
@given(query=st.dictionaries(st.text(max_size=12) | st.sampled_from(["limit", "cursor", "sort"]), st.text(max_size=20)))
async def test_no_query_brings_the_list_down(query: dict[str, str]) -> None:
    """An unknown filter, cursor or order is 422 by name."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_town(Path(folder)) as town:
            answer = await town.town.http.get("/v1/notices", params=query, headers=town.city)
            assert answer.status_code in {200, 422}
