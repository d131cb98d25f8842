"""A campaign's messages: one intent a member away below its organisation, streamed, begun anew after a kill (S-35)."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Final, Protocol

from guiyan.events import derived_id
from guiyan.events.codes import Suppression
from guiyan.events.notifications.delivery import CampaignClosed
from guiyan.events.notifications.notice import NoticeQueued
from guiyan.ledger import Call, Clock, Commands, Context, Decider, Ledger, Refused, Timer, business_date
from guiyan.ledger.due import SYSTEM_ORG
from guiyan.ledger.lease import Leases
from guiyan.notifications.domain.campaign import CAMPAIGN, CampaignState, Close, Start, campaign_notice_id
from guiyan.notifications.domain.notice import NOTICE, NoticeState, Queue
from guiyan.notifications.domain.rules import OF_CAMPAIGN
from guiyan.notifications.jobs import Looking
from guiyan.notifications.planning import Planner, Versions
from guiyan.notifications.projections.accounts import BATCHES, INTENTS
from guiyan.notifications.projections.campaigns import CAMPAIGNS
from guiyan.notifications.projections.learners import LEARNERS, NORMAL
from guiyan.notifications.projections.notices import NOTICES
from guiyan.service.directory import Directory
from guiyan.service.reads import CountingReads, Document, Query, Reads

PAGE: Final = 200
LOOK_SECONDS: Final = 1.0
APPLIED_SECONDS: Final = 60.0
LEASE: Final = "campaigns"


class Ways(Protocol):
    """The address book, as far as it is asked here."""

    async def knows(self, sequence: int) -> bool:
        """Whether it holds everything up to a ledger sequence."""


async def members_away(directory: Directory, org_code: str) -> Query:
    """The query for whom a campaign is: members in good standing who are away, below an organisation."""
    below = (await directory.standing(org_code)).where("branch")
    return {"$and": [{"status": NORMAL, "away_since": {"$ne": None}}, below]}


async def told_before(
    notices: Reads, members: Sequence[str], template: str, quarter: str, but: str | None = None
) -> set[str]:
    """Who of these has the same words of a quarter from a campaign already, sent or on their way; `but` is not asked.

    `but` is the event by which a campaign was planned.
    """
    same = {"rule": OF_CAMPAIGN.name, "template": template, "params.quarter": quarter}
    others = {"cause_event_id": {"$ne": but}, "state": {"$ne": NoticeState.SUPPRESSED}}
    found = await notices.find(NOTICES, {"recipient_id": {"$in": list(members)}, **same, **others})
    return {one["recipient_id"] for one in found}


async def sums_of(accounts: Reads, campaign: Document) -> CampaignClosed:
    """What a campaign has come to, from the account of its batch: what came back counts as failed."""
    rows = await accounts.find(BATCHES, {"batch": campaign["_id"]})
    parts = {name: sum(row[name] for row in rows) for name in ("due", "delivered", "sent", "suppressed", "pending")}
    return CampaignClosed(
        delivered=parts["delivered"],
        replied=campaign["replied"],
        failed=sum(row["failed"] + row["bounced"] for row in rows),
        unknown=sum(row["unknown"] for row in rows),
        recipients=parts["due"],
        sent=parts["sent"],
        suppressed=parts["suppressed"],
        pending=parts["pending"],
    )


class Campaigning(Looking):
    """Queues the notices of campaigns whose time has come; closes them after the quarter."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with
        self,
        ledger: Ledger,
        commands: Commands,
        clock: Clock,
        directory: Directory,
        campaigns: Reads,
        members: Reads,
        notices: Reads,
        accounts: CountingReads,
        ways: Ways,
        planner: Planner,
        versions: Versions,
        leases: Leases,
    ) -> None:
        super().__init__("campaigns", LOOK_SECONDS)
        self._ledger = ledger
        self._commands = commands
        self._clock = clock
        self._directory = directory
        self._campaigns = campaigns
        self._members = members
        self._notices = notices
        self._accounts = accounts
        self._ways = ways
        self._planner = planner
        self._versions = versions
        self._leases = leases

    async def at_rest(self) -> bool:
        """Whether no campaign waits whose time has come."""
        return not await self._due()

    async def look(self) -> None:
        """Queue what is due, where no other replica does; a second one would write nothing twice, only work in vain."""
        due = await self._due()
        if not due or (fence := await self._leases.try_acquire(LEASE)) is None:
            return
        try:
            for campaign in due:
                await self._queue_all(campaign, fence)
        finally:
            await self._leases.release(LEASE, fence)

    async def close(self, timer: Timer) -> Sequence[Call]:
        """The quarter is over: the campaign ends with what it has come to."""
        campaign = await self._campaigns.get(CAMPAIGNS, timer.data["campaign_id"])
        if campaign is None or campaign["state"] != CampaignState.STARTED:
            return ()
        return [
            Call(CAMPAIGN, campaign["_id"], Close(await sums_of(self._accounts, campaign), business_date(timer.due_at)))
        ]

    async def _due(self) -> list[Document]:
        query = {"state": str(CampaignState.PLANNED), "starts_at": {"$lte": self._clock.now()}}
        return await self._campaigns.find(CAMPAIGNS, query, sort=[("_id", 1)])

    async def _queue_all(self, campaign: Document, fence: int) -> None:
        """Page by page in the order of their ids; whose notice is there already is passed by.

        Whatever another campaign queued before stands in the documents by then: nobody gets the same words twice.
        """
        head = await self._ledger.head()
        if await self._notices.applied(head, wait_seconds=APPLIED_SECONDS) < head:
            return
        planned = await self._campaigns.applied()
        if not await self._ways.knows(planned) or await self._members.applied(planned) < planned:
            return  # whom the documents do not know yet is not unreachable
        await self._planner.know(planned)
        where, last, sequence = await members_away(self._directory, campaign["org_code"]), "", 0
        version = await self._versions.current(campaign["template"])
        while not self._stopping.is_set():
            page = await self._members.find(
                LEARNERS, {"$and": [where, {"_id": {"$gt": last}}]}, sort=[("_id", 1)], limit=PAGE
            )
            if not page:
                await self._started(campaign, sequence)
                return
            sequence = max(sequence, await self._queue_page(campaign, page, version))
            last = page[-1]["_id"]
            await self._leases.beat(LEASE, fence)

    async def _queue_page(self, campaign: Document, page: Sequence[Document], version: int) -> int:
        ids = {self._notice_id(campaign, one["_id"]): one for one in page}
        there = {one["_id"] for one in await self._notices.find(NOTICES, {"_id": {"$in": list(ids)}})}
        told = await told_before(
            self._notices,
            [one["_id"] for one in page],
            campaign["template"],
            campaign["quarter"],
            but=campaign["planned_event_id"],
        )
        sequence = 0
        for id_, member in ids.items():
            if id_ not in there:
                again = member["_id"] in told
                sequence = max(sequence, await self._queue(campaign, id_, member, version, again=again))
        return sequence

    async def _queue(self, campaign: Document, id_: str, member: Document, version: int, *, again: bool) -> int:
        """One intent, planned as every other; who cannot be reached, or wants none, stands there with the reason.

        `again`: another campaign told it before, and this one does not.
        """
        plan = await self._planner.plan(OF_CAMPAIGN, member["_id"], self._clock.now(), sure=True)
        suppressed = Suppression.DUPLICATE if again else plan.suppressed
        intent = NoticeQueued(
            cause_event_id=campaign["planned_event_id"],
            rule=OF_CAMPAIGN.name,
            recipient_id=member["_id"],
            org_code=member["branch"],
            member_id=member["_id"],
            channel=plan.channel,
            language=plan.language,
            not_before=plan.not_before,
            template=campaign["template"],
            template_version=version,
            params={"quarter": campaign["quarter"]},
            campaign_id=campaign["_id"],
        )
        return await self._execute(
            campaign, NOTICE, id_, Queue(intent, business_date(campaign["starts_at"]), suppressed)
        )

    async def _started(self, campaign: Document, sequence: int) -> None:
        """All are queued: how many they are is what stands in the account."""
        if await self._accounts.applied(sequence, wait_seconds=APPLIED_SECONDS) < sequence:
            return
        recipients = await self._accounts.count(INTENTS, {"batch": campaign["_id"]})
        with contextlib.suppress(Refused):
            await self._execute(campaign, CAMPAIGN, campaign["_id"], Start(recipients, self._clock.today()))

    async def _execute(self, campaign: Document, decider: Decider, id_: str, command: object) -> int:  # type: ignore[type-arg] # of a notice or of a campaign
        command_id = derived_id(campaign["planned_at"], "campaign", campaign["_id"], id_)
        cause = campaign["planned_event_id"]
        context = Context(command_id, "system:notifications", SYSTEM_ORG, cause, cause)
        return (await self._commands.execute(decider, id_, command, context)).sequence

    def _notice_id(self, campaign: Document, member_id: str) -> str:
        return campaign_notice_id(campaign["planned_event_id"], campaign["planned_at"], member_id)
