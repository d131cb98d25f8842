"""An event that calls for telling somebody becomes one intent (contract: key = cause event + rule + recipient)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final, Protocol

from guiyan.events import derived_id
from guiyan.events.codes import NoticeChannel, Suppression
from guiyan.events.contact.duty import DutyEvent
from guiyan.events.notifications.notice import NoticeQueued
from guiyan.events.notifications.study import ActivityEvent
from guiyan.ledger import Call, Fact, Policy, business_date
from guiyan.notifications.domain.matters import Known, Matter, matter_of
from guiyan.notifications.domain.notice import NOTICE, Queue
from guiyan.notifications.domain.rules import RULES, Rule, Whom

_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Recipients(Protocol):
    """Finds who serves an organisation."""

    async def find_post(self, org_code: str, post: str) -> str | None:
        """The person in a post (`contact_person` or `secretary`), or None for a gap."""

    async def find_known(self, aggregate_id: str, member_id: str) -> Known:
        """What else is known of a matter: a transfer's sides, and the member's branch."""


class StudyMatters(Protocol):
    """Knows a study activity and who is to hear of what happens to it."""

    async def known(self, fact: Fact) -> Known:
        """The activity as it stands, and whoever keeps contact with those whom the event concerns."""


class Versions(Protocol):
    """Knows which version of a template is in use."""

    async def current(self, template: str) -> int:
        """The version that a notice of now is made from."""


class Intents(Policy):
    """Queues one notice per cause, rule and recipient; a gap in the posts is an intent too, with its reason.

    So is a side without a system here that somebody has to tell: it stands with the one on whose behalf it is.
    """

    name: ClassVar[str] = "intents"
    handles: ClassVar[frozenset[str]] = frozenset(RULES)

    def __init__(self, recipients: Recipients, versions: Versions, channel: NoticeChannel, study: StudyMatters) -> None:
        self._recipients = recipients
        self._study = study
        self._versions = versions
        self._channel = channel

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Queue the notices that the event's rules ask for; the same person is told once."""
        matter = matter_of(fact.payload, fact.aggregate_id, await self._known(fact))
        calls: dict[str, Call] = {}
        for rule in RULES[fact.type]:
            for person, on_behalf in await self._whom(rule, matter):
                recipient = person or derived_id(_NO_TIME, "nobody", on_behalf or "-")
                call = await self._queue(fact, rule, matter, recipient, on_behalf, person is None)
                calls.setdefault(recipient, call)
        return list(calls.values())

    async def _whom(self, rule: Rule, matter: Matter) -> Sequence[tuple[str | None, str | None]]:
        """The persons that a rule tells, each with the organisation on whose behalf; None is a gap."""
        if rule.whom is Whom.KEEPERS:
            return [*matter.keepers.items()]
        org = matter.sides.get(rule.side)
        if org is None and not rule.must:
            return []
        person = None if org is None else await self._find(rule, org, matter)
        return [(person, org or matter.on_behalf)]

    async def _known(self, fact: Fact) -> Known:
        """What the event leaves out: a contact duty's says all."""
        if isinstance(fact.payload, DutyEvent):
            return Known()
        if isinstance(fact.payload, ActivityEvent):
            return await self._study.known(fact)
        return await self._recipients.find_known(fact.aggregate_id, fact.event.data["member_id"])

    async def _queue(  # noqa: PLR0913, PLR0917 - what an intent says
        self,
        fact: Fact,
        rule: Rule,
        matter: Matter,
        recipient: str,
        org: str | None,
        gap: bool,  # noqa: FBT001
    ) -> Call:
        notice_id = derived_id(fact.event.time, "notice", fact.event.id, rule.name, recipient)
        intent = NoticeQueued(
            cause_event_id=fact.event.id,
            rule=rule.name,
            recipient_id=recipient,
            org_code=org,
            member_id=matter.member_id,
            channel=self._channel,
            template=rule.template,
            template_version=await self._versions.current(rule.template),
            params=dict(matter.params),
        )
        suppressed = Suppression.NO_CONTACT_POINT if gap else None
        return Call(NOTICE, notice_id, Queue(intent, business_date(fact.event.time), suppressed))

    async def _find(self, rule: Rule, org: str, matter: Matter) -> str | None:
        """The contact person of the duty, else of the branch, else the secretary: a gap must not swallow a reminder."""
        if rule.whom is Whom.CONTACT_PERSON:
            if matter.contact_person_id is not None:
                return matter.contact_person_id
            found = await self._recipients.find_post(org, "contact_person")
            if found is not None:
                return found
        return await self._recipients.find_post(org, "secretary")
