"""Why a record says what it says: the event that set each field, found by the projection that shows it (S-08)."""

from __future__ import annotations

from typing import Any

from services.registry.tests.city import FAR, HOME, NEXT, TOWN, id_number
from services.registry.tests.office import Office

from guiyan.service.conformance import check_problem


async def changes(office: Office, member: str, query: str = "", **who: str) -> list[dict[str, Any]]:
    """What the door tells, oldest first."""
    await office.city.settle()
    answer = await office.get(f"/v1/members/{member}/changes{query}", **who)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["changes"])


def why(told: list[dict[str, Any]], field: str) -> str:
    """The event that a field stands by."""
    return str([one["event"]["type"] for one in told if field in one["fields"]][-1])


async def test_each_field_has_the_event_that_set_it(office: Office) -> None:
    """Of what is shown now: entry, trip, dues, correction; each with its day, its teller, and the masked value."""
    member = await office.member(HOME, mobile="13912345678", education_code="31", occurred_on="2026-05-01")
    await office.away(member, dest_area_code="440306")
    await office.post(f"/v1/members/{member}/pay-dues", {"months": ["2026-05"], "occurred_on": "2026-06-10"})
    await office.post(
        f"/v1/members/{member}/correct", {"mobile": "13912349999", "education_code": "21"}, sub="officer-7"
    )
    told = await changes(office, member)
    shown = (await office.get(f"/v1/members/{member}")).json()
    last: dict[str, Any] = {}
    for one in told:
        last |= one["fields"]
    assert {name: value for name, value in shown.items() if value is not None and name in last} == {
        name: value for name, value in last.items() if value is not None
    }
    assert {name for name, value in shown.items() if value not in (None, "")} - last.keys() <= {
        "id",
        "version",
        "sequence",
    }
    expected = {
        "name": "MemberRegistered",
        "branch": "MemberRegistered",
        "away_since": "MemberLeft",
        "dues_paid_to": "DuesPaid",
        "mobile": "MemberDetailsCorrected",
        "education_code": "MemberDetailsCorrected",
    }
    assert {name: why(told, name) for name in expected} == expected
    corrected = told[-1]
    assert (corrected["event"]["actor"], corrected["fields"]["education_code"]) == ("officer-7", "21")
    text = str(told)
    assert id_number(1) not in text
    assert "13912345678" not in text
    assert "李示例" not in text


async def test_a_number_with_the_same_mask_is_another_number(office: Office) -> None:
    """Compared is what is kept, not what is shown."""
    member = await office.member(HOME, mobile="13900005678")
    await office.post(f"/v1/members/{member}/correct", {"mobile": "13911115678"})
    told = await changes(office, member)
    assert [one["fields"]["mobile"] for one in told if "mobile" in one["fields"]] == ["139****5678"] * 2


async def test_who_was_responsible_at_each_moment(office: Office) -> None:
    """Exactly one at every moment, though no event names it: each change from its event on (domain.md §2.1)."""
    member = await office.member(HOME, occurred_on="2026-01-01")
    wish = {"member_id": member, "kind": "GRADUATE_UNPLACED", "holding_org": TOWN, "from_on": "2026-06-30"}
    retention = (await office.post("/v1/retentions", wish)).json()["id"]
    held = {"branch": NEXT, "contact_person_id": "019b76da-a800-7000-8000-0000000000f2"}
    await office.post(f"/v1/retentions/{retention}/retain", held)
    told = [one for one in await changes(office, member) if "responsible" in one["fields"]]
    found = [(one["event"]["type"], one["fields"]["responsible"]) for one in told]
    assert found == [("MemberRegistered", HOME), ("RelationRetained", TOWN)]


async def test_the_past_has_its_own_reasons(office: Office) -> None:
    """As of a day, as far as was recorded: what came later is no reason then; 404 outside the scope; the own record."""
    member = await office.member(HOME, education_code="31", occurred_on="2026-05-01")
    correction = {"education_code": "21", "occurred_on": "2026-06-10"}
    await office.post(f"/v1/members/{member}/correct", correction)
    assert why(await changes(office, member), "education_code") == "MemberDetailsCorrected"
    assert why(await changes(office, member, "?as_of=2026-06-01"), "education_code") == "MemberRegistered"
    path = f"/v1/members/{member}/changes"
    check_problem(await office.get(path, role="BRANCH_SECRETARY", org=FAR), 404, "not_found")
    assert await changes(office, member, role="MEMBER", org=HOME, sub=member)
    check_problem(await office.get(path, role="MEMBER", org=HOME, sub="somebody"), 404, "not_found")
