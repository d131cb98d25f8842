"""Importing rosters: one event per accepted row, nothing twice, nothing overwritten, going on after a kill (§3.3)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from services.registry.tests.city import CITY, FAR, HOME, TOWN, CityOfTests, id_number
from services.registry.tests.office import Office

from guiyan.events import new_id
from guiyan.events.registry.member import MemberTextChange
from guiyan.ledger import Appended, Commit, LedgerError, LedgerUnavailable, ManualClock
from guiyan.ledger.clock import SHANGHAI
from guiyan.registry.commands.members import Correction, correct_member
from guiyan.registry.imports.run import ImportRun, Order
from guiyan.registry.roster import Limits, RosterUnreadable
from guiyan.registry.roster.testing import workbook
from guiyan.registry.settings import RegistrySettings, limits_of
from guiyan.service.conformance import check_problem
from guiyan.service.scope import Scope

HEADER = (
    "序号", "姓名", "所在党支部", "公民身份证号", "性别", "民族", "人员类别", "加入党组织日期", "转为正式党员日期",
    "手机号", "党籍状态", "是否为流动党员", "外出流向",
)  # fmt: skip


def a_row(number: int, **changes: Any) -> list[Any]:
    """A sound row of the roster."""
    told = {
        "seq": number, "name": "李示例", "branch": HOME, "id_no": id_number(number), "sex": None, "ethnic": "某族",
        "category": "正式党员", "joined": date(2010, 6, 1), "full": date(2011, 6, 1),
        "mobile": f"139{number:08d}", "status": "正常", "mobile_member": "否", "destination": None,
    }  # fmt: skip
    return list({**told, **changes}.values())


def roster(*rows: list[Any]) -> bytes:
    """A roster with a title row above its header, as offices keep it."""
    return workbook([["党员基本信息汇总表"], list(HEADER), *rows])


async def import_(city: CityOfTests, file: bytes, *, dry_run: bool = False, scope: Scope | None = None) -> Any:
    """Import a file; gives the run, with report and faulty rows."""
    asker = city.asker()
    order = Order(new_id(city.clock.now()), file, asker.context, scope or asker.scope, dry_run)
    run = ImportRun(city.tools, city.parts.ledger, order)  # type: ignore[arg-type]  # the twin takes many at once
    await run.run()
    await city.settle()
    return run


async def test_rows_that_may_be_one_person_are_flagged(city: CityOfTests) -> None:
    """domain.md §3.6: on every import, within the file and against the register; nobody is left out for that."""
    day = date(1975, 1, 1)
    known = (await city.register(HOME, id_no=id_number(900, day))).id
    run = await import_(city, roster(*(a_row(number, id_no=id_number(number, day)) for number in (1, 2)), a_row(3)))
    await city.settle()
    assert run.report.accepted == 3
    pairs = (await city.documents("duplicates")).values()
    assert len(pairs) == 3, "each two of the three who were born on one day"
    assert {known} < {one["member_id"] for one in pairs} | {one["other_member_id"] for one in pairs}
    again = await city.ledger.head()
    await import_(city, roster(*(a_row(number, id_no=id_number(number, day)) for number in (1, 2))))
    assert await city.ledger.head() == again


async def test_one_event_per_accepted_row(city: CityOfTests) -> None:
    """Every accepted row is one MemberImported, in the batch it came with; the register shows them all."""
    before = await city.ledger.head()
    run = await import_(city, roster(*(a_row(number) for number in range(1, 41))))
    assert (run.report.rows, run.report.accepted, run.report.faulty) == (40, 40, 0)
    assert await city.ledger.head() == before + 40
    members = await city.documents("members")
    assert len(members) == 40
    assert {one["import_batch"] for one in members.values()} == {run.order.import_id}


async def test_the_same_file_twice_writes_nothing(city: CityOfTests) -> None:
    """Row by row by its hash, also with the rows in another order."""
    rows = [a_row(number) for number in range(1, 11)]
    await import_(city, roster(*rows))
    head = await city.ledger.head()
    again = await import_(city, roster(*reversed(rows)))
    assert (again.report.accepted, again.report.repeated) == (0, 10)
    assert await city.ledger.head() == head


async def test_other_values_are_told_not_overwritten(city: CityOfTests) -> None:
    """A known member with other values is reported field by field; the register stays as it is."""
    await import_(city, roster(a_row(1), a_row(2)))
    head = await city.ledger.head()
    changed = await import_(city, roster(a_row(1, name="李改名", branch=FAR), a_row(2)))
    assert (changed.report.differs, changed.report.repeated, changed.report.accepted) == (1, 1, 0)
    assert changed.report.differing[0]["fields"] == ["name", "branch"]
    assert await city.ledger.head() == head


async def test_differences_are_told_field_by_field_and_masked(city: CityOfTests) -> None:
    """Both values, as every list shows them: no name, no number in clear, neither the file's nor the register's."""
    await import_(city, roster(a_row(1)))
    changed = await import_(
        city, roster(a_row(1, name="王改名", mobile="13987654321", joined=date(2009, 6, 1))), dry_run=True
    )
    (told,) = changed.report.differing
    assert told["fields"] == ["name", "joined_on", "mobile"]
    assert told["differences"] == [
        {"field": "name", "file": "王*", "register": "李*"},
        {"field": "joined_on", "file": "2009-06-01", "register": "2010-06-01"},
        {"field": "mobile", "file": "139****4321", "register": "139****0001"},
    ]


@pytest.mark.parametrize("dry_run", [True, False])
async def test_what_becomes_of_the_rows_is_told_branch_by_branch(
    city: CityOfTests,
    dry_run: bool,  # noqa: FBT001 - a case
) -> None:
    """Before and after alike: new, known, different and faulty rows of each branch; of none, those that name none."""
    await import_(city, roster(a_row(1), a_row(2, branch=FAR)))
    head = await city.ledger.head()
    rows = [
        a_row(1), a_row(2, branch=FAR, name="王改名"), a_row(3), a_row(4, branch=FAR, category="?"),
        a_row(5, branch="没有的支部"), a_row(6, status="除名"),
    ]  # fmt: skip
    run = await import_(city, roster(*rows), dry_run=dry_run)
    assert run.report.as_document()["branches"] == [
        {"branch": HOME, "name": f"示例党组织{HOME}", "accepted": 1, "repeated": 1, "differs": 0, "faulty": 1},
        {"branch": FAR, "name": f"示例党组织{FAR}", "accepted": 0, "repeated": 0, "differs": 1, "faulty": 1},
        {"branch": None, "name": None, "accepted": 0, "repeated": 0, "differs": 0, "faulty": 1},
    ]
    assert (await city.ledger.head() == head) is dry_run


async def test_what_a_refused_row_said_comes_back_whole(city: CityOfTests) -> None:
    """A row that only the register refuses comes back as it stood, with columns that the register did not look at."""
    run = await import_(city, roster(a_row(1, status="除名", destination="浙江省杭州市", mobile_member="是")))
    (row,) = run.faulty
    assert row.cells[-1] == "浙江省杭州市"
    assert "某族" not in row.cells


async def test_a_row_set_right_by_hand_meanwhile_is_no_difference(city: CityOfTests) -> None:
    """What counts is what the register says now, whoever entered it."""
    await import_(city, roster(a_row(1)))
    (member,) = await city.documents("members")
    await correct_member(city.tools, city.asker(), member, Correction({}, MemberTextChange(name="李改名")))
    await city.settle()
    again = await import_(city, roster(a_row(1, name="李改名")))
    assert (again.report.repeated, again.report.differs) == (1, 0)


async def test_a_dry_run_changes_nothing(city: CityOfTests) -> None:
    """It tells what would come of the file; ledger and reservations stay as they are."""
    head = await city.ledger.head()
    run = await import_(city, roster(a_row(1), a_row(2, id_no="x")), dry_run=True)
    assert (run.report.accepted, run.report.faulty) == (1, 1)
    assert await city.ledger.head() == head
    assert await city.database.collection("reservations").count_documents() == 0


@pytest.mark.parametrize("dry_run", [False, True])
async def test_progress_is_told_against_the_number_of_rows(
    city: CityOfTests,
    monkeypatch: pytest.MonkeyPatch,
    dry_run: bool,  # noqa: FBT001 - a case
) -> None:
    """How many rows there are is known before the first is done; what is done grows by chunks, up to that number."""
    monkeypatch.setattr("guiyan.registry.imports.run.CHUNK", 5)
    file = roster(*(a_row(number, **({"id_no": "x"} if number % 7 == 0 else {})) for number in range(1, 41)), [])
    asker = city.asker()
    run = ImportRun(city.tools, city.ledger, Order(new_id(city.clock.now()), file, asker.context, asker.scope, dry_run))
    seen: list[tuple[int | None, int]] = [(run.report.total, run.report.done)]

    async def watch() -> None:
        while True:
            if (now := (run.report.total, run.report.done)) != seen[-1]:
                seen.append(now)
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    await run.run()
    watching.cancel()
    assert (seen[0], seen[1], seen[-1]) == ((None, 0), (40, 0), (40, 40))
    done = [one for _, one in seen]
    assert len(done) >= 8
    assert done == sorted(done)


@pytest.mark.parametrize("ending", ["", "\r\n"])
async def test_the_lines_of_a_csv_file_are_counted_too(city: CityOfTests, ending: str) -> None:
    """Whether or not the last line ends as the others do."""
    rows = [HEADER, *(a_row(number) for number in range(1, 4))]
    file = "\r\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows) + ending
    run = await import_(city, file.encode(), dry_run=True)
    assert run.roster.lines == run.report.total == run.report.accepted == 3


async def test_faulty_rows_come_back_with_their_reasons(city: CityOfTests) -> None:
    """Each kind of fault names its column; a column of a kind that is never collected is dropped, and told."""
    run = await import_(
        city,
        roster(
            a_row(1, id_no="690101198005010019"),
            a_row(2, branch="没有的支部"),
            a_row(3, category="预备党员"),
            a_row(4, status="除名"),
            a_row(5),
            a_row(5),
        ),
    )
    codes = {(one["row"], one["code"]) for one in run.report.problems}
    assert codes == {
        (3, "id_no_check_digit"), (4, "branch_unknown"), (5, "full_on_of_probationary"), (6, "status_needs_decision"),
        (8, "duplicate_in_file"),
    }  # fmt: skip
    assert run.report.accepted == 1
    assert [one["title"] for one in run.report.dropped_columns] == ["民族"]


async def test_a_roster_reaches_only_the_own_scope(city: CityOfTests) -> None:
    """A branch of another township is unknown to this one's import; its members show no field."""
    await import_(city, roster(a_row(1, branch=FAR)))
    township = Scope(TOWN, frozenset({TOWN, HOME}))
    run = await import_(city, roster(a_row(2, branch=FAR), a_row(1, name="别人")), scope=township)
    assert [one["code"] for one in run.report.problems] == ["branch_unknown"]
    assert run.report.differing == [{"row": 4, "member_id": None, "fields": ["branch"], "differences": []}]


