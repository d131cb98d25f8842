"""An event that calls for telling somebody becomes one intent (contract: key = cause event + rule + recipient)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final, Protocol

from guiyan.events import derived_id
from guiyan.events.codes import NoticeChannel, Suppression
from guiyan.events.notifications.notice import NoticeQueued
from guiyan.ledger import Call, Fact, Policy, business_date
from guiyan.notifications.domain.notice import NOTICE, Queue
from guiyan.notifications.domain.rules import RULES, About, Rule, Whom, about
from guiyan.notifications.domain.templates import TEMPLATES

_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Recipients(Protocol):
    """Finds who serves an organisation."""

    async def find_post(self, org_code: str, post: str) -> str | None:
        """The person in a post (`contact_person` or `secretary`), or None for a gap."""


class Intents(Policy):
    """Queues one notice per cause, rule and recipient; a gap in the posts is an intent too, with its reason."""

    name: ClassVar[str] = "intents"
    handles: ClassVar[frozenset[str]] = frozenset(RULES)

    def __init__(self, recipients: Recipients, channel: NoticeChannel) -> None:
        self._recipients = recipients
        self._channel = channel

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Queue the notice that the event's rule asks for."""
        rule, what = RULES[fact.type], about(fact.payload, fact.aggregate_id)
        person = await self._find(rule, what)
        recipient = person or derived_id(_NO_TIME, "nobody", what.org_code)
        notice_id = derived_id(fact.event.time, "notice", fact.event.id, rule.name, recipient)
        intent = NoticeQueued(
            cause_event_id=fact.event.id,
            rule=rule.name,
            recipient_id=recipient,
            org_code=what.org_code,
            member_id=what.member_id,
            channel=self._channel,
            template=rule.template,
            template_version=TEMPLATES[rule.template].version,
            params=what.params,
        )
        gap = None if person else Suppression.NO_CONTACT_POINT
        return [Call(NOTICE, notice_id, Queue(intent, business_date(fact.event.time), gap))]

    async def _find(self, rule: Rule, what: About) -> str | None:
        """The contact person of the duty, else of the branch, else the secretary: a gap must not swallow a reminder."""
        if rule.whom is Whom.CONTACT_PERSON:
            if what.contact_person_id is not None:
                return what.contact_person_id
            found = await self._recipients.find_post(what.org_code, "contact_person")
            if found is not None:
                return found
        return await self._recipients.find_post(what.org_code, "secretary")
