"""What the digest's tests share: causes, the hour of gathering, what the mails say, the account of a day."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any, Final

from services.notifications.tests.test_accounts import get
from services.notifications.tests.test_both_sides import Sides, rows
from services.notifications.tests.town import CITY, HOME

from guiyan.events import Event, Payload, contact, new_id, registry
from guiyan.events.codes import (
    ContactChannel,
    EscalationLevel,
)
from guiyan.ledger import Context
from guiyan.ledger.calendar import moment_of
from guiyan.notifications.domain.notice import NOTICE, Command
from guiyan.notifications.gathering import Gathering
from guiyan.service.twins import START

DAY: Final = date(2026, 3, 10)
NUMBER: Final = re.compile(r"^   任务编号:(\S+)$", re.MULTILINE)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock in Shanghai."""
    return moment_of(day, time(hour, minute))


async def daily(town: Sides, value: str = "true") -> None:
    """The city decides for offices."""
    changed = registry.PolicyParameterChanged(
        key="notice.digest_daily", value=value, from_on="2026-03-01", document_no="伊示组发〔2026〕9号"
    )
    await town.world.happen(town.world.id("parameter"), changed)
    await town.town.settle()


def missed(town: Sides, quarter: str = "2026-Q1") -> contact.ContactMissed:
    """A duty ended without a contact: its contact person is told, by no certain day."""
    trip = town.world.id("trip")
    return contact.ContactMissed(
        member_id=town.member, quarter=quarter, branch=HOME, departure_id=trip, attempts=0, missed_in_a_row=1
    )


def reached(town: Sides) -> contact.ContactCompleted:
    """The member was reached after all."""
    return contact.ContactCompleted(member_id=town.member, quarter="2026-Q1", branch=HOME, channel=ContactChannel.PHONE)


def escalated(town: Sides) -> contact.ContactEscalated:
    """A missed contact is passed up to the branch's secretary."""
    return contact.ContactEscalated(
        member_id=town.member, quarter="2025-Q4", branch=HOME, level=EscalationLevel.BRANCH_SECRETARY, to_org=HOME,
        missed_in_a_row=1,
    )  # fmt: skip


async def duty(town: Sides, name: str, *payloads: Payload) -> str:
    """Something happens to a duty; gives its id."""
    id_ = town.world.id("duty", name)
    await town.world.happen(id_, *(payloads or (missed(town),)))
    return id_


def gathering(town: Sides) -> Gathering:
    """The job that makes digests."""
    (found,) = [one for one in town.town.composed.jobs if isinstance(one, Gathering)]
    return found


async def gather(town: Sides) -> None:
    """Let it do what is due by now."""
    await town.town.settle()
    job = gathering(town)
    async with asyncio.timeout(20):
        while not await job.at_rest():
            await job.look()
    await town.town.settle()


async def pass_to(town: Sides, moment: datetime) -> None:
    """The clock goes on and stops where a timer is due; there digests are made and messages sent."""
    await town.town.settle()
    while (due_at := await town.town.due.next_due_at()) is not None and due_at <= moment:
        await town.town.advance_to(due_at)
        await gather(town)
        await town.sent()
    await town.town.advance_to(moment)
    await gather(town)
    await town.sent()


def texts_of(mail: EmailMessage) -> str:
    """What a mail says."""
    return str(mail.get_content())


async def mails(town: Sides) -> list[tuple[str, str, str]]:
    """All there are: to whom, subject, text."""
    return [(to, str(mail["Subject"]), texts_of(mail)) for to, mail in await town.sent()]


async def states(town: Sides) -> Counter[tuple[str, str]]:
    """How many notices stand in which state, by rule."""
    return Counter((one["rule"], one["state"]) for one in await rows(town))


async def account(town: Sides, day: date = DAY) -> dict[str, Any]:
    """The account of a day, counted twice."""
    found = await get(town, "/v1/notices/reconciliation", day=day.isoformat(), recount="true")
    assert {name: found[name] for name in found["recount"]} == found["recount"]
    assert found["difference"] == 0
    return dict(found)


async def do(town: Sides, id_: str, *steps: Command) -> None:
    """What a sender does with a notice."""
    for step in steps:
        await town.town.parts.commands.execute(NOTICE, id_, step, Context(new_id(START), "t", CITY, "c", "c"))
    await town.town.settle()


async def a_digest(town: Sides, *names: str) -> tuple[str, list[str]]:
    """Digest of so many missed contacts, not sent yet: its id and those of its duties."""
    duties = [await duty(town, name) for name in names or ("one", "two")]
    await town.town.advance_to(at(DAY + timedelta(days=1), 10))
    await gather(town)
    (digest,) = await rows(town, rule="digest")
    return digest["id"], duties


async def events_of(town: Sides) -> list[Event]:
    """Everything that stands in the ledger."""
    head, found = await town.world.ledger.head(), []
    async for commits in town.world.ledger.follow(0):
        found += [event for commit in commits for event in commit.events]
        if commits and commits[-1].sequence >= head:
            break
    return found
