"""Rules and parameters over HTTP: changed by a named document, valid from a day, followed by what is decided."""

from __future__ import annotations

from datetime import UTC, datetime

from services.registry.tests.city import HOME
from services.registry.tests.office import Office

from guiyan.service.conformance import Doors, check_a_key_is_one_request, check_a_version_guards, check_answer

RULE = {"document_no": "示〔2026〕1号", "title": "示例通知", "issuer": "示例市委组织部", "dated_on": "2026-06-20"}
DUES = "/v1/parameters/dues.backpay_max"


async def change(office: Office, value: str, from_on: str, path: str = DUES, **more: str) -> int:
    """Change a parameter; gives the sequence."""
    body = {"value": value, "from_on": from_on, "document_no": RULE["document_no"]}
    done = check_answer(await office.post(f"{path}/change", body, **more), "PolicyParameterChanged")
    return int(done["sequence"])


async def test_a_rule_is_added_listed_and_repealed(office: Office) -> None:
    """S-01: number, title, issuer, date, state; the past is told on both axes."""
    made = check_answer(await office.post("/v1/policy-documents", RULE), "PolicyDocumentAdded", made=True)
    path = f"/v1/policy-documents/{made['id']}"
    assert (await office.post("/v1/policy-documents", RULE)).json()["code"] == "policy_document_taken"
    done = check_answer(await office.post(f"{path}/repeal", {}), "PolicyDocumentRepealed")
    await office.city.settle()
    listed = (await office.get(f"/v1/policy-documents?after_sequence={done['sequence']}")).json()["items"]
    assert [(one["document_no"], one["state"]) for one in listed] == [("示〔2026〕1号", "REPEALED")]
    before = (await office.get(f"{path}?known_at=2026-07-01T01:00:00Z")).status_code
    assert before == 404, "it was not in the library yet"
    history = (await office.get(f"{path}/history")).json()["events"]
    assert [one["type"] for one in history] == ["PolicyDocumentAdded", "PolicyDocumentRepealed"]


async def test_a_parameter_changes_from_a_day_on(office: Office) -> None:
    """Value, source and what is to come; an earlier day keeps the value it had."""
    await office.post("/v1/policy-documents", RULE)
    sequence = await change(office, "12", "2026-08-01")
    now = (await office.get(f"{DUES}?after_sequence={sequence}")).json()
    assert (now["value"], now["document_no"], now["next_value"], now["next_from"]) == ("6", None, "12", "2026-08-01")
    then = (await office.get(f"{DUES}?as_of=2026-08-01")).json()
    assert (then["value"], then["document_no"]) == ("12", RULE["document_no"])
    listed = (await office.get("/v1/parameters?as_of=2026-08-01&changed=true")).json()["items"]
    assert [one["key"] for one in listed] == ["dues.backpay_max"]
    assert (await office.get("/v1/parameters?as_of=2026-08-01&known_at=2026-07-01T00:00:00Z&changed=true")).json()[
        "items"
    ] == []
    office.city.clock.set(datetime(2026, 9, 1, tzinfo=UTC))
    for query, value in (("", "12"), ("?known_at=2026-07-01T15:59:59Z", "6"), ("?known_at=2026-08-01T00:00:00Z", "12")):
        assert (await office.get(f"{DUES}{query}")).json()["value"] == value
    sheet = await office.get("/v1/parameters", accept="text/csv")
    assert "mobile.recognise_after" in sheet.text


async def test_what_is_no_change_is_told(office: Office) -> None:
    """No such parameter 404; no value, the past, no rule 422, with pointer; only the city officer may."""
    body = {"value": "12", "from_on": "2026-08-01", "document_no": RULE["document_no"]}
    unknown = await office.post("/v1/parameters/nothing.at_all/change", body)
    assert unknown.status_code == 404
    for wrong, pointer in (({"value": "soon"}, "/value"), ({}, "/document_no")):
        told = await office.post(f"{DUES}/change", body | wrong)
        assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, pointer), told.text
    await office.post("/v1/policy-documents", RULE)
    past = await office.post(f"{DUES}/change", body | {"from_on": "2026-06-30"})
    assert past.json()["code"] == "rewrites_the_past"
    forbidden = await office.post(f"{DUES}/change", body, role="TOWNSHIP_OFFICER")
    assert forbidden.status_code == 403


async def test_what_is_decided_is_decided_by_the_values_of_its_business_date(office: Office) -> None:
    """Dues seven months back: refused before the change holds, accepted on its day; an older day keeps the old rule."""
    member = await office.member(HOME)
    await office.post("/v1/policy-documents", RULE)
    await change(office, "9", "2026-08-01")
    await office.city.settle()
    late = {"months": ["2025-12"], "paid_by": "SELF"}
    refused = await office.post(f"/v1/members/{member}/pay-dues", late)
    assert refused.json()["code"] == "dues_too_far_back"
    office.city.clock.set(datetime(2026, 8, 1, 2, tzinfo=UTC))
    await office.city.tools.rulebook.refresh(after_sequence=await office.city.ledger.head(), wait_seconds=5)
    older = await office.post(f"/v1/members/{member}/pay-dues", late | {"occurred_on": "2026-07-31"})
    assert older.json()["code"] == "dues_too_far_back"
    assert (await office.post(f"/v1/members/{member}/pay-dues", late)).status_code == 200


async def test_a_timer_keeps_the_value_it_was_set_by(office: Office) -> None:
    """Whoever left before the change is recognised after six months, whoever leaves after it after nine (§2.14)."""
    city = office.city
    before, after = await office.member(HOME, 1), await office.member(HOME, 2)
    await office.away(before, occurred_on="2026-07-01")
    await office.post("/v1/policy-documents", RULE)
    await change(office, "9", "2026-07-01", "/v1/parameters/mobile.recognise_after")
    await office.away(after, occurred_on="2026-07-01")
    await city.settle()
    timers = await city.follower.store.timers.due(
        list(city.follower.lanes.projections), datetime(2030, 1, 1, tzinfo=UTC), 100
    )
    due = {
        one.timer.data["departure_id"]: one.timer.data["due_on"] for one in timers if "departure_id" in one.timer.data
    }
    trips = {one["member_id"]: key for key, one in (await city.documents("departures")).items()}
    assert (due[trips[before]], due[trips[after]]) == ("2027-01-01", "2027-04-01")


async def test_the_doors_of_rules_keep_the_contract(office: Office) -> None:
    """A key is one request, a version guards."""
    doors = Doors(office.app, office.http, office.headers())
    other = ("/v1/policy-documents", RULE | {"title": "另一"})
    await check_a_key_is_one_request(doors, "/v1/policy-documents", RULE, other, ledger=office.city.ledger)
    await change(office, "9", "2026-08-01")
    body = {"value": "10", "from_on": "2026-08-01", "document_no": RULE["document_no"]}
    await check_a_version_guards(doors, f"{DUES}/change", body, 1)
