"""A record's page offers what its service says can be done next, and nothing else; its forms lead back to it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from services.console.tests.http.stage import OWN_PAGE, Services, listing

from guiyan.console import places

TRIP: dict[str, Any] = {
    "id": "d-1", "member_id": "m-1", "name": "张*", "state": "AWAY", "dest_area_code": "440306", "version": 3,
    "acts": ["change-destination", "return", "no-such-verb"],
}  # fmt: skip
MEMBER: dict[str, Any] = {"id": "m-1", "name": "张*", "branch": "654002010001", "departure_id": "d-1", "transfer": None}
TRANSFER: dict[str, Any] = {
    "id": "t-1", "member_id": "m-1", "name": "张*", "state": "SUBMITTED", "version": 2, "acts": ["approve", "withdraw"],
    "waits_for": {
        "zh": "支部审核", "en": "Approval", "by_title": "一支部", "due_on": "2026-03-17", "days_left": 5, "late": False,
    },
}  # fmt: skip
EVENT: dict[str, Any] = {
    "type": "TransferRequested", "subject": "transfer/t-1", "time": "2026-03-10T02:00:00Z", "data": {},
    "occurredon": "2026-03-10", "actor": "officer-1", "sequence": 7,
}  # fmt: skip
NAME = {"name": {"title": "Name", "x-title-zh": "姓名"}}


@pytest.fixture(autouse=True)
def known(services: Services) -> None:
    """A member away, the trip, a transfer."""
    lists = ("/v1/departures", "/v1/members", "/v1/corrections", "/v1/duplicates")
    services.tell("registry", "/openapi.json", {"paths": {path: listing(path, NAME, []) for path in lists}})
    services.tell("transfers", "/openapi.json", {"paths": {"/v1/transfers": listing("t", NAME, [])}})
    services.tell("registry", "/v1/departures/d-1", TRIP)
    services.tell("registry", "/v1/departures", {"items": [TRIP], "next_cursor": None})
    services.tell("registry", "/v1/members/m-1", MEMBER)
    services.tell("registry", "/v1/organisations", {"items": [{"org_code": "654002010001", "name": "一支部"}]})
    services.tell("transfers", "/v1/transfers/t-1", TRANSFER)


async def test_only_what_the_service_tells_is_offered(officer: httpx.AsyncClient) -> None:
    """A trip's verbs as buttons, in the service's order; a verb without a form is left out."""
    text = (await officer.get("/ledgers/outflow/d-1")).text
    assert 'href="/acts/destination/d-1?next=%2Fledgers%2Foutflow%2Fd-1"' in text
    assert text.index("变更流向") < text.index("登记返回")
    assert "确认为流动党员" not in text
    assert "no-such-verb" not in text


async def test_a_transfer_says_what_it_waits_for_and_what_was(officer: httpx.AsyncClient, services: Services) -> None:
    """Whom it waits for, until when, its time line, and its next acts; nothing that is not next."""
    services.tell("transfers", "/v1/transfers/t-1/history", {"events": [EVENT]})
    text = (await officer.get("/ledgers/transfers/t-1")).text
    for told in ("支部审核", "2026-03-17", "2026-03-10", "/acts/transfer-approve/t-1", "/acts/transfer-withdraw/t-1"):
        assert told in text, told
    assert "/acts/transfer-issue/" not in text


async def test_who_may_not_act_is_offered_nothing(browser: httpx.AsyncClient) -> None:
    """An auditor looks."""
    await browser.post("/sign-in/sample", data={"role": "AUDITOR"}, headers=OWN_PAGE)
    assert "/acts/" not in (await browser.get("/ledgers/transfers/t-1")).text


async def test_a_members_page_offers_what_is_open_and_what_can_begin(officer: httpx.AsyncClient) -> None:
    """With an open trip none is announced; without an open transfer one can be asked for."""
    text = (await officer.get("/members/m-1/work")).text
    for told in (
        "/acts/return-home/d-1",
        "/acts/transfer-request/new?member_id=m-1",
        "/acts/correction/new?",
        "登记停止党籍",
    ):
        assert told in text, told
    assert "/acts/announce/new" not in text


async def test_a_members_page_offers_what_waits_in_every_service(
    officer: httpx.AsyncClient, services: Services
) -> None:
    """A case of lost contact, a certificate and an inquiry that are open; a service that is away leaves the rest."""
    for service, path, id_, verb in (
        ("contact", "/v1/lost-contacts", "l-1", "search-step"),
        ("transfers", "/v1/certificates", "c-1", "check"),
        ("contact", "/v1/inquiries", "i-1", "answer"),
    ):
        services.tell(service, path, {"items": [{"id": id_}], "next_cursor": None})
        services.tell(service, f"{path}/{id_}", {"id": id_, "member_id": "m-1", "acts": [verb]})
    text = (await officer.get("/members/m-1/work")).text
    for told in ("/acts/lost-step/l-1?next=", "/acts/certificate-check/c-1?next=", "/acts/inquiry-answer/i-1?next="):
        assert told in text, told
    assert services.last("/v1/lost-contacts").url.params["open"] == "true"
    services.away.add("contact")
    text = (await officer.get("/members/m-1/work")).text
    assert "/acts/certificate-check/c-1" in text
    assert "/acts/lost-step/" not in text


async def test_a_place_is_typed_in_words_and_sent_as_its_code(officer: httpx.AsyncClient, services: Services) -> None:
    """The form begins with the place as it is known; after the act the page is the one it was offered on."""
    text = (await officer.get("/acts/destination/d-1?next=/members/m-1/work")).text
    assert 'value="广东省深圳市宝安区 440306"' in text
    services.tell("registry", "/v1/departures/d-1/change-destination", {"id": "d-1", "version": 4, "sequence": 9})
    filled = {"dest_area_code": "广东省深圳市南山区 440305", "_key": "k", "_version": "3", "_next": "/members/m-1/work"}
    answer = await officer.post("/acts/destination/d-1", data=filled, headers=OWN_PAGE)
    assert answer.headers["location"].startswith("/members/m-1/work?done=destination")
    assert json.loads(services.last("/v1/departures/d-1/change-destination").content) == {"dest_area_code": "440305"}
    assert "广东省深圳市宝安区 440306" in (await officer.get("/pick/areas?dest_area_code=宝安")).text


async def test_a_form_leads_nowhere_outside(officer: httpx.AsyncClient) -> None:
    """Whatever an address says."""
    for outside in ("https://elsewhere.test/", "//elsewhere.test", "/\\elsewhere.test"):
        assert "elsewhere" not in (await officer.get("/acts/destination/d-1", params={"next": outside})).text


async def test_a_transfer_suggests_the_receivers_nearest_to_the_trip(
    officer: httpx.AsyncClient, services: Services
) -> None:
    """Asked of the service for the trip's place; the only one is chosen already."""
    near = {"org_code": "654002020000", "name": "近处工委", "branches": []}
    services.tell("transfers", "/v1/transfers/receivers", {"items": [near]})
    text = (await officer.get("/acts/transfer-request/new?member_id=m-1")).text
    assert services.last("/v1/transfers/receivers").url.params["area"] == "440306"
    assert "近处工委" in text
    assert 'value="654002020000" selected' in text


