"""Reminders through the SMTP and SMPP peers, against the bare client library on the same peer in the same run.

Notifications runs as a process of its own; the peers are processes of their own, too (`bench.peers`). Ours is what the
peer saw between the first and the last message of a run whose notices all stood in the ledger before the service began.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

import aiosmtplib
import psutil
import smpp34

from bench.filled import append_all
from bench.place import Place, Town
from bench.report import Bar, Row, percentile
from guiyan.cli.up.services import ServiceProcess
from guiyan.events import new_id
from guiyan.events.codes import NoticeChannel
from guiyan.events.notifications.notice import NoticeQueued
from guiyan.events.registry import ContactPersonAppointed, PolicyParameterChanged
from guiyan.events.registry.post import PersonText
from guiyan.ledger import Appended, Commit, Subject, SystemClock
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsLedger
from guiyan.ledger.testing.events import event_of
from guiyan.notifications.channels.mail import compose
from guiyan.notifications.channels.port import Message
from guiyan.notifications.channels.smpp_text import parts_of
from guiyan.notifications.domain.editions import STANDING

ORG, SENDER, NUMBER = "654002001001", "office@guiyan.example", "8614000000001"
CONNECTIONS, WINDOW = 32, 64
ARRIVE_SECONDS = 1_800.0
LOOK_SECONDS = 0.25
RULE = "dues_to_member"
"""Leaves on any day; the nights are taken away (`_without_nights`), so that hours are asked for at any hour."""
CLOCK = SystemClock()
CHANNELS: Final = {"smtp": NoticeChannel.EMAIL, "smpp": NoticeChannel.SMS}


@dataclass
class Peer:
    """The other side: its port, and what it says when it is asked."""

    port: int
    _process: asyncio.subprocess.Process
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, kind: str) -> AsyncIterator[Peer]:
        """A peer of a kind; ended at the end."""
        pipe = asyncio.subprocess.PIPE
        run = (sys.executable, "-m", "bench.peers", kind)
        process = await asyncio.create_subprocess_exec(*run, stdin=pipe, stdout=pipe, limit=1 << 26)
        stdin, stdout = _pipes(process)
        try:
            yield cls(int(await stdout.readline()), process)
        finally:
            stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 10)
            if process.returncode is None:
                process.kill()

    async def ask(self, what: str = "told") -> dict[str, Any]:
        """`told`, `all` (with the time of each reference), or `forget`."""
        stdin, stdout = _pipes(self._process)
        async with self._lock:
            stdin.write(what.encode() + b"\n")
            found: dict[str, Any] = json.loads(await stdout.readline())
        return found


def _pipes(process: asyncio.subprocess.Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the peer was started without pipes")
    return process.stdin, process.stdout


async def measure(place: Place) -> list[Row]:
    """Both peers; and at 100 a second how soon a mail is with the peer after its event."""
    rows = []
    for kind in CHANNELS:
        async with Peer.open(kind) as peer:
            rows += await _measure(place, kind, peer)
    return rows


async def _measure(place: Place, kind: str, peer: Peer) -> list[Row]:
    count = place.sizes.notices
    speed, memory = Row(f"sending, {kind}", Bar(0.8)), Row(f"sending, {kind}, memory", Bar(1.2, at_least=False))
    memory.unit = " MiB"
    rows = [speed, memory]
    file = place.folder / f"providers-{kind}.toml"
    file.write_text(_provider(kind, peer.port))
    more = {"GUIYAN_PROVIDERS_FILE": str(file)}
    async with place.town() as town:
        await _without_nights(town)
        person = await _somebody(town)
        ids = await _queue(place, town, person, kind, count)
        await peer.ask("forget")
        async with place.services(town, ["notifications"], more=more) as services:
            half, full, millis = await _watched(services["notifications"], peer, count)
            told = await peer.ask("all")
            if told["count"] != count or (kind == "smtp" and set(told["at"]) != set(ids)):
                speed.fault = f"{told['count']:,} messages of {count:,} at the peer, {told['different']:,} different"
            memory.values.append(full / half)
            memory.ours.append(full)
            memory.bare.append(half)
            if kind == "smtp":
                rows.append(await _soon(place, town, person, peer))
        ours = count / (told["last"] - told["first"])
        await peer.ask("forget")
        used = time.process_time()
        await _bare(kind, peer.port, count)
        bare_millis = 1_000 * (time.process_time() - used) / count
        plain = await peer.ask()
        speed.add(ours, count / (plain["last"] - plain["first"]))
    speed.notes.append(
        f"{count:,} {kind} messages, claims and results durable, in groups; bare: "
        + (f"aiosmtplib over {CONNECTIONS} kept connections" if kind == "smtp" else f"smpp34, a window of {WINDOW}")
        + f"; processor time a message: service {millis:.2f} ms, bare client {bare_millis:.2f} ms"
    )
    memory.notes.append("resident memory of the service when half of the messages had left, and at the end")
    return rows


def _provider(kind: str, port: int) -> str:
    head = f'[[provider]]\nname = "peer"\nkind = "{kind}"\nhost = "127.0.0.1"\nport = {port}\n'
    if kind == "smtp":
        return head + f'sender = "{SENDER}"\ntls = "none"\nconnections_most = {CONNECTIONS}\n'
    return head + f'system_id = "bench"\nsource = "10690001"\ntls = false\nwindow = {WINDOW}\n'


async def _without_nights(town: Town) -> None:
    """Messages leave at any hour: the quiet hours begin when they end."""
    now, id_ = CLOCK.now(), "notice-quiet_from"
    changed = PolicyParameterChanged(key="notice.quiet_from", value="9", from_on=CLOCK.today(), document_no="2026-1")
    event = event_of(changed, id_, occurred_on=CLOCK.today(), at=now)
    await append_all(town, [Commit(Subject("registry", "policy", id_), new_id(now), 0, (event,))])


async def _somebody(town: Town) -> str:
    """Who is told: one contact person with mail address and phone."""
    person, now, subject = new_id(CLOCK.now()), CLOCK.now(), Subject("registry", "organisation", ORG)
    text = PersonText(name="张示例", phone=NUMBER[2:], email="contact@guiyan.example")
    appointed = ContactPersonAppointed(org_code=ORG, person_id=person)
    sealed = await town.sealer.seal(person, text, stream=subject.stream, version=1, type_=appointed.type_name())
    event = event_of(appointed.model_copy(update={"pii": sealed}), ORG, occurred_on=CLOCK.today(), at=now)
    await append_all(town, [Commit(subject, new_id(now), 0, (event,))])
    return person


def _intent(person: str, kind: str) -> Commit:
    now = CLOCK.now()
    id_ = new_id(now)
    intent = NoticeQueued(
        cause_event_id=id_,
        rule=RULE,
        recipient_id=person,
        org_code=ORG,
        channel=CHANNELS[kind],
        template="contact_missed",
        template_version=STANDING["contact_missed"],
        params={"quarter": "2026-Q1", "duty": id_, "missed": "1"},
    )
    event = event_of(intent, id_, occurred_on=CLOCK.today(), at=now)
    return Commit(Subject("notifications", "notice", id_), new_id(now), 0, (event,))


def _ledger(place: Place, town: Town) -> NatsLedger:
    """The ledger, written as notifications does."""
    ring = KeyRing.load(place.servers.keys.mac_keys_file("notifications"))
    return NatsLedger(town.client, ring, prefix=town.prefix)


async def _queue(place: Place, town: Town, person: str, kind: str, count: int) -> list[str]:
    ledger, ids = _ledger(place, town), list[str]()
    for first in range(0, count, 1_000):
        commits = [_intent(person, kind) for _ in range(min(1_000, count - first))]
        ids += [one.subject.id for one in commits]
        for outcome in await ledger.append_many(commits):
            if not isinstance(outcome, Appended):
                raise outcome
    return ids


async def _watched(service: ServiceProcess, peer: Peer, count: int) -> tuple[float, float, float]:
    """Wait until the peer has all: the service's memory at half and at the end (MiB), processor time a message (ms)."""
    half, deadline = 0.0, time.monotonic() + ARRIVE_SECONDS
    process = psutil.Process(service.pid)
    began, seen = sum(process.cpu_times()[:2]), (await peer.ask())["count"]
    while (taken := (await peer.ask())["count"]) < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{taken:,} of {count:,} messages in {ARRIVE_SECONDS:.0f} s")
        if not half and taken >= count / 2:
            half = process.memory_info().rss / 2**20
        await asyncio.sleep(LOOK_SECONDS)
    full = process.memory_info().rss / 2**20
    return half or full, full, 1_000 * (sum(process.cpu_times()[:2]) - began) / max(1, count - seen)


