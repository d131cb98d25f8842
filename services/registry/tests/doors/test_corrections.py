"""Corrections over HTTP: asked by branch and member, answered above, both values side by side (domain.md §3.6)."""

from __future__ import annotations

from typing import Any

import pytest
from services.registry.tests.city import CITY, FAR, HOME, OTHER_TOWN, TOWN, id_number
from services.registry.tests.office import Office

from guiyan.service.conformance import Doors, check_a_key_is_one_request, check_answer, check_problem

BRANCH = {"role": "BRANCH_SECRETARY", "org": HOME, "sub": "secretary"}
TOWNSHIP = {"role": "TOWNSHIP_OFFICER", "org": TOWN, "sub": "township"}


async def asked(office: Office, member: str, **change: Any) -> str:
    """A request of the branch; gives its id."""
    body = {"member_id": member, "why": "WRONG_AT_ENTRY", "proof": "档案第12号", **change}
    made = await office.post("/v1/corrections", body, **BRANCH)
    await office.city.settle()
    return str(check_answer(made, "CorrectionRequested", made=True)["id"])


async def member_of(office: Office, branch: str = HOME, number: int = 1) -> str:
    """A member, known to everybody."""
    member = await office.member(branch, number, mobile="13900001234")
    await office.city.settle()
    return member


async def test_a_branch_asks_and_the_township_agrees(office: Office) -> None:
    """The record changes with the answer and names the request; who asked, why and on which paper is shown."""
    member = await member_of(office)
    direct = await office.post(f"/v1/members/{member}/correct", {"education_code": "21"}, **BRANCH)
    assert direct.status_code == 403, "a branch asks, it does not correct"
    request = await asked(office, member, education_code="21", mobile="13911115678")
    (row,) = (await office.get("/v1/corrections?state=REQUESTED", **TOWNSHIP)).json()["items"]
    assert (row["requested_by"], row["requested_org"], row["reason"]) == ("secretary", HOME, "WRONG_AT_ENTRY")
    assert (row["fields"], row["proof"], row["name"]) == (["education_code", "mobile"], "档案12号", "李*")
    done = await office.post(f"/v1/corrections/{request}/approve", **TOWNSHIP)
    check_answer(done, "CorrectionApproved", "CorrectionApplied")
    sequence = done.json()["sequence"]
    shown = (await office.get(f"/v1/members/{member}?after_sequence={sequence}")).json()
    assert (shown["education_code"], shown["mobile"]) == ("21", "139****5678")
    (row,) = (await office.get("/v1/corrections?state=APPLIED", **BRANCH)).json()["items"]
    assert (row["answered_by"], row["answered_org"]) == ("township", TOWN)
    types = [one["type"] for one in (await office.get(f"/v1/members/{member}/history")).json()["events"]]
    assert types == [
        "MemberRegistered", "CorrectionRequested", "MemberDetailsCorrected", "CorrectionApproved", "CorrectionApplied",
    ]  # fmt: skip


@pytest.mark.parametrize("meanwhile", [{"mobile": "13922220000"}, {"education_code": "31"}])
async def test_what_was_set_right_since_is_not_overwritten(office: Office, meanwhile: dict[str, str]) -> None:
    """§3.6: the request is older than the record in that field; it is rejected as outdated, or asked for anew."""
    member = await member_of(office)
    request = await asked(office, member, education_code="21", mobile="13911115678")
    other = await asked(office, member, post_code="011")
    await office.post(f"/v1/members/{member}/correct", meanwhile, **TOWNSHIP)
    answer = await office.post(f"/v1/corrections/{request}/approve", **TOWNSHIP)
    (field,) = meanwhile
    assert field in check_problem(answer, 409, "correction_outdated")["detail"]
    check_answer(
        await office.post(f"/v1/corrections/{other}/approve", **TOWNSHIP), "CorrectionApproved", "CorrectionApplied"
    )
    rejected = await office.post(f"/v1/corrections/{request}/reject", {"reason": "OUTDATED"}, **TOWNSHIP)
    check_answer(rejected, "CorrectionRejected")


async def test_both_values_stand_side_by_side_before_and_after(office: Office) -> None:
    """Masked for everybody in scope; in clear after the look was recorded; the same once the record has changed."""
    member = await member_of(office)
    request = await asked(office, member, name="李改名", education_code="21", mobile="13911115678")
    masked = [
        {"field": "education_code", "old": None, "new": "21"},
        {"field": "mobile", "old": "139****1234", "new": "139****5678"},
        {"field": "name", "old": "李*", "new": "李*"},
    ]
    clear = [masked[0], {"field": "mobile", "old": "+8613900001234", "new": "+8613911115678"},
             {"field": "name", "old": "李示例", "new": "李改名"}]  # fmt: skip
    for _ in range(2):
        assert (await office.get(f"/v1/corrections/{request}", **TOWNSHIP)).json()["changes"] == masked
        seen = await office.post(f"/v1/corrections/{request}/compare", {"reason": "CORRECTION"}, **TOWNSHIP)
        assert seen.json()["changes"] == clear
        await office.post(f"/v1/corrections/{request}/approve", **TOWNSHIP)
        await office.city.settle()
    told = await anext(office.city.ledger.follow(0))
    looked = [one for one in told if "FieldsRevealed" in one.types]
    assert len(looked) == 2, "each look is an event"


