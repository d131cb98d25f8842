"""The contact board (domain.md §6 no. 7): every figure is its list, the parts add up, contact persons count once."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from services.contact.tests.town import CITY, FAR, HOME, NEXT, OTHER, TOWN, ContactTown

from guiyan.events.registry.policy import PolicyParameterChanged
from guiyan.service.auth import Role


async def board(town: ContactTown, **asked: str) -> dict[str, Any]:
    """The board, after everything has been applied."""
    await town.town.settle()
    answered = await town.get("/v1/duties/board", **asked)
    assert answered.status_code == 200, answered.text
    return dict(answered.json())


def values(row: dict[str, Any]) -> dict[str, Any]:
    """The figures of a row, without their lists."""
    return {name: one["value"] for name, one in row["figures"].items()}


async def six_away(town: ContactTown) -> list[str]:
    """Six members away of three branches, two of which one person keeps contact for; the third has nobody."""
    for branch in (HOME, NEXT):
        await town.keeper_of(branch, "both")
    people = []
    for number, branch in enumerate((HOME, HOME, HOME, NEXT, FAR, FAR)):
        people.append(await town.member(f"m{number}", branch))
        await town.leave(people[-1], branch=branch)
    await town.town.settle()
    return people


async def done(town: ContactTown, member: str, verb: str, quarter: str = "2026-Q1", **body: Any) -> None:
    """One act of a quarter."""
    answered = await town.post(f"/v1/duties/{town.duty(member, quarter)}/{verb}", body, town.city)
    assert answered.status_code == 200, answered.text


async def test_every_figure_is_its_list(town: ContactTown) -> None:
    """At each level, of this quarter and the one before; the parts add up to the whole."""
    people = await six_away(town)
    await done(town, people[0], "complete", channel="PHONE")
    await done(town, people[0], "contact-host", channel="PHONE")
    await town.until(date(2026, 4, 2))
    await done(town, people[4], "complete", "2026-Q2", channel="VIDEO")
    for asked in ({"period": "2026-Q1"}, {"period": "2026-Q2"}, {"period": "2026"}, {"under": TOWN}):
        told = await board(town, **asked)
        for row in (*told["rows"], told["total"]):
            for name, figure in row["figures"].items():
                if name in {"contact_rate", "per_keeper"}:
                    continue
                path, _, query = figure["list"].partition("?")
                rows = (await town.get(path, limit="500", **_asked(query))).json()["items"]
                persons = {one["contact_person_id"] for one in rows}
                assert figure["value"] == (len(persons) if name == "keepers" else len(rows)), (name, figure)
        names = ("due", "completed", "open", "paused", "missed", "missed_twice", "host_contacted", "without_keeper")
        for name in names:
            assert sum(values(one)[name] for one in told["rows"]) == values(told["total"])[name]


def _asked(query: str) -> dict[str, list[str]]:
    asked: dict[str, list[str]] = {}
    for name, value in parse_qsl(query):
        asked.setdefault(name, []).append(value)
    return asked


async def test_rates_and_contact_persons(town: ContactTown) -> None:
    """A person who keeps contact for two branches counts once; a rate is none where nothing is due."""
    people = await six_away(town)
    await done(town, people[0], "complete", channel="PHONE")
    told = await board(town)
    rows = {one["org_code"]: values(one) for one in told["rows"]}
    assert (rows[TOWN]["due"], rows[TOWN]["completed"], rows[TOWN]["contact_rate"]) == (4, 1, 0.25)
    assert (rows[TOWN]["keepers"], rows[TOWN]["per_keeper"]) == (1, 4.0)
    assert (rows[OTHER]["keepers"], rows[OTHER]["per_keeper"], rows[OTHER]["without_keeper"]) == (0, None, 2)
    assert values(told["total"])["keepers"] == 1
    empty = await board(town, period="2027-Q1")
    assert values(empty["total"])["contact_rate"] is None


async def test_two_quarters_missed_stand_out(town: ContactTown) -> None:
    """连续两季未联系: the second quarter shows it, the first does not."""
    await six_away(town)
    await town.until(date(2026, 7, 2))
    assert values((await board(town, period="2026-Q1"))["total"])["missed_twice"] == 0
    second = values((await board(town, period="2026-Q2"))["total"])
    assert (second["missed"], second["missed_twice"], second["contact_rate"]) == (6, 6, 0.0)


async def test_the_board_is_a_sheet_of_the_own_scope(town: ContactTown) -> None:
    """As an office prints it; nothing of another township, and none outside the scope."""
    await six_away(town)
    await town.town.settle()
    headers = {**town.officer, "Accept": "text/csv", "Accept-Language": "zh-CN"}
    sheet = (await town.get("/v1/duties/board", headers)).text
    for heading in ("应联系", "已联系", "完成率", "未联系上", "连续两季未联系", "联系人数", "人均联系数"):
        assert heading in sheet
    assert (await town.get("/v1/duties/board", town.officer, under=CITY)).status_code == 404
    told = (await town.get("/v1/duties/board", town.officer)).json()
    assert {one["org_code"] for one in told["rows"]} <= {TOWN, HOME, NEXT}


async def test_whoever_has_too_many_members_is_seen(town: ContactTown) -> None:
    """§2.6: nothing is refused, but the board counts the person, once wherever contact is kept; the list says whose."""
    most = PolicyParameterChanged(
        key="contact.members_per_person", value="3", from_on=date(2026, 1, 1), document_no="示〔2026〕1号"
    )
    await town.world.happen("contact-members_per_person", most)
    people = await six_away(town)
    both = town.world.id("person", "both")
    row = {"person_id": both, "name": "", "branches": [HOME, NEXT], "members": 4, "named": 0, "most": 3, "over": True}
    assert (await town.get("/v1/contact-persons")).json()["items"] == [row]
    for under, count in ((CITY, 1), (TOWN, 1), (OTHER, 0)):
        told = await board(town, under=under)
        assert values(told["total"])["overloaded"] == count
        for part in (*told["rows"], told["total"]):
            figure = part["figures"]["overloaded"]
            path, _, query = figure["list"].partition("?")
            assert figure["value"] == len((await town.get(path, **_asked(query))).json()["items"])
    assert {one["of"] for one in told["figures"] if one["name"] == "overloaded"} == {"now"}
    assert {one["org_code"]: values(one)["overloaded"] for one in (await board(town, under=TOWN))["rows"]} == {
        HOME: 1,
        NEXT: 1,
    }
    of_home = await town.get("/v1/contact-persons", town.keeper)
    assert [(one["members"], one["over"]) for one in of_home.json()["items"]] == [(3, False)], "of the own scope"
    friend = await town.member("friend")
    path = f"/v1/members-away/{people[0]}/assign-contact-person"
    assert (await town.post(path, {"person_id": friend}, town.city)).status_code == 200
    assert values((await board(town))["total"])["overloaded"] == 0
    listed = (await town.get("/v1/contact-persons", sort="-members")).json()["items"]
    assert [(one["person_id"], one["name"], one["members"], one["named"]) for one in listed] == [
        (both, "", 3, 0),
        (friend, "李*", 1, 1),
    ]
    assert (await town.get("/v1/contact-persons", over="true")).json()["items"] == []
    member = town.town.bearer(Role.MEMBER, org=HOME, sub=people[0])
    assert (await town.get("/v1/contact-persons", member)).status_code == 403
    assert values((await town.get("/v1/duties/board", member)).json()["total"])["overloaded"] == 0
