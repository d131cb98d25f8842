"""`/v1/tasks`: the desk (domain.md §6 no. 1) - what detectors found and people have to look at."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import TaskEnd, TaskKind
from guiyan.events.exact import Flag
from guiyan.registry.commands import tasks as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.desk_view import LEVELS, DeskView
from guiyan.registry.domain.desk_table import TABLE
from guiyan.registry.domain.task import TASK
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import DatedAsk, ToolsHere, get_visible, labels, shown
from guiyan.registry.projections.desk import TASKS
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.subtree import TREE_PARAMETERS, OfTree
from guiyan.service.tables import Column

router = APIRouter(tags=["tasks"])
Reader = Annotated[Caller, requires(*roles.READ)]
Keeper = Annotated[Commander, commands(*roles.KEEP_TRIPS)]
Overdue = Annotated[Flag | None, Query(description="true: open and past the last day; false: open and not past it")]
STEPS: Final = {str(row.kind): row.step for row in TABLE}

LIST: Final = Listing(
    name="tasks",
    collection=TASKS,
    title_zh="待办事项",
    title_en="Desk",
    ledger=True,
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("due_on", "到期日", "Due", 12),
        Column("kind", "事项", "Kind", 20, labels=labels(TaskKind)),
        Column("member_id", "党员编号", "Member id", 38),
        Column("member", "党员", "Member", 10, mask=mask_name),
        Column("kind", "下一步", "Step", 28, labels=STEPS, name="step"),
        Column("days_left", "剩余天数", "Days left", 10),
        Column("org_code", "责任党组织", "Organisation", 20, book="organisation"),
        Column("responsible", "责任人", "Responsible", 12, mask=mask_name),
        Column("level", "层级", "Level", 8, labels=LEVELS),
        Column("raised_on", "提出日期", "Raised", 12),
        Column("about_id", "相关记录", "About", 38),
        Column("open", "待办", "Open", 6),
        Column("how", "办结方式", "How it ended", 12, labels=labels(TaskEnd)),
        Column("closed_on", "办结日期", "Closed", 12),
        Column("closed_by", "办结人", "Closed by", 20),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "kind": Filter(choices=tuple(TaskKind)),
        "org_code": Filter(),
        "member_id": Filter(),
        "about_id": Filter(),
        "open": Filter(Kind.BOOLEAN),
        "how": Filter(choices=tuple(TaskEnd)),
        "due_on": Filter(Kind.DATE),
        "raised_on": Filter(Kind.DATE),
        "closed_on": Filter(Kind.DATE),
    },
    sorts=("due_on", "_id", "raised_on", "closed_on"),
    default_sort="due_on",
    own_parameters=(*TREE_PARAMETERS, "overdue"),
)


class Close(DatedAsk):
    """How the task left the desk: DONE or NOT_NEEDED; OVERTAKEN is said by the product itself."""

    how: TaskEnd


@router.get("/v1/tasks", summary="The desk of the own organisation and of those below", **LIST.openapi())
async def list_tasks(
    request: Request, caller: Reader, tools: ToolsHere, tree: OfTree, overdue: Overdue = None
) -> Response:
    """What is due first stands first; names are masked, days left are counted at the reading."""
    where = await tree.narrowed(caller, tools, caller.scope.where("org_code"), "org_code")
    if overdue is not None:
        side = "$lt" if overdue else "$gte"
        where = {"$and": [where, {"open": True, "due_on": {side: tools.clock.today().isoformat()}}]}
    return await LIST.answer(request, caller, tools.desk, where=where, complete=DeskView(tools).complete)


@router.get("/v1/tasks/{task_id}", summary="One task")
async def get_task(task_id: str, caller: Reader, tools: ToolsHere) -> JSONResponse:
    """As it stands."""
    found = await get_visible(caller, tools.desk, TASKS, task_id, caller.scope.where("org_code"))
    (whole,) = await DeskView(tools).complete([found])
    return await shown(tools.desk, LIST.columns, whole)


@router.get("/v1/tasks/{task_id}/history", summary="Every event of one task")
async def task_history(task_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Raised, because of which event, and how it left the desk."""
    await get_visible(caller, tools.desk, TASKS, task_id, caller.scope.where("org_code"))
    return history_answer(await get_history(tools.ledger, TASK, task_id), at=at)


@router.post("/v1/tasks/{task_id}/close", summary="The task is done, or nothing is to be done")
async def close(task_id: str, body: Close, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """By the desk, or by one above it; the same situation does not raise it again."""
    return answer(await handlers.close_task(tools, Asker.of_caller(caller), task_id, body.how, body.occurred_on))
