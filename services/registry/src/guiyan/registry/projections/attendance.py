"""Who used to attend and does not, though the branch met: perhaps gone without telling (P-01, domain.md §1.2).

A hint for the contact person, drawn from attendance alone; no one's reasons are asked for or kept.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from guiyan.events import Payload
from guiyan.events.codes import AttendanceMode
from guiyan.events.codes import TaskKind as Kind
from guiyan.events.notifications.study import (
    AttendanceRecorded,
    AttendanceWithdrawn,
    StudyActivityAnnounced,
    StudyActivityDrafted,
    StudyActivityHeld,
    StudyActivityRecorded,
)
from guiyan.registry.domain.dates import months_after
from guiyan.registry.projections.notebook import RAISE, Notebook

EVENTS: Final[tuple[type[Payload], ...]] = (
    AttendanceRecorded,
    AttendanceWithdrawn,
    StudyActivityAnnounced,
    StudyActivityDrafted,
    StudyActivityHeld,
    StudyActivityRecorded,
)
_KEPT: Final = 6
_GONE: Final = Kind.LEFT_WITHOUT_TELLING


def apply(book: Notebook, payload: Payload) -> None:
    """Note an attendance, or that a branch has met."""
    id_ = book.fact.aggregate_id
    match payload:
        case AttendanceRecorded():
            _attended(book, payload, id_)
        case AttendanceWithdrawn():
            page = book.page(payload.member_id)
            page["attended"] = [one for one in page.get("attended", []) if one[0] != id_]
            _watch(book, payload.member_id)
        case StudyActivityDrafted() | StudyActivityAnnounced():
            book.page(id_)["org"] = payload.branch
        case StudyActivityHeld():
            book.page(id_)["held_on"] = payload.held_on.isoformat()
        case StudyActivityRecorded():
            _met(book, id_)


def _attended(book: Notebook, payload: AttendanceRecorded, id_: str) -> None:
    """At home or online with the own branch; what somebody attends at a host while away says nothing of home."""
    activity = book.find(payload.activity_id) if payload.activity_id else None
    branch = payload.branch or (activity or {}).get("org")
    if payload.mode == AttendanceMode.AT_HOST or branch is None:
        return
    page = book.page(payload.member_id)
    told = [*page.get("attended", []), [id_, book.fact.event.occurredon.isoformat()]]
    page |= {"attended": sorted(told, key=lambda one: str(one[1]))[-_KEPT:], "attends": branch}
    _watch(book, payload.member_id)


def home_again(book: Notebook, member_id: str) -> None:
    """Back from a trip: who had attended before is expected again, counted from the return."""
    if (book.find(member_id) or {}).get("attended"):
        book.page(member_id)["home_on"] = book.fact.event.occurredon.isoformat()
        _watch(book, member_id)


def _watch(book: Notebook, member_id: str) -> None:
    """Count from the last attendance, or the return, as long as no trip is known and the membership stands."""
    page = book.page(member_id)
    days = [str(one[1]) for one in page.get("attended", [])]
    since = max([*days, page.get("home_on") or ""])
    standing = book.stands(member_id, _GONE)
    if standing and days and standing[0]["since"] == since:
        return
    book.end(_GONE, member_id)
    if not days or page.get("trip") or page.get("announced") or page.get("ended") or page.get("outside"):
        return
    last = date.fromisoformat(since)
    book.begin(_GONE, member_id, since=last, wait_until=months_after(last, book.valid.missed_months))
    branch = book.page(page["attends"])
    branch["attendees"] = {**branch.get("attendees", {}), member_id: since}


def _met(book: Notebook, activity_id: str) -> None:
    """An activity is over and its attendance closed: who has been away from the branch's for so long missed it."""
    activity = book.find(activity_id) or {}
    if not activity.get("org") or not activity.get("held_on"):
        return
    page, held_on = book.page(activity["org"]), str(activity["held_on"])
    page["held_on"] = max(held_on, page.get("held_on", held_on))
    expected: dict[str, str] = {}
    for member_id, since in sorted(page.get("attendees", {}).items()):
        for one in book.stands(member_id, _GONE):
            expected[member_id] = since
            if not one["raised"] and one["since"] < held_on and one["wait_until"] <= held_on:
                book.effect({"do": RAISE, **one})
    page["attendees"] = expected


def missed(situation: dict[str, Any], branch: dict[str, Any] | None) -> bool:
    """Whether the branch has met since somebody was last there."""
    return bool(branch and branch.get("held_on") and branch["held_on"] > situation["since"])