async def test_rows_that_say_away_become_departures(city: CityOfTests) -> None:
    """§3.1 item 16: one MemberLeft found by the collection besides the member's own event; never a second trip."""
    rows = [a_row(1, mobile_member="是", destination="广东省深圳市南山区"), a_row(2)]
    run = await import_(city, roster(*rows))
    assert (run.report.accepted, run.report.departures) == (2, 1)
    (trip,) = (await city.documents("departures")).values()
    assert (trip["source"], trip["dest_area_code"], trip["dest_certainty"]) == ("SWEEP", "440305", "CHANGING")
    again = await import_(city, roster(*rows))
    assert (again.report.departures, again.report.repeated) == (0, 2)


async def test_a_row_that_left_before_joining_comes_back(city: CityOfTests) -> None:
    """Such a row, or one of a year mistyped, is returned with its reason and its date; the others are taken."""
    header = [*HEADER, "流出时间"]
    joined = date(2010, 6, 1)
    days = [date(2009, 6, 1), date(1921, 6, 1), joined]
    rows = [[*a_row(n, mobile_member="是", joined=joined), day] for n, day in enumerate(days, 1)]
    rows[1][7] = rows[1][8] = None
    run = await import_(city, workbook([header, *rows]))
    assert [(one["row"], one["column"], one["code"]) for one in run.report.problems] == [
        (2, "流出时间", "before_joining"),
        (3, "流出时间", "too_early"),
    ]
    assert [one.cells[-1] for one in run.faulty] == days[:2]
    assert (run.report.accepted, run.report.departures) == (1, 1)


