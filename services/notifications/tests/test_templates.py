"""`/v1/templates`: an office's own words, from the first try to the message that is made from them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final, cast

import pytest
from services.notifications.tests.town import CITY, HOME, TOWN, NoticeTown, a_town

from guiyan.events.codes import NoticeChannel, PhonePurpose
from guiyan.events.contact.duty import ContactMissed
from guiyan.events.notifications.delivery import TemplatePublished
from guiyan.events.registry import OfficePhoneListed, OfficePhoneUnlisted
from guiyan.events.registry.policy import PolicyParameterChanged
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.notifications.domain.fields import FIELDS, TITLES
from guiyan.notifications.domain.template import template_id
from guiyan.notifications.projections import Notices
from guiyan.notifications.projections.notices import NOTICES
from guiyan.notifications.wordings import NoWords, Written
from guiyan.service.auth import Role
from guiyan.service.conformance import (
    Doors,
    check_a_key_is_one_request,
    check_a_version_guards,
    check_answer,
    check_problem,
)

PATH: Final = "/v1/templates/contact_missed"
MAIL: Final = {
    "channel": "EMAIL",
    "language": "zh-CN",
    "subject": "请联系:{{ quarter }}",
    "lines": ["您好:", "{{ duty }}"],
}
TEXT: Final = {
    "channel": "SMS",
    "language": "zh-CN",
    "lines": ["请致电{% if phone %}{{ phone }}{% else %}办公室{% endif %}。"],
}
WORDS: Final = {"wordings": [MAIL, TEXT]}
OTHERS: Final = {"wordings": [{**MAIL, "lines": ["好"]}, TEXT]}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[NoticeTown]:
    """A small town in memory, running."""
    async with a_town(tmp_path) as running:
        yield running


async def _get(town: NoticeTown, path: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    await town.town.settle()
    found = await town.town.http.get(path, headers=headers or town.city)
    assert found.status_code == 200, found.text
    return dict(found.json())


async def _post(town: NoticeTown, verb: str, body: Any, **headers: str) -> Any:
    return await town.town.http.post(f"{PATH}/{verb}", json=body, headers={**town.city, **headers})


async def _missed(town: NoticeTown, name: str) -> dict[str, Any]:
    """A contact was missed: the notice that comes of it."""
    duty = town.world.id("duty", name)
    cause = ContactMissed(
        member_id=town.world.id("member"),
        branch=HOME,
        quarter="2026-Q1",
        contact_person_id=town.world.id("person", "one"),
        departure_id=town.world.id("trip"),
        attempts=0,
        missed_in_a_row=2,
    )
    await town.world.happen(duty, cause)
    await town.town.settle()
    (found,) = await town.town.parts.reads(Notices).find(NOTICES, {"params.duty": duty})
    return dict(found)


async def test_every_template_is_listed_with_what_it_may_use(town: NoticeTown) -> None:
    """The program's own words are the first versions; fields come with samples, made up."""
    listed = (await _get(town, "/v1/templates"))["items"]
    assert {one["template"] for one in listed} == set(FIELDS) == set(TITLES)
    assert {(one["current"], one["own"], one["version"]) for one in listed} == {(2, False, 0)}
    one = await _get(town, PATH)
    assert [(each["version"], each["retired_on"]) for each in one["versions"]] == [(1, None), (2, None)]
    assert {field["name"] for field in one["fields"]} == {"quarter", "duty", "missed", "phone"}
    assert [(each["channel"], each["language"]) for each in one["wordings"]] == [
        ("EMAIL", "zh-CN"), ("EMAIL", "en"), ("SMS", "zh-CN"), ("SMS", "en")
    ]  # fmt: skip
    assert (await _get(town, f"{PATH}/versions/1"))["wordings"][0]["language"] == "mul"
    for missing in (f"{PATH}/versions/3", f"{PATH}/versions/x", "/v1/templates/other", "/v1/templates/other/history"):
        check_problem(await town.town.http.get(missing, headers=town.city), 404, "not_found")
    assert (await _get(town, f"{PATH}/history"))["events"] == []


async def test_words_are_checked_in_the_language_of_who_asks(town: NoticeTown) -> None:
    """Nothing is written; each fault says where it is and what to do."""
    bad = {"wordings": [{**MAIL, "subject": "{{ name }}"}, {**TEXT, "lines": ["您的支部请您回电 {{ phone }}"]}]}
    head = await town.world.ledger.head()
    for language, said in (("zh-CN", "没有的字段"), ("en", "names a field")):
        answer = (await _post(town, "check", bad, **{"Accept-Language": language})).json()
        assert not answer["usable"]
        assert [(one["pointer"], one["code"]) for one in answer["problems"]] == [
            ("/wordings/0/subject", "template_field_unknown"),
            ("/wordings/1/lines", "template_reveals"),
        ]
        assert said in answer["problems"][0]["detail"]
        assert "支部" in answer["problems"][1]["detail"]
    assert (await _post(town, "check", WORDS)).json() == {"usable": True, "problems": []}
    assert await town.world.ledger.head() == head
    refused = check_problem(await _post(town, "publish", bad), 422, "invalid")
    assert [one["code"] for one in refused["errors"]] == ["template_field_unknown", "template_reveals"]
    assert await town.world.ledger.head() == head


