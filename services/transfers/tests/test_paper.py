"""Printing the letter and scanning its receipt over HTTP: acts of their own, counted, refused clearly (R4, §2.3)."""

from __future__ import annotations

import asyncio
import io
from datetime import date, timedelta
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from services.transfers.tests.town import CITY, FAR, HOME, OTHER, TOWN, TransferTown

from guiyan.events.codes import MemberSource, PersonCategory, PhonePurpose, Sex
from guiyan.events.registry import MemberConverted, MemberDetailsCorrected, MemberRegistered
from guiyan.events.registry.member import MemberText, MemberTextChange
from guiyan.events.registry.organisation import (
    OfficePhoneListed,
    OfficePhoneUnlisted,
    OrganisationDetailsCorrected,
)
from guiyan.service.auth import Role
from guiyan.transfers.forms.letter import LETTER_FORM

HANDING_OVER = {"reason": "HANDING_OVER"}
TEXT = {"name": "李示例", "id_no": "690101198005010019", "birth_date": date(1980, 5, 1), "mobile": "+8614012345678"}
OUTSIDE = {"to_committee": None, "to_title": "示例省示例县委组织部"}


async def known_member(town: TransferTown, name: str = "one", **changes: Any) -> str:
    """A member with all that a letter tells; gives the id."""
    member_id = town.world.id("member", name)
    facts = {"branch": HOME, "person_category": PersonCategory.FULL, "sex": Sex.MALE, "source": MemberSource.DEVELOPED}
    registered = MemberRegistered.model_validate({"member_id": member_id, **facts, **changes})
    await town.world.happen(member_id, registered, pii=MemberText.model_validate(TEXT))
    return member_id


async def issued(town: TransferTown, **more: Any) -> str:
    """A transfer of a known member whose letter is issued."""
    return await town.issued(member_id=await known_member(town), **more)


def text_of(answer: Any) -> str:
    """The text of a printed letter, one page."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    return "".join(page.extract_text().replace("\u200b", "").split())


async def prints_of(town: TransferTown, id_: str) -> list[dict[str, Any]]:
    """The prints of a transfer's letter, from its history."""
    await town.town.settle()
    events = (await town.get(f"/v1/transfers/{id_}/history")).json()["events"]
    return [one for one in events if one["type"] == "LetterPrinted"]


def code(id_: str, number: str = "2026-1") -> str:
    """What stands in the code of a receipt."""
    return f"guiyan:receipt:{id_}:{number}"


async def scan(town: TransferTown, text: str, who: Any = None, **more: Any) -> Any:
    """A receipt is scanned, by the origin's officer unless somebody else is named."""
    return await town.post("/v1/transfers/scan-receipt", {"code": text, **more}, who)


async def completed(town: TransferTown, **more: Any) -> str:
    """A transfer whose receiver has assigned the branch."""
    id_ = await issued(town, **more)
    done = await town.post(f"/v1/transfers/{id_}/receive", {"to_branch": FAR}, town.receiver)
    assert done.status_code == 200, done.text
    return id_


async def test_a_letter_is_filled_from_what_the_ledger_knows(town: TransferTown) -> None:
    """Name, sex, age, number and phone of the member as corrected, the office's own facts; no other service asked."""
    id_ = await issued(town)
    member_id = town.world.id("member", "one")
    fixed = MemberDetailsCorrected(member_id=member_id, sex=Sex.FEMALE)
    await town.world.happen(member_id, fixed, pii=MemberTextChange(name="李示范", mobile="+8614087654321"))
    for facts in (
        OrganisationDetailsCorrected.model_validate({"address": "示例乡人民路1号", "postcode": "690101"}),
        OfficePhoneListed(phone="0999-0000001", purpose=PhonePurpose.INQUIRY),
        OfficePhoneListed(phone="0999-0000002", purpose=PhonePurpose.OFFICE),
        OfficePhoneListed(phone="0999-0000003", purpose=PhonePurpose.FAX),
        OfficePhoneListed(phone="0999-0000004", purpose=PhonePurpose.OFFICE),
        OfficePhoneUnlisted(phone="0999-0000002"),
    ):
        await town.world.happen(TOWN, facts)
    await town.town.settle()
    page = text_of(await town.post(f"/v1/transfers/{id_}/print", HANDING_OVER))
    for told in (
        "第2026-001号", "李示范同志（女），45岁，族，系中共正式党员，身份证号码690101198005010019，",
        f"由示例党组织{HOME}去示例党组织{OTHER}，", "党费已交到贰零贰陆年贰月。", "（有效期叁拾天）",
        "（盖章）贰零贰陆年叁月壹拾日", "联系方式：14087654321", "通讯地址：示例乡人民路1号",
        "联系电话：0999-0000004传真：0999-0000003邮编：690101", f"示例党组织{TOWN}：李示范同志的党员组织关系已转达",
        f"第1次打印2026-03-10示例党组织{TOWN}",
    ):  # fmt: skip
        assert told in page, told


