"""The text of a message goes after its period, and at once when its recipient is erased; receipts stay as facts (§5.3).

What says what a message said is its values beside the template, and the file of a mailbox folder. Nothing else is kept.
What left in a digest goes with the digest's text (`policies.digests`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import ClassVar, Final, Protocol, runtime_checkable

from guiyan.events import derived_id
from guiyan.events.codes import Suppression
from guiyan.events.registry import DekDestroyed
from guiyan.ledger import Call, Clock, Commands, Context, Fact, Policy, Refused
from guiyan.ledger.calendar import add_months
from guiyan.ledger.due import SYSTEM_ORG
from guiyan.notifications.channels.pool import Pools
from guiyan.notifications.domain.notice import NOTICE, TEXT_IS_PAST, EraseText, NoticeState, Suppress
from guiyan.notifications.jobs import Looking
from guiyan.notifications.projections.notices import NOTICES
from guiyan.service.parameters import number
from guiyan.service.reads import Document, Reads
from guiyan.service.rulebook import Rulebook

KEPT_FOR: Final = "notice.text_kept_for"
LOOK_SECONDS: Final = 5.0
PAGE: Final = 200
PAST: Final = sorted(str(one) for one in TEXT_IS_PAST)


@runtime_checkable
class Keeps(Protocol):
    """A provider that keeps the text of what it was handed, here."""

    async def forget(self, reference: str) -> None:
        """Delete what it keeps of a message; nothing where it keeps nothing of it."""


class Texts(Looking):
    """Deletes texts: first where they lie, then as an event, so that a kill in between only repeats."""

    def __init__(self, commands: Commands, clock: Clock, notices: Reads, pools: Pools, rulebook: Rulebook) -> None:
        super().__init__("texts", LOOK_SECONDS)
        self._commands = commands
        self._clock = clock
        self._notices = notices
        self._pools = pools
        self._rulebook = rulebook

    async def look(self) -> None:
        """Delete what is past its period."""
        while await self.round() and not self._stopping.is_set():
            pass

    async def at_rest(self) -> bool:
        """Whether no text is past its period."""
        return not await self._past(1)

    async def round(self) -> int:
        """Delete the oldest texts past their period; gives how many went, after the documents show it."""
        gone, sequence = 0, 0
        for notice in await self._past(PAGE):
            await self.forget(notice)
            context = Context(
                derived_id(notice["queued_at"], "erase-text", notice["_id"]),
                "system:notifications",
                SYSTEM_ORG,
                notice["cause_event_id"],
                notice["correlation_id"],
            )
            with contextlib.suppress(Refused):  # it moved on meanwhile
                done = await self._commands.execute(NOTICE, notice["_id"], EraseText(self._clock.today()), context)
                gone, sequence = gone + 1, max(sequence, done.sequence)
        await self._notices.applied(sequence, wait_seconds=LOOK_SECONDS)
        return gone

    async def forget(self, notice: Document) -> None:
        """Delete what a provider keeps of it here."""
        found = self._pools.find(notice["provider"]) if notice.get("provider") else None
        if found is not None and isinstance(found[1].provider, Keeps):
            await found[1].provider.forget(notice["_id"])

    async def of_recipient(self, person_id: str) -> list[Document]:
        """The notices of a person whose text is still there."""
        return await self._notices.find(NOTICES, {"recipient_id": person_id, "text_erased": False})

    async def _past(self, limit: int) -> list[Document]:
        today = self._clock.today()
        await self._rulebook.refresh()
        months = number(self._rulebook.value(KEPT_FOR, today))
        before = add_months(today, -months).isoformat()
        query = {"text_erased": False, "queued_on": {"$lt": before}, "state": {"$in": PAST}, "digest_id": None}
        return await self._notices.find(NOTICES, query, sort=[("queued_on", 1)], limit=limit)


class ErasedPeople(Policy):
    """Whose key is destroyed is told nothing any more, and what was told goes; that it was told stays."""

    name: ClassVar[str] = "erased_people"
    handles: ClassVar[frozenset[str]] = frozenset({"DekDestroyed"})

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Suppress what waits for the person, erase the text of everything; one in hand is caught by its period."""
        told = fact.payload
        assert isinstance(told, DekDestroyed)  # noqa: S101 - the one type handled
        on, calls = fact.event.occurredon, []
        for notice in await self._texts.of_recipient(told.person_id):
            await self._texts.forget(notice)
            if notice["state"] in {NoticeState.QUEUED, NoticeState.HELD}:
                calls.append(Call(NOTICE, notice["_id"], Suppress(Suppression.RECIPIENT_ERASED, on)))
            calls.append(Call(NOTICE, notice["_id"], EraseText(on)))
        return calls
