"""What is told and taken all the same: warnings in the answer; and what is no matter of telling (§2.11, §4.1, §4.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest
from services.registry.tests.city import HOME, TOWN, id_number
from services.registry.tests.office import Office

from guiyan.events.id_numbers import check_digit
from guiyan.service.conformance import check_problem

BORN = date(1990, 2, 3)
PERSON = {"branch": HOME, "person_category": "FULL", "name": "李示例"}
FINE = {"joined_on": "2010-06-01", "full_on": "2011-06-01", "post_code": "0164", "home_area_code": "654002"}


def warned(answer: httpx.Response) -> set[tuple[str, str]]:
    """Where and which."""
    assert answer.status_code in {200, 201}, answer.text
    return {(one["pointer"], one["code"]) for one in answer.json().get("warnings", [])}


def numbered(region: str, born: date = BORN) -> str:
    """A made-up number that begins with this county code."""
    body = f"{region}{born:%Y%m%d}001"
    return body + check_digit(body)


DOUBTS: list[tuple[dict[str, Any], set[tuple[str, str]]]] = [
    ({}, set()),
    (FINE, set()),
    ({"joined_on": "2007-02-02"}, {("/joined_on", "joined_under_18")}),
    ({"joined_on": "2008-02-03"}, set()),
    ({"joined_on": "2010-06-01", "full_on": "2010-09-01"}, {("/full_on", "full_within_year")}),
    ({"id_no": numbered("999998")}, {("/id_no", "id_no_place_unknown")}),
    ({"id_no": "654002900203001"}, {("/id_no", "id_no_15_digits")}),
    ({"home_area_code": "000000"}, {("/home_area_code", "area_unknown")}),
    ({"post_code": "999"}, {("/post_code", "post_not_listed")}),
    ({"id_no": numbered("654002"), "mobile": "14000000001"}, {("/mobile", "mobile_unassigned")}),
    ({"mobile": "14000000001"}, set()),
]


@pytest.mark.parametrize(("told", "doubts"), DOUBTS)
async def test_an_entry_is_answered_with_its_doubts(
    office: Office, told: dict[str, Any], doubts: set[tuple[str, str]]
) -> None:
    """The roster's checks at the door: taken, and told where, which, and in words."""
    body = {**PERSON, "id_no": id_number(1, BORN), **told}
    made = await office.post("/v1/members", body, key="once")
    assert warned(made) == doubts
    assert all(one["detail"] for one in made.json().get("warnings", []))
    again = await office.post("/v1/members", body, key="once")
    assert again.json() == made.json()


async def test_a_correction_is_answered_with_its_doubts(office: Office) -> None:
    """Of what was told, together with what the record says; a request for a correction likewise."""
    member = await office.member(HOME, 1, id_no=numbered("654002"), joined_on="2010-06-01", full_on="2011-06-01")
    path = f"/v1/members/{member}/correct"
    assert warned(await office.post(path, {"joined_on": "2010-07-01"})) == {("/joined_on", "full_within_year")}
    assert warned(await office.post(path, {"post_code": "0164"})) == set()
    assert warned(await office.post(path, {"mobile": "14000000001"})) == {("/mobile", "mobile_unassigned")}
    assert warned(await office.post(path, {"home_area_code": "000000"})) == {("/home_area_code", "area_unknown")}
    young = {("/joined_on", "joined_under_18")}
    request = {"member_id": member, "why": "WRONG_AT_ENTRY", "joined_on": "2007-06-01"}
    assert warned(await office.post("/v1/corrections", request, role="BRANCH_CONTACT", org=HOME)) == young
    assert warned(await office.post(path, {"joined_on": "2007-06-01"})) == young
    no = await office.post(path, {"joined_on": "1990-02-02"})
    assert check_problem(no, 422, "joined_before_birth")["errors"][0]["pointer"] == "/joined_on"


async def test_an_own_code_is_no_doubt(office: Office) -> None:
    """A post that the city has listed itself is known."""
    new = {"table": "post", "code": "999", "label_zh": "示例岗位", "from_on": "2026-01-01"}
    assert (await office.post("/v1/codes", new)).status_code == 201
    await office.city.settle()
    assert warned(await office.post("/v1/members", {**PERSON, "id_no": id_number(1), "post_code": "999"})) == set()


async def test_an_inflow_from_an_unknown_county_is_told(office: Office) -> None:
    """§4.1: taken as told, with a warning."""
    body = {"host_branch": HOME, "name": "赵示例", "origin_area_code": "999999", "occurred_on": "2026-06-01"}
    assert warned(await office.post("/v1/inflows", body)) == {("/origin_area_code", "area_unknown")}
    known = {**body, "origin_area_code": "654002"}
    assert warned(await office.post("/v1/inflows", known)) == set()


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        *(
            ({"membership_status": one}, "/membership_status")
            for one in ("EXPELLED", "SUSPENDED", "DECEASED", "REMOVED", "WITHDREW", "PROBATION_CANCELLED")
        ),
        ({"status_since": "2026-01-01"}, "/status_since"),
        ({"membership_status": "NORMAL", "status_since": "2026-01-01"}, "/status_since"),
    ],
)
@pytest.mark.parametrize(
    ("role", "org"), [("BRANCH_SECRETARY", HOME), ("TOWNSHIP_OFFICER", TOWN), ("CITY_OFFICER", "654002000000")]
)
async def test_a_standing_is_never_told_with_an_entry(
    office: Office, told: dict[str, Any], pointer: str, role: str, org: str
) -> None:
    """§2.11: by decision only; the refusal names the doors, and nobody is entered."""
    refused = await office.post("/v1/members", {**PERSON, "id_no": id_number(1), **told}, role=role, org=org)
    problem = check_problem(refused, 422, "status_by_decision")
    assert problem["errors"][0]["pointer"] == pointer
    assert "/v1/members/{id}/suspend" in problem["detail"]
    assert (
        await office.post("/v1/members", {**PERSON, "id_no": id_number(1), "membership_status": "NORMAL"})
    ).is_success
