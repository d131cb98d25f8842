"""A mobile member is who was away for six consecutive months, by what is known now (domain.md §2.1, R2)."""

from __future__ import annotations

from datetime import UTC, datetime

from services.registry.tests.city import HOME
from services.registry.tests.office import Office

from guiyan.ledger.testing.following import until
from guiyan.service.conformance import check_answer


async def listed(office: Office, query: str) -> list[str]:
    """The ids of the trips that a query finds."""
    await office.city.settle()
    return [one["id"] for one in (await office.get(f"/v1/departures?{query}")).json()["items"]]


async def recognised_trip(office: Office) -> str:
    """A trip away since 1 November 2025, told on 1 July 2026 and recognised by the clock as of 1 May 2026."""
    trip = str((await office.away(await office.member(HOME), occurred_on="2025-11-01"))["id"])

    async def is_recognised() -> bool:
        await office.city.due_loop.fire_due()
        return await listed(office, "recognised_on_from=2026-05-01") == [trip]

    await until(is_recognised, "the trip is recognised")
    return trip


async def test_a_return_told_late_leaves_no_recognition(office: Office) -> None:
    """Five months away: on no list, no date shown, no task on the desk; the history keeps what the clock had said."""
    trip = await recognised_trip(office)
    office.city.clock.set(datetime(2026, 7, 2, 2, tzinfo=UTC))
    done = check_answer(
        await office.post(f"/v1/departures/{trip}/return", {"occurred_on": "2026-04-01"}), "MemberReturned"
    )
    for query in ("recognised=true", "recognised_on_from=2025-01-01"):
        assert await listed(office, query) == []
    assert await listed(office, "recognised=false") == [trip]
    shown = (await office.get(f"/v1/departures/{trip}")).json()
    assert (shown["state"], shown["ended_on"], shown["recognised_on"]) == ("RETURNED", "2026-04-01", None)
    tasks = (await office.get(f"/v1/tasks?open=true&after_sequence={done['sequence']}")).json()["items"]
    assert "RECOGNITION_UNCONFIRMED" not in {one["kind"] for one in tasks}
    types = [one["type"] for one in (await office.get(f"/v1/departures/{trip}/history")).json()["events"]]
    assert types == ["MemberLeft", "MobileMemberRecognised", "MemberReturned"]
    for query, seen in (
        ("as_of=2026-05-15", None),
        ("as_of=2026-05-15&known_at=2026-07-01T12:00:00Z", "2026-05-01"),
        ("known_at=2026-07-01T12:00:00Z", "2026-05-01"),
    ):
        assert (await office.get(f"/v1/departures/{trip}?{query}")).json()["recognised_on"] == seen


async def test_a_return_after_six_months_leaves_it(office: Office) -> None:
    """On the very day of the recognition the six months were over."""
    trip = await recognised_trip(office)
    await office.post(f"/v1/departures/{trip}/return", {"occurred_on": "2026-05-01"})
    assert await listed(office, "recognised=true") == [trip]
