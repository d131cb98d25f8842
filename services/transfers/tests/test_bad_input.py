"""The doors of transfers under arbitrary input: an answer with a meaning, never a traceback, nothing half written."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.transfers.tests.town import FAR, OTHER, TOWN, a_town

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
FIELDS = (
    "member_id", "to_branch", "to_committee", "to_title", "channel", "dues_paid_to", "occurred_on", "valid_days",
    "how", "reason", "text", "receipt_on", "change_type", "id_no", "transfer_id", "issuer", "letter_year", "letter_sn",
)  # fmt: skip
LIKELY = st.sampled_from(["PAPER", "INTERNAL", FAR, OTHER, "2026-02", "2026-03-01", "9999-12-31", 30, 1, "NOT_ARRIVED"])
BODIES = JSON | st.dictionaries(st.sampled_from(FIELDS), LIKELY | JSON, max_size=8)
VERBS = (
    "", "/approve", "/issue", "/hand-over", "/receive", "/assign", "/return", "/withdraw", "/cancel", "/receipt",
    "/archive", "/print",
)  # fmt: skip
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(calls=st.lists(st.tuples(st.sampled_from(VERBS), BODIES, st.text(max_size=10)), max_size=12))
async def test_no_body_brings_a_door_down(calls: list[tuple[str, Any, str]]) -> None:
    """Every answer is a 2xx or a problem with a code; the ledger holds whole commits of known types only."""
    async with a_town() as town:
        id_ = await town.requested()
        for verb, body, odd in calls:
            path = f"/v1/transfers/{id_}{verb}" if verb else "/v1/transfers"
            answer = await town.post(path, body, town.city)
            assert answer.status_code < 500, answer.text
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["code"]
            read = await town.town.http.get("/v1/transfers/" + odd.encode().hex() + "x", headers=town.city)
            assert read.status_code == 404
        await town.town.settle()
        assert (await town.town.follower.status()).parked == 0


@FEW
@given(data=st.dictionaries(st.sampled_from(FIELDS), LIKELY | JSON, max_size=8), pick=st.integers(0, 2))
async def test_no_report_brings_the_ingest_down(data: dict[str, Any], pick: int) -> None:
    """Accepted, rejected with reasons, or later: nothing else."""
    async with a_town() as town:
        member_id = await town.member()
        type_ = ("TransferRequested", "TransferReceived", "ReceiptReturned")[pick]
        result = await town.town.report(TOWN, type_, {"member_id": member_id} | data)
        assert result.kind in {"accepted", "rejected", "later"}
        assert result.kind == "accepted" or result.problems


@FEW
@given(query=st.dictionaries(st.text(max_size=12) | st.sampled_from(["limit", "cursor", "sort"]), st.text(max_size=20)))
async def test_no_query_brings_the_list_down(query: dict[str, str]) -> None:
    """An unknown filter, cursor or order is 422 by name."""
    async with a_town() as town:
        answer = await town.get("/v1/transfers", **query)
        assert answer.status_code in {200, 422}


@FEW
@given(on=st.dates(), days=st.integers(1, 366))
async def test_no_date_brings_a_letter_down(on: object, days: int) -> None:
    """A letter of any day is issued or refused by name, the last days of the calendar too."""
    async with a_town() as town:
        id_ = await town.requested()
        await town.post(f"/v1/transfers/{id_}/approve", headers=town.secretary)
        answer = await town.post(f"/v1/transfers/{id_}/issue", {"occurred_on": str(on), "valid_days": days})
        assert answer.status_code in {200, 422}
