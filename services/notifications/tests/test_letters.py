"""Letters to members and hosts: what stands on them, who may print them, and that each print is told (S-40)."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from services.notifications.tests.town import CITY, FAR, HOME, OTHER, TOWN, NoticeTown, a_town

from guiyan.events.codes import (
    ContactPointEnd,
    ContactPointKind,
    DepartureSource,
    FlowReason,
    LetterKind,
    MemberSource,
    NoticeChannel,
    PersonCategory,
    PhonePurpose,
)
from guiyan.events.contact.contact_point import ContactPointAdded, ContactPointClosed, ContactPointText
from guiyan.events.notifications.study import MaterialCameBack, MaterialDispatched
from guiyan.events.registry import (
    HostAccepted,
    MemberLeft,
    MemberRegistered,
    MemberReturned,
    OfficePhoneListed,
    ProcessingRestricted,
)
from guiyan.events.registry.departure import DestinationText
from guiyan.events.registry.member import MemberText
from guiyan.ledger import Subject
from guiyan.notifications.commands.letters import LETTERS_MOST
from guiyan.notifications.domain.letter import letter_id
from guiyan.notifications.forms.letters import LETTERS_FORM, Addressee, Host, Print, Printable, Sender, blanks
from guiyan.service.auth import Role
from guiyan.service.conformance import check_problem

AT: Final = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
ID: Final = "019b76da-a800-7000-8000-000000000001"
LONG: Final = "阿卜杜热合曼·买买提吐尔逊·热合木图拉·阿布都克里木"
TO: Final = Addressee("李示例", "+8614012345678", "示例省示例市示例路100号", date(2026, 3, 1))
HOST: Final = Host("中共示例街道工作委员会", "示例路8号", "510000")
SENDER: Final = Sender("示例村党支部", "张示例", "0999-0000001", "0999-0000002", "示例乡1号  835000")
FORMS: Final = [LetterKind(one.value) for one in Printable]


def _pages(pdf: bytes) -> list[str]:
    """The text of each page, without what only parts lines and words."""
    found = PdfReader(io.BytesIO(pdf)).pages
    return ["".join(sign for sign in page.extract_text() if not sign.isspace() and sign != "\u200b") for page in found]


def _letter(kind: LetterKind, to: Addressee = TO, host: Host = HOST, sender: Sender = SENDER) -> dict[str, Any]:
    return blanks(to, host, sender, Print(ID, kind, 2, AT, "示例乡党委"))


@pytest.mark.parametrize("kind", FORMS)
def test_every_value_is_on_paper(kind: LetterKind) -> None:
    """One page; whom to call, who writes, the day in Shanghai, the how many-th print; the code is the record's id."""
    told = _letter(kind)
    (page,) = _pages(LETTERS_FORM.pdf({"letters": [told]}, made_at=AT))
    for value in ("李示例", "示例村党支部", "张示例", "0999-0000001", "0999-0000002", "示例乡1号", "第2次打印", ID):
        assert value in page, value
    assert ("2026年11月27日" in page, kind.label("zh") in page) == (True, True)
    shown = {"14012345678": LetterKind.HOST_NOTICE, "中共示例街道工作委员会": LetterKind.HOST_NOTICE}
    for value, only in shown.items():
        assert (value in page) == (kind is only), value
    assert ("示例省示例市示例路100号" in page) == (kind is not LetterKind.HOST_NOTICE)
    (picture,) = LETTERS_FORM.pages({"letters": [told]}, made_at=AT, ppi=150)
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert code.text == ID


