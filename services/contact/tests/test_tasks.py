"""The desk of contact (domain.md §6 no. 1): what waits for whom, of the same shape as every other desk."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest
from services.contact.tests.test_agreements import agree
from services.contact.tests.test_host_side import host, hosted_as
from services.contact.tests.town import FAR, HOME, NEXT, TOWN, ContactTown

from guiyan.service.auth import Role

SHAPE: Final = {
    "id", "due_on", "kind", "member_id", "member", "step", "days_left", "org_code", "responsible", "level", "raised_on",
    "about_id", "open", "how", "closed_on", "closed_by", "version",
}  # fmt: skip


async def desk(town: ContactTown, headers: Any = None, **asked: Any) -> list[dict[str, Any]]:
    """The desk, after everything has been applied."""
    await town.town.settle()
    answered = await town.get("/v1/tasks", headers or town.keeper, **asked)
    assert answered.status_code == 200, answered.text
    return list(answered.json()["items"])


async def a_full_desk(town: ContactTown) -> dict[str, str]:
    """One of each kind on the desk of HOME and of FAR; gives the members."""
    keeper = await town.member("keeper")
    await town.keeper_of(HOME, "appointed")
    due, told, agreed = await town.away("one"), await hosted_as(town, "two"), await hosted_as(town, "three")
    await agree(town, agreed)
    named = await town.post(f"/v1/members-away/{due}/assign-contact-person", {"person_id": keeper}, town.officer)
    assert named.status_code == 200, named.text
    asked = {"topic": "POLICY", "channel": "PHONE", "effort": "SIMPLE", "member_id": due}
    taken = await town.post("/v1/inquiries", asked)
    assert taken.status_code == 201, taken.text
    await town.town.settle()
    return {"due": due, "told": told, "agreed": agreed}


async def test_every_kind_is_on_one_desk_in_order(town: ContactTown) -> None:
    """Duties and inquiries, the first day first; each with its step, days left, level and whoever is responsible."""
    members = await a_full_desk(town)
    rows = await desk(town)
    assert {one["kind"] for one in rows} == {"CONTACT_DUE", "INQUIRY"}
    assert [one["due_on"] for one in rows] == sorted(one["due_on"] for one in rows)
    assert all(set(one) == SHAPE for one in rows)
    row = next(one for one in rows if one["member_id"] == members["due"] and one["kind"] == "CONTACT_DUE")
    told = {name: row[name] for name in ("member", "responsible", "days_left", "level", "org_code", "open", "due_on")}
    assert told == {
        "member": "李*", "responsible": "李*", "days_left": 49, "level": "BRANCH", "org_code": HOME, "open": True,
        "due_on": "2026-03-31",
    }  # fmt: skip
    assert row["about_id"] == row["id"] == town.duty(members["due"])
    done = await town.post(f"/v1/duties/{row['about_id']}/complete", {"channel": "PHONE"})
    assert done.status_code == 200
    assert members["due"] not in {one["member_id"] for one in await desk(town, kind="CONTACT_DUE")}


async def test_a_miss_lies_where_it_went_up_to(town: ContactTown) -> None:
    """The first with the branch's secretary, the second in a row with the township; it is past its day."""
    member = await town.away()
    await town.until(date(2026, 4, 3))
    (row,) = await desk(town, kind="CONTACT_MISSED")
    assert (row["org_code"], row["level"], row["days_left"]) == (HOME, "BRANCH", -3)
    await town.until(date(2026, 7, 3))
    assert {one["org_code"] for one in await desk(town, kind="CONTACT_MISSED")} == {HOME}
    township = await desk(town, town.officer, kind="CONTACT_MISSED")
    assert {(one["org_code"], one["level"]) for one in township} == {(HOME, "BRANCH"), (TOWN, "TOWNSHIP")}
    assert {one["member_id"] for one in township} == {member}
    assert len(await desk(town, town.officer, overdue="true")) == 2
    assert {one["kind"] for one in await desk(town, town.officer, overdue="false")} == {"CONTACT_DUE"}


async def test_the_hosts_desk(town: ContactTown) -> None:
    """What the host has to tell, and whom to contact by agreement; told once where both sides are in the scope."""
    members = await a_full_desk(town)
    rows = {one["member_id"]: one for one in await desk(town, host(town))}
    assert {id_: one["kind"] for id_, one in rows.items()} == {
        members["told"]: "HOST_TO_TELL", members["agreed"]: "HOST_TO_CONTACT"
    }  # fmt: skip
    assert {one["org_code"] for one in rows.values()} == {FAR}
    assert {one["responsible"] for one in rows.values()} == {""}
    city = [one["member_id"] for one in await desk(town, town.city)]
    assert sorted(city) == sorted([members["due"], members["due"], members["told"]])


