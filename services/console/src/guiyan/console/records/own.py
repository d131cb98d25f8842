"""A member's own part of the record: to know, a copy, a correction, who looked (PIPL Art. 44-47, domain.md §5.1)."""

from __future__ import annotations

from typing import Any, Final

from guiyan.console.i18n import mark
from guiyan.console.listed import Rows, tables_of
from guiyan.console.records.contacts import POINTS
from guiyan.console.section import Section, Subject
from guiyan.console.web.visitor import Visitor
from guiyan.service.auth import Role

ACCESSES: Final = Rows(
    mark("谁看过我的信息"), "registry", "/v1/accesses", ("at", "actor_org", "actor", "act", "fields", "reason")
)
CORRECTIONS: Final = Rows(
    mark("我的更正申请"), "registry", "/v1/corrections", ("requested_on", "fields", "state", "answered_on", "refusal"),
    record="/ledgers/corrections/{id}",
)  # fmt: skip


async def load(here: Visitor, subject: Subject) -> dict[str, Any]:
    """What can be asked for, the own contacts, what was asked for, who looked."""
    return {"tables": await tables_of(here, subject, POINTS, CORRECTIONS, ACCESSES)}


SECTION = Section("own", mark("我的信息"), 5, load, roles=frozenset({Role.MEMBER}))