@pytest.mark.parametrize("kind", FORMS)
def test_what_is_not_known_is_left_to_write_in(kind: LetterKind) -> None:
    """Nothing but a name: still one page, with lines; what is long is still one page."""
    bare = _letter(kind, Addressee("李示例"), Host(), Sender("示例村党支部"))
    (page,) = _pages(LETTERS_FORM.pdf({"letters": [bare]}, made_at=AT))
    assert "None" not in page
    long = _letter(
        kind,
        Addressee(LONG * 2, "+8614012345678", "示例" * 140, date(2026, 3, 1)),
        Host("示例" * 50, "示例" * 50, "510000"),
        Sender("示例" * 55, LONG, "0999-0000001", "0999-0000002", "示例" * 55),
    )
    assert len(_pages(LETTERS_FORM.pdf({"letters": [long]}, made_at=AT))) == 1
    assert len(_pages(LETTERS_FORM.pdf({"letters": [bare, long, bare]}, made_at=AT))) == 3


def test_what_is_told_is_never_markup() -> None:
    """A name with signs of the template's language stands as it is; two prints of one act are the same bytes."""
    told = _letter(LetterKind.LETTER_TO_MEMBER, Addressee("#李*示_例$"))
    pdf = LETTERS_FORM.pdf({"letters": [told]}, made_at=AT)
    assert "#李*示_例$" in _pages(pdf)[0]
    assert pdf == LETTERS_FORM.pdf({"letters": [told]}, made_at=AT)
    assert not told["unprintable"]
    assert _letter(LetterKind.LETTER_TO_MEMBER, Addressee("李\U0003134a"))["unprintable"]


@pytest.mark.parametrize("kind", FORMS)
def test_the_envelopes_window_tells_nothing(kind: LetterKind) -> None:
    """Above the title stand an address and a name: whoever carries the letter learns no more of the member (§1.4)."""
    page = _pages(LETTERS_FORM.pdf({"letters": [_letter(kind)]}, made_at=AT))[0]
    window = page.partition(kind.label("zh"))[0]
    assert window.endswith("收")
    assert "党" not in window
    assert ("李示例" in window) == (kind is not LetterKind.HOST_NOTICE)