class Dying:
    """A ledger whose process dies after so many batches."""

    def __init__(self, ledger: Any, batches: int) -> None:
        self._ledger = ledger
        self._left = batches

    async def append_many(self, commits: Sequence[Commit]) -> list[Appended | LedgerError]:
        """Write, or die."""
        if not self._left:
            raise LedgerUnavailable("killed here, says the test")
        self._left -= 1
        answers: list[Appended | LedgerError] = await self._ledger.append_many(commits)
        return answers


@pytest.mark.parametrize("batches", [0, 1, 2, 3])
async def test_after_a_kill_the_same_file_goes_on(
    city: CityOfTests, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    """Killed after any batch: the same file again enters the rest, and nobody twice, departures included."""
    monkeypatch.setattr("guiyan.registry.imports.run.CHUNK", 5)
    file = roster(*(a_row(number, mobile_member="是") for number in range(1, 13)))
    asker = city.asker()
    order = Order(new_id(city.clock.now()), file, asker.context, asker.scope)
    with pytest.raises(LedgerUnavailable):
        await ImportRun(city.tools, Dying(city.ledger, batches), order).run()
    run = await import_(city, file)
    assert run.report.accepted + run.report.repeated == 12
    assert len(await city.documents("members")) == len(await city.documents("departures")) == 12
    subjects = [message.subject for message in city.ledger.log.messages]
    assert len(subjects) == len(set(subjects))


@pytest.mark.parametrize("batches", [0, 1, 2, 3, 4, 5])
async def test_an_import_that_goes_on_counts_all_that_it_wrote(
    city: CityOfTests, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    """The same import, killed and gone on with: its figures are those of one that was never interrupted."""
    monkeypatch.setattr("guiyan.registry.imports.run.CHUNK", 5)
    monkeypatch.setattr("guiyan.registry.imports.run.AT_ONCE", 1)
    file = roster(*(a_row(number, mobile_member="是" if number % 2 else "否") for number in range(1, 13)))
    asker = city.asker()
    order = Order(new_id(city.clock.now()), file, asker.context, asker.scope)
    with pytest.raises(LedgerUnavailable):
        await ImportRun(city.tools, Dying(city.ledger, batches), order).run()
    report = await ImportRun(city.tools, city.ledger, order).run()
    assert (report.accepted, report.repeated, report.departures) == (12, 0, 6)
    assert report.table()[0]["accepted"] == 12


async def test_how_far_a_roster_may_unpack_is_a_setting(city: CityOfTests) -> None:
    """A roster within the installation's limit is read, a larger one refused with the limit's figure."""
    asker, file = city.asker(), roster(*(a_row(number) for number in range(1, 40)))
    order = Order(new_id(city.clock.now()), file, asker.context, asker.scope, dry_run=True)
    small = limits_of(RegistrySettings.model_construct(import_unpacked_limit_bytes=10_000))
    with pytest.raises(RosterUnreadable) as caught:
        await ImportRun(city.tools, city.ledger, order, small).run()
    assert caught.value.code == "bomb"
    usual = limits_of(RegistrySettings.model_construct())
    assert usual == Limits()
    assert (await ImportRun(city.tools, city.ledger, order, usual).run()).accepted == 39


async def test_somebody_entered_meanwhile_is_compared(city: CityOfTests) -> None:
    """A registration between look-up and append: the row is compared with it, not written beside it."""

    class Overtaken:
        """A ledger before which somebody else is faster."""

        async def append_many(self, commits: Sequence[Commit]) -> list[Appended | LedgerError]:
            """Enter the same person by hand first."""
            await city.register(id_no=id_number(1))
            answers: list[Appended | LedgerError] = await city.ledger.append_many(commits)
            return answers

    asker = city.asker()
    order = Order(new_id(city.clock.now()), roster(a_row(1)), asker.context, asker.scope)
    run = ImportRun(city.tools, Overtaken(), order)
    await run.run()
    assert (run.report.accepted, run.report.repeated + run.report.differs) == (0, 1)


@pytest.mark.parametrize("as_form", [True, False])
async def test_an_import_over_http(office: Office, as_form: bool) -> None:  # noqa: FBT001 - a case
    """202 with the import to look at; counts, rate, and the faulty rows as a workbook with reasons."""
    file = roster(a_row(1), a_row(2, id_no="690101198005010019"))
    headers = office.headers()
    if as_form:
        started = await office.http.post("/v1/imports", files={"file": ("名册.xlsx", file)}, headers=headers)
    else:
        headers["Content-Type"] = "application/octet-stream"
        started = await office.http.post("/v1/imports", content=file, headers=headers)
    assert started.status_code == 202, started.text
    await office.city.imports.wait()
    shown = (await office.get(started.headers["Location"])).json()
    assert (shown["state"], shown["accepted"], shown["faulty"]) == ("done", 1, 1)
    now = office.city.clock.now().isoformat().replace("+00:00", "Z")
    assert (shown["started_at"], shown["ended_at"]) == (now, now), "the installation's clock, not the machine's"
    faulty = await office.get(f"{started.headers['Location']}/faulty.xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(faulty.content)).get_sheet_by_index(0).to_python()
    assert "原因" in rows[0]
    assert "校验位" in str(rows[1])
    assert (await office.get(started.headers["Location"], role="TOWNSHIP_OFFICER", org=TOWN)).status_code == 404


async def test_the_template_lists_the_branches_of_ones_own(office: Office) -> None:
    """The workbook to fill in has the asker's branches to pick from, and no others; filled in, it is a roster."""
    answer = await office.get("/v1/imports/template.xlsx", role="TOWNSHIP_OFFICER", org=TOWN)
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.content))
    words = {cell.value for row in book["代码"].iter_rows() for cell in row}
    assert f"示例党组织{HOME}" in words
    assert f"示例党组织{FAR}" not in words
    sheet = book.worksheets[0]
    told = {
        "*姓名": "甄样例", "*公民身份证号": id_number(7), "*所在党支部": f"示例党组织{HOME}",
        "*人员类别": "正式党员", "曾用名": "甄旧名", "学位": "工学学士", "是否农民工": "是",
        "流动党员类别": "农村富余劳动力",
        "档案所在地": "样例街道", "固定电话": "0999-8123456",
        "家庭所在地": "浙江省杭州市西湖区", "家庭住址": "样例街道1号",
    }  # fmt: skip
    for cell in sheet[3]:
        sheet.cell(4, cell.column).value = told.get(cell.value)
    out = BytesIO()
    book.save(out)
    run = await import_(office.city, out.getvalue())
    assert (run.report.accepted, run.report.faulty) == (1, 0), run.report.problems
    (row,) = (await office.get("/v1/members")).json()["items"]
    assert [row[name] for name in ("former_name", "degree_code", "member_kind", "home_area_code", "file_place")] == [
        "甄*", "4", "RURAL_LABOUR", "330106", "***"
    ]  # fmt: skip
    degree = next(cell.column for cell in sheet[3] if cell.value == "学位")
    sheet.cell(4, degree).value = "硕士"
    out = BytesIO()
    book.save(out)
    again = await import_(office.city, out.getvalue(), dry_run=True)
    assert [one["differences"] for one in again.report.differing] == [
        [{"field": "degree_code", "file": "3", "register": "4"}]
    ]


async def test_the_same_key_is_the_same_import(office: Office) -> None:
    """Idempotency-Key: the import as it stands, not another one."""
    headers = {**office.headers(), "Content-Type": "application/octet-stream", "Idempotency-Key": "roster-1"}
    file = roster(a_row(1))
    answers = [await office.http.post("/v1/imports", content=file, headers=headers) for _ in range(2)]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    for path, content in (("/v1/imports", roster(a_row(2))), ("/v1/imports?dry_run=true", file)):
        check_problem(await office.http.post(path, content=content, headers=headers), 422, "idempotency_key_reused")


async def test_a_form_sent_again_is_the_same_import(office: Office) -> None:
    """A form's boundary is made up each time; the file in it is what counts."""
    headers = {**office.headers(), "Idempotency-Key": "roster-2"}
    file = roster(a_row(1))
    answers = [
        await office.http.post("/v1/imports", files={"file": ("roster.xlsx", file)}, headers=headers) for _ in range(2)
    ]
    assert answers[0].status_code == 202, answers[0].text
    assert answers[0].json()["id"] == answers[1].json()["id"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"PK\x03\x04 not really", "not_xlsx"), (b"\x00\x01\x02", None), (b"a,b,c\n1,2,3\n", "no_header")],
)
async def test_what_is_no_roster_fails_in_one_sentence(office: Office, content: bytes, code: str | None) -> None:
    """The import ends as failed, with a code and a sentence in both languages; nothing is written."""
    headers = {**office.headers(), "Content-Type": "application/octet-stream"}
    started = await office.http.post("/v1/imports", content=content, headers=headers)
    await office.city.imports.wait()
    shown = (await office.get(started.headers["Location"])).json()
    assert shown["state"] == "failed"
    assert shown["error"]["message_zh"]
    assert code in {shown["error"]["code"], None}


