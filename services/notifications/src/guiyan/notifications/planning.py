"""How and when somebody is told: by which channel and in which language, and not before which moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from guiyan.events.codes import NoticeChannel, Replanning, Suppression
from guiyan.ledger import business_date
from guiyan.notifications.domain.preference import Preference
from guiyan.notifications.domain.rules import RULE_BY_NAME, URGENT, Rule, Whom
from guiyan.notifications.domain.timing import Quiet, not_before
from guiyan.notifications.projections.preferences import PREFERENCES, preference_of
from guiyan.service.reads import Reads
from guiyan.service.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Plan:
    """What an intent says of its way; `suppressed` tells why there is none, `anew` why it is not the one before."""

    channel: NoticeChannel
    language: str | None = None
    not_before: datetime | None = None
    suppressed: Suppression | None = None
    anew: Replanning | None = None


class Ways(Protocol):
    """Knows by which channels somebody can be reached."""

    async def channels(self, recipient_id: str, served: Sequence[NoticeChannel]) -> list[NoticeChannel]:
        """Of the channels that are served, in their order, those by which the recipient can be reached."""


class Planner:
    """Plans each intent when it is queued; what is decided then stands with it."""

    def __init__(self, ways: Ways, served: Sequence[NoticeChannel], rulebook: Rulebook, preferences: Reads) -> None:
        self._ways = ways
        self._served = served
        self._rulebook = rulebook
        self._preferences = preferences

    async def reaches(self, recipient_id: str) -> bool:
        """Whether there is any way at all."""
        return bool(await self._ways.channels(recipient_id, self._served))

    async def plan(self, rule: Rule, recipient_id: str, at: datetime, *, gap: bool = False, sure: bool = False) -> Plan:
        """The plan for one recipient; a gap has no way, and says so.

        So has whoever is in no address book, where that is `sure`: elsewhere the book may only be behind.
        """
        ways = [] if gap else await self._ways.channels(recipient_id, self._served)
        if gap or (sure and not ways):
            return Plan(self._served[0], suppressed=Suppression.NO_CONTACT_POINT)
        wish = await self._wish(recipient_id)
        channel = wish.choose(ways)
        if channel is None and ways:
            return Plan(ways[0], wish.language, suppressed=Suppression.DO_NOT_CONTACT)
        return Plan(channel or self._served[0], wish.language, await self.earliest(rule, at))

    async def plan_anew(self, rule_name: str, recipient_id: str, channel: NoticeChannel, at: datetime) -> Plan | None:
        """What has become of the plan of a notice that is about to leave; None: it may leave as it was planned.

        Its hours may be over by now, and its channel may be refused: then by the next channel as for a new notice.
        Suppressed as refused where there is no other channel; the address book may only be behind.
        """
        rule, wish = RULE_BY_NAME.get(rule_name), await self._wish(recipient_id)
        later = None if rule is None else await self.earliest(rule, at)
        if wish.choose([channel]) is not None:
            return Plan(channel, not_before=later, anew=Replanning.OUT_OF_HOURS) if later else None
        other = wish.choose(await self._ways.channels(recipient_id, self._served))
        if other is None:
            return Plan(channel, suppressed=Suppression.DO_NOT_CONTACT)
        return Plan(other, not_before=later, anew=Replanning.CHANNEL_REFUSED)

    async def _wish(self, recipient_id: str) -> Preference:
        return preference_of(await self._preferences.get(PREFERENCES, recipient_id))

    async def earliest(self, rule: Rule, at: datetime) -> datetime | None:
        """Not at night; to an office on working days, unless it is urgent."""
        await self._rulebook.refresh()
        quiet = self._rulebook.valid(Quiet, business_date(at))
        working_days_only = rule.whom is not Whom.MEMBER and rule.name not in URGENT
        return not_before(at, quiet, working_days_only=working_days_only)

    async def retry_at(self, rule_name: str, at: datetime) -> datetime:
        """When a message may be tried again that could not be handed over: retries keep the hours too."""
        rule = RULE_BY_NAME.get(rule_name)
        return at if rule is None else await self.earliest(rule, at) or at
