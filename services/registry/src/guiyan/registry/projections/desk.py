"""The desk: one document a task, and the notes from which tasks follow; no personal text stands in either."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from guiyan.events.codes import TaskKind
from guiyan.events.registry.inflow import InflowGroupAssigned
from guiyan.events.registry.member import BranchAssigned
from guiyan.events.registry.task import TaskClosed, TaskRaised
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection
from guiyan.registry.domain.desk import Detector, Matter, Place
from guiyan.registry.domain.desk_table import BY_EVENT, ROWS
from guiyan.registry.projections import watches
from guiyan.registry.projections.indexes import ordered
from guiyan.registry.projections.members import noted
from guiyan.registry.projections.notebook import EFFECTS, OVERTAKE, PAGES, Notebook
from guiyan.registry.projections.periods import watch_periods
from guiyan.registry.projections.types import types_of
from guiyan.service import rulebook

TASKS: Final = "tasks"
TASK_EVENTS: Final = types_of("task")
WATCHED: Final = frozenset(BY_EVENT) | frozenset(one.type_name() for one in watches.EVENTS)


class Desk(Projection):
    """Collections `tasks`, `desk_pages`, `desk_effects`, and the timers of tasks that wait."""

    name: ClassVar[str] = "desk"
    version: ClassVar[int] = 10
    handles: ClassVar[frozenset[str]] = WATCHED | TASK_EVENTS | rulebook.HANDLES
    indexes: ClassVar[tuple[Index, ...]] = (
        *ordered(TASKS, "org_code", "_id", "due_on", "raised_on", "closed_on"),
        *ordered(TASKS, "org_code", "due_on", within=("open",)),
        *ordered(TASKS, "org_code", "due_on", within=("open", "kind")),
        Index(TASKS, ("member_id", "open", "due_on", "_id"), sparse=True),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The page of the member, and the task."""
        if fact.type in TASK_EVENTS:
            yield Key(TASKS, fact.aggregate_id)
        member_id = getattr(fact.payload, "member_id", None)
        if member_id is not None:
            yield Key(PAGES, member_id)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the task, or turn to the pages that the event bears on."""
        if rulebook.noted(fact, docs):
            return
        book = Notebook(fact, docs)
        if isinstance(fact.payload, TaskRaised):
            _raised(book, fact.payload, docs)
        elif isinstance(fact.payload, TaskClosed):
            _closed(book, fact.payload, docs)
        else:
            watches.before_the_table(book)
            _ask_the_table(book)
            watches.after_the_table(book)
            if isinstance(fact.payload, BranchAssigned):
                _follow(book, fact.payload, docs)
            elif isinstance(fact.payload, InflowGroupAssigned):
                _move(book, fact.aggregate_id, fact.payload.host_branch, docs)
        book.close()


def _ask_the_table(book: Notebook) -> None:
    """What the event ends, then what it begins, row by row; rows of which something newer is known stay as they are."""
    fact = book.fact
    for row in BY_EVENT.get(fact.type, ()):
        if row.kind in book.overtaken:
            continue
        matter = fact.aggregate_id if row.matter == Matter.RECORD else str(getattr(fact.payload, "member_id", ""))
        key = _key(row, fact)
        valid = book.valid
        if any(isinstance(fact.payload, one.event) and one.test(fact.payload, valid) for one in row.ends):
            book.end(row.kind, matter, key)
        begun = [one for one in row.begins if isinstance(fact.payload, one.event) and one.test(fact.payload, valid)]
        if begun:
            book.begin(row.kind, matter, key=key or "", again=begun[0].again)


def _key(row: Detector, fact: Fact) -> str | None:
    """Which of a matter's situations of this kind the event is about; None for all of them."""
    if row.per_org:
        return row.named(fact.event) if row.named else None
    return fact.aggregate_id if row.per_record else ""


def matter_of(task: Document) -> str:
    """The page a task belongs to."""
    row = ROWS[TaskKind(task["kind"])]
    ids = {Matter.MEMBER: "member_id", Matter.RECORD: "about_id", Matter.ORGANISATION: "org_code"}
    return str(task[ids[row.matter]])


def _raised(book: Notebook, facts: TaskRaised, docs: Docs) -> None:
    """It lies on the desk of whoever has the member by now; what is no longer so is overtaken at once."""
    fact = book.fact
    told: dict[str, Any] = facts.model_dump(mode="json")
    matter = matter_of(told)
    page = book.page(matter)
    of_branch = ROWS[facts.kind].place == Place.BRANCH
    follows = of_branch or facts.kind == TaskKind.INFLOW_UNPAIRED
    if of_branch:
        told["org_code"] = page.get("moved_to") or told["org_code"]
    elif follows:
        told["org_code"] = page["org"] or told["org_code"]
    page["tasks"] = {**page["tasks"], fact.aggregate_id: str(facts.kind)}
    standing = [one for one in page["situations"] if one["task"] == fact.aggregate_id]
    page["situations"] = [{**one, "raised": True} if one in standing else one for one in page["situations"]]
    if not standing:
        book.effect({"do": OVERTAKE, "task": fact.aggregate_id})
    if facts.member_id is not None and facts.kind in {TaskKind.PROBATION_AWAY, TaskKind.PROBATION_REPORT}:
        watch_periods(book, facts.member_id)
    open_ = {"open": True, "raised_on": fact.event.occurredon.isoformat(), "matter": matter, "follows": follows}
    left = dict.fromkeys(("how", "closed_on", "closed_by", "closed_org"))
    docs.put(TASKS, fact.aggregate_id, noted({**told, **open_, **left}, fact))


def _closed(book: Notebook, facts: TaskClosed, docs: Docs) -> None:
    """Off the desk; whether the situation still stands is another matter."""
    fact = book.fact
    before = docs.get(TASKS, fact.aggregate_id)
    if before is None:
        return
    page = book.page(before["matter"])
    page["tasks"] = {id_: kind for id_, kind in page["tasks"].items() if id_ != fact.aggregate_id}
    closed = {"open": False, "how": str(facts.how), "closed_on": fact.event.occurredon.isoformat()}
    by = {"closed_by": fact.event.actor, "closed_org": fact.event.actororg}
    docs.put(TASKS, fact.aggregate_id, noted({**before, **closed, **by}, fact))


def _follow(book: Notebook, facts: BranchAssigned, docs: Docs) -> None:
    """What lies on the desk goes along with the member; what is closed stays where it was closed."""
    book.page(facts.member_id)["moved_to"] = facts.branch
    _move(book, facts.member_id, facts.branch, docs)


def _move(book: Notebook, matter: str, org: str, docs: Docs) -> None:
    for id_ in book.page(matter)["tasks"]:
        task = docs.get(TASKS, id_)
        if task is not None and task["follows"]:
            docs.put(TASKS, id_, {**task, "org_code": org})


def effects_of(document: Document | None) -> list[Document]:
    """What one event called for, in its order; always the same."""
    return list((document or {}).get("effects", ()))


__all__ = ["EFFECTS", "PAGES", "TASKS", "Desk", "effects_of", "matter_of"]
