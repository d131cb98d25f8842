"""Inquiries over HTTP: from the call to its end, figures with their lists, wishes, rights, the contract (S-23)."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from urllib.parse import parse_qsl

from services.contact.tests.town import CITY, FAR, HOME, OTHER, TOWN, ContactTown

from guiyan.events.codes import CampaignResult
from guiyan.events.notifications import CampaignResultNoted
from guiyan.events.registry import DekDestroyed
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.service.auth import Role
from guiyan.service.conformance import Doors, check_a_key_is_one_request, check_a_version_guards, check_answer

CALL = {"topic": "DUES", "name": "吴示例", "phone": "13900005678"}


async def call(town: ContactTown, headers: Any = None, **more: Any) -> str:
    """Take an inquiry; gives its id."""
    made = await town.post("/v1/inquiries", CALL | more, headers or town.keeper)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def act(town: ContactTown, id_: str, verb: str, headers: Any = None, **body: Any) -> Any:
    """One act; gives the answer."""
    return await town.post(f"/v1/inquiries/{id_}/{verb}", body, headers or town.keeper)


async def shown(town: ContactTown, id_: str, headers: Any = None) -> dict[str, Any]:
    """One inquiry, after everything has been applied."""
    await town.town.settle()
    return dict((await town.get(f"/v1/inquiries/{id_}", headers)).json())


async def test_from_the_call_to_its_end(town: ContactTown) -> None:
    """Taken, answered in one go, confirmed, closed; the ledger has every column, who asked is masked."""
    id_ = await call(town)
    before = await shown(town, id_)
    assert (before["number"], before["name"], before["phone"]) == ("2026-0001", "吴*", "139****5678")
    assert (before["state"], before["due_on"], before["days_left"]) == ("RECEIVED", "2026-02-11", 1)
    for verb, body in (("answer", {}), ("confirm", {"solved": True}), ("close", {})):
        assert (await act(town, id_, verb, **body)).status_code == 200
    after = await shown(town, id_)
    assert (after["state"], after["at_first_contact"], after["solved"]) == ("CLOSED", True, True)
    assert (after["answered_on"], after["days_left"], after["answered_late"]) == ("2026-02-10", None, False)
    sheet = await town.get("/v1/inquiries", {**town.city, "Accept": "text/csv", "Accept-Language": "zh-CN"})
    for heading in ("编号", "服务点", "渠道", "主题", "咨询人", "受理人", "时限", "办结日期", "一次办结", "满意"):
        assert heading in sheet.text
    assert "吴示例" not in sheet.text


async def test_a_limit_that_passes_is_told_once(town: ContactTown) -> None:
    """On the day after it; passed on, the other body's limit runs, and both sides see it."""
    id_ = await call(town)
    await town.until(date(2026, 2, 14))
    late = await shown(town, id_)
    assert (late["overdue_since"], late["days_left"], late["open"]) == ("2026-02-11", -3, True)
    assert (await act(town, id_, "transfer", to_org=OTHER)).status_code == 200
    passed = await shown(town, id_)
    assert (passed["state"], passed["org_code"], passed["overdue_since"]) == ("TRANSFERRED", OTHER, None)
    assert (await town.get(f"/v1/inquiries/{id_}", town.keeper)).status_code == 200
    there = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="there")
    person = town.world.id("person", "there")
    assert (await act(town, id_, "assign", there, person_id=person)).status_code == 200
    assert (await act(town, id_, "answer", there)).status_code == 200
    assert (await shown(town, id_))["at_first_contact"] is False
    await town.until(date(2026, 4, 1))
    history = (await town.get(f"/v1/inquiries/{id_}/history")).json()["events"]
    assert [one["type"] for one in history].count("InquiryOverdue") == 1
    assert history[0]["data"]["pii"] == {"sealed": True}


