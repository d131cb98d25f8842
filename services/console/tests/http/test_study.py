"""Study activities: what the service says is next is offered, each person of the sheet has the acts that fit."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from services.console.tests.http.stage import OWN_PAGE, Services
from services.console.tests.http.test_ledgers_fit import told

SHEET = "/v1/activities/{activity_id}/attendance"
ACTIVITY: dict[str, Any] = {
    "activity_id": "a-1", "title": "四月主题党日", "branch": "654002010001", "state": "HELD", "version": 4,
    "acts": ["attend", "withdraw-attendance", "record", "feedback"],
    "public_page": "https://city.example/public/654002010001",
}  # fmt: skip
PERSON: dict[str, Any] = {"member_id": "m-1", "name": "张*", "branch": "654002010001", "away": True, "answer": "COMING"}
ROWS = [{**PERSON, "mode": None, "hours": None}, {**PERSON, "member_id": "m-2", "mode": "ONLINE", "hours": 2}]


@pytest.fixture(autouse=True)
def activity(services: Services) -> None:
    """Notifications with one activity that was held."""
    paths = {one: {"get": told("notifications", one)} for one in ("/v1/activities", SHEET)}
    services.tell("notifications", "/openapi.json", {"paths": paths})
    services.tell("registry", "/v1/organisations", {"items": [{"org_code": "654002010001", "name": "一支部"}]})
    services.tell("notifications", "/v1/activities/a-1", ACTIVITY)
    services.tell("notifications", "/v1/activities/a-1/history", {"events": []})
    services.tell("notifications", "/v1/activities/a-1/attendance", {"items": ROWS, "next_cursor": None, "sequence": 1})


async def test_an_activity_offers_its_acts_and_its_people(officer: httpx.AsyncClient) -> None:
    """Who was there is not to be recorded again; who was not has no feedback; the public page is told."""
    text = (await officer.get("/ledgers/activities/a-1")).text
    for shown in ("/acts/attend/a-1", "/acts/close-activity/a-1", "https://city.example/public/654002010001", "一支部"):
        assert shown in text, shown
    assert "/acts/announce-activity/" not in text
    assert "/acts/attend/a-1?member_id=m-1&amp;" in text
    assert "/acts/attend/a-1?member_id=m-2&amp;" not in text
    assert "/acts/judge-activity/a-1?member_id=m-2&amp;" in text
    assert "/acts/judge-activity/a-1?member_id=m-1&amp;" not in text
    assert "/acts/send-material/new?activity_id=a-1&amp;member_id=m-1&amp;" in text


async def test_a_person_is_chosen_by_name_and_branch(officer: httpx.AsyncClient, services: Services) -> None:
    """Whom the row named is chosen already; sent as the service takes it, it leads back."""
    text = (await officer.get("/acts/attend/a-1?member_id=m-1&next=/ledgers/activities/a-1")).text
    assert '<option value="m-1" selected>张* · 一支部 · 参加</option>' in text
    services.tell("notifications", "/v1/activities/a-1/attend", {"id": "x", "version": 1, "sequence": 9, "events": []})
    body = {"member_id": "m-1", "mode": "ONLINE", "_key": "k", "_next": "/ledgers/activities/a-1"}
    done = await officer.post("/acts/attend/a-1", data=body, headers=OWN_PAGE)
    sent = services.last("/v1/activities/a-1/attend")
    assert json.loads(sent.content) == {"member_id": "m-1", "mode": "ONLINE"}
    assert done.headers["location"].startswith("/ledgers/activities/a-1?done=")


async def test_who_was_chosen_is_kept_while_the_service_is_away(officer: httpx.AsyncClient, services: Services) -> None:
    """Nobody can be listed then; whom the form was for stays in it, for the next try under the same key."""
    services.away.add("notifications")
    body = {"member_id": "m-1", "mode": "ONLINE", "_key": "k"}
    answer = await officer.post("/acts/attend/a-1", data=body, headers=OWN_PAGE)
    assert answer.status_code == 503
    for kept in ('<option value="m-1" selected>', 'value="ONLINE" checked', 'name="_key" value="k"'):
        assert kept in answer.text, kept


async def test_day_and_time_are_one_moment(officer: httpx.AsyncClient, services: Services) -> None:
    """In Shanghai's time, as the service takes it."""
    services.tell("notifications", "/v1/activities", {"id": "a-2", "version": 1, "sequence": 9, "events": []}, 201)
    body = {
        "kind": "THEME_DAY",
        "title": "党日",
        "starts_at": "2026-04-10",
        "starts_time": "10:00",
        "hours": "2",
        "_key": "k",
    }
    done = await officer.post("/acts/draft-activity/new", data=body, headers=OWN_PAGE)
    assert json.loads(services.last("/v1/activities").content) == {
        "kind": "THEME_DAY",
        "title": "党日",
        "starts_at": "2026-04-10T10:00:00+08:00",
        "hours": 2,
    }
    assert done.headers["location"].startswith("/ledgers/activities/a-2?done=")
