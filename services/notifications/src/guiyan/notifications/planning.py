"""How and when somebody is told: by which channel, in which language, alone or in the day's digest, not before when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from guiyan.events.codes import NoticeChannel, Replanning, Suppression
from guiyan.ledger import business_date
from guiyan.ledger.database import StoreUnavailable
from guiyan.notifications.domain.digest import Daily, waits
from guiyan.notifications.domain.preference import Preference
from guiyan.notifications.domain.rules import RULE_BY_NAME, URGENT, Rule, Whom
from guiyan.notifications.domain.timing import Quiet, digest_at, not_before
from guiyan.notifications.projections.preferences import PREFERENCES, preference_of
from guiyan.service.reads import Reads
from guiyan.service.rulebook import Rulebook

KNOWN_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What an intent says of its way; `suppressed` tells why there is none, `anew` why it is not the one before.

    One `for_digest` waits for the recipient's digest, which leaves at that moment.
    """

    channel: NoticeChannel
    language: str | None = None
    not_before: datetime | None = None
    suppressed: Suppression | None = None
    anew: Replanning | None = None
    for_digest: bool = False


class ParametersBehind(StoreUnavailable):
    """The city's parameters are not read yet up to the event that is planned for: tried again until they are."""


class Ways(Protocol):
    """Knows by which channels somebody can be reached."""

    async def channels(self, recipient_id: str, served: Sequence[NoticeChannel]) -> list[NoticeChannel]:
        """Of the channels that are served, in their order, those by which the recipient can be reached."""


class Versions(Protocol):
    """Knows which version of a template is in use."""

    async def current(self, template: str) -> int:
        """The version that a notice of now is made from."""


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

    async def know(self, sequence: int) -> None:
        """Plan by what the ledger says up to a sequence: a city's own hours hold from its first event on.

        Raises ParametersBehind while the parameters' documents have not come so far.
        """
        if not await self._rulebook.reach(sequence, wait_seconds=KNOWN_SECONDS):
            raise ParametersBehind(ParametersBehind.__doc__)

    async def plan(  # noqa: PLR0913 - an intent, and what is known of its recipient
        self,
        rule: Rule,
        recipient_id: str,
        at: datetime,
        *,
        params: Mapping[str, str] | None = None,
        gap: bool = False,
        sure: bool = False,
    ) -> Plan:
        """The plan for one recipient; a gap has no way, and says so.

        So has whoever is in no address book, where that is `sure`: elsewhere the book may only be behind.
        """
        ways = [] if gap else await self._ways.channels(recipient_id, self._served)
        if gap or (sure and not ways):
            return Plan(self._served[0], suppressed=Suppression.NO_CONTACT_POINT)
        wish = await self._wish(recipient_id)
        channel, refused = self._choice(wish, ways)
        if refused is not None:
            return Plan(channel, wish.language, suppressed=refused)
        leaves_at = await self._digest_at(rule, wish, at)
        if leaves_at is not None and waits(rule, params or {}, at, leaves_at):
            return Plan(channel, wish.language, leaves_at, for_digest=True)
        return Plan(channel, wish.language, await self._earliest(rule, at))

    async def way(self, recipient_id: str) -> Plan:
        """By which channel somebody would be told now, or why by none, as `plan` decides where the book is sure."""
        ways = await self._ways.channels(recipient_id, self._served)
        if not ways:
            return Plan(self._served[0], suppressed=Suppression.NO_CONTACT_POINT)
        channel, refused = self._choice(await self._wish(recipient_id), ways)
        return Plan(channel, suppressed=refused)

    async def plan_digest(self, rule: Rule, recipient_id: str, at: datetime) -> Plan:
        """How a digest leaves that is due: as everything else does, but for the book, which is asked when it leaves."""
        ways = await self._ways.channels(recipient_id, self._served)
        wish = await self._wish(recipient_id)
        channel, refused = self._choice(wish, ways)
        if refused is not None:
            return Plan(channel, wish.language, suppressed=refused)
        return Plan(channel, wish.language, await self._earliest(rule, at))

    async def plan_anew(self, rule_name: str, recipient_id: str, channel: NoticeChannel, at: datetime) -> Plan | None:
        """What has become of the plan of a notice that is about to leave; None: it may leave as it was planned.

        Its hours may be over by now, and its channel may be refused: then by the next channel as for a new notice.
        Suppressed as refused where there is no other channel; the address book may only be behind.
        """
        rule, wish = RULE_BY_NAME.get(rule_name), await self._wish(recipient_id)
        later = None if rule is None else await self._earliest(rule, at)
        if wish.choose([channel]) is not None:
            return Plan(channel, not_before=later, anew=Replanning.OUT_OF_HOURS) if later else None
        other = wish.choose(await self._ways.channels(recipient_id, self._served))
        if other is None:
            return Plan(channel, suppressed=Suppression.DO_NOT_CONTACT)
        return Plan(other, not_before=later, anew=Replanning.CHANNEL_REFUSED)

    async def retry_at(self, rule_name: str, at: datetime) -> datetime:
        """When a message may be tried again that could not be handed over: retries keep the hours too."""
        rule = RULE_BY_NAME.get(rule_name)
        return at if rule is None else await self._earliest(rule, at) or at

    def _choice(self, wish: Preference, ways: Sequence[NoticeChannel]) -> tuple[NoticeChannel, Suppression | None]:
        """The channel, and why there is none: all that there are were refused. Without any the book may be behind."""
        channel = wish.choose(ways)
        if channel is None and ways:
            return ways[0], Suppression.DO_NOT_CONTACT
        return channel or self._served[0], None

    async def _wish(self, recipient_id: str) -> Preference:
        return preference_of(await self._preferences.get(PREFERENCES, recipient_id))

    async def _earliest(self, rule: Rule, at: datetime) -> datetime | None:
        """Not at night; to an office on working days, unless it is urgent."""
        await self._rulebook.refresh()
        quiet = self._rulebook.valid(Quiet, business_date(at))
        working_days_only = rule.whom is not Whom.MEMBER and rule.name not in URGENT
        return not_before(at, quiet, working_days_only=working_days_only)

    async def _digest_at(self, rule: Rule, wish: Preference, at: datetime) -> datetime | None:
        """When the recipient's next digest leaves; None for whoever has each message at once."""
        await self._rulebook.refresh()
        day = business_date(at)
        digest = self._rulebook.valid(Daily, day)
        if not digest.is_for(rule, wish.digest):
            return None
        office = rule.whom is not Whom.MEMBER
        return digest_at(at, self._rulebook.valid(Quiet, day), digest.hour, working_days_only=office)