async def test_every_figure_is_its_list(town: ContactTown) -> None:
    """Calls, people, helped, in one go, late, open; by topic, channel and organisation, each with its rows (S-23)."""
    first, second, third = [await call(town, topic=one) for one in ("DUES", "TRANSFER", "TRANSFER")]
    await call(town, town.city, org_code=FAR, channel="HOTLINE_12371")
    for id_ in (first, second):
        await act(town, id_, "answer")
    await act(town, first, "confirm", solved=True)
    await act(town, second, "confirm", solved=False)
    await town.until(date(2026, 3, 2))
    await act(town, third, "answer")
    await town.town.settle()
    told = (await town.get("/v1/inquiries/figures", since="2026-02-01", until="2026-02-28")).json()
    counts = {name: told[name]["count"] for name in ("received", "at_first_contact", "helped", "open", "overdue")}
    assert counts == {"received": 4, "at_first_contact": 1, "helped": 1, "open": 2, "overdue": 2}
    assert (told["answered_late"]["count"], told["people"], told["people_helped"]) == (1, 4, 1)
    assert [(one["value"], one["count"]) for one in told["by"]["topic"]] == [("DUES", 2), ("TRANSFER", 2)]
    figures = [one for one in told.values() if isinstance(one, dict) and "list" in one]
    for figure in [*figures, *(one for part in told["by"].values() for one in part)]:
        path, _, asked = figure["list"].partition("?")
        rows = (await town.get(path, **dict(parse_qsl(asked)))).json()["items"]
        assert len(rows) == figure["count"], figure
    below = (await town.get("/v1/inquiries/figures", under=OTHER)).json()
    assert below["received"]["count"] == 1


async def test_a_wish_becomes_an_inquiry_once(town: ContactTown) -> None:
    """What a member wished for in the quarter's contact lies on the branch's desk (§2.6); aid is no inquiry."""
    member = await town.away()
    path = f"/v1/duties/{town.duty(member)}/complete"
    said = {"channel": "PHONE", "wishes": ["TRANSFER", "AID", "STUDY_MATERIAL"]}
    assert (await town.post(path, said)).status_code == 200
    await town.town.settle()
    found = (await town.get("/v1/inquiries", sort="_id")).json()["items"]
    assert sorted((one["topic"], one["channel"], one["org_code"], one["name"]) for one in found) == [
        ("STUDY", "CONTACT", HOME, "李*"),
        ("TRANSFER", "CONTACT", HOME, "李*"),
    ]


async def test_who_answers_a_quarters_message_is_looked_after(town: ContactTown) -> None:
    """A reply and a call-back are an inquiry each, of the branch that wrote, naming the message, once (S-35)."""
    member = await town.member()
    campaign, notice = town.world.id("campaign"), town.world.id("notice")
    for result in ("REPLIED", "CALLED_BACK", "REPLIED", "DELIVERED"):
        noted = CampaignResultNoted(member_id=member, notice_id=notice, result=CampaignResult(result), branch=HOME)
        await town.world.happen(campaign, noted)
    await town.town.settle()
    found = (await town.get("/v1/inquiries", sort="_id")).json()["items"]
    assert sorted((one["channel"], one["org_code"], one["member_id"]) for one in found) == [
        ("MESSAGE_REPLY", HOME, member),
        ("PHONE", HOME, member),
    ]
    (reply,) = [one["inquiry_id"] for one in found if one["channel"] == "MESSAGE_REPLY"]
    history = (await town.get(f"/v1/inquiries/{reply}/history")).json()["events"]
    assert history[0]["data"]["from_notice_id"] == notice


async def test_members_ask_for_themselves(town: ContactTown) -> None:
    """Over the web, in the own name; what others asked is not found; nobody is asked who they are."""
    member = await town.member()
    await town.town.settle()
    own = town.town.bearer(Role.MEMBER, org=HOME, sub=member)
    other = await call(town)
    id_ = (await town.post("/v1/inquiries", {"topic": "TRANSFER"}, own)).json()["id"]
    row = await shown(town, id_, own)
    assert (row["channel"], row["org_code"], row["member_id"]) == ("WEB", HOME, member)
    refused = await town.post("/v1/inquiries", {"topic": "DUES", "org_code": FAR, "name": "别人"}, own)
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/name", "/org_code"]
    assert (await town.get(f"/v1/inquiries/{other}", own)).status_code == 404
    assert (await act(town, other, "confirm", own, solved=True)).status_code == 404
    await act(town, id_, "answer")
    assert (await act(town, id_, "confirm", own, solved=True)).status_code == 200
    assert [one["inquiry_id"] for one in (await town.get("/v1/inquiries", own)).json()["items"]] == [id_]


