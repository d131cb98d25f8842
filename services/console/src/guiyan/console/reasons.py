"""Why a record says what it says: by field, the events that set it, as the service that keeps it tells (S-08)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from guiyan.console.lists import ListInfo
from guiyan.console.section import Subject
from guiyan.console.tales import Told, tell
from guiyan.console.web.visitor import Visitor

CORRECTION: Final = "correction_id"
RESPONSIBLE: Final = "responsible"


@dataclass(frozen=True, slots=True)
class Reason:
    """What a field was set to, by which event; for a correction, what was asked for and on what document."""

    value: str
    told: Told
    asked: Told | None = None


async def reasons(here: Visitor, subject: Subject, info: ListInfo) -> dict[str, list[Reason]]:
    """The reasons of each field, the newest first, as of the past that is asked for."""
    changes = await _changes(here, subject)
    return await _by_field(here, info, changes, await _asked(here, subject, changes))


async def responsibility(here: Visitor, subject: Subject, info: ListInfo) -> list[Reason]:
    """Who was responsible from when on, the newest first: exactly one at each moment (domain.md §2.1)."""
    changes = [one for one in await _changes(here, subject) if RESPONSIBLE in one["fields"]]
    found = (await _by_field(here, info, changes, {})).get(RESPONSIBLE, [])
    pairs = zip_longest(found, found[1:])
    return [one for one, before in pairs if one is not None and (before is None or one.value != before.value)]


async def _changes(here: Visitor, subject: Subject) -> Sequence[Mapping[str, Any]]:
    """Each event that set a field, with what it set, the oldest first."""
    found = await here.api.get("registry", f"/v1/members/{subject.member_id}/changes", subject.at)
    changes: Sequence[Mapping[str, Any]] = found["changes"]
    return changes


async def _by_field(
    here: Visitor, info: ListInfo, changes: Sequence[Mapping[str, Any]], asked: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[Reason]]:
    """What the changes say, in words; `asked` are the requests that corrections go back to."""
    told = await _by_mark(here, [*(one["event"] for one in changes), *asked.values()])
    await here.books.learn(here.api, _organisations(info, changes))
    by_field: dict[str, list[Reason]] = {}
    for one in changes:
        event, request = one["event"], asked.get(str(one["event"]["data"].get(CORRECTION)))
        for name, value in one["fields"].items():
            if name in info.columns:
                words = info.columns[name].told(value, here.words, here.books)
                reason = Reason(words, told[event["id"]], told[request["id"]] if request else None)
                by_field.setdefault(name, []).insert(0, reason)
    return by_field


async def _asked(here: Visitor, subject: Subject, changes: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The requests that corrections go back to, by their ids; nothing is asked where there was none."""
    wanted = {str(one["event"]["data"][CORRECTION]) for one in changes if one["event"]["data"].get(CORRECTION)}
    if not wanted:
        return {}
    history = await here.api.get("registry", f"/v1/members/{subject.member_id}/history", subject.at)
    return {
        id_: one
        for one in history["events"]
        if one["type"] == "CorrectionRequested" and (id_ := str(one["subject"]).rpartition("/")[2]) in wanted
    }


async def _by_mark(here: Visitor, events: Sequence[Mapping[str, Any]]) -> dict[str, Told]:
    by_mark = {one.mark: one for one in await tell(events, here)}
    return {one["id"]: by_mark["e" + str(one["sequence"]).replace(".", "-")] for one in events}


def _organisations(info: ListInfo, changes: Iterable[Mapping[str, Any]]) -> set[str]:
    return {
        str(value)
        for one in changes
        for name, value in one["fields"].items()
        if value and name in info.columns and info.columns[name].book == "organisation"
    }
