"""The family is contacted by the member's written wish alone, and no longer when it is taken back (S-50, §2.6)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from services.contact.tests.test_today import add_point, page
from services.contact.tests.town import HOME, WISH, ContactTown

from guiyan.events.codes import ConsentPurpose
from guiyan.events.registry import ConsentWithdrawn
from guiyan.service.auth import Role


def family(member_id: str, **more: Any) -> dict[str, Any]:
    """A number of the family."""
    return {"member_id": member_id, "kind": "MOBILE", "value": "13900009999", "source": "FAMILY_BY_WISH", **more}


async def test_the_office_names_the_paper(town: ContactTown) -> None:
    """Without number or day, or signed after the act: refused at that field, at the door and in a report alike."""
    member_id = await town.away()
    for name in WISH:
        without = family(member_id, **{key: value for key, value in WISH.items() if key != name})
        refused = await town.post("/v1/contact-points", without)
        assert (refused.status_code, refused.json()["code"]) == (422, "wish_document_missing")
        assert refused.json()["errors"][0]["pointer"] == f"/{name}"
        result = await town.town.report(HOME, "ContactPointAdded", without)
        assert [(one.code, one.pointer) for one in result.problems] == [("wish_document_missing", f"/data/{name}")]
    late = await town.post("/v1/contact-points", family(member_id, **WISH | {"wish_on": "2026-02-11"}))
    assert late.json()["code"] == "wish_after_act"
    not_family = await town.post("/v1/contact-points", family(member_id, **WISH) | {"source": "MEMBER"})
    assert not_family.json()["code"] == "wish_of_family_only"
    done = await town.post("/v1/contact-points", family(member_id, **WISH))
    assert done.status_code == 201
    await town.town.settle()
    (row,) = (await town.get("/v1/contact-points", source="FAMILY_BY_WISH")).json()["items"]
    assert (row["wish_document_no"], row["wish_on"]) == tuple(WISH.values())
    assert not (
        await town.town.report(HOME, "ContactPointAdded", family(member_id, **WISH, value="13900008888"))
    ).problems


async def test_the_members_own_act_needs_no_paper(town: ContactTown) -> None:
    """By the own login, for the own record; nobody else's login is the member's."""
    member_id, other = await town.away(), await town.away("two")
    own = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    assert (await town.post("/v1/contact-points", family(member_id), own)).status_code == 201
    assert (await town.post("/v1/contact-points", family(other), own)).status_code == 422


async def withdraw(town: ContactTown, member_id: str, purpose: ConsentPurpose = ConsentPurpose.FAMILY_CONTACT) -> None:
    """The member takes a consent back on 20 February."""
    await town.town.settle()
    withdrawn = ConsentWithdrawn(person_id=member_id, purpose=purpose)
    await town.world.happen(town.world.id("consent", member_id), withdrawn, occurred_on=date(2026, 2, 20))
    await town.town.settle()


@pytest.mark.parametrize("purpose", [ConsentPurpose.FAMILY_CONTACT, ConsentPurpose.RESERVE_LIST])
async def test_a_consent_taken_back_closes_the_familys_numbers_at_once(
    town: ContactTown, purpose: ConsentPurpose
) -> None:
    """Those alone, and by the wishes of before alone, also where they begin later: a later wish stands, and the own."""
    member_id = await town.away()
    await add_point(town, member_id, "MOBILE", "13900001111")
    assert (await town.post("/v1/contact-points", family(member_id, **WISH))).status_code == 201
    not_yet = family(member_id, **WISH, value="13900007777", valid_from="2026-03-01")
    assert (await town.post("/v1/contact-points", not_yet)).status_code == 201
    await town.until(date(2026, 2, 25))
    later = family(member_id, **WISH | {"wish_on": "2026-02-21"}, value="13900008888")
    assert (await town.post("/v1/contact-points", later)).status_code == 201
    await withdraw(town, member_id, purpose)
    rows = (await town.get("/v1/contact-points", member_id=member_id)).json()["items"]
    told = {one["value"][-4:]: (one["open"], one["end_reason"]) for one in rows}
    ended = (False, "BY_WISH") if purpose is ConsentPurpose.FAMILY_CONTACT else (True, None)
    assert told == {"1111": (True, None), "9999": ended, "7777": ended, "8888": (True, None)}


@pytest.mark.parametrize(("wish_on", "stands"), [("2026-01-15", False), ("2026-02-20", False), ("2026-02-21", True)])
async def test_the_paper_of_before_brings_nothing_back(town: ContactTown, wish_on: str, *, stands: bool) -> None:
    """Named again after the consent was taken back: refused at the door and in a report; a newer paper stands."""
    member_id = await town.away()
    await town.until(date(2026, 2, 25))
    await withdraw(town, member_id)
    body = family(member_id, **WISH | {"wish_on": wish_on})
    refused = await town.post("/v1/contact-points", body)
    result = await town.town.report(HOME, "ContactPointAdded", {**body, "value": "13900008888"})
    if stands:
        assert (refused.status_code, len(result.problems)) == (201, 0)
        return
    assert (refused.status_code, refused.json()["code"]) == (422, "wish_withdrawn")
    assert refused.json()["errors"][0]["pointer"] == "/wish_on"
    assert [(one.code, one.pointer) for one in result.problems] == [("wish_withdrawn", "/data/wish_on")]
    own = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    late = {**family(member_id), "occurred_on": "2026-02-19"}
    assert (await town.post("/v1/contact-points", late, own)).json()["code"] == "wish_withdrawn"
    assert (await town.post("/v1/contact-points", family(member_id), own)).status_code == 201, "wished for anew"


async def test_the_family_is_called_when_the_member_has_no_number(town: ContactTown) -> None:
    """Never before the member's own, however well proved; and the page says whose number it is."""
    member_id = await town.away()
    made = await town.post("/v1/contact-points", family(member_id, **WISH))
    assert (await town.post(f"/v1/contact-points/{made.json()['id']}/verify", {"how": "TALKED"})).status_code == 200
    (row,) = (await page(town))["to_contact"]["first"]
    assert (row["call"]["number"], row["call"]["source"]) == ("139****9999", "FAMILY_BY_WISH")
    await add_point(town, member_id, "LANDLINE", "0999-8021234")
    (row,) = (await page(town))["to_contact"]["first"]
    assert (row["call"]["number"][-4:] == "9999", "source" in row["call"]) == (False, False)
    own = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    done = await town.post(f"/v1/contact-points/{made.json()['id']}/close", {"reason": "BY_WISH"}, own)
    assert done.status_code == 200


async def test_a_proved_landline_is_called_before_a_mobile_that_nobody_proved(town: ContactTown) -> None:
    """What reached the member once comes first (§2.6)."""
    member_id = await town.away()
    await add_point(town, member_id, "MOBILE", "13900001111")
    landline = await add_point(town, member_id, "LANDLINE", "0999-8021234")
    assert (await town.post(f"/v1/contact-points/{landline}/verify", {"how": "TALKED"})).status_code == 200
    (row,) = (await page(town))["to_contact"]["first"]
    assert row["call"]["contact_point_id"] == landline
