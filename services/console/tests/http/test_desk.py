"""The desk: one out of all services, the most pressing first, one click to do it; each figure opens its part."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx
import pytest
from services.console.tests.http.stage import OWN_PAGE, Services, listing

KINDS = {"CONTACT_DUE": ["季度联系", "Contact due"], "DEST_UNKNOWN": ["去向不详", "Destination unknown"]}
COLUMNS: dict[str, Any] = {
    "kind": {"title": "Kind", "x-title-zh": "事项", "x-labels": KINDS},
    "step": {"title": "Step", "x-title-zh": "下一步", "x-labels": {"CONTACT_DUE": ["联系本人并登记", "Contact"]}},
}


def task(id_: str, kind: str, due_on: str, days_left: int) -> dict[str, Any]:
    """A row of a desk."""
    return {
        "id": id_, "kind": kind, "step": kind, "due_on": due_on, "days_left": days_left, "member": "张*",
        "member_id": "m-1", "about_id": "d-1", "org_code": "654002010004", "responsible": "叶*",
    }  # fmt: skip


@pytest.fixture(autouse=True)
def desks(services: Services) -> None:
    """Registry and contact, with a task each, and one that is late."""
    for service in ("registry", "contact"):
        services.tell(service, "/openapi.json", {"paths": {"/v1/tasks": listing("tasks", COLUMNS, [])}})
    later = [task("t-2", "DEST_UNKNOWN", "2026-02-16", 14)]
    soon = [task("t-1", "CONTACT_DUE", "2026-01-20", -12), task("t-3", "CONTACT_DUE", "2026-02-05", 3)]
    services.tell("registry", "/v1/tasks", {"items": later, "next_cursor": None, "sequence": 5})
    services.tell("contact", "/v1/tasks", {"items": soon, "next_cursor": None, "sequence": 5})
    services.tell("registry", "/v1/organisations", {"items": []})


async def test_the_most_pressing_comes_first_whichever_service_tells_it(officer: httpx.AsyncClient) -> None:
    """In words, late ones on top, with how late; the act one click away."""
    text = (await officer.get("/")).text
    assert text.index("2026-01-20") < text.index("2026-02-05") < text.index("2026-02-16")
    for told in (
        "逾期 12 天",
        "还有 3 天",
        "季度联系",
        "联系本人并登记",
        'href="/acts/attempt/d-1"',
        'href="/members/m-1"',
    ):
        assert told in text, told


@pytest.mark.parametrize(
    ("asked", "number"), [("", 3), ("group=overdue", 1), ("group=soon", 1), ("kind=DEST_UNKNOWN", 1)]
)
async def test_each_figure_opens_exactly_its_tasks(officer: httpx.AsyncClient, asked: str, number: int) -> None:
    """As many as it said."""
    assert (await officer.get(f"/?{asked}")).text.count('class="task-due"') == number


async def test_a_service_that_is_away_leaves_the_others_tasks(officer: httpx.AsyncClient, services: Services) -> None:
    """And is named."""
    services.away.add("contact")
    text = (await officer.get("/")).text
    assert "“contact”服务没有应答" in text
    assert "2026-02-16" in text


async def test_the_desk_holds_what_was_just_done(officer: httpx.AsyncClient, services: Services) -> None:
    """It waits for the ledger's sequence of the act, and takes the draft away."""
    text = (await officer.get("/?done=attempt:d-1&after=77")).text
    assert services.last("/v1/tasks").url.params["after_sequence"] == "77"
    assert 'data-draft-done="attempt:d-1"' in text


async def test_auditors_are_offered_nothing_to_do(browser: httpx.AsyncClient) -> None:
    """They look."""
    await browser.post("/sign-in/sample", data={"role": "AUDITOR"}, headers=OWN_PAGE)
    text = (await browser.get("/")).text
    assert "季度联系" in text
    assert "/acts/" not in text


async def test_who_has_no_desk_begins_elsewhere(browser: httpx.AsyncClient) -> None:
    """A member at the own record; an administrator nowhere near member data."""
    await browser.post("/sign-in/sample", data={"role": "MEMBER"}, headers=OWN_PAGE)
    assert (await browser.get("/")).headers["location"] == "/members/officer-1"
    await browser.post("/sign-in/sample", data={"role": "SYS_ADMIN"}, headers=OWN_PAGE)
    assert (await browser.get("/")).headers["location"] == "/ledgers/accounts"


