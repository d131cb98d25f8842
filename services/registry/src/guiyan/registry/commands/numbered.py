"""A member's aggregates of one kind, numbered, with ids that follow from member and number (ADR 0011)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guiyan.ledger import Decider, History, Ledger, Refused

NUMBER_MAX = 1_000


async def read_numbered(
    ledger: Ledger, decider: Decider[Any, Any], id_of: Callable[[int], str], *, too_many: str, fresh: bool = False
) -> list[History]:
    """Every one of them, oldest first, and the empty history of the one that would be next.

    Raises Refused with the code `too_many` past a thousand.
    """
    found: list[History] = []
    while not found or found[-1].commits:
        if len(found) > NUMBER_MAX:
            raise Refused(too_many, limit=NUMBER_MAX)
        found.append(await ledger.read(decider.subject(id_of(len(found) + 1)), fresh=fresh))
    return found