async def test_no_file_is_told(office: Office) -> None:
    """An empty body is 422, a form without the part too, a broken form 400."""
    empty = {**office.headers(), "Content-Type": "application/octet-stream"}
    assert (await office.http.post("/v1/imports", content=b"", headers=empty)).status_code == 422
    other = await office.http.post("/v1/imports", files={"other": b"x"}, headers=office.headers())
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (422, "/file")
    broken = {**office.headers(), "Content-Type": "multipart/form-data"}
    assert (await office.http.post("/v1/imports", content=b"x", headers=broken)).status_code == 400


async def test_who_may_import(office: Office) -> None:
    """Township and city officers only."""
    headers = {**office.headers("BRANCH_SECRETARY", HOME), "Content-Type": "application/octet-stream"}
    assert (await office.http.post("/v1/imports", content=b"x", headers=headers)).status_code == 403


async def test_the_date_of_the_import_is_a_business_date(city: CityOfTests) -> None:
    """Late in the evening in UTC it is the next day in Shanghai, and that is the day of the entry."""
    clock: ManualClock = city.clock
    await import_(city, roster(a_row(1)))
    (member,) = (await city.documents("members")).values()
    assert member["registered_on"] == clock.now().astimezone(SHANGHAI).date().isoformat()
    assert CITY