async def _soon(place: Place, town: Town, person: str, peer: Peer) -> Row:
    """At a pace: from the event's append to the peer's having it, in milliseconds."""
    row = Row("sending, event to hand-over p99", Bar(1_000.0, at_least=False, unit="ms"), unit=" ms")
    ledger, due, rate = _ledger(place, town), dict[str, float](), place.sizes.notices_per_second
    seconds = place.sizes.window_seconds
    appending, began = [], time.monotonic()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        commit = _intent(person, "smtp")
        due[commit.subject.id] = time.time()
        appending.append(asyncio.create_task(ledger.append(commit)))
    await asyncio.gather(*appending)
    told: dict[str, float] = {}
    async with asyncio.timeout(ARRIVE_SECONDS):
        while not due.keys() <= told.keys():
            await asyncio.sleep(LOOK_SECONDS)
            told = (await peer.ask("all"))["at"]
    millis = [(told[id_] - at) * 1_000 for id_, at in due.items()]
    row.values.append(percentile(millis, 99))
    row.ours.append(percentile(millis, 50))
    row.notes.append(f"{len(due):,} mails at {rate} a second, the median stands under ours")
    return row


async def _bare(kind: str, port: int, count: int) -> None:
    message = Message("r" * 36, "c" * 36, "张示例", "contact@guiyan.example", "联系任务提醒", "请尽快联系并登记。" * 8)
    if kind == "smtp":
        content = compose(message, SENDER, CLOCK.now())
        shares = [len(range(place, count, CONNECTIONS)) for place in range(CONNECTIONS)]
        await asyncio.gather(*(_bare_mails(port, content, share) for share in shares))
        return
    client = smpp34.Client("127.0.0.1", port, "bench", "", window_size=WINDOW)
    centre = await client.connect()
    (part,) = parts_of("您有 1 项事务待办,请回电 0999-0000001。", 1)
    numbers = iter(range(count))

    async def some() -> None:
        for _ in numbers:
            await centre.submit_sm(NUMBER, part.content, source_addr="10690001", data_coding=8, registered_delivery=1)

    await asyncio.gather(*(some() for _ in range(WINDOW)))
    await client.stop()


async def _bare_mails(port: int, content: bytes, count: int) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as server:
        for _ in range(count):
            await server.mail(SENDER)
            await server.rcpt("contact@guiyan.example")
            await server.data(content)
