"""The registry over HTTP: answers, scopes, roles, both time axes, lists as files (contract.md §5)."""

from __future__ import annotations

import base64

import pytest
from services.registry.tests.city import CITY, FAR, HOME, NEXT, OTHER_TOWN, TOWN, id_number
from services.registry.tests.office import Office

NEW_BRANCH = {
    "org_code": "654002001009", "name": "示例第九支部", "short_name": "第九", "kind": "BRANCH", "parent": TOWN,
    "area_code": "654002", "secretary": {"name": "张示例"},
    "contact_person": {"name": "王示例", "phone": "13900001234"},
    "inquiry_phones": ["0999-8020000"], "service_point_level": "SUBSTATION",
}  # fmt: skip


async def test_a_creation_answers_with_its_events(office: Office) -> None:
    """201, Location, id, version, sequence and events as <sequence>.<index>; one commit for all of it."""
    made = await office.post("/v1/organisations", NEW_BRANCH)
    body = made.json()
    assert (made.status_code, made.headers["Location"]) == (201, "/v1/organisations/654002001009")
    assert [one["type"] for one in body["events"]] == [
        "OrganisationCreated", "SecretaryAppointed", "ContactPersonAppointed", "OfficePhoneListed",
    ]  # fmt: skip
    assert [one["sequence"] for one in body["events"]] == [f"{body['sequence']}.{n}" for n in range(4)]
    read = await office.get(f"/v1/organisations/654002001009?after_sequence={body['sequence']}")
    shown = read.json()
    assert (shown["secretary"], shown["contact_phone"]) == ("张*", "139****1234")
    assert [one["org_code"] for one in shown["path"]] == [CITY, TOWN, "654002001009"]
    assert read.headers["ETag"] == '"4"'


async def test_a_repeat_under_the_same_key_is_one_effect(office: Office) -> None:
    """Idempotency-Key: the same answer again, one member."""
    body = {"branch": HOME, "person_category": "FULL", "name": "李示例", "id_no": id_number(1)}
    first = await office.post("/v1/members", body, key="k-1")
    again = await office.post("/v1/members", body, key="k-1")
    assert (first.json(), again.status_code) == (again.json(), 201)
    other = await office.post("/v1/members", body, key="k-2")
    assert (other.status_code, other.json()["code"]) == (409, "id_no_taken")
    assert other.json()["errors"][0]["pointer"] == "/id_no"