def tell_pages(services: Services, service: str, rows: list[dict[str, Any]]) -> None:
    """A desk that tells its rows in order, two at a time, narrowed as it is asked; a cursor is the next row's place."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        found = [one for one in rows if asked.get("kind", one["kind"]) == one["kind"]]
        found = [one for one in found if asked.get("due_on_from", "") <= one["due_on"] <= asked.get("due_on_to", "9")]
        at = int(asked.get("cursor", "0"))
        more = str(at + 2) if at + 2 < len(found) else None
        return httpx.Response(200, json={"items": found[at : at + 2], "next_cursor": more, "sequence": 5})

    parameters = [{"name": name} for name in ("kind", "due_on_from", "due_on_to")]
    services.tell(service, "/openapi.json", {"paths": {"/v1/tasks": listing("tasks", COLUMNS, parameters)}})
    services.answers[service, "/v1/tasks"] = answer


async def turned(officer: httpx.AsyncClient, address: str) -> list[list[str]]:
    """The days of the tasks of each page, from the first to the last."""
    pages = []
    while address:
        text = (await officer.get(address)).text
        pages.append(re.findall(r'<time datetime="(2026-[-0-9]+)"', text))
        found = re.search(r'rel="next" href="([^"]+)"', text)
        address = html.unescape(found[1]) if found else ""
    return pages


async def test_a_long_desk_is_turned_page_by_page(officer: httpx.AsyncClient, services: Services) -> None:
    """Each task once and in order, whichever service tells it, however unequal their pages are; back to the first."""
    own = [task(f"a-{day}", "DEST_UNKNOWN", f"2026-02-{day:02}", day - 2) for day in (3, 4, 5, 20, 21)]
    others = [task(f"b-{day}", "CONTACT_DUE", f"2026-02-{day:02}", day - 2) for day in (1, 6, 6, 6, 7, 22)]
    tell_pages(services, "registry", own)
    tell_pages(services, "contact", others)
    pages = await turned(officer, "/")
    assert [day for page in pages for day in page] == sorted(one["due_on"] for one in (*own, *others))
    assert len(pages) > 2
    assert await turned(officer, "/?kind=DEST_UNKNOWN") == [
        ["2026-02-03", "2026-02-04"], ["2026-02-05", "2026-02-20"], ["2026-02-21"],
    ]  # fmt: skip
    assert await turned(officer, "/?group=overdue") == [["2026-02-01"]]
    assert [day for page in await turned(officer, "/?group=later") for day in page] == [
        "2026-02-20", "2026-02-21", "2026-02-22",
    ]  # fmt: skip
    assert "2026-02-01" in (await officer.get("/?trail=no-page-of-ours")).text


async def test_a_count_that_is_not_all_says_so(officer: httpx.AsyncClient, services: Services) -> None:
    """What was counted to its end has no plus; what goes on after the page has one."""
    days = (1, 3, 4, 5, 20)
    tell_pages(services, "registry", [task(f"a-{day}", "DEST_UNKNOWN", f"2026-02-{day:02}", day - 2) for day in days])
    services.tell("contact", "/v1/tasks", {"items": [], "next_cursor": None, "sequence": 5})
    figures = re.findall(r"<strong>([0-9]+\+?)</strong>", (await officer.get("/")).text)
    assert figures == ["1", "1+", "0+"]


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("TRANSFER_STEP", "/ledgers/transfers/d-1?next=/"),
        ("CORRECTION_ASKED", "/ledgers/corrections/d-1?next=/"),
        ("LOST_WATCH", "/ledgers/lost-contacts/d-1?next=/"),
        ("DESTINATION_UNKNOWN", "/acts/destination/d-1?next=/"),
        ("TRANSFER_SUGGESTED", "/acts/transfer-request/new?member_id=m-1&amp;next=/"),
        ("CONTACT_PERSON_MISSING", "/acts/contact-person/654002010004?next=/"),
    ],
)
async def test_a_task_is_one_click_from_where_it_is_done(
    officer: httpx.AsyncClient, services: Services, kind: str, way: str
) -> None:
    """At its form, or at its record with what the service says is next; both lead back to the desk."""
    services.tell("contact", "/v1/tasks", {"items": [], "next_cursor": None, "sequence": 5})
    services.tell("registry", "/v1/tasks", {"items": [task("t-1", kind, "2026-02-05", 3)], "next_cursor": None})
    assert f'href="{way}"' in (await officer.get("/")).text
