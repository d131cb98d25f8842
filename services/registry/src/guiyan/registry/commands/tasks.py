"""Commands on the desk: people close tasks; raising and overtaking is the table's (`domain/desk_table.py`)."""

from __future__ import annotations

from datetime import date

from guiyan.events.codes import TaskEnd
from guiyan.ledger import Outcome
from guiyan.registry.commands.scoping import check_scope
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.task import TASK, CloseTask
from guiyan.registry.projections.desk import TASKS
from guiyan.service.problems import NotFound


async def close_task(tools: Tools, asker: Asker, task_id: str, how: TaskEnd, occurred_on: date | None) -> Outcome:
    """Somebody of the desk, or of one above it, says that it is done or not needed."""
    state, _ = await tools.load(TASK, task_id)
    if state.kind is None:
        raise NotFound
    shown = await tools.desk.get(TASKS, task_id)
    org = state.org_code if shown is None else str(shown["org_code"])
    await check_scope(tools, asker, org)
    command = CloseTask(how, org, tools.when(occurred_on))
    return await tools.commands.execute(TASK, task_id, command, asker.context, asker.expected_version)