async def test_a_version_guards_a_change(office: Office) -> None:
    """If-Match with an old version is 409, and nothing is changed."""
    member = await office.member(HOME)
    path = f"/v1/members/{member}/correct"
    assert (await office.post(path, {"education_code": "21"}, match='"1"')).status_code == 200
    stale = await office.post(path, {"education_code": "31"}, match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")


async def test_a_trip_over_http_from_announcement_to_return(office: Office) -> None:
    """Every act of a trip has its address, and the ledger of trips shows the last state."""
    member = await office.member(HOME)
    plan = {"member_id": member, "reason": "BUSINESS", "planned_on": "2026-06-02", "occurred_on": "2026-06-01"}
    trip = (await office.post("/v1/departures", plan)).json()["id"]
    acts = [
        ("leave", {"reason": "BUSINESS", "occurred_on": "2026-06-02", "dest_area_code": "440306"}),
        ("change-destination", {"dest_area_code": "310115", "dest_certainty": "FIXED", "occurred_on": "2026-06-03"}),
        ("change-employer", {"dest_unit_kind": "PRIVATE", "occurred_on": "2026-06-03"}),
        ("report-in", {"host_branch": FAR, "occurred_on": "2026-06-04"}),
        ("decline", {"reason": "OUTSIDE_AREA", "occurred_on": "2026-06-05"}),
        ("report-in", {"host_branch": NEXT, "occurred_on": "2026-06-06"}),
        ("accept", {"occurred_on": "2026-06-07"}),
        ("end-hosting", {"occurred_on": "2026-06-07"}),
        ("report-in", {"host_branch": NEXT, "occurred_on": "2026-06-07"}),
        ("return", {"certificate_handed_in": True, "occurred_on": "2026-06-08"}),
    ]
    for act, body in acts:
        done = await office.post(f"/v1/departures/{trip}/{act}", body)
        assert done.status_code == 200, done.text
    sequence = done.json()["sequence"]
    (row,) = (await office.get(f"/v1/departures?member_id={member}&after_sequence={sequence}")).json()["items"]
    assert (row["state"], row["dest_area_code"], row["host_branch"], row["open"]) == ("RETURNED", "310115", NEXT, False)
    late = await office.post(f"/v1/departures/{trip}/close", {})
    assert (late.status_code, late.json()["code"]) == (409, "departure_state")


async def test_both_time_axes(office: Office) -> None:
    """as_of: what had happened by a business date; known_at: as far as was recorded by a moment."""
    member = await office.member(HOME)
    trip = await office.away(member, occurred_on="2026-06-01")
    await office.city.settle()
    path = f"/v1/departures/{trip['id']}"
    assert (await office.get(f"{path}?as_of=2026-05-31")).status_code == 404
    assert (await office.get(f"{path}?as_of=2026-06-01")).json()["state"] == "AWAY"
    assert (await office.get(f"{path}?known_at=2026-06-30T00:00:00Z")).status_code == 404
    history = (await office.get(f"{path}/history")).json()
    assert [one["type"] for one in history["events"]] == ["MemberLeft"]


async def test_a_range_that_cannot_be_is_warned_of(office: Office) -> None:
    """§4.1, §7: taken as told, and said so, at the leaving and at each change."""
    wrong = {"range": "OVERSEAS", "dest_area_code": "654021"}
    made = await office.away(await office.member(HOME), **wrong)
    assert [(one["pointer"], one["code"]) for one in made["warnings"]] == [("/range", "range_contradicts")]
    path = f"/v1/departures/{made['id']}/change-destination"
    again = (await office.post(path, {**wrong, "dest_area_code": "440305"})).json()
    assert [one["code"] for one in again["warnings"]] == ["range_contradicts"]
    assert "warnings" not in (await office.post(path, {"range": "CROSS_PROVINCE", "dest_area_code": "440306"})).json()


async def test_what_was_told_late_is_so_on_its_own_days(office: Office) -> None:
    """§8: a destination of April told after May's; and nobody reports in on a day before the present host."""
    trip = (await office.away(await office.member(HOME), occurred_on="2026-03-01"))["id"]
    path = f"/v1/departures/{trip}"
    for on, area, certainty in (("2026-05-01", "110101", "FIXED"), ("2026-04-01", "440305", "CHANGING")):
        told = {"occurred_on": on, "dest_area_code": area, "dest_certainty": certainty}
        assert (await office.post(f"{path}/change-destination", told)).status_code == 200
    assert (await office.post(f"{path}/report-in", {"host_branch": NEXT, "occurred_on": "2026-06-01"})).is_success
    late = await office.post(f"{path}/report-in", {"host_branch": FAR, "occurred_on": "2026-05-15"})
    assert (late.status_code, late.json()["code"]) == (422, "too_early")
    await office.city.settle()
    for query, area in (("", "110101"), ("?as_of=2026-04-15", "440305"), ("?as_of=2026-05-15", "110101")):
        assert (await office.get(f"{path}{query}")).json()["dest_area_code"] == area
    assert (await office.get(path)).json()["host_branch"] == NEXT


async def test_a_members_past_tells_the_trip_and_who_answered(office: Office) -> None:
    """The whole record as it was, by the same columns as today's; its history names every event about the member."""
    member = await office.member(HOME, occurred_on="2026-05-01")
    trip = (await office.away(member, occurred_on="2026-06-01"))["id"]
    await office.post(f"/v1/departures/{trip}/return", {"occurred_on": "2026-06-20"})
    await office.city.settle()
    path = f"/v1/members/{member}"
    now = (await office.get(path)).json()
    past = (await office.get(f"{path}?as_of=2026-06-19")).json()
    assert (now["departure_id"], past["departure_id"], past["away_since"]) == (None, trip, "2026-06-01")
    assert (past["responsible"], past["name"], set(past)) == (HOME, now["name"], set(now))
    assert (await office.get(f"{path}?as_of=2026-05-31")).json()["departure_id"] is None
    events = (await office.get(f"{path}/history")).json()["events"]
    assert [one["type"] for one in events] == ["MemberRegistered", "MemberLeft", "MemberReturned"]
    assert events[0]["data"]["pii"] == {"sealed": True}


async def test_lists_show_the_scope_and_nothing_else(office: Office) -> None:
    """A contact person sees the branch, a township what is below it; what lies outside is 404, not 403."""
    home, far = await office.member(HOME, 1), await office.member(FAR, 2)
    await office.city.settle()

    async def seen(role: str, org: str) -> set[str]:
        return {one["id"] for one in (await office.get("/v1/members", role=role, org=org)).json()["items"]}

    assert await seen("CITY_OFFICER", CITY) == {home, far}
    assert await seen("TOWNSHIP_OFFICER", TOWN) == {home}
    assert await seen("BRANCH_CONTACT", FAR) == {far}
    assert await seen("AUDITOR", OTHER_TOWN) == {far}
    for path in (f"/v1/members/{far}", f"/v1/members/{far}/history"):
        assert (await office.get(path, role="TOWNSHIP_OFFICER", org=TOWN)).status_code == 404
    change = await office.post(
        f"/v1/members/{far}/correct", {"education_code": "21"}, role="TOWNSHIP_OFFICER", org=TOWN
    )
    assert change.status_code == 404


@pytest.mark.parametrize("path", ["members", "departures", "memberships"])
async def test_no_address_of_a_list_by_name_holds_a_name(office: Office, path: str) -> None:
    """The next page's cursor stands in an address: it leads on, and tells nobody's name (ADR 0017)."""
    wanted = [await office.member(HOME, number, name=name) for number, name in enumerate(("丁示例", "甲示例"), 1)]
    for member in wanted:
        await office.away(member)
    await office.city.settle()
    first = (await office.get(f"/v1/{path}?sort=name&limit=1")).json()
    told = base64.urlsafe_b64decode(first["next_cursor"] + "==").decode()
    assert "示例" not in told
    assert "\\u" not in told
    second = (await office.get(f"/v1/{path}?sort=name&limit=1&cursor={first['next_cursor']}")).json()
    found = [one.get("member_id") or one["id"] for page in (first, second) for one in page["items"]]
    assert (found, second["next_cursor"]) == (wanted, None)


async def test_asked_under_an_organisation_nobody_sees_more(office: Office) -> None:
    """`under` narrows and never widens: a member the own trips, an office what lies in its scope besides."""
    own, other, far = [await office.member(branch, number) for number, branch in enumerate((HOME, HOME, FAR), 1)]
    trips = {one: (await office.away(one))["id"] for one in (own, other, far)}
    await office.city.settle()

    async def seen(under: str, **who: str) -> set[str]:
        rows = (await office.get(f"/v1/departures?under={under}", **who)).json()["items"]
        return {one["id"] for one in rows}

    assert await seen(HOME, role="MEMBER", sub=own, org=HOME) == {trips[own]}
    assert await seen(TOWN, role="TOWNSHIP_OFFICER", org=OTHER_TOWN) == set()
    assert await seen(CITY, role="TOWNSHIP_OFFICER", org=TOWN) == {trips[own], trips[other]}
    assert await seen(TOWN) == {trips[own], trips[other]}
    assert await seen(FAR) == {trips[far]}


async def test_a_member_sees_the_own_record_only(office: Office) -> None:
    """Role MEMBER: the own record and trips, also for lists; nothing of the branch."""
    own, other = await office.member(HOME, 1), await office.member(HOME, 2)
    trip = await office.away(own)
    await office.city.settle()
    me = {"role": "MEMBER", "org": HOME, "sub": own}
    assert [one["id"] for one in (await office.get("/v1/members", **me)).json()["items"]] == [own]
    assert [one["id"] for one in (await office.get("/v1/departures", **me)).json()["items"]] == [trip["id"]]
    assert (await office.get(f"/v1/members/{own}", **me)).status_code == 200
    assert (await office.get(f"/v1/members/{other}", **me)).status_code == 404


@pytest.mark.parametrize("role", ["OPS", "SYS_ADMIN", "SEC_ADMIN", "AUDIT_ADMIN"])
@pytest.mark.parametrize("path", ["/v1/members", "/v1/departures", "/v1/organisations", "/v1/imports/x"])
async def test_administrators_see_no_member_data(office: Office, role: str, path: str) -> None:
    """等保 8.1.5.1-3: 403 for administrators and operators everywhere here."""
    assert (await office.get(path, role=role)).status_code == 403


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("AUDITOR", "/v1/members"),
        ("AUDITOR", "/v1/departures"),
        ("BRANCH_CONTACT", "/v1/members"),
        ("BRANCH_CONTACT", "/v1/organisations"),
        ("MEMBER", "/v1/departures"),
        ("STATION_STAFF", f"/v1/organisations/{HOME}/dissolve"),
    ],
)
async def test_who_may_read_may_not_always_decide(office: Office, role: str, path: str) -> None:
    """An auditor decides nothing; a contact person enters no members; a member reports through the branch."""
    assert (await office.post(path, {}, role=role)).status_code == 403