async def test_a_member_asks_about_the_own_record_only(office: Office) -> None:
    """By the member's id in the token; answered above the branch; another record is 404."""
    member, other = await member_of(office), await member_of(office, HOME, 2)
    me = {"role": "MEMBER", "org": HOME, "sub": member}
    body = {"member_id": member, "why": "MEMBER_ASKED", "post_code": "0164"}
    request = check_answer(await office.post("/v1/corrections", body, **me), "CorrectionRequested", made=True)["id"]
    check_problem(await office.post("/v1/corrections", {**body, "member_id": other}, **me), 404, "not_found")
    await office.city.settle()
    (row,) = (await office.get("/v1/corrections", **me)).json()["items"]
    assert (row["id"], row["requested_org"]) == (request, HOME)
    check_answer(await office.post(f"/v1/corrections/{request}/reject", {"reason": "NOT_PROVED"}, **TOWNSHIP),
                 "CorrectionRejected")  # fmt: skip
    await office.city.settle()
    assert (await office.get(f"/v1/corrections/{request}", **me)).json()["refusal"] == "NOT_PROVED"


async def test_what_lies_outside_the_scope_is_not_there(office: Office) -> None:
    """404 to read, to answer and to compare for another township; its list is empty."""
    request = await asked(office, await member_of(office), education_code="21")
    away = {"role": "TOWNSHIP_OFFICER", "org": OTHER_TOWN, "sub": "other"}
    path = f"/v1/corrections/{request}"
    for answer in (
        await office.get(path, **away),
        await office.get(f"{path}/history", **away),
        await office.post(f"{path}/approve", **away),
        await office.post(f"{path}/compare", {"reason": "AUDIT"}, **away),
    ):
        check_problem(answer, 404, "not_found")
    assert (await office.get("/v1/corrections", **away)).json()["items"] == []


async def test_a_township_does_not_answer_itself(office: Office) -> None:
    """Asked for by the township, answered by the city."""
    member = await member_of(office)
    body = {"member_id": member, "why": "FOUND_IN_FILE", "education_code": "21"}
    request = (await office.post("/v1/corrections", body, **TOWNSHIP)).json()["id"]
    path = f"/v1/corrections/{request}/approve"
    check_problem(await office.post(path, **{**TOWNSHIP, "sub": "colleague"}), 409, "for_the_level_above")
    stale = await office.post(path, match='"9"', org=CITY)
    check_problem(stale, 409, "version_conflict")
    first = await office.post(path, key="k-1", org=CITY)
    check_answer(first, "CorrectionApproved", "CorrectionApplied")
    assert (await office.post(path, key="k-1", org=CITY)).json() == first.json()


async def test_an_id_number_of_somebody_else_is_not_taken_by_a_correction(office: Office) -> None:
    """§3.6, ADR 0007: refused when agreed to, and nothing changes; the request can be rejected then."""
    await member_of(office, FAR, 7)
    request = await asked(office, await member_of(office), id_no=id_number(7))
    check_problem(await office.post(f"/v1/corrections/{request}/approve", **TOWNSHIP), 409, "id_no_taken")
    rejected = await office.post(f"/v1/corrections/{request}/reject", {"reason": "NOT_PROVED"}, **TOWNSHIP)
    check_answer(rejected, "CorrectionRejected")


async def test_a_free_id_number_moves_with_the_correction(office: Office) -> None:
    """Who looks the member up finds the new number, and nobody by the old one."""
    member = await member_of(office)
    request = await asked(office, member, id_no=id_number(8))
    check_answer(await office.post(f"/v1/corrections/{request}/approve", **TOWNSHIP), "CorrectionApproved",
                 "CorrectionApplied")  # fmt: skip
    await office.city.settle()
    found = [(await office.post("/v1/members/find", {"id_no": id_number(n)})).json()["items"] for n in (8, 1)]
    assert ([one["id"] for one in found[0]], found[1]) == ([member], [])


@pytest.mark.parametrize("change", [{}, {"birth_date": "1990-01-01"}, {"full_on": "2999-01-01"}])
async def test_what_could_never_be_applied_is_not_asked_for(office: Office, change: dict[str, str]) -> None:
    """Nothing to change, part of the ID number, a date in the future: told to who asks, nothing written."""
    member = await member_of(office)
    head = await office.city.ledger.head()
    answer = await office.post("/v1/corrections", {"member_id": member, "why": "CHANGED_SINCE", **change}, **BRANCH)
    assert answer.status_code in {409, 422}, answer.text
    assert await office.city.ledger.head() == head


async def test_a_key_is_one_request(office: Office) -> None:
    """An Idempotency-Key used for another wish is 422."""
    doors = Doors(office.app, office.http, office.headers())
    body = {"member_id": await member_of(office), "why": "CHANGED_SINCE", "education_code": "21"}
    other = ("/v1/corrections", body | {"education_code": "31"})
    await check_a_key_is_one_request(doors, "/v1/corrections", body, other, ledger=office.city.ledger)
