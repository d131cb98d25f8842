"""The scope of a command: by the directory, and for what is newer than the directory by the ledger itself.

Who enters a township and then its branches need not wait for the directory in between.
"""

from __future__ import annotations

from guiyan.ledger import Refused
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.organisation import Organisation
from guiyan.registry.domain.organisation_changes import ORGANISATION
from guiyan.registry.domain.tree import Parents
from guiyan.service.problems import NotFound

DEPTH_MAX = 20


async def in_scope(tools: Tools, asker: Asker, *codes: str | None) -> bool:
    """Whether one of these organisations is the asker's own or stands below it."""
    if asker.scope.covers(*codes):
        return True
    for code in codes:
        if code and asker.scope.org in await way_up(tools, code):
            return True
    return False


async def check_scope(tools: Tools, asker: Asker, *codes: str | None) -> None:
    """Raise NotFound when none of these organisations lies in the asker's scope."""
    if not await in_scope(tools, asker, *codes):
        raise NotFound


async def way_up(tools: Tools, code: str) -> tuple[str, ...]:
    """The codes from an organisation up to the top, from the ledger; empty where there is none."""
    codes: list[str] = []
    current: str | None = code
    while current is not None and len(codes) < DEPTH_MAX:
        state = await get_organisation(tools, current)
        if state.created_on is None:
            break
        codes.append(current)
        current = state.parent
    return tuple(codes)


async def places_above(tools: Tools, code: str) -> dict[str, Parents]:
    """Where an organisation, and every one that it ever stood under, stood over time; from the ledger."""
    found: dict[str, Parents] = {}
    waiting = [code]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found[current] = (await get_organisation(tools, current)).parents
            waiting.extend(parent for _, parent in found[current] if parent is not None)
    return found


async def get_organisation(tools: Tools, code: str) -> Organisation:
    """The state of an organisation from the ledger; an empty one where there is none."""
    try:
        state, _ = await tools.commands.load(ORGANISATION, code)
    except ValueError:  # no code that could be anybody's
        return Organisation()
    return state


async def get_in_scope(tools: Tools, asker: Asker, code: str, pointer: str) -> Organisation:
    """An organisation named in a field; raises Refused when it lies outside the scope."""
    if not await in_scope(tools, asker, code):
        raise Refused("outside_scope", pointer=pointer)
    return await get_organisation(tools, code)