class Post:
    """A town with members away and at home."""

    def __init__(self, town: NoticeTown) -> None:
        self.town, self.world = town, town.world
        self.officer = town.town.bearer(Role.BRANCH_SECRETARY, org=HOME, sub="secretary")

    async def member(self, name: str, *, away: bool = True, branch: str = HOME, text: str | None = None) -> str:
        """Somebody with a name of their own; away since the first of March with an address there."""
        id_ = self.world.id("member", name)
        known = MemberRegistered(
            member_id=id_, branch=branch, person_category=PersonCategory.FULL, source=MemberSource.DEVELOPED
        )
        pii = MemberText(name=text or f"李{name}", mobile="+8614012345678", home_address="示例村1号")
        await self.world.happen(id_, known, pii=pii)
        if away:
            left = MemberLeft(
                member_id=id_, branch=branch, reason=FlowReason.MIGRANT_WORK, source=DepartureSource.ANNOUNCED
            )
            there = DestinationText(dest_address=f"远方路{name}号")
            trip = self.world.id("trip", name)
            await self.world.happen(trip, left, pii=there, occurred_on=date(2026, 3, 1))
        return id_

    async def point(
        self, member_id: str, name: str, value: str, kind: ContactPointKind = ContactPointKind.POSTAL
    ) -> str:
        """The member told where post finds them, or a phone."""
        id_ = self.world.id("point", name)
        added = ContactPointAdded(point_id=id_, member_id=member_id, kind=kind)
        await self.world.happen(id_, added, pii=ContactPointText(value=value))
        return id_

    async def print(self, verb: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        """As the branch's secretary."""
        await self.town.town.settle()
        told = {"kind": "LETTER_TO_MEMBER", "reason": "POSTING", **body}
        return await self.town.town.http.post(f"/v1/letters/{verb}", json=told, headers={**self.officer, **headers})

    async def sent(self, body: dict[str, Any], **headers: str) -> httpx.Response:
        """Letters went to the post."""
        await self.town.town.settle()
        told = {"kind": "LETTER_TO_MEMBER", **body}
        return await self.town.town.http.post("/v1/letters/dispatch", json=told, headers={**self.officer, **headers})

    async def rows(self, **asked: str) -> list[dict[str, Any]]:
        """The register of prints."""
        await self.town.town.settle()
        found = await self.town.town.http.get("/v1/letters", params=asked, headers=self.officer)
        return list(found.json()["items"])


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """A small town in memory, running."""
    async with a_town(tmp_path) as running:
        await running.officer()
        yield Post(running)


async def test_a_print_is_told_before_it_is_made(post: Post) -> None:
    """Name and address opened for the paper alone; counted; under the same key the same print."""
    member = await post.member("一")
    for phone, org in (("0999-0000001", HOME), ("0999-0000002", TOWN)):
        await post.world.happen(org, OfficePhoneListed(phone=phone, purpose=PhonePurpose.OFFICE))
    first = await post.print("print", {"member_ids": [member, member]}, **{"Idempotency-Key": "one"})
    assert first.status_code == 200, first.text
    (page,) = _pages(first.content)
    for value in ("李一", "远方路一号", f"示例党组织{HOME}", "张示例", "0999-0000001", "0999-0000002"):
        assert value in page, value
    again = await post.print("print", {"member_ids": [member, member]}, **{"Idempotency-Key": "one"})
    assert again.content == first.content
    assert first.headers["guiyan-print-count"] == again.headers["guiyan-print-count"] == "1"
    assert "no-store" in first.headers["cache-control"]
    second = await post.print("print", {"member_ids": [member], "reason": "SPOILED"})
    assert second.headers["guiyan-print-count"] == "2"
    (row,) = await post.rows()
    assert (row["print_count"], row["reason"], row["kind"]) == (2, "SPOILED", "LETTER_TO_MEMBER")
    assert row["id"] == letter_id(member, "LETTER_TO_MEMBER")
    path = f"/v1/letters/{row['id']}"
    history = (await post.town.town.http.get(f"{path}/history", headers=post.officer)).json()
    assert [one["type"] for one in history["events"]] == ["MemberLetterPrinted"] * 2
    assert "李一" not in str(history) + str(row)
    outside = post.town.town.bearer(Role.BRANCH_SECRETARY, org=FAR)
    check_problem(await post.town.town.http.get(path, headers=outside), 404, "not_found")
    assert (await post.town.town.http.get("/v1/letters", headers=outside)).json()["items"] == []


async def test_the_address_told_last_stands_on_it(post: Post) -> None:
    """A postal contact point before the trip's address; the newest in use; the print names which one."""
    member = await post.member("一")
    await post.point(member, "old", "旧路1号")
    newer = await post.point(member, "new", "新路2号")
    await post.point(member, "phone", "14000000009", ContactPointKind.MOBILE)
    (page,) = _pages((await post.print("print", {"member_ids": [member]})).content)
    assert "新路2号" in page
    printed = await post.world.ledger.read(Subject("notifications", "letter", letter_id(member, "LETTER_TO_MEMBER")))
    assert printed.events[0].data["contact_point_id"] == newer
    closed = ContactPointClosed(point_id=newer, member_id=member, reason=ContactPointEnd.REPLACED)
    await post.world.happen(newer, closed)
    (page,) = _pages((await post.print("print", {"member_ids": [member]})).content)
    assert "旧路1号" in page


async def test_a_host_is_written_to_by_name(post: Post) -> None:
    """The organisation that has taken the member in, as the directory knows it; how to reach the member is told."""
    member = await post.member("一")
    accepted = HostAccepted(member_id=member, host_branch=FAR)
    await post.world.happen(post.world.id("trip", "一"), accepted)
    (page,) = _pages((await post.print("print", {"member_ids": [member], "kind": "HOST_NOTICE"})).content)
    for value in (f"示例党组织{FAR}", "李一", "14012345678", "2026年3月1日"):
        assert value in page, value


async def test_nobody_elses_member_is_written_to(post: Post) -> None:
    """Outside the scope, unknown, erased: refused before anything is recorded; study material is no form."""
    member, other = await post.member("一"), await post.member("二", branch=FAR)
    head = await post.world.ledger.head()
    for ids in ([member, other], [post.world.id("member", "nobody")]):
        refused = check_problem(await post.print("print", {"member_ids": ids}), 422, "member_unknown")
        assert [one["pointer"] for one in refused["errors"]] == ["/member_ids"]
    check_problem(await post.print("print", {"member_ids": [member], "kind": "STUDY_MATERIAL"}), 422, "invalid")
    check_problem(await post.print("print", {"member_ids": [member] * (LETTERS_MOST + 1)}), 422, "invalid")
    check_problem(await post.print("print-branch", {"branch": FAR}), 404, "not_found")
    await post.world.sealer.destroy(member)
    check_problem(await post.print("print", {"member_ids": [member]}), 409, "member_text_gone")
    assert await post.world.ledger.head() == head
    reader = post.town.town.bearer(Role.AUDITOR, org=CITY)
    body = {"kind": "LETTER_TO_MEMBER", "reason": "POSTING", "member_ids": [member]}
    check_problem(await post.town.town.http.post("/v1/letters/print", json=body, headers=reader), 403, "forbidden")


async def test_nobody_is_written_to_whose_processing_is_restricted(post: Post) -> None:
    """PIPL Art. 47: refused, nothing recorded; a branch's batch leaves such members out (domain.md §5.3)."""
    one, two = await post.member("一"), await post.member("二")
    await post.world.happen(post.world.id("erasure", "一"), ProcessingRestricted(person_id=one))
    await post.town.town.settle()
    head = await post.world.ledger.head()
    check_problem(await post.print("print", {"member_ids": [two, one]}), 409, "processing_restricted")
    assert await post.world.ledger.head() == head
    batch = await post.print("print-branch", {"branch": HOME})
    assert (batch.headers["guiyan-members"], batch.headers["guiyan-left"]) == (two, "0")


async def test_a_branch_writes_to_its_members_away(post: Post) -> None:
    """Thirty in a file, the rest told and next in turn; who is at home or has one is left out; a repeat is the same."""
    away = {await post.member(f"{number:02}") for number in range(LETTERS_MOST + 2)}
    await post.member("home", away=False)
    await post.member("other", branch=FAR)
    back = await post.member("back")
    await post.world.happen(post.world.id("trip", "back"), MemberReturned(member_id=back, branch=HOME))
    first = await post.print("print-branch", {"branch": HOME}, **{"Idempotency-Key": "batch"})
    assert (len(_pages(first.content)), first.headers["guiyan-left"]) == (LETTERS_MOST, "2")
    again = await post.print("print-branch", {"branch": HOME}, **{"Idempotency-Key": "batch"})
    assert again.content == first.content
    assert again.headers["guiyan-members"] == first.headers["guiyan-members"]
    second = await post.print("print-branch", {"branch": HOME})
    assert (len(_pages(second.content)), second.headers["guiyan-left"]) == (2, "0")
    written = {one for each in (first, second) for one in each.headers["guiyan-members"].split(", ")}
    assert written == away
    check_problem(await post.print("print-branch", {"branch": HOME}), 409, "nobody_to_write_to")
    assert (await post.print("print-branch", {"branch": HOME, "kind": "NOTICE_TO_MEMBER"})).status_code == 200
    assert len(await post.rows(kind="LETTER_TO_MEMBER")) == len(away)
    assert OTHER not in {one["branch"] for one in await post.rows()}


async def test_printed_letters_go_to_the_post(post: Post) -> None:
    """Each with its number, all or none; the register tells sent, arrived, back; the address goes with it (§2.12)."""
    one, two = [await post.member(name) for name in ("一", "二")]
    box = await post.point(one, "box", "新路2号")
    await post.print("print", {"member_ids": [one, two]})
    body: dict[str, Any] = {"items": [{"member_id": one, "tracking_no": "XA1"}, {"member_id": two}]}
    sent = await post.sent(body | {"occurred_on": "2026-03-09"}, **{"Idempotency-Key": "sent"})
    assert sent.status_code == 200, sent.text
    again = await post.sent(body | {"occurred_on": "2026-03-09"}, **{"Idempotency-Key": "sent"})
    assert again.json() == sent.json()
    first, second = [item["material_id"] for item in sent.json()["items"]]
    for id_, verb in ((first, "return"), (second, "receive")):
        done = await post.town.town.http.post(f"/v1/materials/{id_}/{verb}", json={}, headers=post.officer)
        assert done.status_code == 200, done.text
    by_member = {row["member_id"]: row for row in await post.rows()}
    told = by_member[one]
    assert (told["sent_on"], told["tracking_no"], told["state"]) == ("2026-03-09", "XA1", "CAME_BACK")
    assert (told["came_back_on"], told["received_on"]) == ("2026-03-10", None)
    assert (by_member[two]["state"], by_member[two]["received_on"]) == ("RECEIVED", "2026-03-10")
    assert [row["member_id"] for row in await post.rows(state="CAME_BACK")] == [one]
    history = await post.world.ledger.read(Subject("notifications", "material", first))
    assert [event.data["contact_point_id"] for event in history.events] == [box, box]
    await post.sent({"items": [{"member_id": one, "tracking_no": "XA2"}]})
    told = {row["member_id"]: row for row in await post.rows()}[one]
    assert (told["tracking_no"], told["state"], told["came_back_on"]) == ("XA2", "SENT", None)
    older = (await post.sent({"items": [{"member_id": two, "tracking_no": "XA3"}]})).json()["items"][0]["material_id"]
    await post.sent({"items": [{"member_id": two, "tracking_no": "XA4"}]})
    await post.town.town.http.post(f"/v1/materials/{older}/return", json={}, headers=post.officer)
    told = {row["member_id"]: row for row in await post.rows()}[two]
    assert (told["tracking_no"], told["state"]) == ("XA4", "SENT"), "what became of an older one is not this one's"


async def test_only_what_was_printed_goes_to_the_post(post: Post) -> None:
    """Of another kind, outside the scope, twice, in the future: refused, and nothing is recorded."""
    one, two, other = await post.member("一"), await post.member("二"), await post.member("三", branch=FAR)
    await post.print("print", {"member_ids": [one]})
    head = await post.world.ledger.head()
    mine = {"member_id": one}
    for items, code, at in (
        ([mine, {"member_id": two}], "letter_not_printed", "/items/1/member_id"),
        ([mine, {"member_id": other}], "member_unknown", "/items/1/member_id"),
        ([mine, mine], "letter_twice", "/items"),
    ):
        refused = check_problem(await post.sent({"items": items}), 422, code)
        assert [each["pointer"] for each in refused["errors"]] == [at]
    check_problem(await post.sent({"items": [mine], "kind": "HOST_NOTICE"}), 422, "letter_not_printed")
    check_problem(await post.sent({"items": [mine], "occurred_on": "2026-03-11"}), 422, "in_the_future")
    assert await post.world.ledger.head() == head


async def test_a_letter_that_came_back_is_told_to_the_contact_person(post: Post) -> None:
    """The address may be wrong: one notice to whoever keeps contact for the branch, with the dispatch's number."""
    member, sent = await post.member("一"), post.world.id("material")
    dispatched = MaterialDispatched(member_id=member, kind=LetterKind.LETTER_TO_MEMBER, by_post=True, tracking_no="XA1")
    await post.world.happen(sent, dispatched)
    await post.world.happen(sent, MaterialCameBack(member_id=member))
    await post.town.town.settle()
    (row,) = (await post.town.town.http.get("/v1/notices", headers=post.town.city)).json()["items"]
    assert (row["rule"], row["org_code"], row["member_id"]) == ("letter_came_back_to_branch", HOME, member)
    assert row["recipient_id"] == post.world.id("person", "one")
    told = await post.town.wordings.written(
        {"template": "letter_came_back", "template_version": 2, "params": {"material": sent}, "org_code": HOME},
        NoticeChannel.EMAIL,
    )
    assert sent in told.body
