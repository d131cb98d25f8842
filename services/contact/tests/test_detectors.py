"""The detectors of domain.md §1.2 that are contact's: each is a list, asked for as docs/how-to/keep-contact.md says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from services.contact.tests.town import ContactTown

HOW_TO = Path(__file__).parents[3] / "docs/how-to/keep-contact.md"
OVERDUE = "/v1/duties?state=MISSED&state=ESCALATED"
OVERDUE_TWICE = f"{OVERDUE}&missed_in_a_row_from=2"
SILENT = "/v1/member-years?year=2026&unanswered_from=2"
FAILED = "/v1/contact-points?open=false&end_reason=WRONG_NUMBER&end_reason=NUMBER_DEAD&end_reason=BOUNCED"
RETURNED = "/v1/contact-points?open=true&bounces_from=1"


async def listed(town: ContactTown, path: str) -> list[dict[str, Any]]:
    """What a list holds, as the city sees it."""
    await town.town.settle()
    where, _, asked = path.partition("?")
    answered = await town.town.http.get(where, params=parse_qsl(asked), headers=town.city)
    assert answered.status_code == 200, answered.text
    return list(answered.json()["items"])


async def members(town: ContactTown, path: str) -> set[str]:
    """Whom a list names."""
    return {row["member_id"] for row in await listed(town, path)}


@pytest.mark.parametrize("path", [OVERDUE, OVERDUE_TWICE, SILENT, FAILED, RETURNED])
def test_the_how_to_names_each_list(path: str) -> None:
    """Whoever reads it finds the very question."""
    assert f"GET {path}" in HOW_TO.read_text(encoding="utf-8")


async def test_no_contact_after_leaving(town: ContactTown) -> None:
    """P-02: whose contact is overdue, until it is told after all or somebody closes it; twice in a row apart."""
    missed, reached, closed = [await town.away(name) for name in ("missed", "reached", "closed")]
    await town.post(f"/v1/duties/{town.duty(reached)}/complete", {"channel": "PHONE"})
    await town.until(date(2026, 4, 2))
    assert await members(town, OVERDUE) == {missed, closed}
    done = await town.post(f"/v1/duties/{town.duty(closed)}/close", headers=town.officer)
    assert done.status_code == 200, done.text
    assert await members(town, OVERDUE) == {missed}
    assert await members(town, OVERDUE_TWICE) == set()
    for member_id in (reached, closed):
        await town.post(f"/v1/duties/{town.duty(member_id, '2026-Q2')}/complete", {"channel": "PHONE"})
    await town.until(date(2026, 7, 2))
    assert await members(town, OVERDUE_TWICE) == {missed}


async def test_plain_count_of_silence(town: ContactTown) -> None:
    """P-05: who did not answer so often in a year: a number of calls, and nothing about the person."""
    silent, other = await town.away("silent"), await town.away("other")
    for member_id, times in ((silent, 2), (other, 1)):
        for _ in range(times):
            tried = {"channel": "PHONE", "outcome": "NO_ANSWER"}
            await town.post(f"/v1/duties/{town.duty(member_id)}/attempt", tried)
    assert await members(town, SILENT) == {silent}
    assert await members(town, "/v1/member-years?year=2026&unanswered_to=1") == {other}
    await town.until(date(2026, 4, 2))
    assert await members(town, "/v1/member-years?missed_from=1") == {silent, other}
    assert await members(town, "/v1/member-years?missed_from=2") == set()


async def test_numbers_that_reach_nobody(town: ContactTown) -> None:
    """P-10: which numbers were wrong, dead or came back, and whose; one that was replaced reached somebody."""
    points = {}
    for outcome in ("WRONG_NUMBER", "NUMBER_DEAD", "NO_ANSWER"):
        member_id = await town.away(outcome)
        new = {"member_id": member_id, "kind": "MOBILE", "value": f"1380000000{len(points)}"}
        made = await town.post("/v1/contact-points", new)
        assert made.status_code == 201, made.text
        points[outcome] = made.json()["id"]
        tried = {"channel": "PHONE", "outcome": outcome, "contact_point_id": points[outcome]}
        await town.post(f"/v1/duties/{town.duty(member_id)}/attempt", tried)
    failed = {row["id"]: row["end_reason"] for row in await listed(town, FAILED)}
    assert failed == {points["WRONG_NUMBER"]: "WRONG_NUMBER", points["NUMBER_DEAD"]: "NUMBER_DEAD"}
    assert await listed(town, RETURNED) == []
