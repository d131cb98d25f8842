"""What stands on the public notice page: announced activities that their branch marked public (S-36).

Of an activity its title, kind, time, place and branch; nothing of who is invited, comes, or keeps contact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from guiyan.events import derived_id
from guiyan.events.codes import ActivityKind, ActivityState, LectureForm, StudyTopic
from guiyan.ledger.calendar import moment_of
from guiyan.ledger.clock import SHANGHAI
from guiyan.notifications.projections.activities import ACTIVITIES
from guiyan.service.directory import Directory
from guiyan.service.problems import NotFound
from guiyan.service.reads import Document, Reads

DAYS_KEPT: Final = 30
"""How long what has been held or called off stays."""
MOST: Final = 200
"""How many activities a page holds at most: the nearest ones."""
_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WEEKDAYS: Final = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Notice:
    """One activity as everybody may see it."""

    id: str
    branch: str
    title: str
    kind: ActivityKind
    form: LectureForm | None
    topic: StudyTopic | None
    starts_at: datetime
    hours: float
    place: str | None
    online: bool
    state: ActivityState
    revision: int
    announced_at: datetime
    changed_at: datetime

    @property
    def cancelled(self) -> bool:
        """Whether it was called off."""
        return self.state is ActivityState.CANCELLED

    @property
    def starts(self) -> datetime:
        """When it starts, by a clock in Shanghai."""
        return self.starts_at.astimezone(SHANGHAI)

    @property
    def day_zh(self) -> str:
        """The day and hour in Chinese."""
        at = self.starts
        return f"{at.year}年{at.month}月{at.day}日(周{_WEEKDAYS[at.weekday()]}){at:%H:%M}"

    @property
    def day_en(self) -> str:
        """The day and hour in English."""
        return f"{self.starts:%a, %d %b %Y, %H:%M}"


@dataclass(frozen=True, slots=True)
class Board:
    """The notices of an organisation and all below it, upcoming first, on a day."""

    org: str | None
    name: str
    above: tuple[tuple[str, str], ...]
    below: tuple[tuple[str, str], ...]
    upcoming: tuple[Notice, ...]
    past: tuple[Notice, ...]
    modified_at: datetime
    today: date

    @property
    def all(self) -> tuple[Notice, ...]:
        """Every notice, the nearest to come first."""
        return (*self.upcoming, *self.past)

    @property
    def id(self) -> str:
        """An id of its own that never changes."""
        return derived_id(_NO_TIME, "public", self.org or "all")


async def read_board(study: Reads, directory: Directory, org: str | None, today: date) -> Board:
    """The board of an organisation at work, or of all; raises NotFound for one that is unknown."""
    await directory.refresh()
    found = None if org is None else directory.known(org)
    if org is not None and found is None:
        raise NotFound
    branches = None if org is None else sorted((await directory.standing(org)).codes)
    where = {} if branches is None else {"branch": {"$in": branches}}
    shown = {**where, "public": True, "announced_on": {"$ne": None}}
    day, since = today.isoformat(), (today - timedelta(days=DAYS_KEPT)).isoformat()
    coming = {**shown, "starts_on": {"$gte": day}}
    over = {**shown, "starts_on": {"$gte": since, "$lt": day}}
    ahead = await study.find(ACTIVITIES, coming, sort=[("starts_on", 1), ("_id", 1)], limit=MOST)
    gone = await study.find(ACTIVITIES, over, sort=[("starts_on", -1), ("_id", 1)], limit=MOST)
    newest = await study.find(ACTIVITIES, {**where, "was_public": True}, sort=[("changed_at", -1)], limit=1)
    changed = [one["changed_at"] for one in newest]
    path = () if org is None else directory.path(org)[:-1]
    rows = sorted(ahead, key=lambda one: (one["starts_at"], one["_id"]))
    return Board(
        org=org,
        name="" if found is None else found.name,
        above=tuple((one.code, one.name) for one in path),
        below=await _below(directory, org, [*ahead, *gone]),
        upcoming=tuple(_notice(one, directory) for one in rows),
        past=tuple(_notice(one, directory) for one in gone),
        modified_at=max([*changed, moment_of(today)]).astimezone(UTC).replace(microsecond=0),
        today=today,
    )


async def _below(directory: Directory, org: str | None, rows: list[Document]) -> tuple[tuple[str, str], ...]:
    """The organisations directly below that have something on the board; those that have nothing are not told."""
    branches = {one["branch"] for one in rows}
    tops = [one.code for one in directory.all() if one.parent is None]
    found = []
    for code in tops if org is None else await directory.children(org):
        if (await directory.standing(code)).codes & branches:
            known = directory.known(code)
            found.append((code, known.name if known else code))
    return tuple(found)


def _notice(row: Mapping[str, Any], directory: Directory) -> Notice:
    known = directory.known(row["branch"])
    return Notice(
        id=row["_id"],
        branch=known.name if known else "",
        title=row["title"],
        kind=ActivityKind(row["kind"]),
        form=LectureForm(row["lecture_form"]) if row["lecture_form"] else None,
        topic=StudyTopic(row["topic"]) if row["topic"] else None,
        starts_at=row["starts_at"].astimezone(UTC),
        hours=row["hours"],
        place=row["place"],
        online=row["online"],
        state=ActivityState(row["state"]),
        revision=row["revision"],
        announced_at=row["announced_at"].astimezone(UTC),
        changed_at=row["changed_at"].astimezone(UTC),
    )
