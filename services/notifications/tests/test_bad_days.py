"""Real peers on a bad day, with the sender and the account over them: SMTP (aiosmtpd) and SMPP (smpp34's server).

Whatever a peer does with a message - takes it, refuses it for now or for ever, throttles, is silent, hangs up - none is
there twice, whose outcome the peer hid is UNKNOWN, and all others have their end.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import smpp34
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from services.notifications.tests.centre import NO_SUCH_NUMBER, SOURCE, THROTTLED, Centre, a_centre
from services.notifications.tests.sending import a_sender, at_work
from services.notifications.tests.test_accounts import get
from services.notifications.tests.test_channels import a_port
from services.notifications.tests.town import HOME, NoticeTown, a_town

from guiyan.events.codes import NoticeChannel
from guiyan.events.registry import ContactPersonAppointed
from guiyan.events.registry.post import PersonText
from guiyan.notifications.channels.receipts import Receipt
from guiyan.notifications.channels.smpp import Smpp, SmppCentre
from guiyan.notifications.channels.smtp import Smtp, SmtpServer
from guiyan.notifications.domain.editions import STANDING
from guiyan.notifications.domain.notice import Arrived, Returned, Said
from guiyan.notifications.receiving import Receiving
from guiyan.service.testing import until

MESSAGES, ROUNDS, WINDOW = 60, 40, 8
UNFINISHED = {"QUEUED", "SENDING"}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[NoticeTown]:
    """A small town in memory, running."""
    async with a_town(tmp_path) as running:
        yield running


async def people(town: NoticeTown) -> list[str]:
    """Somebody for each message, with an address and a number of his own."""
    found = []
    for number in range(MESSAGES):
        person_id = town.world.id("person", str(number))
        text = PersonText(name="张示例", email=f"p{number}@guiyan.example", phone=f"1400000{number:04d}")
        await town.world.happen(HOME, ContactPersonAppointed(org_code=HOME, person_id=person_id), pii=text)
        found.append(person_id)
    await town.town.settle()
    return found


async def worked_off(town: NoticeTown, sender: Any, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Let the sender work and time pass until every notice has its last word; gives their rows."""
    rows: dict[str, dict[str, Any]] = {}
    async with at_work(sender):
        for _ in range(ROUNDS):
            await until(sender.at_rest, seconds=60)
            rows = {id_: await town.row(id_) for id_ in ids}
            if not any(row["state"] in UNFINISHED for row in rows.values()):
                break
            await town.town.advance(hours=7)
    return rows


async def accounted(town: NoticeTown, rows: dict[str, dict[str, Any]]) -> None:
    """The account says of each what its own row says, and nothing is missing."""
    days = {str(row["queued_on"]) for row in rows.values()}
    states = Counter[str]()
    for day in days:
        account = await get(town, "/v1/notices/reconciliation", day=day, recount="true")
        assert (account["difference"], account["lost"]) == (0, 0)
        states.update({name: account[name] for name in ("sent", "delivered", "bounced", "failed", "unknown")})
    assert +states == Counter(row["state"].lower() for row in rows.values())


class Deck:
    """What a peer does next: each act as often as it says, in an order of chance, then the same again."""

    def __init__(self, chance: random.Random, **acts: int) -> None:
        self._chance = chance
        self._acts = [name for name, count in acts.items() for _ in range(count)]
        self._left: list[str] = []

    def draw(self) -> str:
        """The next."""
        if not self._left:
            self._left = self._chance.sample(self._acts, len(self._acts))
        return self._left.pop()


RCPT = {
    "ok": "250 OK",
    "throttled": "450 throttled",
    "later": "451 later",
    "full": "452 full",
    "nobody": "550 no such user",
}


@dataclass
class MailServer:
    """Takes mails as chance will have it; what it took by notice, and those of which it let nobody know."""

    before: Deck
    after: Deck
    took: Counter[str] = field(default_factory=Counter)
    hidden: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    did: Counter[str] = field(default_factory=Counter)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        """Before the text: fine, later, full, no such user."""
        del server, session, options
        act = self.before.draw()
        self.did[act] += 1
        if act == "nobody":
            self.dead.add(address)
        envelope.rcpt_tos.append(address)
        return RCPT[act]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """After it: taken, refused, taken without a word, taken and silent."""
        del session
        reference = str(message_from_bytes(bytes(envelope.content or b""))["X-Guiyan-Notice"])
        act = self.after.draw()
        self.did[act] += 1
        if act == "refuse":
            return "451 greylisted"
        self.took[reference] += 1
        if act == "take":
            return "250 OK"
        self.hidden.add(reference)
        if act == "hang_up" and server.transport is not None:
            server.transport.close()
        await asyncio.sleep(0 if act == "hang_up" else 3)
        return "250 OK"


