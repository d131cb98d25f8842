"""The service is killed again and again while it sends: nothing twice, nothing lost, and what nobody can know is told.

`GUIYAN_SENDER_KILLS` and `GUIYAN_SENDER_MESSAGES` make it as long as one likes (200 and 10,000: half an hour).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from services.notifications.tests.centre import SOURCE, a_centre

from guiyan.cli.keys import KeyFolder
from guiyan.cli.servers.ports import choose
from guiyan.events import new_id
from guiyan.events.codes import NoticeChannel
from guiyan.events.notifications.notice import NoticeQueued
from guiyan.events.registry import ContactPersonAppointed
from guiyan.events.registry.post import PersonText
from guiyan.ledger import Commands, Context, SystemClock
from guiyan.ledger.commit import Commit
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsKeyStore, NatsLedger
from guiyan.ledger.seal import PersonSealer
from guiyan.ledger.subject import Subject
from guiyan.ledger.testing.events import event_of
from guiyan.notifications.domain.editions import STANDING
from guiyan.notifications.domain.notice import NOTICE, Queue
from guiyan.service.testing import until

KILLS = int(os.environ.get("GUIYAN_SENDER_KILLS", "3"))
pytestmark = pytest.mark.timeout(3_600 + 60 * KILLS)
MESSAGES = int(os.environ.get("GUIYAN_SENDER_MESSAGES", "400"))
SETTLE_SECONDS = 8.0
"""Longer than a provider of these tests takes for a message on a machine that has much else to do."""
RETRY_SECONDS = 600.0
"""Towards the end of a long run all that is left may wait for its retry, or for an answer to be believed."""
AT_ONCE = 64
ORG = "654002001001"
CLOCK = SystemClock()


@dataclass
class Gateway:
    """An HTTP provider with bad days, slow ones too, that remembers what it took: by reference, how often."""

    chance: random.Random
    took: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    late: set[str] = field(default_factory=set)
    """Handed over, and to be taken after the first question."""
    told: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """What happened to each reference, for whoever has to find out."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection: taken, refused for now, or hung up on, before or after it was taken."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            method, path, _ = head.split("\r\n")[0].split(" ")
            length = next(
                (int(one[16:]) for one in head.lower().split("\r\n") if one.startswith("content-length: ")), 0
            )
            body = await reader.readexactly(length)
            answer = self._query(path) if method == "GET" else await self._send(json.loads(body)["reference"])
            if answer is not None:
                status, content = answer
                text = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n{content}"
                writer.write(text.encode())
                await writer.drain()
        writer.close()

    def _query(self, path: str) -> tuple[int, str]:
        self.asked += 1
        reference = path.rpartition("=")[2]
        self.told[reference].append(f"{time.monotonic():.2f} asked, has {self.took[reference]}")
        if reference in self.late:
            self.late.discard(reference)
            soon = self.chance.uniform(0, SETTLE_SECONDS / 2)
            asyncio.get_running_loop().call_later(soon, self._take, reference)
            return 404, ""
        return (200, json.dumps({"code": "OK", "id": f"g-{reference}"})) if self.took[reference] else (404, "")

    def _take(self, reference: str) -> None:
        self.took[reference] += 1
        self.told[reference].append(f"{time.monotonic():.2f} took")

    async def _send(self, reference: str) -> tuple[int, str] | None:
        self.told[reference].append(f"{time.monotonic():.2f} handed")
        await asyncio.sleep(self.chance.uniform(0, 0.02))
        day = self.chance.random()
        if day < 0.03:
            return 503, ""
        if day < 0.05:
            return None
        if day < 0.06:  # it takes it only after it was asked, and has said that it is not there
            self.late.add(reference)
            return None
        self._take(reference)
        return None if day < 0.08 else (200, json.dumps({"code": "OK", "id": f"g-{reference}"}))


@dataclass
class Town:
    """Who writes to the ledger beside the service, and the service's own variables."""

    registry: NatsLedger
    ledger: NatsLedger
    sealer: PersonSealer
    environment: dict[str, str]

    async def somebody(self) -> str:
        """Who is told: a contact person with a phone."""
        person_id, now = new_id(CLOCK.now()), CLOCK.now()
        text, subject = PersonText(name="张示例", phone="14000000001"), Subject("registry", "organisation", ORG)
        appointed = ContactPersonAppointed(org_code=ORG, person_id=person_id)
        sealed = await self.sealer.seal(person_id, text, stream=subject.stream, version=1, type_=appointed.type_name())
        event = event_of(appointed.model_copy(update={"pii": sealed}), ORG, occurred_on=CLOCK.today(), at=now)
        await self.registry.append(Commit(subject, new_id(now), 0, (event,)))
        return person_id

    async def queue(self, person_id: str, count: int) -> list[str]:
        """So many notices; gives their ids."""
        commands = Commands(self.ledger, self.sealer, CLOCK)
        ids = [new_id(CLOCK.now()) for _ in range(count)]

        async def one(id_: str) -> None:
            intent = NoticeQueued(
                cause_event_id=id_,
                rule="of_this_test",  # no rule of the office: its retries keep no office hours
                recipient_id=person_id,
                org_code=ORG,
                channel=NoticeChannel.SMS,
                template="contact_missed",
                template_version=STANDING["contact_missed"],
                params={"quarter": "2026-Q1", "duty": id_, "missed": "1"},
            )
            context = Context(new_id(CLOCK.now()), "t", ORG, "c", "c")
            await commands.execute(NOTICE, id_, Queue(intent, CLOCK.today()), context)

        for first in range(0, count, 64):
            await asyncio.gather(*(one(id_) for id_ in ids[first : first + 64]))
        return ids

    async def stories(self, ids: list[str]) -> dict[str, list[str]]:
        """What the ledger says of each notice."""
        wanted, found = set(ids), {id_: list[str]() for id_ in ids}
        head = await self.ledger.head()
        async for commits in self.ledger.follow(0):
            for commit in commits:
                for event in commit.events:
                    id_ = event.subject.rpartition("/")[2]
                    if id_ in wanted:
                        found[id_].append(event.type)
            if commits and commits[-1].sequence >= head:
                return found
        raise AssertionError("the ledger ended")