async def test_a_letter_is_offered_to_be_printed_where_the_service_says_so(
    officer: httpx.AsyncClient, services: Services
) -> None:
    """The form of the print is found by its verb, as every other one is."""
    assert "/acts/print-letter/" not in (await officer.get("/ledgers/transfers/t-1")).text
    services.tell("transfers", "/v1/transfers/t-1", {**TRANSFER, "acts": ["print"]})
    assert "/acts/print-letter/t-1" in (await officer.get("/ledgers/transfers/t-1")).text


async def test_a_correction_shows_both_values(officer: httpx.AsyncClient, services: Services) -> None:
    """What is recorded beside what is asked for, and the answers that the service takes of this person."""
    change = {"field": "name", "old": "张*", "new": "章*"}
    record = {"id": "c-1", "member_id": "m-1", "version": 1, "changes": [change], "acts": ["approve", "reject"]}
    services.tell("registry", "/v1/corrections/c-1", record)
    text = (await officer.get("/ledgers/corrections/c-1")).text
    for told in ("姓名", "<td>张*</td>", "章*", "/acts/correction-approve/c-1", "/acts/correction-reject/c-1"):
        assert told in text, told


async def test_a_pair_stands_side_by_side(officer: httpx.AsyncClient, services: Services) -> None:
    """Both records, what differs marked; one beyond the own organisations is not shown."""
    pair = {
        "id": "p-1", "member_id": "m-1", "other_member_id": "m-2", "version": 1, "acts": ["link"],
        "one": {"name": "张*", "branch": "654002010001"}, "other": {"name": "章*", "branch": "654002010001"},
    }  # fmt: skip
    services.tell("registry", "/v1/duplicates/p-1", pair)
    text = (await officer.get("/ledgers/duplicates/p-1")).text
    assert 'class="changed">张*</td><td class="changed">章*' in text.replace("\n", "")
    form = (await officer.get("/acts/pair-link/p-1")).text
    assert '<option value="m-2">章* · 一支部</option>' in form
    assert not any("active" in one.url.params for one in services.asked), "organisations that nobody may choose here"
    services.tell("registry", "/v1/duplicates/p-1", {"id": "p-1", "possible_match": True, "ask_org": "654002000000"})
    assert "不在您的管理范围内" in (await officer.get("/ledgers/duplicates/p-1")).text
    assert (await officer.get("/acts/pair-link/p-1")).status_code == 200


