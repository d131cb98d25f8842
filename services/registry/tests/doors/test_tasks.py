"""The desk over HTTP: the branch's own, the levels above see below, people close (domain.md §6 no. 1)."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import openpyxl
from services.registry.tests.city import CITY, FAR, HOME, NEXT, OTHER_TOWN, TOWN
from services.registry.tests.office import Office

from guiyan.service.conformance import Doors, check_a_version_guards, check_problem
from guiyan.service.tables import XLSX_TYPE

BRANCH = {"role": "BRANCH_SECRETARY", "org": HOME, "sub": "secretary"}
NEIGHBOUR = {"role": "BRANCH_SECRETARY", "org": NEXT, "sub": "neighbour"}
TOWNSHIP = {"role": "TOWNSHIP_OFFICER", "org": TOWN, "sub": "township"}
ELSEWHERE = {"role": "TOWNSHIP_OFFICER", "org": OTHER_TOWN, "sub": "other"}


async def two_tasks(office: Office) -> tuple[str, str]:
    """A member of HOME and one of FAR have left for nobody knows where; gives the members."""
    one, two = await office.member(HOME, 1), await office.member(FAR, 2)
    await office.city.settle()
    for member in (one, two):
        await office.away(member)
    for _ in range(3):
        await office.city.settle()
    return one, two


async def test_every_level_sees_its_own_desk_and_those_below(office: Office) -> None:
    """The scope is in the query: branch, township, city; a neighbour sees nothing, by no address (contract §5)."""
    member, _ = await two_tasks(office)
    counts = {}
    for who in (BRANCH, NEIGHBOUR, TOWNSHIP, ELSEWHERE, {"role": "CITY_OFFICER", "org": CITY}):
        answer = await office.get("/v1/tasks?open=true", **who)
        counts[who["role"], who["org"]] = len(answer.json()["items"])
    assert list(counts.values()) == [1, 0, 1, 1, 2]
    (row,) = (await office.get("/v1/tasks?sort=due_on", **TOWNSHIP)).json()["items"]
    told = {name: row[name] for name in ("kind", "org_code", "member", "member_id", "level", "days_left")}
    assert told == {
        "kind": "DESTINATION_UNKNOWN", "org_code": HOME, "member": "李*", "member_id": member, "level": "BRANCH",
        "days_left": 14,
    }  # fmt: skip
    for path in (f"/v1/tasks/{row['id']}", f"/v1/tasks/{row['id']}/history"):
        check_problem(await office.get(path, **NEIGHBOUR), 404, "not_found")
    closing = await office.post(f"/v1/tasks/{row['id']}/close", {"how": "DONE"}, **NEIGHBOUR)
    check_problem(closing, 404, "not_found")
    assert (await office.get(f"/v1/tasks?org_code={FAR}", **TOWNSHIP)).json()["items"] == []
    assert len((await office.get(f"/v1/tasks?under={TOWN}")).json()["items"]) == 1


async def test_people_close_and_the_history_tells_why(office: Office) -> None:
    """How it ended is said once, guarded by the version; the history names the event that raised it."""
    await two_tasks(office)
    (row,) = (await office.get("/v1/tasks", **BRANCH)).json()["items"]
    path = f"/v1/tasks/{row['id']}"
    check_problem(await office.post(f"{path}/close", {"how": "OVERTAKEN"}, **BRANCH), 422, "task_overtaken_by_itself")
    doors = Doors(office.app, office.http, office.headers(**BRANCH))
    await check_a_version_guards(doors, f"{path}/close", {"how": "DONE"}, row["version"])
    check_problem(await office.post(f"{path}/close", {"how": "DONE"}, **BRANCH), 409, "task_closed")
    await office.city.settle()
    shown = (await office.get(path, **TOWNSHIP)).json()
    assert (shown["open"], shown["how"], shown["closed_by"], shown["days_left"]) == (False, "DONE", "secretary", None)
    events = (await office.get(f"{path}/history", **BRANCH)).json()["events"]
    assert [one["type"] for one in events] == ["TaskRaised", "TaskClosed"]
    assert events[0]["actor"] == "system:registry"
    assert (await office.get("/v1/tasks?open=true", **BRANCH)).json()["items"] == []


async def test_overdue_is_counted_on_the_day_of_reading(office: Office) -> None:
    """The last day itself is in time; the day after it is not, whatever nobody did (§6 no. 1)."""
    await two_tasks(office)
    office.city.clock.set(datetime(2026, 7, 15, 15, 59, tzinfo=UTC))
    assert (await office.get("/v1/tasks?overdue=true", **BRANCH)).json()["items"] == []
    assert [one["days_left"] for one in (await office.get("/v1/tasks", **BRANCH)).json()["items"]] == [0]
    office.city.clock.set(datetime(2026, 7, 15, 16, 0, tzinfo=UTC))
    (late,) = (await office.get("/v1/tasks?overdue=true&kind=DESTINATION_UNKNOWN", **BRANCH)).json()["items"]
    assert late["days_left"] == -1
    assert (await office.get("/v1/tasks?overdue=false&kind=DESTINATION_UNKNOWN", **BRANCH)).json()["items"] == []
    check_problem(await office.get("/v1/tasks?overdue=yes", **BRANCH), 422, "invalid")


async def test_the_desk_on_paper_says_what_to_do(office: Office) -> None:
    """XLSX in words: what, whom (masked), what next, how many days; no id needed to read it."""
    await two_tasks(office)
    answer = await office.get("/v1/tasks", accept=XLSX_TYPE, **BRANCH)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [str(cell.value) for line in book.active.iter_rows() for cell in line if cell.value is not None]
    assert {"去向不详", "询问并登记去向", "李*", "支部", "下一步"} <= set(cells)
    assert "李示例" not in cells
