"""A member's record: masked, its story in words, revealed for a reason; boards whose figures open their lists."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from services.console.tests.http.stage import OWN_PAGE, Services, listing

from guiyan.console.tale_words import TALES
from guiyan.events.payload import EVENT_TYPES

MEMBER = {"id": "m-1", "name": "张*", "id_no": "654002********12", "branch": "654002010004", "version": 4}
COLUMNS: dict[str, Any] = {
    "id_no": {"title": "ID number", "x-title-zh": "身份证号"},
    "branch": {"title": "Branch", "x-title-zh": "所在支部", "x-book": "organisation"},
    "responsible": {"title": "Responsible", "x-title-zh": "责任党组织", "x-book": "organisation"},
}
LEFT: dict[str, Any] = {
    "type": "MemberLeft", "time": "2026-02-02T01:00:00.000000Z", "occurredon": "2025-10-03", "sequence": "1288.0",
    "actor": "township:654002010000", "actororg": "654002010000", "subject": "departure/d-1",
    "data": {"member_id": "m-1", "reason": "BUSINESS", "dest_area_code": "440306", "branch": "654002010004",
             "pii": {"sealed": True}},
}  # fmt: skip


@pytest.fixture(autouse=True)
def member(services: Services) -> None:
    """Registry with one member who left."""
    services.tell("registry", "/openapi.json", {"paths": {"/v1/members": listing("members", COLUMNS, [])}})
    services.tell("registry", "/v1/members/m-1", MEMBER)
    services.tell("registry", "/v1/members/m-1/history", {"events": [LEFT], "sequence": 1288})
    services.tell("registry", "/v1/members/m-1/changes", {"changes": [], "sequence": 1288})
    branch = {"org_code": "654002010004", "short_name": "葡萄村党支部", "name": "-"}
    services.tell("registry", "/v1/organisations", {"items": [branch]})


async def test_the_story_is_told_in_plain_words(officer: httpx.AsyncClient) -> None:
    """What happened on its day, why and where to, who told it, and when that was recorded if it was later."""
    text = (await officer.get("/members/m-1")).text
    for told in (
        "2025-10-03",
        "外出",
        "经商",
        "广东省深圳市宝安区",
        "葡萄村党支部",
        "乡镇系统上报",
        "2026-02-02 09:00 记录",
    ):
        assert told in text, told
    assert "sealed" not in text


def change(event: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What an event set."""
    return {"event": {"id": event["sequence"], **event}, "fields": fields}


async def test_each_field_says_why(officer: httpx.AsyncClient, services: Services) -> None:
    """Which event said so, when, told by whom, on what document; what stood before; without a script, by keyboard."""
    entered = {**LEFT, "type": "MemberRegistered", "sequence": "7.0", "occurredon": "2024-03-04", "actor": "ye",
               "time": "2024-03-04T01:00:00Z", "data": {"member_id": "m-1"}}  # fmt: skip
    asked = {**LEFT, "id": "c", "type": "CorrectionRequested", "sequence": "8.0", "subject": "correction/c-1",
             "data": {"member_id": "m-1", "proof": "档案12号"}}  # fmt: skip
    right = {**LEFT, "type": "MemberDetailsCorrected", "sequence": "9.1", "occurredon": "2026-01-05", "actor": "wang",
             "data": {"member_id": "m-1", "correction_id": "c-1"}}  # fmt: skip
    changes = [change(entered, id_no="6540**", branch="654002010004", unknown=1), change(right, id_no="6541**")]
    services.tell("registry", "/v1/members/m-1/changes", {"changes": changes, "sequence": 9})
    services.tell("registry", "/v1/members/m-1/history", {"events": [entered, asked, right], "sequence": 9})
    text = (await officer.get("/members/m-1/card?as_of=2026-02-01")).text
    assert dict(services.last("/v1/members/m-1/changes").url.params) == {"as_of": "2026-02-01"}
    why = text.split('id="why-id_no"')[1].split("</details>")[0]
    newest, _, before = why.partition("此前 6540**")
    for told in ("2026-01-05 更正信息", "wang", "申请更正信息", "依据 档案12号"):
        assert told in newest, told
    assert "2024-03-04 登记入册" in before
    assert "· ye" in before
    assert 'href="/members/m-1/story#e9-1"' in why
    assert 'href="/members/m-1/card?as_of=2026-02-01#why-branch"' in text
    services.asked.clear()
    assert 'id="e9-1"' in (await officer.get("/members/m-1/story")).text
    assert [one.url.path for one in services.asked].count("/v1/members/m-1/history") == 1


