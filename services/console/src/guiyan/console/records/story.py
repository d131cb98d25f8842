"""The record as a story: every event of it in plain words, the newest first (S-08)."""

from typing import Any

from guiyan.console.i18n import mark
from guiyan.console.section import Section, Subject
from guiyan.console.tales import tell
from guiyan.console.web.visitor import Visitor


async def load(here: Visitor, subject: Subject) -> dict[str, Any]:
    """The events with their sentences."""
    found = await here.api.get("registry", f"/v1/members/{subject.member_id}/history", subject.at)
    return {"events": await tell(found["events"], here)}


SECTION = Section("story", mark("经历"), 10, load, past=True)