@pytest.mark.parametrize(("on", "told"), [(date(2026, 3, 9), "系中共正式党员"), (None, "系中共预备党员")])
async def test_the_letter_says_what_the_member_was_on_its_day(town: TransferTown, on: date | None, told: str) -> None:
    """预备 on the day of issue, 正式 when converted by then; a conversion of a later day changes no letter."""
    id_ = await town.issued(member_id=await known_member(town, person_category=PersonCategory.PROBATIONARY))
    member_id = town.world.id("member", "one")
    decided = {"branch": HOME, "decision_no": "示组〔2026〕1号", "decided_on": date(2026, 3, 9), "decided_by": TOWN}
    await town.town.advance(days=1)
    converted = MemberConverted.model_validate({"member_id": member_id, "full_on": date(2026, 3, 9), **decided})
    await town.world.happen(member_id, converted, occurred_on=on)
    page = text_of(await town.post(f"/v1/transfers/{id_}/print", HANDING_OVER))
    assert (told in page, "入党材料" in page) == (True, on is None)


async def test_each_print_is_recorded_and_counted(town: TransferTown) -> None:
    """Who, why and what was shown in full, before the paper is made; the ledger tells how often."""
    id_ = await issued(town)
    first = await town.post(f"/v1/transfers/{id_}/print", HANDING_OVER)
    again = await town.post(f"/v1/transfers/{id_}/print", {"reason": "SPOILED"}, town.city)
    assert ("第2次打印" in text_of(first), "第2次打印" in text_of(again)) == (False, True)
    assert [one.headers["guiyan-print-count"] for one in (first, again)] == ["1", "2"]
    one, two = await prints_of(town, id_)
    assert (one["actor"], two["actor"]) == ("origin", "city")
    assert (two["data"]["print_count"], two["data"]["reason"]) == (2, "SPOILED")
    assert {"name", "id_no", "mobile"} <= set(two["data"]["fields"])
    assert (await town.get(f"/v1/transfers/{id_}")).json()["prints"] == 2


async def test_prints_at_once_count_each(town: TransferTown) -> None:
    """Ten officers press the button at one instant: ten sheets, numbered one to ten."""
    id_ = await issued(town)
    answers = await asyncio.gather(*(town.post(f"/v1/transfers/{id_}/print", HANDING_OVER) for _ in range(10)))
    assert sorted(int(one.headers["guiyan-print-count"]) for one in answers) == list(range(1, 11))
    assert sorted(one["data"]["print_count"] for one in await prints_of(town, id_)) == list(range(1, 11))
    for one in answers:
        assert f"第{one.headers['guiyan-print-count']}次打印" in text_of(one)


async def test_a_repeat_under_the_same_key_is_one_print(town: TransferTown) -> None:
    """Sent twice because an answer was lost: the same paper, counted once."""
    id_ = await issued(town)
    key = {"Idempotency-Key": "p-1"}
    first, again = [await town.post(f"/v1/transfers/{id_}/print", HANDING_OVER, **key) for _ in range(2)]
    assert first.content == again.content
    assert len(await prints_of(town, id_)) == 1


async def test_a_repeat_after_a_new_letter_is_still_the_old_paper(town: TransferTown) -> None:
    """What was printed once under a key is what is printed again: the letter of that moment, with its number."""
    id_ = await issued(town)
    key = {"Idempotency-Key": "p-2"}
    first = await town.post(f"/v1/transfers/{id_}/print", HANDING_OVER, **key)
    await town.post(f"/v1/transfers/{id_}/report-lost")
    await town.post(f"/v1/transfers/{id_}/reissue", {"certified_by": HOME})
    again = await town.post(f"/v1/transfers/{id_}/print", HANDING_OVER, **key)
    assert ("2026-001" in text_of(again), "2026-002" in text_of(again)) == (True, False)
    assert first.content == again.content
    fresh = await town.post(f"/v1/transfers/{id_}/print", HANDING_OVER)
    assert ("2026-002" in text_of(fresh), fresh.headers["guiyan-print-count"]) == (True, "1")


