"""One transfer in full: what it waits for, from whom, until when, and its time line (domain.md §6 no. 5)."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import httpx
import openpyxl
from pypdf import PdfReader
from services.transfers.tests.test_paper import HANDING_OVER, issued, known_member
from services.transfers.tests.town import FAR, HOME, NEXT, OTHER, TOWN, TransferTown

from guiyan.ledger.working_days import add_working_days
from guiyan.service.auth import Role
from guiyan.service.printing import PDF_TYPE
from guiyan.service.resources import TimeAxes, get_history
from guiyan.service.tables import CSV_TYPE, XLSX_TYPE
from guiyan.transfers.detail import timeline
from guiyan.transfers.domain.decide import TRANSFER
from guiyan.transfers.projections.rows import HANDLES
from guiyan.transfers.words import HAPPENED

TODAY = date(2026, 3, 10)


async def detail(town: TransferTown, id_: str, **query: Any) -> dict[str, Any]:
    """A transfer as its detail shows it, after everything is applied."""
    await town.town.settle()
    found = await town.get(f"/v1/transfers/{id_}", **query)
    assert found.status_code == 200, found.text
    body: dict[str, Any] = found.json()
    return body


async def waiting(town: TransferTown, id_: str) -> tuple[Any, ...] | None:
    """The step, the code of who has to act, the last day, the days left."""
    told = (await detail(town, id_))["waits_for"]
    return None if told is None else (told["step"], told["by"], told["due_on"], told["days_left"])


def working_days(count: int, since: date = TODAY) -> tuple[str, int]:
    """The last day of so many working days from a day on, and how many days that leaves."""
    due = add_working_days(since, count).result
    return due.isoformat(), (due - since).days


async def test_every_state_says_whom_it_waits_for(town: TransferTown) -> None:
    """From the branch's five working days to the receipt's month and the stub; at the end for nobody."""
    id_ = await town.requested(await known_member(town))
    assert await waiting(town, id_) == ("BRANCH_APPROVAL", HOME, *working_days(5))
    await town.post(f"/v1/transfers/{id_}/approve", headers=town.secretary)
    assert await waiting(town, id_) == ("ISSUE", TOWN, *working_days(10))
    await town.post(f"/v1/transfers/{id_}/issue")
    assert await waiting(town, id_) == ("HANDING_OVER", TOWN, "2026-04-09", 30)
    await town.post(f"/v1/transfers/{id_}/hand-over")
    assert await waiting(town, id_) == ("ACCEPTANCE", OTHER, "2026-04-09", 30)
    await town.post(f"/v1/transfers/{id_}/receive", headers=town.receiver)
    assert await waiting(town, id_) == ("ASSIGNMENT", OTHER, *working_days(10))
    await town.post(f"/v1/transfers/{id_}/assign", {"to_branch": FAR}, town.receiver)
    assert await waiting(town, id_) == ("RECEIPT", OTHER, "2026-04-10", 31)
    await town.post(f"/v1/transfers/{id_}/receipt", headers=town.receiver)
    assert await waiting(town, id_) == ("ARCHIVING", TOWN, *working_days(10))
    await town.post(f"/v1/transfers/{id_}/archive")
    assert await waiting(town, id_) is None


async def test_days_left_go_on_with_the_day(town: TransferTown) -> None:
    """What is late says so, and how late; who has to act is told by name."""
    id_ = await town.requested(await known_member(town))
    await town.town.advance(days=20)
    told = (await detail(town, id_))["waits_for"]
    due, left = working_days(5)
    assert (told["due_on"], told["days_left"], told["late"]) == (due, left - 20, True)
    assert (told["zh"], told["en"], told["by_title"], told["side"]) == (
        "支部审核",
        "Branch approval",
        HOME,
        "from_branch",
    )


async def test_a_receiver_outside_is_told_by_its_title(town: TransferTown) -> None:
    """No code, a title; inside one committee no receipt is waited for, and none is called late."""
    id_ = await issued(town, to_committee=None, to_title="示例省示例县委组织部")
    await town.post(f"/v1/transfers/{id_}/hand-over")
    told = (await detail(town, id_))["waits_for"]
    assert (told["step"], told["by"], told["by_title"]) == ("ACCEPTANCE", None, "示例省示例县委组织部")
    inside = {"to_committee": None, "to_branch": NEXT, "channel": "INTERNAL"}
    moved = await town.requested(await known_member(town, "two"), **inside)
    await town.post(f"/v1/transfers/{moved}/approve", headers=town.secretary)
    await town.post(f"/v1/transfers/{moved}/receive")
    await town.town.advance(days=60)
    found = await detail(town, moved)
    assert (found["state"], found["waits_for"], found["receipt_due_on"]) == ("COMPLETED", None, None)
    assert (found["receipt_overdue_on"], found["timeline"][-1]["type"]) == (None, "RelationTransferred")


async def test_the_time_line_tells_what_happened(town: TransferTown) -> None:
    """Business day and moment of record, in both languages, by whom, for which organisation; no name in it."""
    id_ = await issued(town)
    await town.town.advance(days=3)
    await town.post(f"/v1/transfers/{id_}/print", HANDING_OVER)
    await town.post(f"/v1/transfers/{id_}/hand-over", {"how": "CONFIDENTIAL_POST"})
    await town.post(f"/v1/transfers/{id_}/return", {"reason": "FORM_FAULTY"}, town.receiver)
    found = await detail(town, id_)
    line = found["timeline"]
    assert [(one["zh"], one["by"], one["organisation"]) for one in line] == [
        ("申请转接", "origin", TOWN),
        ("支部同意", "secretary", HOME),
        ("开具介绍信：2026-001", "origin", TOWN),
        ("打印介绍信：第 1 次", "origin", TOWN),
        ("转递介绍信：机要", "origin", TOWN),
        ("退回修改：填写不规范", "receiver", OTHER),
    ]
    assert line[2]["en"] == "Letter issued: 2026-001"
    assert (line[0]["occurred_on"], line[3]["occurred_on"]) == ("2026-03-10", "2026-03-13")
    assert line[3]["recorded_at"].startswith("2026-03-13T")
    assert line[3]["recorded_at"].endswith("Z")
    assert line[5]["organisation_title"] == OTHER
    events = (await town.get(f"/v1/transfers/{id_}/history")).json()["events"]
    assert [(one["id"], one["sequence"]) for one in line] == [(one["id"], one["sequence"]) for one in events]
    assert "李" not in str(line)
    assert found["name"] == "李*"


async def test_the_time_line_ends_where_the_row_does(town: TransferTown) -> None:
    """What the ledger holds already and the row does not yet is not told beside a state that it contradicts."""
    id_ = await issued(town)
    history = await get_history(town.world.ledger, TRANSFER, id_)
    for version in (1, 2, 3):
        assert len(timeline(history, TimeAxes(), version, str)) == version


async def test_the_past_is_told_with_its_own_day(town: TransferTown) -> None:
    """`as_of` and `known_at`: state, waiting, days left and time line as they were then."""
    id_ = await town.requested(await known_member(town))
    await town.town.advance(days=2)
    between = town.world.clock.now() - timedelta(hours=1)
    await town.post(f"/v1/transfers/{id_}/approve", headers=town.secretary)
    await town.town.advance(days=10)
    for query in ({"as_of": "2026-03-11"}, {"known_at": between.isoformat().replace("+00:00", "Z")}):
        found = await detail(town, id_, **query)
        assert (found["state"], found["waits_for"]["step"], len(found["timeline"])) == (
            "SUBMITTED",
            "BRANCH_APPROVAL",
            1,
        )
    assert (await detail(town, id_, as_of="2026-03-11"))["waits_for"]["days_left"] == working_days(5)[1] - 1
    assert len((await detail(town, id_))["timeline"]) == 2


async def test_a_member_sees_the_own_time_line_and_nobody_elses(town: TransferTown) -> None:
    """The rights of the detail are those of the transfer."""
    member_id = await known_member(town)
    id_ = await town.requested(member_id)
    await town.town.settle()
    me = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    assert (await town.get(f"/v1/transfers/{id_}", me)).json()["timeline"][0]["zh"] == "申请转接"
    other = town.town.bearer(Role.MEMBER, org=HOME, sub=town.world.id("member", "other"))
    assert (await town.get(f"/v1/transfers/{id_}", other)).status_code == 404


def test_everything_that_may_happen_has_its_words() -> None:
    """No event of a transfer is shown by the name of its type, in either language."""
    assert set(HAPPENED) >= HANDLES
    assert all(zh and en and zh != en for zh, en in HAPPENED.values())


async def test_one_transfer_is_a_file_too(town: TransferTown) -> None:
    """§6 no. 5: its time line as CSV, XLSX and PDF, a row an event, under what it is; no name in clear."""
    id_ = await issued(town)
    one = await detail(town, id_)

    async def file(kind: str, **query: str) -> httpx.Response:
        answer = await town.get(f"/v1/transfers/{id_}", town.origin | {"Accept": kind}, **query)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind), answer.text
        return answer

    lines = list(csv.DictReader(io.StringIO((await file(CSV_TYPE)).text.lstrip("\ufeff"))))
    assert [line["事项"] for line in lines] == [event["zh"] for event in one["timeline"]]
    book = openpyxl.load_workbook(io.BytesIO((await file(XLSX_TYPE)).content))
    cells = [str(cell) for values in book.worksheets[0].iter_rows(values_only=True) for cell in values if cell]
    printed = PdfReader(io.BytesIO((await file(PDF_TYPE)).content)).pages[0].extract_text()
    for told in ("组织关系转接明细", one["number"], one["timeline"][0]["zh"], one["waits_for"]["due_on"]):
        assert told in printed
        assert any(told in cell for cell in cells), told
    assert "李示例" not in printed + "".join(cells)
    past = await file(CSV_TYPE, as_of=TODAY.isoformat())
    assert past.text.count("\n") == len(lines) + 1
