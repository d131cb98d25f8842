"""The same notices as an Atom feed (RFC 4287) and a calendar (RFC 5545): ids never change, SEQUENCE counts changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from feedgen.feed import FeedGenerator
from icalendar import Calendar, Event

from guiyan.notifications.public.notices import Board, Notice

TITLE: Final = "学习活动公开预告"
ATOM_TYPE: Final = "application/atom+xml"
CALENDAR_TYPE: Final = "text/calendar"


def atom(board: Board, base: str) -> bytes:
    """The feed, newest change first; `base` is the page's own address."""
    feed = FeedGenerator()
    feed.id(f"urn:uuid:{board.id}")
    feed.title(title_of(board))
    feed.subtitle("Study activities announced to the public")
    feed.language("zh-CN")
    feed.author({"name": board.name or TITLE})
    feed.updated(board.modified_at)
    feed.link(href=f"{base}/atom.xml", rel="self", type=ATOM_TYPE)
    feed.link(href=base, rel="alternate", type="text/html")
    feed.generator("Guiyan")
    for notice in sorted(board.all, key=lambda one: one.changed_at):
        entry = feed.add_entry()
        entry.id(f"urn:uuid:{notice.id}")
        entry.title(summary_of(notice))
        entry.link(href=f"{base}#a-{notice.id}", rel="alternate", type="text/html")
        entry.published(notice.announced_at)
        entry.updated(notice.changed_at)
        entry.category({"term": str(notice.kind), "label": notice.kind.zh})
        entry.content("\n".join(lines_of(notice)), type="text")
    found: bytes = feed.atom_str(pretty=True)
    return found


def calendar(board: Board, base: str) -> bytes:
    """The calendar that a phone or computer subscribes to."""
    found = Calendar()
    found.add("prodid", "-//Guiyan//public notices//ZH")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", title_of(board))
    found.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    for notice in board.all:
        found.add_component(_event(notice, base))
    return bytes(found.to_ical())


def _event(notice: Notice, base: str) -> Event:
    event = Event()
    event.add("uid", notice.id)
    event.add("dtstamp", notice.changed_at)
    event.add("created", notice.announced_at)
    event.add("last-modified", notice.changed_at)
    event.add("sequence", notice.revision)
    event.add("dtstart", notice.starts_at)
    if notice.hours:
        event.add("duration", timedelta(hours=notice.hours))
    event.add("summary", summary_of(notice))
    event.add("description", "\n".join(lines_of(notice)))
    event.add("location", place_of(notice))
    event.add("categories", [notice.kind.zh])
    event.add("status", "CANCELLED" if notice.cancelled else "CONFIRMED")
    event.add("url", f"{base}#a-{notice.id}")
    return event


def title_of(board: Board) -> str:
    """What the board is called."""
    return f"{TITLE} · {board.name}" if board.name else TITLE


def summary_of(notice: Notice) -> str:
    """The title, with what everybody has to see first."""
    return f"[已取消 Called off] {notice.title}" if notice.cancelled else notice.title


def place_of(notice: Notice) -> str:
    """Where it takes place, and whether online as well."""
    return " / ".join(one for one in (notice.place, "线上 Online" if notice.online else None) if one)


def lines_of(notice: Notice) -> list[str]:
    """The notice in words, both languages."""
    topic = None if notice.topic is None else f"主题 Topic: {notice.topic.zh} {notice.topic.en}"
    form = None if notice.form is None else f"讲授形式 Lecture: {notice.form.zh} {notice.form.en}"
    told = [
        f"支部 Branch: {notice.branch}",
        f"形式 Kind: {notice.kind.zh} {notice.kind.en}",
        form,
        topic,
        f"时间 Time: {notice.day_zh} {notice.day_en}",
        f"地点 Place: {place_of(notice)}",
    ]
    return [one for one in told if one]
