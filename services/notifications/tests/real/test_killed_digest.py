"""Killed while intents are queued, gathered and sent: each stands in one mail, once, and the day adds up.

`GUIYAN_DIGEST_KILLS` and `GUIYAN_DIGEST_CAUSES` make it as long as one likes.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import os
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from nats.aio.client import Client
from services.notifications.tests.real.at_work import Environment, opened, read
from services.notifications.tests.real.test_killed_account import at_work
from services.notifications.tests.town import FAR, HOME

from guiyan.cli.keys import KeyFolder
from guiyan.events import Payload, new_id
from guiyan.events.codes import ContactChannel
from guiyan.events.contact.duty import ContactCompleted, ContactMissed
from guiyan.events.registry import ContactPersonAppointed, PolicyParameterChanged
from guiyan.events.registry.post import PersonText
from guiyan.ledger import SystemClock
from guiyan.ledger.calendar import moment_of
from guiyan.ledger.commit import Commit
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsLedger
from guiyan.ledger.subject import Subject
from guiyan.ledger.testing.events import event_of
from guiyan.notifications.domain.timing import is_office_day
from guiyan.service.testing import until
from guiyan.service.twins import World

pytestmark = pytest.mark.timeout(3_600)
KILLS = int(os.environ.get("GUIYAN_DIGEST_KILLS", "4"))
CAUSES = int(os.environ.get("GUIYAN_DIGEST_CAUSES", "80"))
NUMBER = re.compile(r"^   任务编号:(\S+)$", re.MULTILINE)
SOON = SystemClock().today() + timedelta(days=2)
"""The service's clock is a manual one, later than any other time in the ledger."""
FIRST, SECOND = [day for day in (SOON + timedelta(days=n) for n in range(30)) if is_office_day(day)][:2]


class Contact:
    """What contact writes into the same ledger, at the installation's time."""

    def __init__(self, ledger: NatsLedger) -> None:
        self.ledger = ledger

    async def tell(self, payload: Payload, duty: str, at: datetime) -> None:
        """One event of a duty."""
        subject = Subject("contact", "duty", duty)
        before = await self.ledger.read(subject)
        version = 1 + (before.events[-1].streamversion if before.events else 0)
        event = event_of(payload, duty, version, occurred_on=at.date(), at=at)
        await self.ledger.append(Commit(subject, new_id(at), before.last_sequence, (event,)))

    async def miss(self, duties: Sequence[str], at: datetime) -> None:
        """These duties end without a contact: a contact person is told, by no certain day."""
        for number, duty in enumerate(duties):
            about = {"member_id": new_id(at), "quarter": "2026-Q1", "departure_id": new_id(at)}
            branch = (HOME, FAR)[number % 2]
            await self.tell(ContactMissed(**about, branch=branch, attempts=0, missed_in_a_row=1), duty, at)

    async def reach(self, duties: Sequence[str], at: datetime) -> None:
        """These members are reached after all."""
        for duty in duties:
            about = {"member_id": new_id(at), "quarter": "2026-Q1", "branch": HOME}
            await self.tell(ContactCompleted(**about, channel=ContactChannel.PHONE), duty, at)


@pytest.fixture
async def contact(environment: Environment, admin: Client, keys: KeyFolder) -> Contact:
    """Contact, beside the service."""
    ring = KeyRing.load(keys.mac_keys_file("contact"))
    return Contact(NatsLedger(admin, ring, prefix=environment["GUIYAN_STREAM_PREFIX"]))


async def people(registry: World) -> None:
    """Who keeps contact in two branches; the city gives offices one message a day."""
    changed = PolicyParameterChanged(
        key="notice.digest_daily", value="true", from_on="2026-01-01", document_no="伊示组发〔2026〕3号"
    )
    await registry.happen(registry.id("parameter"), changed)
    for org in (HOME, FAR):
        text = PersonText(name="张示例", email=f"keeper.{org}@guiyan.example")
        appointed = ContactPersonAppointed(org_code=org, person_id=registry.id("person", org))
        await registry.happen(org, appointed, pii=text)


async def killed(environment: Environment, folder: Path, registry: World, act: Callable[[], Awaitable[None]]) -> None:
    """A life of the service: something happens, it is at it, and is killed a moment later, after a digest or before."""
    async with at_work(environment, folder):
        before = await registry.ledger.head()
        await act()

        async def moved() -> bool:
            return await registry.ledger.head() > before

        await until(moved, seconds=120)
        await asyncio.sleep(random.Random(before).uniform(0, 3.0))


async def test_wherever_it_is_killed_each_matter_is_told_once(
    environment: Environment, registry: World, contact: Contact, admin: Client, tmp_path: Path
) -> None:
    """Arrivals, the digest's hour and what is over by then, with kills in between: no matter twice, none forgotten."""
    environment |= {"GUIYAN_CLOCK": "manual"}
    key = f"$KV.{environment['GUIYAN_STREAM_PREFIX']}CLOCK.now"

    async def clock(day: date, hour: int, minute: int = 0) -> datetime:
        at = moment_of(day, time(hour, minute))
        await admin.jetstream().publish(key, at.isoformat().encode())
        return at

    await people(registry)
    at = await clock(FIRST, 9)
    duties = [new_id(at) for _ in range(CAUSES)]
    parts = [duties[a:b] for a, b in pairwise(range(0, CAUSES + 1, CAUSES // KILLS))]
    for part in parts[:-1]:
        await killed(environment, tmp_path, registry, lambda part=part: contact.miss(part, at))  # type: ignore[misc] # mypy infers no type for a default
    over = duties[:: KILLS + 3]
    await contact.reach([one for one in over if one not in parts[-1]], at)
    late = await clock(FIRST, 10)
    for number in range(KILLS):
        some = parts[-1][number::KILLS]
        after = late + timedelta(minutes=1 + number)
        await killed(environment, tmp_path, registry, lambda some=some, after=after: contact.miss(some, after))  # type: ignore[misc] # mypy infers no type for a default
    await clock(SECOND, 10)
    account: dict[str, object] = {}
    async with opened(environment) as http:

        async def settled() -> bool:
            account.update(await read(http, "notices/reconciliation", day=FIRST.isoformat(), recount="true"))
            return account["due"] == len(duties) and account["pending"] == account["lost"] == 0

        await until(settled, seconds=120)
        digests = (await read(http, "notices", rule="digest", limit=500))["items"]
    told = _told(Path(environment["GUIYAN_MAILBOX"]))
    gone = {one for one in over if one not in parts[-1]}
    print(f"{2 * KILLS - 1} kills: {len(digests)} digests of {len(duties)} intents, {len(gone)} over: {account}")  # noqa: T201 - the figures of the run
    assert told == Counter(one for one in duties if one not in gone)
    figures = [account[name] for name in ("sent", "suppressed", "lost", "difference", "unknown")]
    assert figures == [len(duties) - len(gone), len(gone), 0, 0, 0]
    assert {name: account[name] for name in account["recount"]} == account["recount"]  # type: ignore[attr-defined] # a JSON object
    assert {one["state"] for one in digests} <= {"SENT", "SUPPRESSED"}


def _told(folder: Path) -> Counter[str]:
    """How often each duty stands in the mails of a folder."""
    mails = (email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in folder.glob("*.eml"))
    return Counter(number for mail in mails for number in NUMBER.findall(mail.get_content()))  # type: ignore[attr-defined] # an EmailMessage