async def test_there_is_nothing_to_print_without_a_letter_in_force(town: TransferTown) -> None:
    """Not issued, not on paper, returned, void, expired, reported lost: each told by its name, none recorded."""
    fresh = await town.requested(await known_member(town, "fresh"))
    online = await town.issued(member_id=await known_member(town, "online"), channel="ONLINE_PROVINCE")
    void, lost, sent_back, late = [
        await town.issued(member_id=await known_member(town, name)) for name in ("void", "lost", "back", "late")
    ]
    await town.post(f"/v1/transfers/{void}/cancel", {"reason": "ENTERED_IN_ERROR"})
    await town.post(f"/v1/transfers/{lost}/report-lost")
    await town.post(f"/v1/transfers/{sent_back}/return", {"reason": "FORM_FAULTY"}, town.receiver)
    codes = {
        id_: (await town.post(f"/v1/transfers/{id_}/print", HANDING_OVER)).json()["code"]
        for id_ in (fresh, online, void, lost, sent_back)
    }
    assert list(codes.values()) == [
        "no_letter_yet", "nothing_on_paper", "letter_void", "transfer_wrong_state", "transfer_wrong_state",
    ]  # fmt: skip
    town.world.clock.set(town.world.clock.now() + timedelta(days=31))
    assert (await town.post(f"/v1/transfers/{late}/print", HANDING_OVER)).json()["code"] == "letter_expired"
    await town.town.advance(days=1)
    assert (await town.post(f"/v1/transfers/{late}/print", HANDING_OVER)).json()["code"] == "letter_expired"
    assert [await prints_of(town, id_) for id_ in (*codes, late)] == [[]] * 6


async def test_an_erased_member_is_on_no_paper(town: TransferTown) -> None:
    """The key is gone: nothing can be named, nothing is counted."""
    id_ = await issued(town)
    member_id = town.world.id("member", "one")
    await town.world.sealer.destroy(member_id)
    refused = await town.post(f"/v1/transfers/{id_}/print", HANDING_OVER)
    assert (refused.status_code, refused.json()["code"]) == (409, "member_text_gone")
    assert await prints_of(town, id_) == []


async def test_the_origin_committee_prints_and_nobody_else(town: TransferTown) -> None:
    """The receiver sees it and may not (403); a stranger does not see it (404); a secretary, a member, OPS may not."""
    id_ = await issued(town)
    path = f"/v1/transfers/{id_}/print"
    stranger = town.town.bearer(Role.TOWNSHIP_OFFICER, org="654002003000")
    assert (await town.post(path, HANDING_OVER, stranger)).status_code == 404
    others = [town.receiver, town.secretary]
    others += [town.town.bearer(role, org=CITY) for role in (Role.MEMBER, Role.OPS, Role.AUDITOR, Role.SYS_ADMIN)]
    assert {(await town.post(path, HANDING_OVER, who)).status_code for who in others} == {403}
    for body in ({}, {"reason": "CURIOUS"}, {**HANDING_OVER, "name": "李"}, {**HANDING_OVER, "nation": "x"}):
        assert (await town.post(path, body)).status_code == 422
    assert await prints_of(town, id_) == []


async def test_nothing_personal_that_a_letter_shows_is_kept_by_transfers(town: TransferTown) -> None:
    """The ID number, birth date and phone are opened for the paper alone: no document of transfers holds them."""
    id_ = await issued(town)
    assert (await town.post(f"/v1/transfers/{id_}/print", HANDING_OVER)).status_code == 200
    await town.town.settle()
    kept = str(vars(town.town.parts.database))
    documents = [await town.town.composed.state["office"].reads.find(name, {}) for name in ("people", "transfers")]
    for secret in ("690101198005010019", "1980-05-01", "14012345678"):
        assert secret not in str(documents)
        assert secret not in kept
    assert "李示例" in str(documents)


