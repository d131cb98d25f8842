"""The public notice page: what a branch put there, to everybody, and nothing of anybody (S-36)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from services.notifications.tests.study_town import CITY, FAR, HOME, OTHER, TOWN, StudyTown, a_study_town, at

from guiyan.service.conformance import check_problem
from guiyan.service.limiter import Limiter

ATOM = "{http://www.w3.org/2005/Atom}"
LATER = {"starts_at": at(date(2026, 4, 20)), "title": "技能培训", "kind": "SKILLS_TRAINING", "topic": None}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[StudyTown]:
    """A small town in memory, running, on 10 March 2026."""
    async with a_study_town(tmp_path) as running:
        yield running


async def seen(town: StudyTown, path: str = "/public", **headers: str) -> httpx.Response:
    """What everybody sees: without a token."""
    return await town.town.http.get(path, headers=headers)


async def page(town: StudyTown, path: str = "/public") -> str:
    """The page's text."""
    answer = await seen(town, path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


async def events(town: StudyTown, path: str = "/public/calendar.ics") -> dict[str, Any]:
    """The calendar's events by their ids."""
    found = Calendar.from_ical((await seen(town, path)).content)
    return {str(one["uid"]): one for one in found.walk("VEVENT")}


async def test_only_what_is_announced_and_marked_is_there(town: StudyTown) -> None:
    """No draft, nothing that its branch did not mark; taken off again it is gone; the past stays for a month."""
    await town.noted(public=True, title="拟定中")
    await town.announced(title="内部活动")
    shown = await town.announced(public=True, title="公开活动")
    text = await page(town)
    assert "公开活动" in text
    assert "拟定中" not in text
    assert "内部活动" not in text
    await town.do(f"activities/{shown}/change", {"public": False})
    assert "公开活动" not in await page(town)
    await town.do(f"activities/{shown}/change", {"public": True})
    await town.until(date(2026, 4, 11))
    assert "近期已过" in await page(town)
    await town.until(date(2026, 5, 11))
    assert "公开活动" not in await page(town)


async def test_nothing_of_anybody_is_told(town: StudyTown) -> None:
    """Who was invited, answered or was there, who keeps contact, who wrote it down: none of it, in no form."""
    one = await town.member("one")
    keeper = await town.serves(HOME, "keeper")
    id_ = await town.held(public=True, online=True)
    await town.do(f"activities/{id_}/attend", {"member_id": one})
    for path in ("/public", f"/public/{HOME}", "/public/atom.xml", "/public/calendar.ics"):
        text = (await seen(town, path)).text
        for word in ("李", "张示例", one, keeper, "keeper", "guiyan.example", "invited"):
            assert word not in text, (path, word)


async def test_each_organisation_has_its_own_and_those_below(town: StudyTown) -> None:
    """A branch, its township, another township, the city; only organisations with something to tell are named."""
    await town.announced(public=True, title="公开活动")
    assert "公开活动" in await page(town, f"/public/{HOME}")
    assert "公开活动" in await page(town, f"/public/{TOWN}")
    assert "公开活动" in await page(town, f"/public/{CITY}")
    other = await page(town, f"/public/{OTHER}")
    assert "公开活动" not in other
    assert "目前没有公开的学习活动" in other
    city = await page(town, f"/public/{CITY}")
    assert f"/public/{TOWN}" in city
    assert FAR not in city
    assert f"/public/{OTHER}" not in city
    check_problem(await seen(town, "/public/999999999999"), 404, "not_found")
    assert (await seen(town, "/public/somebody")).status_code == 422


async def test_what_a_branch_writes_is_text(town: StudyTown) -> None:
    """Markup in a title or place runs nowhere; no script, no form, nothing from elsewhere."""
    await town.announced(public=True, title="<script>alert(1)</script>", place='"><img src=x>')
    answer = await seen(town)
    assert "<script" not in answer.text
    assert "<img" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert not re.search(r'(?:src|action)="|https?://', answer.text)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    ET.fromstring((await seen(town, "/public/atom.xml")).content)  # noqa: S314 - our own


async def test_a_calendar_follows_what_changes(town: StudyTown) -> None:
    """The same UID for ever; SEQUENCE grows with each change; called off is CANCELLED and stays."""
    id_ = await town.announced(public=True, hours=1.5)
    (first,) = (await events(town)).values()
    assert (str(first["uid"]), int(first["sequence"]), str(first["status"])) == (id_, 0, "CONFIRMED")
    assert first.decoded("dtstart") == datetime(2026, 4, 10, 2, tzinfo=UTC)
    assert first.decoded("duration").total_seconds() == 5400
    await town.town.advance(hours=1)
    await town.do(f"activities/{id_}/change", {"starts_at": at(date(2026, 4, 12), 15)})
    moved = (await events(town))[id_]
    assert int(moved["sequence"]) == 1
    assert moved.decoded("dtstart") == datetime(2026, 4, 12, 7, tzinfo=UTC)
    assert moved.decoded("dtstamp") > first.decoded("dtstamp")
    await town.do(f"activities/{id_}/cancel")
    gone = (await events(town))[id_]
    assert (int(gone["sequence"]), str(gone["status"])) == (2, "CANCELLED")
    assert "已取消" in await page(town)


async def test_a_feed_tells_the_newest_change_first(town: StudyTown) -> None:
    """RFC 4287: ids that never change, updated with each change, links to the page."""
    one = await town.announced(public=True)
    two = await town.announced(public=True, **LATER)
    await town.town.advance(hours=1)
    await town.do(f"activities/{one}/change", {"place": "示例村委会"})
    feed = ET.fromstring((await seen(town, f"/public/{HOME}/atom.xml")).content)  # noqa: S314 - our own
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert ids == [f"urn:uuid:{one}", f"urn:uuid:{two}"]
    updated = [str(entry.findtext(f"{ATOM}updated")) for entry in feed.findall(f"{ATOM}entry")]
    assert updated == sorted(updated, reverse=True)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert str(links["self"]).endswith(f"/public/{HOME}/atom.xml")
    assert feed.findtext(f"{ATOM}id") != (await _feed_id(town))


async def _feed_id(town: StudyTown) -> str | None:
    return ET.fromstring((await seen(town, "/public/atom.xml")).content).findtext(f"{ATOM}id")  # noqa: S314 - our own


async def test_whoever_has_it_is_told_so(town: StudyTown) -> None:
    """ETag and Last-Modified: 304 while nothing changes; what is not public changes nothing."""
    id_ = await town.announced(public=True)
    for path in ("/public", "/public/atom.xml", "/public/calendar.ics"):
        first = await seen(town, path)
        etag, modified = first.headers["etag"], first.headers["last-modified"]
        whose = "public" if path == "/public" else "private"  # its links are what the request says
        assert first.headers["cache-control"] == f"{whose}, max-age=300"
        for headers in ({"If-None-Match": etag}, {"If-None-Match": f'W/{etag}, "x"'}, {"If-Modified-Since": modified}):
            again = await seen(town, path, **headers)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == etag
    await town.town.advance(hours=1)
    await town.announced(title="内部活动")
    assert (await seen(town, **{"If-Modified-Since": modified})).status_code == 304
    await town.do(f"activities/{id_}/change", {"public": False})
    etag = first.headers["etag"]
    for headers in ({"If-None-Match": etag}, {"If-Modified-Since": modified}, {"If-Modified-Since": "soon"}):
        assert (await seen(town, "/public/calendar.ics", **headers)).status_code == 200


async def test_a_head_is_the_page_without_its_body(town: StudyTown) -> None:
    """RFC 9110 §9.3.2: the same headers."""
    head, body = await town.town.http.head("/public"), await seen(town)
    assert (head.status_code, head.headers["etag"]) == (200, body.headers["etag"])


async def test_whoever_asks_too_often_waits(town: StudyTown) -> None:
    """429 with Retry-After, by address; nothing of it concerns who is signed in."""
    town.town.app.state.shell.limiter._per_second = 0.001
    town.town.app.state.shell.limiter._burst = 2.0
    assert isinstance(town.town.app.state.shell.limiter, Limiter)
    assert [(await seen(town)).status_code for _ in range(3)] == [200, 200, 429]
    assert int((await seen(town)).headers["retry-after"]) > 0
    assert (await town.get("activities")).status_code == 200


async def test_another_host_in_the_request_moves_no_link_of_the_page(town: StudyTown) -> None:
    """What a cache keeps cannot be made to lead elsewhere."""
    await town.announced(public=True)
    assert "evil" not in (await seen(town, f"/public/{CITY}", Host="evil.example")).text
