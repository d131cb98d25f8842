"""Showing what is masked, and looking somebody up by what is not kept in clear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guiyan.ledger import Document
from guiyan.registry.commands.members import get_member, read_id_number, read_mobile
from guiyan.registry.commands.texts import read_text
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.access import ACCESS, RevealFields
from guiyan.registry.projections.members import MEMBERS
from guiyan.service.problems import FieldProblem, Invalid
from guiyan.service.scope import Scope

FOUND_MAX = 50


async def reveal_fields(
    tools: Tools, asker: Asker, member_id: str, fields: Iterable[str], reason: str
) -> dict[str, Any]:
    """The fields in clear, after the act has been recorded; a field that was never told, or was erased, is None."""
    wanted = tuple(str(field) for field in fields)
    await get_member(tools, asker, member_id)
    record = RevealFields(member_id, wanted, reason, tools.when(None))
    await tools.commands.execute(ACCESS, asker.new_id("access"), record, asker.context)
    text = await read_text(tools, member_id)
    return {field: text.get(field) for field in wanted}


async def find_members(tools: Tools, scope: Scope, wanted: dict[str, Any]) -> list[Document]:
    """Members of the scope with this ID number, mobile number or name; asked by exactly one of them."""
    if len(wanted) != 1:
        raise Invalid([FieldProblem("", "one_search_term")])
    ((field, value),) = wanted.items()
    query = {"name": value}
    if field == "id_no":
        query = {"id_index": tools.identities.index(read_id_number(value, tools.clock.today()).value)}
    elif field == "mobile":
        query = {"mobile_index": tools.blind.of("mobile", read_mobile(value) or value)}
    return await tools.register.find(
        MEMBERS, {"$and": [query, scope.where("branch")]}, sort=(("name", 1), ("_id", 1)), limit=FOUND_MAX
    )
