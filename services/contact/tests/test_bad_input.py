"""The doors of contact under arbitrary input: an answer with a meaning, never a traceback, nothing half written."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.contact.tests.town import TOWN, a_town

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
FIELDS = (
    "member_id", "channel", "outcome", "leg", "contact_point_id", "work", "org_life", "dues", "dues_paid_to", "wishes",
    "attendance", "host_branch", "occurred_on", "kind", "value", "source", "how", "reason", "quarter", "form", "to_org",
    "valid_from",
)  # fmt: skip
LIKELY = st.sampled_from(
    (
        "PHONE", "REACHED", "NO_ANSWER", "PAID_TO", "MOBILE", "2026-02", "2026-02-10", "9999-12-31", "0001-01-01",
        "ORAL", "2026-Q1", "9999-Q4", "0000-Q1", "13912345678", "MEMBER", "TALKED", "BY_WISH",
    )
)  # fmt: skip
BODIES = JSON | st.dictionaries(st.sampled_from(FIELDS), LIKELY | JSON, max_size=8)
PATHS = (
    "/v1/duties/{duty}/attempt", "/v1/duties/{duty}/complete", "/v1/duties/{duty}/contact-host",
    "/v1/duties/{duty}/miss", "/v1/duties/{duty}/close", "/v1/contact-points", "/v1/contact-points/{duty}/verify",
    "/v1/contact-points/{point}/verify", "/v1/contact-points/{point}/close",
)  # fmt: skip
TYPES = ("ContactPointAdded", "ContactAttempted", "ContactCompleted", "HostOrgContacted", "ReportGiven")
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(calls=st.lists(st.tuples(st.sampled_from(PATHS), BODIES, st.text(max_size=10)), max_size=12))
async def test_no_body_brings_a_door_down(calls: list[tuple[str, Any, str]]) -> None:
    """Every answer is a 2xx or a problem with a code; nothing is parked behind the doors."""
    async with a_town() as town:
        member_id = await town.away()
        body = {"member_id": member_id, "kind": "MOBILE", "value": "13912345678"}
        point = (await town.post("/v1/contact-points", body)).json()["id"]
        for path, said, odd in calls:
            answer = await town.post(path.format(duty=town.duty(member_id), point=point), said, town.officer)
            assert answer.status_code < 500, answer.text
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["code"]
            assert (await town.get(f"/v1/duties/{odd.encode().hex()}x")).status_code == 404
        await town.town.settle()
        assert (await town.town.follower.status()).parked == 0


@FEW
@given(data=st.dictionaries(st.sampled_from(FIELDS), LIKELY | JSON, max_size=8), type_=st.sampled_from(TYPES))
async def test_no_report_brings_the_ingest_down(data: dict[str, Any], type_: str) -> None:
    """Accepted, rejected with reasons, or later: nothing else."""
    async with a_town() as town:
        member_id = await town.away()
        result = await town.town.report(TOWN, type_, {"member_id": member_id} | data)
        assert result.kind in {"accepted", "rejected", "later"}
        assert result.kind == "accepted" or result.problems


@FEW
@given(query=st.dictionaries(st.text(max_size=12) | st.sampled_from(["limit", "cursor", "sort"]), st.text(max_size=20)))
async def test_no_query_brings_the_list_down(query: dict[str, str]) -> None:
    """An unknown filter, cursor or order is 422 by name."""
    async with a_town() as town:
        for path in ("/v1/duties", "/v1/contact-points"):
            assert (await town.get(path, **query)).status_code in {200, 422}


@FEW
@given(quarter=st.sampled_from(["0000-Q1", "0001-Q4", "1969-Q4", "9999-Q4"]), on=st.dates())
async def test_no_date_brings_the_ingest_down(quarter: str, on: object) -> None:
    """Quarters and days in which there was no duty, or that cannot be, are told so."""
    async with a_town() as town:
        data = {"member_id": await town.away(), "channel": "PHONE"}
        for more, envelope in (({"quarter": quarter}, {}), ({}, {"occurredon": str(on)})):
            result = await town.town.report(TOWN, "ContactCompleted", data | more, **envelope)
            assert result.kind in {"accepted", "rejected", "later"}
