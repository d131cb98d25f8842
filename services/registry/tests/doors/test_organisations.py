"""Organisations over HTTP: changes today and ahead, posts, phones, the tree of a day gone by (contract.md §5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from services.registry.tests.city import CITY, FAR, HOME, NEXT, OTHER_TOWN, TOWN, id_number
from services.registry.tests.office import Office

from guiyan.service.conformance import (
    Doors,
    check_a_key_is_one_request,
    check_a_version_guards,
    check_answer,
    check_problem,
)

PERSON = {"person": {"name": "张示例", "phone": "13900001234"}}


async def test_the_list_is_told_as_the_tree_was(office: Office) -> None:
    """`as_of`: the township of June still has the branch that moved away in July, under its old parent."""
    done = await office.post(f"/v1/organisations/{HOME}/move", {"parent": OTHER_TOWN, "document_no": "示1号"})
    check_answer(done, "OrganisationMoved")
    after, who = f"after_sequence={done.json()['sequence']}", {"role": "TOWNSHIP_OFFICER", "org": TOWN}
    now = (await office.get(f"/v1/organisations?{after}", **who)).json()["items"]
    then = (await office.get(f"/v1/organisations?as_of=2026-06-30&{after}", **who)).json()["items"]
    assert {one["org_code"] for one in now} == {TOWN, NEXT}
    assert {one["org_code"]: one["parent"] for one in then} == {TOWN: CITY, HOME: TOWN, NEXT: TOWN}
    assert (await office.get(f"/v1/organisations/{HOME}", **who)).status_code == 404
    past = (await office.get(f"/v1/organisations/{HOME}?as_of=2026-06-30", **who)).json()
    assert [one["org_code"] for one in past["path"]] == [CITY, TOWN, HOME]
    assert (await office.get(f"/v1/organisations?as_of=2025-12-31&{after}")).json()["items"] == []
    sheet = await office.get("/v1/organisations?as_of=2026-06-30", accept="text/csv")
    assert HOME in sheet.text


async def test_members_are_listed_as_the_tree_was(office: Office) -> None:
    """`under` and `tree_on`: who belongs to the branches that stood under the township then; today's rights hold."""
    one, two = await office.member(HOME, 1), await office.member(NEXT, 2)
    await office.away(one)
    done = check_answer(
        await office.post(f"/v1/organisations/{HOME}/move", {"parent": OTHER_TOWN}), "OrganisationMoved"
    )
    after = f"after_sequence={done['sequence']}"

    async def listed(what: str, query: str, **who: str) -> set[str]:
        found = (await office.get(f"/v1/{what}?{after}&{query}", **who)).json()["items"]
        return {row.get("member_id", row.get("id", "")) for row in found}

    assert await listed("members", f"under={TOWN}") == {two}
    assert await listed("members", f"under={TOWN}&tree_on=2026-06-30") == {one, two}
    assert await listed("departures", f"under={TOWN}&tree_on=2026-06-30") == {one}
    assert await listed("departures", f"under={TOWN}") == set()
    township = {"role": "TOWNSHIP_OFFICER", "org": TOWN}
    assert await listed("members", "tree_on=2026-06-30", **township) == {two}
    assert (await office.get("/v1/members?under=soon")).status_code == 422


async def test_a_change_ahead_is_planned_and_shown(office: Office) -> None:
    """A business date to come: planned, listed with the organisation, withdrawn, or done on its day."""
    path = f"/v1/organisations/{HOME}"
    new = {"name": "新名", "short_name": "新", "occurred_on": "2026-09-01"}
    planned = check_answer(await office.post(f"{path}/rename", new), "OrganisationChangePlanned")
    shown = (await office.get(f"{path}?after_sequence={planned['sequence']}")).json()
    assert [(one["change"], one["effective_on"]) for one in shown["planned"]] == [("RENAME", "2026-09-01")]
    again = await office.post(f"{path}/rename", new)
    assert (again.status_code, again.json()["code"]) == (409, "change_planned_already")
    change_id = shown["planned"][0]["change_id"]
    check_answer(await office.post(f"{path}/withdraw-change", {"change_id": change_id}), "OrganisationChangeWithdrawn")
    merged = {"into": NEXT, "occurred_on": "2026-09-01"}
    check_answer(await office.post(f"{path}/merge", merged), "OrganisationChangePlanned")
    member = await office.member(HOME)
    await office.city.settle()
    office.city.clock.set(datetime(2026, 9, 1, 1, tzinfo=UTC))
    await office.city.due_loop.fire_due()
    await office.city.settle()
    ended = (await office.get(path)).json()
    assert (ended["active"], ended["name"], ended["successors"], ended["dissolved_on"]) == (
        False, f"示例党组织{HOME}", [NEXT], "2026-09-01",
    )  # fmt: skip
    assert (await office.get(f"/v1/members/{member}")).json()["branch"] == NEXT