async def test_a_preview_shows_each_sample_and_the_segments(town: NoticeTown) -> None:
    """What would be read, with every sample; what cannot be filled is told beside it."""
    shown = (await _post(town, "preview", WORDS)).json()
    mail, text = shown["previews"]
    assert [one["subject"] for one in mail["samples"]] == ["请联系:2026-Q1", "请联系:2026-Q4"]
    assert "sms" not in mail["samples"][0]
    assert [one["text"] for one in text["samples"]] == ["请致电0999-0000001。", "请致电办公室。"]
    assert text["samples"][0]["sms"] == {"encoding": "UCS-2", "units": 16, "segments": 1, "room": 54}
    broken = {"wordings": [{**MAIL, "lines": ["{% for %}"]}, {**TEXT, "lines": ["{{ quarter|day }}{{ phone }}"]}]}
    shown = (await _post(town, "preview", broken)).json()
    assert [one["code"] for one in shown["problems"]] == ["template_unreadable", "template_misuses"]
    assert {one["text"] for each in shown["previews"] for one in each["samples"]} == {None}


async def test_an_office_publishes_and_retires(town: NoticeTown) -> None:
    """A notice is made from the version in use, and worded by it for ever, also when that one is retired."""
    await town.officer()
    before = await _missed(town, "before")
    check_answer(await _post(town, "publish", WORDS), "TemplatePublished", "TemplatePublished")
    during = await _missed(town, "during")
    check_answer(await _post(town, "publish", OTHERS), *["TemplatePublished"] * 2)
    assert (await _get(town, PATH))["current"] == 102
    for version in (102, 101):
        check_answer(await _post(town, "retire", {"version": version}), "TemplateRetired")
    after = await _missed(town, "after")
    assert [one["template_version"] for one in (before, during, after)] == [2, 101, 2]
    assert await town.wordings.written(during, NoticeChannel.MAILBOX) == Written(
        "请联系:2026-Q1", f"您好:\n{during['params']['duty']}\n"
    )
    assert (await town.wordings.written(before, NoticeChannel.EMAIL)).subject.startswith(
        "未联系提醒:2026年第一季度 / Con"
    )
    one = await _get(town, PATH)
    assert [(each["version"], each["retired_on"]) for each in one["versions"][2:]] == [
        (101, "2026-03-10"), (102, "2026-03-10")
    ]  # fmt: skip
    assert (await _get(town, f"{PATH}/versions/101"))["wordings"][0]["lines"] == MAIL["lines"]
    assert len((await _get(town, f"{PATH}/history"))["events"]) == 6


async def test_what_is_told_by_no_words_is_a_fault(town: NoticeTown) -> None:
    """A first version has no SMS, and its mail is none; there is no version 50."""
    await town.officer()
    notice = {**await _missed(town, "one"), "template_version": 1}
    for changed, channel in ((notice, NoticeChannel.SMS), ({**notice, "template_version": 50}, NoticeChannel.EMAIL)):
        with pytest.raises(NoWords):
            await town.wordings.written(changed, channel)


async def test_a_notice_is_told_in_its_language(town: NoticeTown) -> None:
    """Both when nobody chose, an SMS in Chinese then; in English alone when it names that; without it in Chinese."""
    await town.officer()
    notice = await _missed(town, "one")
    english = {**notice, "language": "en"}
    both = await town.wordings.written(notice, NoticeChannel.EMAIL)
    assert both.subject == "未联系提醒:2026年第一季度 / Contact missed: 2026-Q1"
    assert both.body.index("您好") < both.body.index("Hello")
    assert (await town.wordings.written(english, NoticeChannel.MAILBOX)).subject == "Contact missed: 2026-Q1"
    text = await town.wordings.written(notice, NoticeChannel.SMS)
    assert text == Written("", "您好,有一项工作需要您处理。请致电办公室联系。")
    assert (await town.wordings.written(english, NoticeChannel.CHAT)).body.startswith("Hello, something")
    await _post(town, "publish", WORDS)
    await town.town.settle()
    own = {**english, "template_version": 101}
    assert (await town.wordings.written(own, NoticeChannel.EMAIL)).subject == "请联系:2026-Q1"