async def test_revealed_for_a_reason_and_recorded(office: Office) -> None:
    """Masked by default; revealing gives the value, is an event, and needs a reason of the list."""
    member = await office.member(HOME, mobile="13912345678")
    await office.city.settle()
    assert (await office.get(f"/v1/members/{member}")).json()["mobile"] == "139****5678"
    path = f"/v1/members/{member}/reveal"
    assert (await office.post(path, {"fields": ["mobile"], "reason": "CURIOUS"})).status_code == 422
    revealed = await office.post(path, {"fields": ["mobile"], "reason": "CONTACT_DUTY"})
    assert revealed.json() == {"id": member, "mobile": "+8613912345678"}


@pytest.mark.parametrize("accept", ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"])
async def test_the_same_list_as_a_file(office: Office, accept: str) -> None:
    """CSV and XLSX by Accept, with the masks of the page."""
    await office.member(HOME, mobile="13912345678")
    await office.city.settle()
    answer = await office.get("/v1/members", accept=accept)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, accept)
    assert id_number(1).encode() not in answer.content
    if accept == "text/csv":
        assert "李*" in answer.text


async def test_somebody_is_looked_up_without_an_address(office: Office) -> None:
    """Numbers and names stand in the body: an address would be logged on its way."""
    member = await office.member(HOME)
    await office.city.settle()
    found = await office.post("/v1/members/find", {"id_no": id_number(1)})
    assert [one["id"] for one in found.json()["items"]] == [member]
    assert (await office.post("/v1/members/find", {"id_no": id_number(1), "name": "李示例"})).status_code == 422
    assert (await office.get(f"/v1/members?id_no={id_number(1)}")).status_code == 422