@pytest.fixture
def town(service_environment: Callable[[str], dict[str, str]], admin: Client, keys: KeyFolder) -> Town:
    """The ledger under this test's prefix, and the service's variables."""
    environment = service_environment("notifications")
    prefix = environment["GUIYAN_STREAM_PREFIX"]
    sealer = PersonSealer(NatsKeyStore(admin, prefix=prefix), MasterKeys.load(keys.master_keys_file()))
    registry, own = (
        NatsLedger(admin, KeyRing.load(keys.mac_keys_file(name)), prefix=prefix)
        for name in ("registry", "notifications")
    )
    return Town(registry, own, sealer, environment)


async def killed_again_and_again(
    town: Town, providers: str, folder: Path, chance: random.Random, done: Callable[[], Awaitable[bool]]
) -> int:
    """Run the service on these providers, kill it at random, let the last one finish; gives how often it was killed."""
    file = folder / "providers.toml"
    file.write_text(providers)
    more = {
        "GUIYAN_PROVIDERS_FILE": str(file),
        "GUIYAN_SEND_SETTLE_SECONDS": str(SETTLE_SECONDS),
        "GUIYAN_PORT": str(choose(1)[0]),
        "GUIYAN_LOG_LEVEL": "WARNING",
    }
    environment = os.environ | town.environment | more
    killed = 0
    async with _log(folder) as log:
        while True:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "guiyan.notifications", env=environment, stdout=log, stderr=log
            )
            try:
                if killed >= KILLS:
                    await until(done, seconds=1_800)
                    return killed
                before = await town.ledger.head()
                await until(lambda before=before: _moved(town, before), seconds=RETRY_SECONDS)  # it sends again
                await asyncio.sleep(chance.uniform(0, 1.0))
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
            killed += 1
            if await done():
                return killed


@contextlib.asynccontextmanager
async def _log(folder: Path) -> AsyncIterator[Any]:
    with (folder / "service.log").open("ab") as file:
        yield file


async def _moved(town: Town, before: int) -> bool:
    return await town.ledger.head() > before


def finished(story: list[str]) -> bool:
    """Whether a notice has its last word for now."""
    return story[-1] not in {"NoticeQueued", "NoticeSendStarted", "NoticeAttemptFailed", "NoticeSettled"}


async def test_where_the_provider_answers_every_notice_arrives_exactly_once(town: Town, tmp_path: Path) -> None:
    """Killed amid hand-overs, with 503s and broken connections between them: nothing twice, none unknown."""
    chance = random.Random(KILLS)
    peer = Gateway(chance)
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0, limit=1 << 20)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    providers = "".join(
        f'[[provider]]\nname = "{name}"\nkind = "http_sms"\nsend_url = "{base}/send"\nquery_url = "{base}/query"\n'
        'key_id = "guiyan"\nsecret = "a-secret"\ntimeout_seconds = 5\n'
        for name in ("one", "two", "three", "four", "five")  # so that a retry need not wait
    )
    ids = await town.queue(await town.somebody(), MESSAGES)

    async def done() -> bool:
        return all(peer.took[id_] for id_ in ids) and all(map(finished, (await town.stories(ids)).values()))

    killed = await killed_again_and_again(town, providers, tmp_path, chance, done)
    stories = await town.stories(ids)
    print(f"{killed} kills, {len(ids)} notices, asked back {peer.asked} times")  # noqa: T201 - the figures of a long run
    twice = {id_: (peer.told[id_], stories[id_]) for id_ in ids if peer.took[id_] != 1}
    assert not twice, "each exactly once at the peer"
    assert {story[-1] for story in stories.values()} == {"NoticeSent"}
    server.close()


async def test_where_it_cannot_be_asked_what_was_in_hand_is_unknown_and_nothing_is_twice(
    town: Town, tmp_path: Path
) -> None:
    """SMPP: after a kill nobody knows what became of those in hand; they are told, all others arrived exactly once."""
    chance = random.Random(KILLS)
    async with a_centre() as centre:
        providers = (
            f'[[provider]]\nname = "one"\nkind = "smpp"\nhost = "127.0.0.1"\nport = {centre.port}\n'
            f'system_id = "guiyan"\nsource = "{SOURCE}"\ntls = false\n'
        )
        ids = await town.queue(await town.somebody(), MESSAGES)

        async def done() -> bool:
            return all(map(finished, (await town.stories(ids)).values()))

        killed = await killed_again_and_again(town, providers, tmp_path, chance, done)
        stories = await town.stories(ids)
        ends = Counter(story[-1] for story in stories.values())
        claims = Counter(story.count("NoticeSendStarted") for story in stories.values())
        print(f"{killed} kills, {len(ids)} notices: {dict(ends)}, the centre took {len(centre.taken)}")  # noqa: T201 - the figures of a long run
        unknown = ends["NoticeOutcomeUnknown"]
        assert claims == {1: len(ids)}, "nothing is handed over a second time"
        assert ends["NoticeSent"] + unknown == len(ids)
        assert unknown <= AT_ONCE * killed
        assert ends["NoticeSent"] <= len(centre.taken) <= len(ids), "what is called sent is there, and nothing twice"
