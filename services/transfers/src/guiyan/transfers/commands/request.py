"""Requesting a transfer: the member's next number, unless one of them is still open."""

from guiyan.ledger import Context, Outcome, Refused
from guiyan.transfers.commands.desk import Desk, numbers
from guiyan.transfers.domain.commands import Request


async def request(desk: Desk, act: Request, context: Context) -> Outcome:
    """Open the member's next transfer; at most one is open, whatever races (domain.md §2.3).

    The transfers of a member are numbered and each number is one stream, so that two requests of the same instant
    meet on one stream and one of them is told `transfer_already_open`. A repeat of the same command finds its own
    first try on the way.
    """
    for id_ in numbers(act.member_id):
        found = await desk.find(id_)
        if found is not None and not found[0].is_open and found[1].find_command(context.command_id) is None:
            continue
        try:
            return await desk.act(id_, act, context)
        except Refused as refused:
            if refused.code != "transfer_number_used":
                raise
    raise AssertionError("numbers do not end")