async def test_the_one_box_of_a_search_tells_rows_as_lists_do(office: Office) -> None:
    """`term`: a name, pinyin or number as typed; rows masked as in every list, for offices alone, faults by name."""
    member = await office.member(HOME, mobile="13912345678")
    await office.city.settle()
    for term in ("李", "lsl", "lishili", "13912345678", id_number(1)):
        found = (await office.post("/v1/members/find", {"term": term}, role="BRANCH_CONTACT", org=HOME)).json()
        assert [(one["id"], one["name"], one["mobile"]) for one in found["items"]] == [(member, "李*", "139****5678")]
        assert not found["more"]
        assert "name_keys" not in found["items"][0]
    assert (await office.post("/v1/members/find", {"term": "李"}, role="BRANCH_CONTACT", org=FAR)).json()["items"] == []
    assert (await office.post("/v1/members/find", {"term": "李"}, role="MEMBER", sub=member)).status_code == 403
    refused = await office.post("/v1/members/find", {"term": "139"})
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [("/term", "search_term_form")]


async def test_problems_tell_no_value(office: Office) -> None:
    """A refused field is named by its pointer and a sentence in the caller's language, never by its value."""
    secret = id_number(1)[:17]
    answer = await office.post("/v1/members", {"branch": HOME, "name": "赵某某", "id_no": secret})
    assert answer.status_code == 422
    assert secret not in answer.text
    assert "赵某某" not in answer.text
    assert {one["pointer"] for one in answer.json()["errors"]} >= {"/person_category", "/id_no"}


async def test_every_refusal_has_its_sentences(office: Office) -> None:
    """Each code that a decider or handler refuses with stands in the catalogue, in both languages."""
    import re  # noqa: PLC0415 - only this test needs it
    from pathlib import Path  # noqa: PLC0415 - only this test needs it

    import guiyan.registry.app  # noqa: PLC0415 - only this test needs it

    folder = Path(guiyan.registry.app.__file__).parent
    sources = [path.read_text() for path in folder.rglob("*.py")]
    codes = {code for text in sources for code in re.findall(r'Refused\(\s*"([a-z_]+)"', text)}
    catalogue = office.city.parts.catalogue
    assert len(codes) > 25
    assert [code for code in sorted(codes) if code not in catalogue] == []
