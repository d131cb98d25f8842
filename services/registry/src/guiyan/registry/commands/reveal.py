"""Showing what is masked: nothing of whom processing has stopped for, and recorded before it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    await record_look(tools, asker, member_id, wanted, reason, own_record=own_record)
    text = await read_text(tools, member_id)
    return {field: text.get(field) for field in wanted}


async def record_look(  # noqa: PLR0913 - whose record, what of it, why, for whom
    tools: Tools, asker: Asker, member_id: str, fields: tuple[str, ...], reason: str, *, own_record: bool = False
) -> None:
    """Record that these fields are about to be shown (domain.md §5.2, 8.1.4.11).

    Raises Refused, and records nothing, where nothing of the member may be shown, unless to the member (§5.3).
    """
    if not own_record:
        await require_shown(tools.accesses, tools.ledger, member_id)
    act = RevealFields(member_id, fields, reason, tools.when(None))
    await tools.commands.execute(ACCESS, asker.new_id("access"), act, asker.context)


async def record_looks(
    tools: Tools, asker: Asker, member_ids: Sequence[str], fields: tuple[str, ...], reason: str
) -> None:
    """The same of several members at once: all looks are recorded, or none."""
    await require_shown(tools.accesses, tools.ledger, *member_ids)
    when = tools.when(None)
    acts = [(ACCESS, asker.new_id("access", one), RevealFields(one, fields, reason, when)) for one in member_ids]
    await tools.commands.execute_together(acts, asker.context)
