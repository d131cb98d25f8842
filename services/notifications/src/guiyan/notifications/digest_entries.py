"""What a digest tells of as it leaves: what is over by then is left out, and the ledger says so before it leaves."""

from __future__ import annotations

from guiyan.events import derived_id
from guiyan.events.codes import Suppression
from guiyan.ledger import Clock, Commands, Context
from guiyan.ledger.due import SYSTEM_ORG
from guiyan.notifications.domain.notice import NOTICE, LeaveOut, NoticeState
from guiyan.notifications.queries import NoticeReads
from guiyan.service.reads import Document


class DigestEntries:
    """Decides over a digest's entries when it is handed over; one that was claimed says what it said (ADR 0037)."""

    def __init__(self, commands: Commands, clock: Clock, notices: NoticeReads) -> None:
        self._commands = commands
        self._clock = clock
        self._notices = notices

    async def told(self, digest: Document) -> list[Document]:
        """The notices that are in it; raises Refused where somebody else claimed it meanwhile.

        Where all are over since that was asked last, none is left out: a moment ago they were wanted.
        """
        entries = await self._notices.entries_of(digest)
        if digest["state"] != NoticeState.QUEUED:
            return entries
        wanted = await self._notices.wanted(entries)
        if len(wanted) == len(entries) or not wanted:
            return entries
        kept = {one["_id"] for one in wanted}
        out = tuple(one["_id"] for one in entries if one["_id"] not in kept)
        id_ = digest["_id"]
        command_id = derived_id(digest["queued_at"], "leave-out", id_, *out)
        context = Context(command_id, "system:notifications", SYSTEM_ORG, id_, digest["correlation_id"])
        command = LeaveOut(out, Suppression.NO_LONGER_NEEDED, self._clock.today())
        await self._commands.execute(NOTICE, id_, command, context)
        return wanted