async def test_a_mail_server_with_every_kind_of_bad_day(town: NoticeTown) -> None:
    """4xx before and after the text, 5xx, hang-ups and silences: each mail once, and what was hidden is UNKNOWN."""
    chance, port = random.Random(1), a_port()
    before = Deck(chance, ok=14, throttled=2, later=2, full=1, nobody=1)
    peer = MailServer(before, Deck(chance, take=14, refuse=3, hang_up=2, silence=1))
    controller = Controller(peer, hostname="127.0.0.1", port=port)
    controller.start()
    server = SmtpServer("127.0.0.1", "guiyan@guiyan.example", port, "none", timeout_seconds=1.0)
    providers = [Smtp(server, town.world.clock, name) for name in ("one", "two")]
    persons = await people(town)
    ids = [await town.queued(str(number), to=one, rule="by_hand") for number, one in enumerate(persons)]
    rows = await worked_off(town, a_sender(town, *providers), ids)
    controller.stop()
    print(dict(peer.did), Counter(row["state"] for row in rows.values()))  # noqa: T201 - the figures
    assert set(peer.took.values()) == {1}, "none is there twice"
    assert {id_ for id_, row in rows.items() if row["state"] == "UNKNOWN"} == peer.hidden
    assert {id_ for id_, row in rows.items() if row["state"] == "SENT"} == set(peer.took) - peer.hidden
    assert {row["state"] for row in rows.values()} == {"SENT", "BOUNCED", "UNKNOWN"}
    assert len([row for row in rows.values() if row["state"] == "BOUNCED"]) == len(peer.dead)
    assert all(peer.did[one] for one in (*RCPT, "take", "refuse", "hang_up", "silence"))
    await accounted(town, rows)


class BadCentre(Centre):
    """A message centre that does with a message as chance will have it, and sends its receipts when it likes."""

    def begin(self, chance: random.Random) -> None:
        """From now on."""
        self.chance = chance
        self.acts = Deck(chance, take=14, throttle=3, nobody=1, full=1, hang_up=1, silence=1)
        self.by_number = Counter[str]()
        self.hidden: set[str] = set()
        self.did = Counter[str]()
        self.due: list[tuple[str, str]] = []
        self.number_of: dict[str, str] = {}

    async def _submitted(self, event: smpp34.SubmitSmEvent) -> None:
        act = self.acts.draw()
        self.did[act] += 1
        refusals = {"throttle": THROTTLED, "nobody": NO_SUCH_NUMBER, "full": smpp34.ESME_RMSGQFUL}
        if act in refusals:
            event.reject(refusals[act])
            return
        to = event.destination_addr
        self.by_number[to] += 1
        if act == "take":
            number = f"m-{len(self.by_number)}-{sum(self.by_number.values())}"
            event.accept(number)
            self.number_of[to] = number
            self.due += [(number, "DELIVRD" if self.chance.random() < 0.8 else "UNDELIV")] * self.chance.randint(0, 2)
            return
        self.hidden.add(to)
        self.held.append(event)
        if act == "hang_up":
            await self.sessions[event.session_id].unbind()

    async def receipts_at_last(self) -> None:
        """All that are due, late, in any order, some twice, to whoever is bound now."""
        self.chance.shuffle(self.due)
        (session_id,) = list(self.sessions)[-1:]
        for number, state in self.due:
            await self.receipt(session_id, number, state)


async def test_a_message_centre_with_every_kind_of_bad_day(town: NoticeTown) -> None:
    """Throttled, full, dead numbers, silences, broken sessions; receipts late, shuffled, twice: each once."""
    async with a_centre(kind=BadCentre) as centre:
        assert isinstance(centre, BadCentre)
        centre.begin(random.Random(2))
        receiving = Receiving(town.town.parts.commands, town.world.clock, town.notices)
        heard: list[Receipt] = []

        async def told(receipt: Receipt) -> None:
            heard.append(receipt)
            await receiving.told(receipt)

        settings = SmppCentre("127.0.0.1", centre.port, "guiyan", SOURCE, tls=False, window=WINDOW, timeout_seconds=1.0)
        provider = Smpp(settings, told, "one")
        persons = await people(town)
        sms = {"rule": "by_hand", "channel": NoticeChannel.SMS, "template_version": STANDING["contact_missed"]}
        ids = [await town.queued(str(number), to=one, **sms) for number, one in enumerate(persons)]
        numbers = {id_: f"861400000{number:04d}" for number, id_ in enumerate(ids)}
        rows = await worked_off(town, a_sender(town, provider), ids)
        print(dict(centre.did), Counter(row["state"] for row in rows.values()))  # noqa: T201 - the figures
        assert set(centre.by_number.values()) == {1}, "none is there twice"
        unknown = {numbers[id_] for id_, row in rows.items() if row["state"] == "UNKNOWN"}
        assert centre.hidden <= unknown
        assert len(unknown - centre.hidden) < WINDOW * centre.did["hang_up"], "what else was open on a broken session"
        sent = {numbers[id_] for id_, row in rows.items() if row["state"] == "SENT"}
        assert sent == set(centre.by_number) - unknown
        assert all(centre.did[act] for act in ("take", "throttle", "nobody", "full", "hang_up", "silence"))
        await accounted(town, rows)
        await provider.open()
        await until(lambda: _bound(centre))
        await centre.receipts_at_last()
        await until(lambda: _all_heard(heard, len(centre.due)))
        await provider.close()
    first: dict[str | None, Said] = {}
    for receipt in heard:
        first.setdefault(receipt.provider_reference, receipt.told)
    for id_, before in rows.items():
        told_first = first.get(centre.number_of.get(numbers[id_])) if before["state"] == "SENT" else None
        end = {Arrived: "DELIVERED", Returned: "BOUNCED"}.get(type(told_first), before["state"])
        row = rows[id_] = await town.row(id_)
        assert row["state"] == end
        assert len(row["changes"]) == len(before["changes"]) + (told_first is not None), "the second changed nothing"
    assert len(heard) > len(first) > 0
    await accounted(town, rows)


async def _bound(centre: Centre) -> bool:
    return bool(centre.sessions)


async def _all_heard(heard: list[Receipt], count: int) -> bool:
    return len(heard) >= count
