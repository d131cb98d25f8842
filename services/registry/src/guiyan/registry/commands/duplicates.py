"""Commands on pairs of records: flagged by hand, decided, linked and unlinked by who sees both (domain.md §3.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from guiyan.events.codes import DuplicateRule
from guiyan.ledger import Document, Outcome, Refused
from guiyan.registry.commands.members import get_member
from guiyan.registry.commands.reveal import record_looks
from guiyan.registry.commands.texts import read_text
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.duplicate import (
    DUPLICATE,
    Command,
    ConfirmDuplicate,
    DismissDuplicate,
    FlagDuplicate,
    LinkMembers,
    Pair,
    UnlinkMembers,
    pair_id,
)
from guiyan.registry.policies.duplicates import nearest_above
from guiyan.registry.projections.members import MEMBERS
from guiyan.service.problems import NotFound
from guiyan.service.reads import wait_for

WAIT_SECONDS: Final = 5.0
COMPARED: Final = ("name", "former_name", "id_no", "birth_date", "mobile", "home_address")


async def flag_by_hand(tools: Tools, asker: Asker, one: str, other: str, occurred_on: date | None) -> Outcome:
    """Somebody who sees both records thinks that they are one person."""
    if one == other:
        raise Refused("same_record", pointer="/other_member_id")
    branches = [(await get_member(tools, asker, member_id)).branch for member_id in (one, other)]
    await tools.directory.refresh()
    above = nearest_above(tools.directory, *branches)
    command = FlagDuplicate((one, other), DuplicateRule.BY_HAND, tools.when(occurred_on), above)
    return await tools.commands.execute(DUPLICATE, pair_id(one, other), command, asker.context)


async def confirm(tools: Tools, asker: Asker, pair: str, occurred_on: date | None) -> Outcome:
    """They are one person."""
    return await _decide(tools, asker, pair, ConfirmDuplicate(tools.when(occurred_on)))


async def dismiss(tools: Tools, asker: Asker, pair: str, occurred_on: date | None) -> Outcome:
    """They are two people."""
    return await _decide(tools, asker, pair, DismissDuplicate(tools.when(occurred_on)))


async def unlink(tools: Tools, asker: Asker, pair: str, occurred_on: date | None) -> Outcome:
    """Both records stand alone again."""
    return await _decide(tools, asker, pair, UnlinkMembers(tools.when(occurred_on)))


async def link(tools: Tools, asker: Asker, pair: str, leading: str, occurred_on: date | None) -> Outcome:
    """Show the two as one; a record is linked to one other only, and that one to none: figures count a person once.

    Links take turns, and the register is read as of the ledger's head, so that no two of them together make a ring.
    """
    command = LinkMembers(leading, tools.when(occurred_on))
    async with tools.links.turn():
        state, repeated = await _get(tools, asker, pair)
        if not repeated:
            await wait_for(tools.register, await tools.ledger.head(), WAIT_SECONDS)
            await _require_unlinked(tools, (state.member_id, state.other_member_id))
        return await tools.commands.execute(DUPLICATE, pair, command, asker.context, asker.expected_version)


async def _require_unlinked(tools: Tools, members: Iterable[str]) -> None:
    for member_id in members:
        document = await tools.register.get(MEMBERS, member_id)
        if document is not None and document["linked_to"] is not None:
            raise Refused("linked_elsewhere", member_id=member_id)


async def _decide(tools: Tools, asker: Asker, pair: str, command: Command) -> Outcome:
    await _get(tools, asker, pair)
    return await tools.commands.execute(DUPLICATE, pair, command, asker.context, asker.expected_version)


async def _get(tools: Tools, asker: Asker, pair: str) -> tuple[Pair, bool]:
    """The pair, and whether this command was carried out already; raises NotFound unless both records are in scope."""
    state, history = await tools.load(DUPLICATE, pair)
    if state.state is None:
        raise NotFound
    for member_id in (state.member_id, state.other_member_id):
        await get_member(tools, asker, member_id)
    return state, history.find_command(asker.context.command_id) is not None


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of both records."""

    field: str
    one: Any
    other: Any


async def compare_in_clear(tools: Tools, asker: Asker, pair: str, reason: str) -> list[Compared]:
    """Both records' personal text side by side, after the act has been recorded for each (8.1.4.11)."""
    state, _ = await _get(tools, asker, pair)
    members = (state.member_id, state.other_member_id)
    await record_looks(tools, asker, members, COMPARED, reason)
    one, other = [await read_text(tools, member_id) for member_id in members]
    return [Compared(field, one.get(field), other.get(field)) for field in COMPARED]


def agreement(one: Document, other: Document) -> dict[str, bool | None]:
    """What the two records agree in, without telling what it says; None where one of them does not tell."""
    fields = {
        "id_no": "id_index",
        "mobile": "mobile_index",
        "name_and_birth_date": "match_index",
        **{name: name for name in ("sex", "joined_on", "full_on", "branch")},
    }
    return {
        shown: None if None in {one[name], other[name]} else one[name] == other[name] for shown, name in fields.items()
    }
