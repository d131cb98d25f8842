"""Showing what is masked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guiyan.registry.commands.members import get_member_for
from guiyan.registry.commands.texts import read_text
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.access import ACCESS, RevealFields
from guiyan.service.withheld import require_shown


async def reveal_fields(  # noqa: PLR0913 - whose record, what of it, why, for whom
    tools: Tools, asker: Asker, member_id: str, fields: Iterable[str], reason: str, *, own_record: bool = False
) -> dict[str, Any]:
    """The fields in clear, after the act has been recorded; a field that was never told, or was erased, is None.

    `own_record`: a member asks, to whom no other record is shown, and the own one also while its processing is
    restricted: to know and to copy stays a right of one's own (PIPL Art. 45). Raises Refused for everybody else then.
    """
    wanted = tuple(str(field) for field in fields)
    await get_member_for(tools, asker, member_id, own_record=own_record)
    if not own_record:
        await require_shown(tools.accesses, tools.ledger, member_id)
    record = RevealFields(member_id, wanted, reason, tools.when(None))
    await tools.commands.execute(ACCESS, asker.new_id("access"), record, asker.context)
    text = await read_text(tools, member_id)
    return {field: text.get(field) for field in wanted}