async def test_the_phone_is_that_of_the_branch_or_of_the_one_above(town: NoticeTown) -> None:
    """Its inquiry phone before its office's, never a fax; as the directory lists it when the message leaves."""
    assert await town.wordings.phone_of(HOME) == await town.wordings.phone_of(None) == ""

    async def listed(org: str, phone: str, purpose: PhonePurpose) -> str:
        await town.world.happen(org, OfficePhoneListed(phone=phone, purpose=purpose))
        await town.town.settle()
        return await town.wordings.phone_of(HOME)

    assert await listed(CITY, "0999-0000001", PhonePurpose.OFFICE) == "0999-0000001"
    assert await listed(TOWN, "0999-0000002", PhonePurpose.FAX) == "0999-0000001"
    assert await listed(HOME, "+8609990000003", PhonePurpose.OFFICE) == "09990000003"
    assert await listed(HOME, "0999-0000004", PhonePurpose.INQUIRY) == "0999-0000004"
    await town.world.happen(HOME, OfficePhoneUnlisted(phone="0999-0000004"))
    await town.town.settle()
    assert await town.wordings.phone_of(HOME) == "09990000003"


async def test_a_hotline_that_everybody_knows_is_in_no_sms(town: NoticeTown) -> None:
    """Its number tells what a message is about (§1.4): the next one is named; a mail may name it."""
    await town.officer()
    notice = await _missed(town, "one")
    await town.world.happen(HOME, OfficePhoneListed(phone="12371", purpose=PhonePurpose.INQUIRY))
    await town.town.settle()
    assert await town.wordings.phone_of(HOME) == "12371"
    assert (await town.wordings.written(notice, NoticeChannel.SMS)).body.endswith("请致电办公室联系。")
    await town.world.happen(TOWN, OfficePhoneListed(phone="0999-0000002", purpose=PhonePurpose.OFFICE))
    await town.town.settle()
    assert "0999-0000002" in (await town.wordings.written(notice, NoticeChannel.SMS)).body


@pytest.mark.parametrize(
    "line",
    [
        "请回{{ phone }}。您的支部在等您",
        "{{ quarter|day }}{{ phone }}",
        "{% if missed > 99 %}{{ phone }}{% endif %}",
    ],
)
async def test_where_an_offices_words_say_nothing_the_programs_are_sent(town: NoticeTown, line: str) -> None:
    """Published before a check was stricter: it would reveal, cannot be filled, or is empty. Nobody stays untold."""
    await town.officer()
    notice = await _missed(town, "one")
    sms = TemplatePublished(
        template="contact_missed",
        template_version=101,
        channel=NoticeChannel.SMS,
        language="zh-CN",
        digest=hashlib.sha256(line.encode()).hexdigest(),
        lines=(line,),
    )
    await town.world.happen(template_id("contact_missed"), sms)
    await town.town.settle()
    own = {**notice, "template_version": 101}
    found = await town.wordings.written(own, NoticeChannel.SMS)
    assert found == await town.wordings.written(notice, NoticeChannel.SMS)
    assert "请致电办公室" in found.body
    mail = await town.wordings.written(own, NoticeChannel.EMAIL)
    assert mail == await town.wordings.written(notice, NoticeChannel.EMAIL), "it says nothing by mail either"


async def test_only_the_city_words_templates(town: NoticeTown) -> None:
    """Others read them; a key is one request, the version guards."""
    township = town.town.bearer(Role.TOWNSHIP_OFFICER, org=TOWN)
    await _get(town, PATH, township)
    for verb, body in (("check", WORDS), ("preview", WORDS), ("publish", WORDS), ("retire", {"version": 101})):
        refused = await town.town.http.post(f"{PATH}/{verb}", json=body, headers=township)
        check_problem(refused, 403, "forbidden")
    doors = Doors(town.town.app, town.town.http, town.city)
    ledger = cast("MemoryLedger", town.world.ledger)
    await check_a_key_is_one_request(doors, f"{PATH}/publish", WORDS, (f"{PATH}/publish", OTHERS), ledger=ledger)
    check_problem(await _post(town, "publish", WORDS), 409, "template_same")
    await check_a_version_guards(doors, f"{PATH}/retire", {"version": 101}, 2)
    check_problem(await _post(town, "retire", {"version": 1}), 409, "template_built_in")


async def test_the_limit_of_an_sms_is_the_city_s_own(town: NoticeTown) -> None:
    """notice.sms_segments_most: what may be published changes with it."""
    long = {"wordings": [MAIL, {**TEXT, "lines": ["好" * 68 + "{{ phone }}"]}]}
    assert (await _post(town, "check", long)).json()["usable"]
    changed = PolicyParameterChanged(
        key="notice.sms_segments_most", value="1", from_on="2026-03-01", document_no="伊示组发〔2026〕3号"
    )
    await town.world.happen(town.world.id("parameter"), changed)
    await town.town.settle()
    (fault,) = (await _post(town, "check", long)).json()["problems"]
    assert (fault["pointer"], fault["code"]) == ("/wordings/1/lines", "sms_too_long")