async def test_a_contact_person_is_named_as_the_service_takes_it(
    officer: httpx.AsyncClient, services: Services
) -> None:
    """The person in a part of its own."""
    paths = {"/v1/organisations": listing("o", NAME, [])}
    services.tell("registry", "/openapi.json", {"paths": paths})
    at = "/v1/organisations/654002010001"
    services.tell("registry", at, {"org_code": "654002010001", "name": "一支部", "version": 1})
    services.tell("registry", f"{at}/appoint-contact-person", {"id": "654002010001", "version": 2, "sequence": 5})
    filled = {"name": "李示例", "phone": "14000000001", "handed_over": "true", "_key": "k", "_version": "1"}
    await officer.post("/acts/contact-person/654002010001", data=filled, headers=OWN_PAGE)
    told = json.loads(services.last(f"{at}/appoint-contact-person").content)
    assert told == {"person": {"name": "李示例", "phone": "14000000001"}, "handed_over": True}


def test_what_is_no_place_stays_as_it_was_typed() -> None:
    """The service says at the field what is wrong with it."""
    assert places.code_of("宝安区") == "440306"
    assert places.code_of("440306") == "440306"
    assert places.code_of("没有的地方") == "没有的地方"
    assert places.search("") == []


async def test_dues_are_told_month_by_month(officer: httpx.AsyncClient, services: Services) -> None:
    """From a month to a month, over the year's end; one month alone; what is no month goes to the service as it is."""
    services.tell("registry", "/v1/dues/m-1/pay", {"id": "m-1", "version": 2, "sequence": 5})
    for first, last, months in (
        ("2025-11", "2026-02", ["2025-11", "2025-12", "2026-01", "2026-02"]),
        ("2026-02", "", ["2026-02"]),
        ("soon", "", ["soon", "soon"]),
    ):
        filled = {"first": first, "last": last, "_key": "k"}
        answer = await officer.post("/acts/dues-pay/m-1", data=filled, headers=OWN_PAGE)
        assert answer.headers["location"].startswith("/members/m-1?done="), answer.text
        assert json.loads(services.last("/v1/dues/m-1/pay").content) == {"months": months}
