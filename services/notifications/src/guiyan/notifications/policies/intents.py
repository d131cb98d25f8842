"""An event that calls for telling somebody becomes one intent (contract: key = cause event + rule + recipient)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar, Final, Protocol

from guiyan.events import derived_id
from guiyan.events.contact.duty import DutyEvent
from guiyan.events.notifications.notice import NoticeQueued
from guiyan.events.notifications.study import ActivityEvent
from guiyan.ledger import Call, Fact, Policy, business_date
from guiyan.notifications.domain.endings import ENDED_BY, record_of
from guiyan.notifications.domain.matters import Known, Matter, matter_of
from guiyan.notifications.domain.notice import NOTICE, Queue
from guiyan.notifications.domain.rules import RULES, Rule, Whom
from guiyan.notifications.planning import Plan, Versions

_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Recipients(Protocol):
    """Finds who serves an organisation."""

    async def find_post(self, org_code: str, post: str) -> str | None:
        """The person in a post (`contact_person` or `secretary`), or None for a gap."""

    async def find_known(self, aggregate_id: str, member_id: str | None, org_code: str | None = None) -> Known:
        """What else is known of a matter: a transfer's sides, the member's branch, whose it is or who stands above."""


class StudyMatters(Protocol):
    """Knows a study activity and who is to hear of what happens to it."""

    async def known(self, fact: Fact) -> Known:
        """The activity as it stands, and whoever keeps contact with those whom the event concerns."""


class Plans(Protocol):
    """Plans how and when somebody is told."""

    async def know(self, sequence: int) -> None:
        """Plan by the city's parameters as the ledger has them up to a sequence."""

    async def reaches(self, recipient_id: str) -> bool:
        """Whether there is any way at all."""

    async def plan(
        self, rule: Rule, recipient_id: str, at: datetime, *, params: Mapping[str, str], gap: bool = False
    ) -> Plan:
        """The plan for one recipient; a gap has no way, and says so."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One to be told: who (None where nobody serves), on whose behalf, with which template; `gap`: cannot be."""

    person: str | None
    on_behalf: str | None
    template: str
    gap: bool = False


class Intents(Policy):
    """Queues one notice per cause, rule and recipient; a gap in the posts is an intent too, with its reason.

    So is a side without a system here that somebody has to tell: it stands with the one on whose behalf it is.
    """

    name: ClassVar[str] = "intents"
    handles: ClassVar[frozenset[str]] = frozenset(RULES)

    def __init__(self, recipients: Recipients, versions: Versions, plans: Plans, study: StudyMatters) -> None:
        self._recipients = recipients
        self._study = study
        self._versions = versions
        self._plans = plans

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Queue the notices that the event's rules ask for; the same person is told once, and the notice names all."""
        await self._plans.know(fact.sequence)
        matter = matter_of(fact.payload, fact.aggregate_id, await self._known(fact))
        calls: dict[str, Call] = {}
        for rule in RULES[fact.type]:
            for told in await self._whom(rule, matter):
                recipient = told.person or derived_id(_NO_TIME, "nobody", told.on_behalf or "-")
                if recipient in calls:
                    calls[recipient] = _also(calls[recipient], rule)
                else:
                    calls[recipient] = await self._queue(fact, rule, matter, recipient, told)
        return list(calls.values())

    async def _whom(self, rule: Rule, matter: Matter) -> Sequence[_Told]:
        """The persons that a rule tells, each with the organisation on whose behalf; no person is a gap."""
        if rule.whom is Whom.KEEPERS:
            return [_Told(person, org, rule.template) for person, org in matter.keepers.items()]
        org = matter.sides.get(rule.side)
        if rule.whom is Whom.MEMBER:
            return await self._member(rule, org, matter)
        if org is None and not rule.must:
            return []
        person = None if org is None else await self._find(rule, org, matter)
        return [_Told(person, org or matter.on_behalf, rule.template, gap=person is None)]

    async def _member(self, rule: Rule, org: str | None, matter: Matter) -> Sequence[_Told]:
        """The member himself; who cannot be reached stands there with the reason, and somebody passes it on."""
        if matter.member_id is None:
            return []
        if await self._plans.reaches(matter.member_id):
            return [_Told(matter.member_id, org, rule.template)]
        unreached = _Told(matter.member_id, org, rule.template, gap=True)
        if rule.through is None or org is None:
            return [unreached]
        person = await self._find(rule, org, matter)
        return [unreached, _Told(person, org, rule.through, gap=person is None)]

    async def _known(self, fact: Fact) -> Known:
        """What the event leaves out: a contact duty's says all."""
        if isinstance(fact.payload, DutyEvent):
            return Known()
        if isinstance(fact.payload, ActivityEvent):
            return await self._study.known(fact)
        told = fact.payload.model_dump(include={"member_id", "branch", "org_code"})
        org = told.get("branch") or told.get("org_code")
        return await self._recipients.find_known(fact.aggregate_id, told.get("member_id"), org)

    async def _queue(self, fact: Fact, rule: Rule, matter: Matter, recipient: str, told: _Told) -> Call:
        notice_id = derived_id(fact.event.time, "notice", fact.event.id, rule.name, recipient)
        plan = await self._plans.plan(rule, recipient, fact.event.time, params=matter.params, gap=told.gap)
        ends = fact.type in ENDED_BY
        intent = NoticeQueued(
            cause_event_id=fact.event.id,
            rule=rule.name,
            recipient_id=recipient,
            org_code=told.on_behalf,
            member_id=matter.member_id,
            channel=plan.channel,
            language=plan.language,
            template=told.template,
            template_version=await self._versions.current(told.template),
            params=dict(matter.params),
            not_before=plan.not_before,
            for_digest=plan.for_digest,
            about_id=record_of(fact.payload, fact.aggregate_id) if ends else None,
            cause_sequence=fact.sequence if ends else None,
        )
        return Call(NOTICE, notice_id, Queue(intent, business_date(fact.event.time), plan.suppressed))

    async def _find(self, rule: Rule, org: str, matter: Matter) -> str | None:
        """The contact person of the duty, else of the branch, else the secretary: a gap must not swallow a reminder."""
        if rule.whom is not Whom.SECRETARY:
            if matter.contact_person_id is not None:
                return matter.contact_person_id
            found = await self._recipients.find_post(org, "contact_person")
            if found is not None:
                return found
        return await self._recipients.find_post(org, "secretary")


def _also(call: Call, rule: Rule) -> Call:
    """The notice answers one more rule of its event."""
    intent = call.command.intent
    named = intent.model_copy(update={"also": (*intent.also, rule.name)})
    return replace(call, command=replace(call.command, intent=named))