async def test_powers_come_from_above(office: Office) -> None:
    """R1 Art. 25, §2.13: no organisation gives itself the power to approve; one above it does."""
    powers = {"is_basic_committee": True, "may_approve_probation": True}
    own = {"role": "TOWNSHIP_OFFICER", "org": TOWN}
    refused = await office.post(f"/v1/organisations/{TOWN}/correct", powers, **own)
    check_problem(refused, 422, "powers_from_above")
    address = await office.post(f"/v1/organisations/{TOWN}/correct", {"address": "示例路1号"}, **own)
    check_answer(address, "OrganisationDetailsCorrected")
    given = await office.post(f"/v1/organisations/{TOWN}/correct", powers)
    check_answer(given, "OrganisationDetailsCorrected")


async def test_a_mobile_branch_is_approved_by_the_city(office: Office) -> None:
    """R2, §2.13: since 2024 by a county-level committee or higher; entered as one, or made one afterwards."""
    branch = {
        "org_code": "654002001009", "name": "示例流动党员党支部", "short_name": "示例流动支部", "parent": TOWN,
        "kind": "MOBILE_BRANCH", "area_code": "654002",
    }  # fmt: skip
    own = {"role": "TOWNSHIP_OFFICER", "org": TOWN}
    check_problem(await office.post("/v1/organisations", branch, **own), 403, "mobile_branch_by_city")
    change = await office.post(f"/v1/organisations/{HOME}/correct", {"kind": "MOBILE_BRANCH"}, **own)
    check_problem(change, 403, "mobile_branch_by_city")
    check_answer(await office.post("/v1/organisations", branch), "OrganisationCreated", made=True)


async def test_a_split_over_http(office: Office) -> None:
    """Members by name, the rest to the first; a trip that is open goes along and is seen by the new branch."""
    one, two = await office.member(HOME, 1), await office.member(HOME, 2)
    trip = (await office.away(two))["id"]
    shares = {"into": [{"org_code": NEXT}, {"org_code": FAR, "members": [two]}], "document_no": "示1号"}
    done = check_answer(await office.post(f"/v1/organisations/{HOME}/split", shares), "OrganisationSplit")
    after = f"?after_sequence={done['sequence']}"
    assert (await office.get(f"/v1/members/{one}{after}")).json()["branch"] == NEXT
    assert (await office.get(f"/v1/members/{two}{after}")).json()["branch"] == FAR
    seen = await office.get(f"/v1/departures/{trip}", role="BRANCH_SECRETARY", org=FAR)
    assert (seen.status_code, seen.json()["branch"]) == (200, FAR)


async def test_posts_terms_and_gaps(office: Office) -> None:
    """S-11: who leaves a post leaves a gap that the list marks and can be narrowed to; the term's end is shown."""
    path = f"/v1/organisations/{HOME}"
    check_answer(await office.post(f"{path}/appoint-secretary", PERSON), "SecretaryAppointed")
    check_answer(await office.post(f"{path}/appoint-contact-person", PERSON), "ContactPersonAppointed")
    check_answer(await office.post(f"{path}/start-term", {"starts_on": "2026-02-01"}), "CommitteeTermStarted")
    done = check_answer(await office.post(f"{path}/release-contact-person", {}), "ContactPersonReleased")
    gaps = await office.get(f"/v1/organisations?contact_person_missing=true&after_sequence={done['sequence']}")
    assert HOME in {one["org_code"] for one in gaps.json()["items"]}
    shown = (await office.get(path)).json()
    assert (shown["secretary_missing"], shown["contact_person_missing"]) == (False, True)
    assert (shown["term_no"], shown["term_ends_on"]) == (1, "2029-01-31")
    nobody = await office.post(f"{path}/release-contact-person", {})
    assert nobody.json()["code"] == "nobody_serves"


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("not-an-email", "not_an_address"),
        ("a@example.com\r\nBcc: b@example.com", "not_printable"),
        ("a@b, evil@x", "not_an_address"),
        ("a\u202e@b.cn", "not_printable"),
    ],
)
async def test_somebody_who_serves_has_one_plain_mail_address(office: Office, email: str, code: str) -> None:
    """What is no single address is refused at its field, and is not told back."""
    body = {"person": {"name": "李示例", "email": email}}
    answer = await office.post(f"/v1/organisations/{HOME}/appoint-contact-person", body)
    errors = check_problem(answer, 422, "invalid")["errors"]
    assert [(one["pointer"], one["code"]) for one in errors] == [("/person/email", code)]
    assert email not in answer.text


@pytest.mark.parametrize("name", ["a\0b", "李\n四", "\ufeff", "李\u202e四"])
async def test_a_name_hides_nothing(office: Office, name: str) -> None:
    """Of a member, of who serves and of an organisation alike: nothing that is not seen."""
    member = {"branch": HOME, "person_category": "FULL", "name": name, "id_no": id_number(1)}
    asked = [
        ("/v1/members", member, "/name"),
        (f"/v1/organisations/{HOME}/appoint-secretary", {"person": {"name": name}}, "/person/name"),
        (f"/v1/organisations/{HOME}/rename", {"name": name, "short_name": "示例支部"}, "/name"),
    ]
    for path, body, pointer in asked:
        errors = check_problem(await office.post(path, body), 422, "invalid")["errors"]
        assert [(one["pointer"], one["code"]) for one in errors] == [(pointer, "not_printable")]


