"""Killed between a cause and its message: the account of the day finds every intent, each once, and no difference.

`GUIYAN_ACCOUNT_KILLS` and `GUIYAN_ACCOUNT_CAUSES` make it as long as one likes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.aio.client import Client
from services.notifications.tests.real.at_work import Environment, opened, read
from services.notifications.tests.town import HOME, TOWN

from guiyan.cli.keys import KeyFolder
from guiyan.cli.servers.ports import choose
from guiyan.events import new_id
from guiyan.events.codes import EscalationLevel
from guiyan.events.contact.duty import ContactEscalated
from guiyan.events.registry import PolicyParameterChanged, SecretaryAppointed
from guiyan.events.registry.post import PersonText
from guiyan.ledger import SystemClock
from guiyan.ledger.commit import Commit
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsLedger
from guiyan.ledger.subject import Subject
from guiyan.ledger.testing.events import event_of
from guiyan.service.testing import until
from guiyan.service.twins import World

pytestmark = pytest.mark.timeout(3_600)
KILLS = int(os.environ.get("GUIYAN_ACCOUNT_KILLS", "3"))
CAUSES = int(os.environ.get("GUIYAN_ACCOUNT_CAUSES", "150"))
CLOCK = SystemClock()


@pytest.fixture
async def contact(environment: Environment, admin: Client, keys: KeyFolder) -> NatsLedger:
    """What contact writes into the same ledger."""
    ring = KeyRing.load(keys.mac_keys_file("contact"))
    return NatsLedger(admin, ring, prefix=environment["GUIYAN_STREAM_PREFIX"])


async def escalate(contact: NatsLedger, count: int) -> None:
    """So many contacts are passed up to the township: each calls for one message, at once."""

    async def one() -> None:
        id_, now = new_id(CLOCK.now()), CLOCK.now()
        told = ContactEscalated(
            member_id=new_id(now),
            quarter="2026-Q1",
            branch=HOME,
            level=EscalationLevel.TOWNSHIP_OFFICER,
            to_org=TOWN,
            missed_in_a_row=2,
        )
        event = event_of(told, id_, occurred_on=CLOCK.today(), at=now)
        await contact.append(Commit(Subject("contact", "duty", id_), new_id(now), 0, (event,)))

    for first in range(0, count, 50):
        await asyncio.gather(*(one() for _ in range(min(50, count - first))))


@contextlib.asynccontextmanager
async def at_work(environment: Environment, folder: Path) -> AsyncIterator[None]:
    """The service as a process of its own, which dies in the end as by SIGKILL."""
    more = {"GUIYAN_PORT": str(choose(1)[0]), "GUIYAN_LOG_LEVEL": "WARNING"}
    with (folder / "service.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "guiyan.notifications", env=os.environ | environment | more, stdout=log, stderr=log
        )
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def test_whenever_it_is_killed_the_day_adds_up(
    environment: Environment, registry: World, contact: NatsLedger, tmp_path: Path
) -> None:
    """Killed while it queues and sends, it goes on: each cause one intent, one file, and the difference is 0."""
    for key in ("notice.quiet_from", "notice.quiet_to"):  # the clock is the machine's: nothing is to wait for morning
        changed = PolicyParameterChanged(key=key, value="0", from_on="2026-01-01", document_no="伊示组发〔2026〕3号")
        await registry.happen(registry.id("parameter", key), changed)
    person = SecretaryAppointed(org_code=TOWN, person_id=registry.id("person"))
    await registry.happen(TOWN, person, pii=PersonText(name="张示例", email="officer@guiyan.example"))
    async with opened(environment) as http:
        await until(lambda: _caught_up(http), seconds=60)
    chance, today = random.Random(KILLS), CLOCK.today().isoformat()
    for _ in range(KILLS):
        async with at_work(environment, tmp_path):
            await escalate(contact, CAUSES // KILLS)
            before = await registry.ledger.head()
            await until(lambda before=before: _moved(registry, before), seconds=120)
            await asyncio.sleep(chance.uniform(0, 1.0))
    count = CAUSES // KILLS * KILLS
    account: dict[str, Any] = {}
    async with opened(environment) as http:

        async def settled() -> bool:
            account.update(await read(http, "notices/reconciliation", day=today, recount="true"))
            return bool(account["sent"] + account["delivered"] == count)

        await until(settled, seconds=40)
        report = await read(http, "notice-accounts/report", period=today[:7])
    print(f"{KILLS} kills: {account}")  # noqa: T201 - the figures of a long run
    assert (account["due"], account["lost"], account["difference"], account["unknown"]) == (count, 0, 0, 0)
    assert {name: account[name] for name in account["recount"]} == account["recount"]
    assert report["total"]["figures"]["due"]["value"] == count
    assert len(list((tmp_path / "mailbox").glob("*.eml"))) == count


async def _moved(registry: World, before: int) -> bool:
    return await registry.ledger.head() > before


async def _caught_up(http: httpx.AsyncClient) -> bool:
    """Whether the city's own hours are known: what is queued before keeps the hours that there were."""
    told = (await http.get("/readyz")).json()
    return bool(told["projections"]) and not any(one["lag_events"] for one in told["projections"])
