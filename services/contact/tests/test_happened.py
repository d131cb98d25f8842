"""A mistyped year is refused wherever a day is told (domain.md §8)."""

from __future__ import annotations

import pytest
from services.contact.tests.town import HOME, ContactTown

from guiyan.service.auth import Role


@pytest.mark.parametrize("day", ["1900-01-01", "1921-06-30"])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/reports", {}),
        ("/v1/leads", {"kind": "PROSPERITY", "to_org": HOME}),
        ("/v1/contact-points", {"kind": "MOBILE", "value": "13900001234"}),
        ("/v1/inquiries", {"topic": "POLICY"}),
    ],
)
async def test_nothing_happened_before_there_was_anything(
    town: ContactTown, path: str, body: dict[str, str], day: str
) -> None:
    """By the day of the act; the day after the last one refused is taken."""
    member_id = await town.away()
    told = {"member_id": member_id, **body}
    refused = await town.post(path, {**told, "occurred_on": day}, town.officer)
    assert (refused.status_code, refused.json()["code"]) == (422, "date_too_early"), refused.text
    assert refused.json()["errors"][0]["pointer"] == "/occurred_on"
    taken = await town.post(path, {**told, "occurred_on": "1921-07-01"}, town.officer)
    assert taken.status_code == 201, taken.text


async def test_a_visit_home_is_none_of_before(town: ContactTown) -> None:
    """By the day that it begins, too."""
    member_id = await town.away()
    secretary = town.town.bearer(Role.BRANCH_SECRETARY, org=HOME, sub="secretary")
    refused = await town.post("/v1/home-visits", {"member_id": member_id, "from_on": "1900-01-01"}, secretary)
    assert (refused.status_code, refused.json()["code"]) == (422, "date_too_early"), refused.text
    assert refused.json()["errors"][0]["pointer"] == "/from_on"