async def test_the_phone_directory(office: Office) -> None:
    """S-23: phones organisation by organisation, as a list and as a sheet; each scope sees its own."""
    for org, phone in ((TOWN, "0999-8020001"), (OTHER_TOWN, "0999-8020002")):
        body = {"phone": phone, "purpose": "INQUIRY", "bound_to_12371": True}
        done = check_answer(await office.post(f"/v1/organisations/{org}/list-phone", body), "OfficePhoneListed")
    after = f"after_sequence={done['sequence']}"
    own = (await office.get(f"/v1/office-phones?{after}", role="TOWNSHIP_OFFICER", org=TOWN)).json()["items"]
    assert [(one["org_code"], one["phone"]) for one in own] == [(TOWN, "0999-8020001")]
    whole = (await office.get(f"/v1/office-phones?purpose=INQUIRY&limit=1&{after}")).json()
    assert (len(whole["items"]), whole["next_cursor"] is not None) == (1, True)
    assert "0999-8020002" in (await office.get("/v1/office-phones", accept="text/csv")).text
    gone = await office.post(f"/v1/organisations/{TOWN}/unlist-phone", {"phone": "0999-8020001"})
    check_answer(gone, "OfficePhoneUnlisted")


@pytest.mark.parametrize("verb", ["merge", "split", "correct", "start-term", "list-phone", "withdraw-change"])
async def test_only_officers_change_organisations(office: Office, verb: str) -> None:
    """A branch's contact person is told 403."""
    told = await office.post(f"/v1/organisations/{HOME}/{verb}", {}, role="BRANCH_CONTACT", org=HOME)
    assert told.status_code == 403


async def test_the_doors_of_organisations_keep_the_contract(office: Office) -> None:
    """A key is one request, also of an act of many steps; a version guards."""
    doors = Doors(office.app, office.http, office.headers())
    path = f"/v1/organisations/{HOME}"
    fine = {"area_code": "654021"}
    done = check_answer(await office.post(f"{path}/correct", fine), "OrganisationDetailsCorrected")
    await check_a_version_guards(doors, f"{path}/correct", {"area_code": "654022"}, done["version"])
    await office.member(HOME)
    other = (f"{path}/merge", {"into": NEXT, "document_no": "示2号"})
    await check_a_key_is_one_request(doors, f"{path}/merge", {"into": NEXT}, other, ledger=office.city.ledger)


async def test_how_many_members_a_contact_person_has(office: Office) -> None:
    """No. 18: those away of the branch, of a committee with all below it; each figure is the list that it names."""
    people = [await office.member(branch, number) for number, branch in enumerate((HOME, HOME, NEXT, FAR), 1)]
    trips = [(await office.away(one))["id"] for one in people[:3]]
    await office.post("/v1/departures", {"member_id": people[3], "reason": "STUDY", "planned_on": "2026-07-20"})

    async def numbers() -> dict[str, int]:
        head = await office.city.ledger.head()
        found = (await office.get(f"/v1/organisations?after_sequence={head}")).json()["items"]
        for one in found:
            rows = (await office.get(one["members_away_list"])).json()["items"]
            assert len(rows) == one["members_away"], one["org_code"]
        return {one["org_code"]: one["members_away"] for one in found}

    assert await numbers() == {CITY: 3, TOWN: 3, OTHER_TOWN: 0, HOME: 2, NEXT: 1, FAR: 0}
    await office.post(f"/v1/departures/{trips[0]}/return", {"occurred_on": "2026-06-20"})
    await office.post(f"/v1/organisations/{NEXT}/move", {"parent": OTHER_TOWN, "occurred_on": "2026-06-20"})
    await office.city.settle()
    assert await numbers() == {CITY: 2, TOWN: 1, OTHER_TOWN: 1, HOME: 1, NEXT: 1, FAR: 0}
    assert (await office.get(f"/v1/organisations/{HOME}")).json()["members_away"] == 1
    town = (await office.get("/v1/organisations", role="TOWNSHIP_OFFICER", org=TOWN)).json()["items"]
    assert {one["org_code"]: one["members_away"] for one in town} == {TOWN: 1, HOME: 1}


async def test_a_member_is_told_names_and_nothing_more(office: Office) -> None:
    """The own record names organisations of any scope; what is unknown is left out; officials' names are not told."""
    path = f"/v1/organisation-names?org_code={HOME}&org_code={OTHER_TOWN}&org_code=999999999999&org_code={HOME}"
    answer = await office.get(path, role="MEMBER", org=HOME, sub="m-1")
    assert answer.status_code == 200, answer.text
    told = answer.json()["items"]
    assert [one["org_code"] for one in told] == [HOME, OTHER_TOWN]
    assert {frozenset(one) for one in told} == {frozenset({"org_code", "short_name", "name"})}
    assert (await office.get("/v1/organisations", role="MEMBER", org=HOME, sub="m-1")).status_code == 403
    assert (await office.get(path, role="SYS_ADMIN")).status_code == 403
    many = "&".join(["org_code=654002000000"] * 51)
    assert (await office.get(f"/v1/organisation-names?{many}", role="MEMBER")).status_code == 422