async def test_who_was_responsible_is_told_from_when_on(officer: httpx.AsyncClient, services: Services) -> None:
    """By the service's own fold; what changes nothing is no line."""

    def on(day: str, sequence: str, org: str) -> dict[str, Any]:
        return change({**LEFT, "occurredon": day, "sequence": sequence}, responsible=org)

    names = [{"org_code": f"65400201000{number}", "short_name": f"第{number}支部", "name": "-"} for number in (1, 2)]
    services.tell("registry", "/v1/organisations", {"items": names})
    changes = [on("2024-01-01", "1.0", "654002010001"), on("2024-05-01", "2.0", "654002010001"),
               on("2025-06-01", "3.0", "654002010002")]  # fmt: skip
    services.tell("registry", "/v1/members/m-1/changes", {"changes": changes, "sequence": 3})
    text = (await officer.get("/members/m-1")).text
    lines = text.split('class="posts"')[1].split("</ol>")[0]
    assert lines.count("<li>") == 2
    assert lines.index("2025-06-01 起") < lines.index("第2支部") < lines.index("2024-01-01 起") < lines.index("第1支部")


def test_every_event_of_a_person_has_its_sentence() -> None:
    """No type of event about a member is told as "something"; posts of officials are no member's story."""
    about = {
        name
        for name, model in EVENT_TYPES.items()
        if model.service in {"registry", "transfers", "contact"}
        and model.aggregate not in {"task", "sweep_sheet", "account", "organisation", "access"}
        and {"member_id", "person_id"} & model.model_fields.keys()
    }
    missing = about - TALES.keys() - {"SignedIn"}
    assert {one for one in missing if "member_id" in EVENT_TYPES[one].model_fields} == set()


async def test_lists_of_the_member_are_parts_of_the_record(officer: httpx.AsyncClient, services: Services) -> None:
    """Each narrowed to the member; a service that is away, and a list that the role may not see, take nothing else."""
    columns = {"quarter": {"title": "Quarter", "x-title-zh": "季度"}, "kind": {"title": "Kind", "x-title-zh": "类别"}}
    paths = ("/v1/duties", "/v1/contact-points", "/v1/relay-persons", "/v1/reports", "/v1/home-visits")
    services.tell("contact", "/openapi.json", {"paths": {one: listing(one, columns, []) for one in paths}})
    services.tell("contact", "/v1/duties", {"items": [{"quarter": "2026-Q1"}], "next_cursor": None, "sequence": 1})
    services.tell("contact", "/v1/contact-points", {"code": "forbidden", "detail": "-"}, 403)
    text = (await officer.get("/members/m-1/contacts")).text
    assert dict(services.last("/v1/duties").url.params) == {"member_id": "m-1", "limit": "100"}
    assert "2026-Q1" in text
    services.away.add("contact")
    text = (await officer.get("/members/m-1/contacts")).text
    assert "“contact”服务没有应答" in text
    assert "张*" in text


async def test_who_looked_is_told(officer: httpx.AsyncClient, services: Services) -> None:
    """Each look at masked fields, and nothing else."""
    data = {"person_id": "m-1", "fields": ["id_no"], "reason": "AUDIT"}
    looked = {**LEFT, "type": "FieldsRevealed", "actor": "auditor-1", "data": data}
    services.tell("registry", "/v1/members/m-1/history", {"events": [LEFT, looked], "sequence": 1288})
    text = (await officer.get("/members/m-1/looks")).text
    assert "auditor-1" in text
    assert "广东省" not in text


async def test_the_card_is_the_services_own_paper(officer: httpx.AsyncClient, services: Services) -> None:
    """Printed for a reason, which the service records."""
    services.tell("registry", "/v1/members/m-1/card", b"%PDF", 200)
    answer = await officer.post("/acts/print-card/m-1", data={"reason": "FILING", "_key": "k"}, headers=OWN_PAGE)
    assert answer.content == b"%PDF"
    assert answer.headers["content-disposition"] == 'inline; filename="card.pdf"'
    assert json.loads(services.last("/v1/members/m-1/card").content) == {"reason": "FILING"}