async def test_the_code_on_the_paper_brings_the_receipt_home(
    town: TransferTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Printed, read from the picture by a scanner, recorded; the receiver's officer or the origin's may scan."""
    id_ = await issued(town)
    office = town.town.composed.state["office"]
    seen: list[Any] = []
    monkeypatch.setattr(LETTER_FORM, "print", _noting(seen))
    assert (await town.post(f"/v1/transfers/{id_}/print", HANDING_OVER)).status_code == 200
    (page,) = LETTER_FORM.pages(seen[0], made_at=town.world.clock.now(), ppi=150)
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    assert read.text == code(id_)
    await town.post(f"/v1/transfers/{id_}/receive", {"to_branch": FAR}, town.receiver)
    done = await scan(town, f"\t {read.text} \r\n", receipt_on="2026-03-10")
    assert [event["type"] for event in done.json()["events"]] == ["ReceiptReturned"]
    assert (await office.get(id_)).state == "RECEIPT_RETURNED"
    assert (await town.post(f"/v1/transfers/{id_}/archive")).status_code == 200


def _noting(seen: list[Any]) -> Any:
    async def note(data: Any, *, made_at: Any) -> bytes:
        seen.append(data)
        return LETTER_FORM.pdf(data, made_at=made_at)

    return note


async def test_a_receipt_is_scanned_once(town: TransferTown) -> None:
    """By the receiver who sends it or the origin that gets it; the second is told what remains, a repeat is one."""
    id_ = await completed(town)
    key = {"Idempotency-Key": "s-1"}
    body = {"code": code(id_)}
    first, again = [await town.post("/v1/transfers/scan-receipt", body, town.receiver, **key) for _ in range(2)]
    assert first.json() == again.json()
    for who in (town.origin, town.receiver):
        refused = await scan(town, code(id_), who)
        assert (refused.status_code, refused.json()["code"]) == (409, "receipt_already_returned")
    await town.post(f"/v1/transfers/{id_}/archive")
    assert (await scan(town, code(id_))).json()["code"] == "receipt_already_returned"


async def test_the_receipt_of_a_receiver_outside_moves_the_relation(town: TransferTown) -> None:
    """Received, moved and returned, each as of the day written on it; both days are asked (§2.3)."""
    id_ = await issued(town, **OUTSIDE)
    await town.town.advance(days=20)
    for days, pointer in (
        ({}, "/received_on"), ({"received_on": "2026-03-15"}, "/receipt_on"),
        ({"received_on": "2026-03-01", "receipt_on": "2026-03-20"}, "/received_on"),
        ({"received_on": "2026-03-20", "receipt_on": "2026-03-15"}, "/receipt_on"),
    ):  # fmt: skip
        refused = await scan(town, code(id_), **days)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    done = await scan(town, code(id_), received_on="2026-03-15", receipt_on="2026-03-18", how="MEMBER_IN_PERSON")
    assert [event["type"] for event in done.json()["events"]] == [
        "TransferReceived", "RelationTransferred", "ReceiptReturned",
    ]  # fmt: skip
    row = (await town.get(f"/v1/transfers/{id_}", after_sequence=done.json()["sequence"])).json()
    assert (row["state"], row["transferred_on"], row["receipt_on"]) == ("RECEIPT_RETURNED", "2026-03-15", "2026-03-18")


async def test_a_void_letters_receipt_proves_nothing(town: TransferTown) -> None:
    """Replaced by a new letter, or withdrawn: which one is valid is told, nothing is recorded."""
    id_ = await issued(town)
    await town.post(f"/v1/transfers/{id_}/report-lost")
    again = await town.post(f"/v1/transfers/{id_}/reissue", {"certified_by": HOME})
    assert again.status_code == 200, again.text
    refused = await scan(town, code(id_, "2026-1"))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "receipt_of_replaced_letter")
    assert "2026-002" in refused.json()["errors"][0]["detail"]
    await town.post(f"/v1/transfers/{id_}/cancel", {"reason": "ENTERED_IN_ERROR"})
    refused = await scan(town, code(id_, "2026-2"))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "receipt_of_void_letter")


async def test_a_number_that_was_never_given_is_unknown(town: TransferTown) -> None:
    """It took no place and none took its: not told as replaced, whatever the letter in force is."""
    id_ = await issued(town)
    await town.post(f"/v1/transfers/{id_}/report-lost")
    assert (await town.post(f"/v1/transfers/{id_}/reissue", {"certified_by": HOME})).status_code == 200
    for number, told in (
        ("2026-3", "receipt_not_known"),
        ("2025-1", "receipt_not_known"),
        ("2026-1", "receipt_of_replaced_letter"),
    ):
        refused = await scan(town, code(id_, number))
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, told)


async def test_a_receipt_too_early_is_told_so(town: TransferTown) -> None:
    """The receiver here has not accepted yet: the relation has not moved, whatever a paper says."""
    id_ = await issued(town)
    refused = await scan(town, code(id_))
    assert (refused.status_code, refused.json()["code"]) == (409, "transfer_wrong_state")
    unissued = await town.requested(await known_member(town, "two"))
    assert (await scan(town, code(unissued))).json()["errors"][0]["code"] == "receipt_not_known"


async def test_a_code_from_elsewhere_is_told(town: TransferTown) -> None:
    """Another installation's receipt, one outside the scope: the same answer; no receipt at all: another one."""
    id_ = await completed(town)
    stranger = town.town.bearer(Role.TOWNSHIP_OFFICER, org="654002003000")
    elsewhere = code("0190a5d0-0000-7000-8000-000000000001")
    answers = [await scan(town, elsewhere), await scan(town, code(id_), stranger)]
    assert answers[0].json()["errors"] == answers[1].json()["errors"]
    assert {(one.status_code, one.json()["errors"][0]["code"]) for one in answers} == {(422, "receipt_not_known")}
    for text in (id_, "https://example.com/x", code(id_)[:-1], code(id_, "2026-0"), code(id_, "1999-1"), "x" * 200):
        refused = await scan(town, text)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "no_receipt_code"), text
    assert (await scan(town, code(id_), nation="x")).json()["errors"][0]["pointer"] == "/nation"
    assert (await scan(town, code(id_), town.secretary)).status_code == 403
    assert (await scan(town, code(id_).upper())).status_code == 200