async def test_the_hosts_leg_stays_on_its_desk_until_it_is_over(town: ContactTown) -> None:
    """Also where the member was reached first, by the origin or as agreed; as the row and the list say."""
    members = await a_full_desk(town)
    complete = f"/v1/duties/{town.duty(members['told'])}/complete"
    assert (await town.post(complete, {"channel": "PHONE"})).status_code == 200
    page = (await town.get("/v1/today", host(town))).json()["host_to_tell"]
    assert page["count"] == 2, "also under an agreement"
    listed = (await town.town.http.get(page["list"], headers=host(town))).json()["items"]
    assert {(one["member_id"], one["host_leg"]) for one in listed} == {
        (members["told"], "DUE"), (members["agreed"], "DUE")
    }  # fmt: skip
    assert (await town.get("/v1/duties", host(town), host_leg="OVER")).json()["items"] == []
    kinds = {one["member_id"]: one["kind"] for one in await desk(town, host(town))}
    assert kinds == {members["told"]: "HOST_TO_TELL", members["agreed"]: "HOST_TO_CONTACT"}
    complete = f"/v1/duties/{town.duty(members['agreed'])}/complete"
    assert (await town.post(complete, {"channel": "PHONE"}, host(town))).status_code == 200
    assert [one["kind"] for one in await desk(town, host(town))] == ["HOST_TO_TELL"] * 2
    contact = f"/v1/duties/{town.duty(members['told'])}/contact-host"
    assert (await town.post(contact, {"channel": "PHONE"}, host(town))).status_code == 200
    assert [one["member_id"] for one in await desk(town, host(town))] == [members["agreed"]]
    (done,) = (await town.get("/v1/duties", host(town), host_leg="DONE")).json()["items"]
    assert done["member_id"] == members["told"]
    await town.until(date(2026, 4, 1))
    old = [one for one in await desk(town, host(town)) if one["due_on"] == "2026-03-31"]
    assert old == []
    over = (await town.get("/v1/duties", host(town), host_leg="OVER")).json()["items"]
    assert [(one["member_id"], one["quarter"]) for one in over] == [(members["agreed"], "2026-Q1")]


async def test_the_scope_and_the_roles(town: ContactTown) -> None:
    """Nothing of another branch; a member has no desk; the part of the tree that is asked for."""
    await a_full_desk(town)
    assert await desk(town, town.town.bearer(Role.BRANCH_CONTACT, org=NEXT, sub="next")) == []
    assert (await town.get("/v1/tasks", town.town.bearer(Role.MEMBER, org=HOME, sub="one"))).status_code == 403
    assert await desk(town, town.officer, under=NEXT) == []
    assert len(await desk(town, town.officer, under=HOME)) == len(await desk(town, town.officer)) == 3
    assert {one["org_code"] for one in await desk(town, town.officer, org_code=HOME)} == {HOME}


async def test_hardship_is_on_the_desk_of_those_who_decide(town: ContactTown) -> None:
    """A visit that is due: to secretary and officer, not to the contact person; an overdue report to everybody."""
    member = await town.away()
    case = await town.post("/v1/aid-cases", {"member_id": member, "kind": "RELIEF"}, town.officer)
    assert case.status_code == 201, case.text
    path = f"/v1/aid-cases/{case.json()['id']}"
    assert (await town.post(f"{path}/assess", {"upheld": True}, town.officer)).status_code == 200
    granted = await town.post(f"{path}/approve", {"document_no": "示例〔2026〕3号"}, town.officer)
    assert granted.status_code == 200, granted.text
    await town.until(date(2027, 3, 1))
    kinds = {one["kind"] for one in await desk(town, town.officer, limit="500")}
    assert {"AID_VISIT", "REPORT_OVERDUE"} <= kinds
    assert "AID_VISIT" not in {one["kind"] for one in await desk(town, limit="500")}
    assert "REPORT_OVERDUE" in {one["kind"] for one in await desk(town, limit="500")}


@pytest.mark.parametrize("sort", ["due_on", "-due_on", "_id", "-_id", "raised_on", "-raised_on", "closed_on"])
async def test_pages_neither_skip_nor_repeat(town: ContactTown, sort: str) -> None:
    """Page by page, in every order: the same rows as at once, over all kinds of records."""
    for number in range(5):
        await town.leave(await town.member(f"m{number}"))
    await a_full_desk(town)
    await town.until(date(2026, 4, 3))
    whole = [one["id"] for one in await desk(town, town.officer, sort=sort, limit="500")]
    assert len(whole) == len(set(whole)) > 10
    pages: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await town.get("/v1/tasks", town.officer, sort=sort, limit="3", **cursor)).json()
        pages += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert pages == whole


async def test_the_desk_is_narrowed_and_is_a_sheet(town: ContactTown) -> None:
    """By kind, member, day and record; what has left the desk stands in the lists of its records."""
    members = await a_full_desk(town)
    assert {one["kind"] for one in await desk(town, kind=["INQUIRY"])} == {"INQUIRY"}
    assert len(await desk(town, member_id=members["due"])) == 2
    assert len(await desk(town, due_on_from="2026-03-31")) == 2
    assert len(await desk(town, about_id=town.duty(members["due"]))) == 1
    for nothing in ({"open": "false"}, {"how": "DONE"}, {"closed_on_from": "2026-01-01"}):
        assert await desk(town, **nothing) == []
    sheet = await town.get("/v1/tasks", {**town.keeper, "Accept": "text/csv", "Accept-Language": "zh-CN"})
    assert "季度联系" in sheet.text
    assert "联系本人并登记" in sheet.text
    assert "李示例" not in sheet.text
