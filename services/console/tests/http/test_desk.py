"""The desk: one out of all services, the most pressing first, one click to do it; each figure opens its part."""

from __future__ import annotations

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
