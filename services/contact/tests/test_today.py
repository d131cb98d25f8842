"""What is to be done today (domain.md §6 no. 1): the most pressing first, on a page that a phone shows at once."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from services.contact.tests.town import HOME, NEXT, ContactTown

from guiyan.service.auth import Role

PHONE_BYTES = 12_000


async def page(town: ContactTown, headers: Any = None, **asked: str) -> dict[str, Any]:
    """The page, after everything has been applied."""
    await town.town.settle()
    answered = await town.get("/v1/today", headers or town.keeper, **asked)
    assert answered.status_code == 200, answered.text
    assert len(answered.content) < PHONE_BYTES
    return dict(answered.json())


async def add_point(town: ContactTown, member: str, kind: str, value: str) -> str:
    """A contact point of a member; gives its id."""
    made = await town.post("/v1/contact-points", {"member_id": member, "kind": kind, "value": value})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def test_a_day_of_a_contact_person(town: ContactTown) -> None:
    """Whom to call and where, whose quarter was missed, what waits for an answer: each part names its whole list."""
    first, second = [await town.away(name) for name in ("one", "two")]
    await add_point(town, first, "LANDLINE", "0999-8020000")
    mobile = await add_point(town, first, "MOBILE", "13900001234")
    await town.post(f"/v1/duties/{town.duty(second)}/attempt", {"channel": "PHONE", "outcome": "NO_ANSWER"})
    await town.post("/v1/inquiries", {"topic": "DUES", "name": "吴示例"})
    told = await page(town)
    assert told["to_contact"]["count"] == 2
    rows = {one["member_id"]: one for one in told["to_contact"]["first"]}
    assert rows[first]["call"] == {"contact_point_id": mobile, "number": "139****1234", "verified_on": None}
    assert (rows[first]["name"], rows[first]["days_left"], "last_outcome" in rows[first]) == ("李*", 49, False)
    assert (rows[second]["call"], rows[second]["attempts"], rows[second]["last_outcome"]) == (None, 1, "NO_ANSWER")
    assert [one["name"] for one in told["to_answer"]["first"]] == ["吴*"]
    for part in ("to_contact", "to_settle", "to_answer", "answers_overdue"):
        path, _, asked = told[part]["list"].partition("?")
        assert len((await town.get(path, town.keeper, **dict(parse_qsl(asked)))).json()["items"]) == told[part]["count"]


async def test_what_was_missed_waits_to_be_settled(town: ContactTown) -> None:
    """After the quarter's end; a point that was closed is not called; a late answer stands out."""
    member = await town.away()
    point = await add_point(town, member, "MOBILE", "13900001234")
    await town.post("/v1/inquiries", {"topic": "DUES"})
    await town.post(f"/v1/contact-points/{point}/close", {"reason": "BY_WISH"})
    await town.until(date(2026, 4, 2))
    told = await page(town)
    assert [one["quarter"] for one in told["to_settle"]["first"]] == ["2026-Q1"]
    assert [(one["quarter"], one["call"]) for one in told["to_contact"]["first"]] == [("2026-Q2", None)]
    assert told["answers_overdue"]["count"] == 1


async def test_a_page_is_small_and_of_the_own_branch(town: ContactTown) -> None:
    """However many there are; nothing of another branch, and nothing for a member or an auditor to do."""
    for number in range(14):
        await town.leave(await town.member(f"m{number}"))
    other = town.town.bearer(Role.BRANCH_CONTACT, org=NEXT, sub="next")
    told = await page(town, limit="3")
    assert (told["to_contact"]["count"], len(told["to_contact"]["first"])) == (14, 3)
    assert len((await page(town))["to_contact"]["first"]) == 10
    assert (await page(town, other))["to_contact"]["count"] == 0
    member = town.town.bearer(Role.MEMBER, org=HOME, sub="somebody")
    assert (await town.get("/v1/today", member)).status_code == 403


async def test_the_number_that_was_proved_is_called(town: ContactTown) -> None:
    """Before one that nobody proved; one that is valid later is not offered yet."""
    member = await town.away()
    proved = await add_point(town, member, "MOBILE", "13900001111")
    await add_point(town, member, "MOBILE", "13900002222")
    assert (await town.post(f"/v1/contact-points/{proved}/verify", {"how": "TALKED"})).status_code == 200
    later = {"member_id": member, "kind": "MOBILE", "value": "13900003333", "valid_from": "2040-01-01"}
    assert (await town.post("/v1/contact-points", later)).status_code == 201
    (row,) = (await page(town))["to_contact"]["first"]
    assert row["call"]["number"] == "139****1111"
