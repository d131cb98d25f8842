"""The notes behind the desk: which situations stand for a member, a record or an organisation, and what follows.

One page a matter, made when there is something to note. What one event begins or ends is written down as its *effects*,
which the policy turns into commands: always the same ones, however often it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from guiyan.events import Payload, is_id
from guiyan.events.codes import TaskKind
from guiyan.events.registry.correction import CorrectionEvent
from guiyan.ledger import Docs, Document, Fact, Timer, business_date
from guiyan.ledger.calendar import moment_of
from guiyan.registry.domain.desk import Detector, Matter
from guiyan.registry.domain.desk_table import ROWS
from guiyan.registry.domain.parameters import Parameters
from guiyan.registry.domain.task import task_id
from guiyan.service import rulebook

PAGES: Final = "desk_pages"
EFFECTS: Final = "desk_effects"
RAISE_TASK: Final = "raise_task"
RAISE, OVERTAKE = "raise", "overtake"
_BLANK: Final[Document] = {"situations": [], "aside": [], "tasks": {}, "org": None}
_KEPT_ASIDE: Final = 12
BY_LINK: Final = "link"
"""What is set aside while the record is linked to another one of the same person."""

Situation = dict[str, Any]


class Notebook:
    """The pages that one fact turns to; `close` writes back what changed."""

    def __init__(self, fact: Fact, docs: Docs) -> None:
        self.fact = fact
        self.recorded_on = business_date(fact.event.time)
        self.overtaken: set[TaskKind] = set()
        """The kinds of which the fact tells something older than what is known; only ever asked, never iterated."""
        self._docs = docs
        self._before: dict[str, Document | None] = {}
        self._pages: dict[str, Document] = {}
        self._effects: list[Document] = []

    @property
    def valid(self) -> Parameters:
        """The policy parameters valid on the fact's business date, as far as recorded before it (§2.14)."""
        return Parameters.of(rulebook.valued(self._docs, self.fact.event.occurredon))

    def find(self, matter: str) -> Document | None:
        """The page of a matter as it is now, or None."""
        if matter not in self._before:
            self._before[matter] = self._docs.get(PAGES, matter)
        return self._pages.get(matter) or self._before[matter]

    def page(self, matter: str) -> Document:
        """The page to read or to write on; its values are replaced, never changed in place."""
        if matter not in self._pages:
            self._pages[matter] = {**_BLANK, **(self.find(matter) or {})}
        return self._pages[matter]

    def before(self, matter: str) -> Document:
        """The page as the fact found it."""
        self.find(matter)
        return self._before[matter] or {}

    def touched(self) -> list[str]:
        """The matters whose page was opened for writing."""
        return list(self._pages)

    def stands(self, matter: str, kind: TaskKind, key: str | None = None) -> list[Situation]:
        """The situations of a kind that stand there (of one record, when `key` is given)."""
        found = (self.find(matter) or _BLANK)["situations"]
        return [one for one in found if one["kind"] == kind and key in {None, one["key"]}]

    def begin(  # noqa: PLR0913 - one argument a fact
        self,
        kind: TaskKind,
        matter: str,
        *,
        key: str = "",
        occasion: str | None = None,
        since: date | None = None,
        wait_until: date | None = None,
        again: bool = False,
        due_on: date | None = None,
        org: str | None = None,
    ) -> None:
        """A situation begins, unless it stands already; its task is raised at once, or by a timer after the wait.

        What is told later than the wait would have lasted is raised at once.
        """
        page, row = self.page(matter), ROWS[kind]
        standing = self.stands(matter, kind, key)
        if standing and not (again and standing[0]["raised"] and standing[0]["task"] not in page["tasks"]):
            return
        occasion = occasion or self.fact.event.id
        since = since or self.fact.event.occurredon
        wait_until = row.wait(since, self.valid) if row.wait and wait_until is None else wait_until
        day = max(wait_until or self.recorded_on, self.recorded_on)
        due = due_on or (row.due(self.fact.payload) if row.due else day + timedelta(days=self.valid.task_within_days))
        known = self._named(row, page, org)
        told = {
            "kind": str(kind),
            "key": key,
            "task": task_id(kind, f"{matter}/{key}", occasion, self.fact.event.time),
            "since": since.isoformat(),
            "wait_until": None if wait_until is None else wait_until.isoformat(),
            "org": known,
            "member_id": matter if row.matter == Matter.MEMBER else _member_of(self.fact.payload),
            "about_id": key if is_id(key) else matter if row.matter == Matter.RECORD and is_id(matter) else None,
            "due_on": due.isoformat(),
            "raised": False,
        }
        kept = [one for one in page["situations"] if one not in standing]
        if page.get("linked") and row.matter == Matter.MEMBER:
            self._set_aside(page, [told], BY_LINK)
            return
        page |= {"situations": [*kept, told], "org": page["org"] if row.per_org else known or page["org"]}
        late = kind != TaskKind.LEFT_WITHOUT_TELLING and day == self.recorded_on
        if wait_until is None or late:
            self.effect({"do": RAISE, **told})
        else:
            self._docs.schedule(_timer(matter, told, wait_until))

    def _named(self, row: Detector, page: Document, org: str | None) -> str | None:
        named = row.named(self.fact.event) if row.named else None
        return org or named or (page["org"] if row.matter == Matter.RECORD else None)

    def end(self, kind: TaskKind, matter: str, key: str | None = None, *, aside: str | None = None) -> None:
        """A situation is over: its timer is stopped, its task is overtaken; `aside` may bring it back."""
        over = self.stands(matter, kind, key)
        if not over:
            return
        page = self.page(matter)
        page["situations"] = [one for one in page["situations"] if one not in over]
        for one in over:
            self._docs.cancel(timer_id(matter, one))
            if one["task"] in page["tasks"]:
                self.effect({"do": OVERTAKE, "task": one["task"]})
        if aside is not None:
            self._set_aside(page, over, aside)

    def _set_aside(self, page: Document, situations: Iterable[Situation], by: str) -> None:
        kept = [{**one, "by": by} for one in situations]
        page["aside"] = [*page["aside"], *kept][-_KEPT_ASIDE:]

    def resume(self, matter: str, by: str) -> None:
        """What had been set aside by this stands again, as another occasion."""
        back = [one for one in (self.find(matter) or _BLANK)["aside"] if one["by"] == by]
        if not back:
            return
        page = self.page(matter)
        page["aside"] = [one for one in page["aside"] if one["by"] != by]
        for one in back:
            wait = None if one["wait_until"] is None else date.fromisoformat(one["wait_until"])
            since = date.fromisoformat(one["since"])
            kind, due = TaskKind(one["kind"]), date.fromisoformat(one["due_on"])
            self.begin(kind, matter, key=one["key"], since=since, wait_until=wait, due_on=due, org=one["org"])

    def effect(self, effect: Document) -> None:
        """Something that the policy is to do because of this fact."""
        self._effects.append(effect)

    def close(self) -> None:
        """Write the pages that changed, and the effects."""
        for matter, page in self._pages.items():
            if page != self._before[matter]:
                self._docs.put(PAGES, matter, page)
        if self._effects:
            self._docs.put(EFFECTS, self.fact.event.id, {"effects": self._effects})


def timer_id(matter: str, situation: Situation) -> str:
    """The id of the one timer of a situation."""
    return f"{RAISE_TASK}:{situation['kind']}:{matter}:{situation['key']}"


def _timer(matter: str, situation: Situation, on: date) -> Timer:
    """Due at the first moment, in Shanghai, of the day on which the wait is over."""
    data = {"matter": matter, "task": situation["task"]}
    return Timer(timer_id(matter, situation), moment_of(on), RAISE_TASK, data)


def _member_of(payload: Payload) -> str | None:
    return payload.member_id if isinstance(payload, CorrectionEvent) else None
