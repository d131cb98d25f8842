"""The desk (domain.md §6 no. 1): what people have to do, as one table of the same shape in every service that has one.

A service tells at `/v1/tasks` of what it knows itself, and calls no other. Columns, filters and orders are the same
everywhere, so whoever shows desks together merges their rows by `due_on` and `id`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final

from fastapi import Query as QueryParameter

from guiyan.events.codes import OrganisationKind
from guiyan.events.exact import Flag
from guiyan.service.directory import Directory
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.reads import Query
from guiyan.service.subtree import TREE_PARAMETERS
from guiyan.service.tables import Column

Words = Mapping[str, tuple[str, str]]
TASKS: Final = "tasks"
LEVELS: Final = {"BRANCH": ("支部", "Branch"), "TOWNSHIP": ("乡镇(街道)", "Township"), "CITY": ("市", "City")}
COMMITTEES: Final = frozenset({OrganisationKind.COMMITTEE, OrganisationKind.WORK_COMMITTEE})
OVERDUE: Final = "overdue"
Overdue = Annotated[
    Flag | None, QueryParameter(description="true: open and past the last day; false: open and not past it")
]


def desk(kinds: Words, steps: Words, ends: Words, *, collection: str = TASKS) -> Listing:
    """The desk of a service with these kinds of tasks, the next step of each, and how they leave the desk."""
    return Listing(
        name="tasks",
        collection=collection,
        title_zh="待办事项",
        title_en="Desk",
        ledger=True,
        columns=(
            Column("_id", "编号", "Id", 38),
            Column("due_on", "到期日", "Due", 12),
            Column("kind", "事项", "Kind", 20, labels=kinds),
            Column("member_id", "党员编号", "Member id", 38),
            Column("member", "党员", "Member", 10, mask=mask_name),
            Column("kind", "下一步", "Step", 28, labels=steps, name="step"),
            Column("days_left", "剩余天数", "Days left", 10),
            Column("org_code", "责任党组织", "Organisation", 20, book="organisation"),
            Column("responsible", "责任人", "Responsible", 12, mask=mask_name),
            Column("level", "层级", "Level", 8, labels=LEVELS),
            Column("raised_on", "提出日期", "Raised", 12),
            Column("about_id", "相关记录", "About", 38),
            Column("open", "待办", "Open", 6),
            Column("how", "办结方式", "How it ended", 12, labels=ends),
            Column("closed_on", "办结日期", "Closed", 12),
            Column("closed_by", "办结人", "Closed by", 20),
            Column("version", "版本", "Version", 8),
        ),
        filters={
            "kind": Filter(choices=tuple(kinds)),
            "org_code": Filter(),
            "member_id": Filter(),
            "about_id": Filter(),
            "open": Filter(Kind.BOOLEAN),
            "how": Filter(choices=tuple(ends)),
            "due_on": Filter(Kind.DATE),
            "raised_on": Filter(Kind.DATE),
            "closed_on": Filter(Kind.DATE),
        },
        sorts=("due_on", "_id", "raised_on", "closed_on"),
        default_sort="due_on",
        own_parameters=(*TREE_PARAMETERS, OVERDUE),
    )


def narrowed(where: Query, overdue: bool | None, today: date) -> Query:  # noqa: FBT001 - the parameter as it was asked
    """The query narrowed to what is past its last day, or is not; as it was where nobody asks."""
    if overdue is None:
        return where
    side = "$lt" if overdue else "$gte"
    return {"$and": [where, {"open": True, "due_on": {side: today.isoformat()}}]}


def days_left(due_on: str, today: date) -> int:
    """The days until the last one; negative when it has passed."""
    return (date.fromisoformat(due_on) - today).days


def level_of(directory: Directory, org_code: str) -> str:
    """On which level a task lies, as of the directory's last refresh: the tree's top, a committee, or a branch."""
    known = directory.known(org_code)
    if known is not None and known.parent is None:
        return "CITY"
    return "TOWNSHIP" if known is not None and known.kind in COMMITTEES else "BRANCH"
