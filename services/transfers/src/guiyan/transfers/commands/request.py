"""Requesting a transfer: the member's next number, unless one of them is still open."""

from typing import Any

from guiyan.events.codes import TransferState
from guiyan.ledger import Context, Decider, Outcome, Refused
from guiyan.transfers.commands.desk import Desk, numbers
from guiyan.transfers.domain.commands import RecordIncoming, Request, Supersede
from guiyan.transfers.domain.incoming import relation_is_there
from guiyan.transfers.domain.state import DORMANT, Transfer


async def request(desk: Desk, act: Request | RecordIncoming, context: Context) -> Outcome:
    """Open the member's next transfer, out or in; at most one is open, whatever races (domain.md §2.3).

    The transfers of a member are numbered and each number is one stream, so that two requests of the same instant
    meet on one stream and one of them is told `transfer_already_open`. One before it that was returned or has expired
    ends in the same batch. A repeat of the same command finds its own first try on the way.
    """
    before: str | None = None
    moved: Transfer | None = None
    waits = False
    for id_ in numbers(act.member_id):
        found = await desk.find(id_)
        if found is not None:
            state, history = found
            if history.find_command(f"{context.command_id}.1") is not None and before is not None:
                return await _instead_of(desk, before, id_, act, context)
            suggested = state.state is TransferState.DRAFT
            if not (state.is_open or suggested) and history.find_command(context.command_id) is None:
                before, waits = id_, state.state in DORMANT
                moved = state if state.moved_on is not None else moved
                continue
        if found is None or found[0].state is TransferState.DRAFT:
            relation_is_there(act, moved)
        try:
            if before is not None and waits and found is None:
                return await _instead_of(desk, before, id_, act, context)
            return await desk.act(id_, act, context)
        except Refused as refused:
            if refused.code != "transfer_number_used":
                raise
            used = await desk.find(id_)  # somebody was first, and it has ended since
            if used is not None:
                before, waits = id_, used[0].state in DORMANT
                moved = used[0] if used[0].moved_on is not None else moved
    raise AssertionError("numbers do not end")


async def _instead_of(desk: Desk, before: str, id_: str, act: Request | RecordIncoming, context: Context) -> Outcome:
    """The new one opens and the one that waited ends, together or not at all (ADR 0002)."""
    await desk.rulebook.refresh()
    ends = Supersede(on=act.today, today=act.today)
    calls: list[tuple[Decider[Any, Any], str, Any]] = [(desk.decider, before, ends), (desk.decider, id_, act)]
    return (await desk.commands.execute_together(calls, context))[1]
