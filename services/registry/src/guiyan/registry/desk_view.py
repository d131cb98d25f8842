"""What the desk shows that no task holds: the member's name, days left, who is responsible, on which level it lies.

It is read when somebody looks, so that no copy of a name has to follow corrections and erasures.
"""

from __future__ import annotations

from collections.abc import Iterable

from guiyan.registry.commands.tools import Tools
from guiyan.registry.projections.members import MEMBERS
from guiyan.registry.projections.organisations import ORGANISATIONS
from guiyan.service import desk
from guiyan.service.reads import Document, Reads


class DeskView:
    """Completes tasks for a page of the list."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def complete(self, tasks: list[Document]) -> list[Document]:
        """The tasks with what is known at this moment."""
        tools, today = self._tools, self._tools.clock.today()
        members = await _by_id(tools.register, MEMBERS, (one["member_id"] for one in tasks))
        offices = await _by_id(tools.organisations, ORGANISATIONS, (one["org_code"] for one in tasks))
        await tools.directory.refresh()
        return [
            {
                **one,
                "member": members.get(one["member_id"], {}).get("name"),
                "days_left": desk.days_left(one["due_on"], today) if one["open"] else None,
                "responsible": _responsible(offices.get(one["org_code"], {})),
                "level": desk.level_of(tools.directory, one["org_code"]),
            }
            for one in tasks
        ]


async def _by_id(reads: Reads, collection: str, ids: Iterable[str | None]) -> dict[str | None, Document]:
    wanted = sorted({one for one in ids if one is not None})
    found = await reads.find(collection, {"_id": {"$in": wanted}}) if wanted else []
    return {one["_id"]: one for one in found}


def _responsible(office: Document) -> str | None:
    """The contact person, or the secretary where there is none (S-11)."""
    person = office.get("contact_person") or office.get("secretary") or {}
    name: str | None = person.get("name")
    return name