async def test_each_office_has_its_own(town: ContactTown) -> None:
    """Outside the scope nothing is found or taken; a point, an organisation, a member have to be there."""
    far = town.town.bearer(Role.BRANCH_CONTACT, org=FAR, sub="far")
    id_ = await call(town)
    assert (await act(town, id_, "answer", far)).status_code == 404
    await town.town.settle()
    assert (await town.get("/v1/inquiries", far)).json()["items"] == []
    nobody = town.world.id("nobody")
    for body, pointer in (
        ({"org_code": FAR}, "/org_code"),
        ({"member_id": nobody}, "/member_id"),
        ({"service_point_id": nobody}, "/service_point_id"),
    ):
        refused = await town.post("/v1/inquiries", CALL | body, town.keeper)
        assert refused.status_code in {409, 422}, refused.text
        assert refused.json()["errors"][0]["pointer"] == pointer
    unknown = await act(town, id_, "transfer", to_org="999999999999")
    assert unknown.json()["errors"][0]["pointer"] == "/to_org"


async def test_a_forgotten_asker_is_shown_no_more(town: ContactTown) -> None:
    """The key is gone: name and number go, the course of the inquiry stays (domain.md §5.3)."""
    member = await town.member()
    await town.town.settle()
    id_ = await call(town, member_id=member)
    await town.world.happen(member, DekDestroyed(person_id=member, key_ids=("dk-1",)))
    row = await shown(town, id_)
    assert (row["name"], row["phone"], row["topic"]) == ("", None, "DUES")


async def test_the_past_of_an_inquiry(town: ContactTown) -> None:
    """As it was then, on both axes; before it came there was none."""
    start = town.world.clock.now().isoformat()
    await town.town.advance(hours=1)
    id_ = await call(town)
    await town.town.advance(hours=1)
    then = town.world.clock.now().isoformat()
    await town.town.advance(hours=1)
    await act(town, id_, "answer")
    assert (await shown(town, id_))["state"] == "ANSWERED"
    assert (await town.get(f"/v1/inquiries/{id_}", known_at=then)).json()["state"] == "RECEIVED"
    assert (await town.get(f"/v1/inquiries/{id_}", known_at=start)).status_code == 404
    assert (await town.get(f"/v1/inquiries/{id_}", as_of="2026-02-09")).status_code == 404


async def test_numbers_count_by_organisation_and_year(town: ContactTown) -> None:
    """In the order in which they came in; a new year begins at one."""
    numbers = [(await shown(town, await call(town, town.city, org_code=org)))["number"] for org in (HOME, CITY, HOME)]
    assert numbers == ["2026-0001", "2026-0001", "2026-0002"]
    await town.until(date(2027, 1, 4))
    assert (await shown(town, await call(town)))["number"] == "2027-0001"


async def test_the_doors_of_inquiries_keep_the_contract(town: ContactTown) -> None:
    """A key is one request, a version guards, a point of the scope is named in the ledger."""
    doors = Doors(town.town.app, town.town.http, town.keeper)
    ledger = cast("MemoryLedger", town.world.ledger)
    await check_a_key_is_one_request(
        doors, "/v1/inquiries", CALL, ("/v1/inquiries", CALL | {"topic": "LEGAL"}), ledger=ledger
    )
    id_ = await call(town)
    await check_a_version_guards(doors, f"/v1/inquiries/{id_}/answer", {}, 1)
    check_answer(await act(town, id_, "close"), "InquiryClosed")
    point = {"level": "CENTRE", "name": "示例市党员服务中心", "org_code": TOWN, "area_code": "654002"}
    made = await town.post("/v1/service-points", point, town.officer)
    await town.town.settle()
    at_point = await call(town, town.officer, service_point_id=made.json()["id"], channel="COUNTER")
    assert (await shown(town, at_point))["service_point"] == "示例市党员服务中心"
