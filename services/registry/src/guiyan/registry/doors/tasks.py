"""`/v1/tasks`: the desk (domain.md §6 no. 1) - what detectors found and people have to look at."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import TaskEnd, TaskKind
from guiyan.registry.commands import tasks as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.desk_view import DeskView
from guiyan.registry.domain.desk_table import TABLE
from guiyan.registry.domain.task import TASK
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere, get_visible, shown
from guiyan.registry.projections.desk import TASKS
from guiyan.service import desk
from guiyan.service.asks import DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.subtree import OfTree
from guiyan.service.tables import labels

router = APIRouter(tags=["tasks"])
Reader = Annotated[Caller, requires(*roles.READ)]
Keeper = Annotated[Commander, commands(*roles.KEEP_TRIPS)]
STEPS: Final = {str(row.kind): row.step for row in TABLE}

LIST: Final = desk.desk(labels(TaskKind), STEPS, labels(TaskEnd), collection=TASKS)


class Close(DatedAsk):
    """How the task left the desk: DONE or NOT_NEEDED; OVERTAKEN is said by the product itself."""

    how: TaskEnd


@router.get("/v1/tasks", summary="The desk of the own organisation and of those below", **LIST.openapi())
async def list_tasks(
    request: Request, caller: Reader, tools: ToolsHere, tree: OfTree, overdue: desk.Overdue = None
) -> Response:
    """What is due first stands first; names are masked, days left are counted at the reading."""
    where = await tree.narrowed(caller, tools, caller.scope.where("org_code"), "org_code")
    where = desk.narrowed(where, overdue, tools.clock.today())
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
