"""What may be picked in a form that is no code list: organisations of the own scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from guiyan.console.client import ApiError
from guiyan.console.web.visitor import Visitor

MOST: Final = "500"


async def organisations(here: Visitor, kinds: Sequence[str]) -> list[tuple[str, str]]:
    """Codes and names, in the order of their codes; none where registry is away: then the code is typed."""
    asked = [*(("kind", one) for one in kinds), ("active", "true"), ("limit", MOST)]
    try:
        found = await here.api.get("registry", "/v1/organisations", asked)
    except ApiError:
        return []
    if found.get("next_cursor"):
        return []
    return [(one["org_code"], one.get("short_name") or one["name"]) for one in found["items"]]