async def test_a_part_comes_alone_or_within_the_record(officer: httpx.AsyncClient) -> None:
    """The same address."""
    assert "身份证号" in (await officer.get("/members/m-1/card")).text
    part = (await officer.get("/members/m-1/card", headers={"HX-Target": "section"})).text
    assert "<html" not in part
    assert (await officer.get("/members/m-1/none")).status_code == 404


async def test_the_past_is_asked_of_the_service(officer: httpx.AsyncClient, services: Services) -> None:
    """On both axes; what is no date is not asked for. Nothing is revealed of the past."""
    text = (await officer.get("/members/m-1?as_of=2025-12-31&known_at=2026-01-01")).text
    asked = dict(services.last("/v1/members/m-1").url.params)
    assert asked == {"as_of": "2025-12-31", "known_at": "2026-01-01T23:59:59+08:00"}
    assert "截至 2025-12-31" in text
    assert "/reveal" not in text
    assert (await officer.get("/members/m-1?as_of=2025-12-31")).status_code == 200
    await officer.get("/members/m-1?as_of=evil")
    assert not dict(services.last("/v1/members/m-1").url.params)


async def test_masked_fields_are_shown_for_a_reason(officer: httpx.AsyncClient, services: Services) -> None:
    """By the service's own act, which records it; the number stands in no address."""
    services.tell("registry", "/v1/members/m-1/reveal", {"id": "m-1", "name": "张三"})
    asked = {"fields": ["name"], "reason": "CONTACT_DUTY", "_key": "k-1"}
    answer = await officer.post("/members/m-1/reveal", data=asked, headers=OWN_PAGE)
    assert "张三" in answer.text
    assert json.loads(services.last("/v1/members/m-1/reveal").content) == {"fields": ["name"], "reason": "CONTACT_DUTY"}


async def test_a_member_is_found_without_a_word_in_an_address(officer: httpx.AsyncClient, services: Services) -> None:
    """What was typed goes in the body, to the service too."""
    services.tell("registry", "/v1/members/find", {"items": [MEMBER], "more": False})
    answer = await officer.post("/find", data={"term": "zhang"}, headers=OWN_PAGE)
    assert 'href="/members/m-1"' in answer.text
    assert not services.last("/v1/members/find").url.params
    services.tell("registry", "/v1/members/find", {"code": "x", "detail": "-", "errors": [{"detail": "请输入。"}]}, 422)
    assert "请输入。" in (await officer.post("/find", data={"term": ""}, headers=OWN_PAGE)).text


async def test_the_branches_of_those_found_are_looked_up_at_once(
    officer: httpx.AsyncClient, services: Services
) -> None:
    """One question to registry, however many branches they belong to."""
    members = [{**MEMBER, "branch": f"65400201000{number}"} for number in range(5)]
    services.tell("registry", "/v1/members/find", {"items": members, "more": False})
    await officer.post("/find", data={"term": "zhang"}, headers=OWN_PAGE)
    assert [one.url.path for one in services.asked].count("/v1/organisations") == 1


async def test_what_lies_outside_is_not_there(officer: httpx.AsyncClient) -> None:
    """404 of a service is a page that says so."""
    answer = await officer.get("/members/m-2")
    assert answer.status_code == 404
    assert "不在您的管理范围内" in answer.text


async def test_a_boards_figure_opens_exactly_its_list(officer: httpx.AsyncClient, services: Services) -> None:
    """The ledger that shows the service's list, asked the same; a part of the tree opens its own board."""
    figures = {"due": {"value": 9, "list": "/v1/duties?part=open&part=missed&under=654002010001"}}
    row = {"org_code": "654002010001", "own": False, "name": "葡萄村党支部", "figures": figures}
    told = {
        "figures": [{"name": "due", "zh": "应联系", "en": "To contact"}],
        "rows": [row],
        "total": {**row, "name": "合计"},
    }
    services.tell("contact", "/v1/duties/board", {**told, "under": "654002010000", "period": "2026-Q1"})
    text = (await officer.get("/boards/contact?period=2026-Q1")).text
    assert 'href="/ledgers/contacts?all=1&amp;part=open&amp;part=missed&amp;under=654002010001">9</a>' in text
    assert 'href="/boards/contact?under=654002010001&amp;period=2026-Q1"' in text
    assert "period=2025-Q4" in text
    assert "period=2026-Q2" in text
