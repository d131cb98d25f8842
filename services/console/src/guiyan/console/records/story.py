"""The record as a story: every event of it in plain words, the newest first (S-08)."""

import asyncio
from typing import Any

from guiyan.console.i18n import mark
from guiyan.console.reasons import responsibility
from guiyan.console.section import Section, Subject
from guiyan.console.tales import tell
from guiyan.console.web.visitor import Visitor


async def load(here: Visitor, subject: Subject) -> dict[str, Any]:
    """The events with their sentences, and who was responsible from when on."""
    info = await here.lists.get(here.api, "registry", "/v1/members")
    path = f"/v1/members/{subject.member_id}/history"
    found, posts = await asyncio.gather(here.api.get("registry", path, subject.at), responsibility(here, subject, info))
    return {"events": await tell(found["events"], here), "posts": posts}


SECTION = Section("story", mark("经历"), 10, load, past=True)
