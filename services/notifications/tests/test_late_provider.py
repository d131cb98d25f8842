"""A provider that takes a message long after it was handed over: nobody is written to twice (ADR 0010)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from services.notifications.tests.sending import a_sender, at_work, becomes, story
from services.notifications.tests.town import NoticeTown, a_town

from guiyan.events.codes import NoticeChannel, NoticeFailure
from guiyan.notifications.channels.http_sms import HttpSms, HttpSmsServer
from guiyan.notifications.channels.port import Outcome
from guiyan.notifications.channels.signatures import HmacSha256
from guiyan.notifications.domain.editions import STANDING
from guiyan.notifications.domain.notice import Deferred, Lost, Returned, Taken
from guiyan.notifications.doubts import ASKS_MOST, Doubts
from guiyan.service.testing import until

SETTLE, PATIENCE = 60.0, 90.0


@dataclass
class Late:
    """An HTTP provider that answers a hand-over with silence, and takes it after it was asked for it so many times."""

    takes_after: int
    handed: list[str] = field(default_factory=list)
    took: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    due: dict[str, asyncio.Event] = field(default_factory=dict)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection; what came is worked on although the client has gone."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            method, path, _ = head.split("\r\n")[0].split(" ")
            if method == "POST":
                length = next(int(one[16:]) for one in head.lower().split("\r\n") if one.startswith("content-length: "))
                reference = json.loads(await reader.readexactly(length))["reference"]
                self.handed.append(reference)
                await self.due.setdefault(reference, asyncio.Event()).wait()
                self.took[reference] += 1
            else:
                reference = path.rpartition("=")[2]
                there = self.took[reference]
                self.asked[reference] += 1
                if self.asked[reference] >= self.takes_after:
                    self.due.setdefault(reference, asyncio.Event()).set()
                body = json.dumps({"code": "OK", "id": f"g-{reference}"}) if there else ""
                status = 200 if there else 404
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
                await writer.drain()
        writer.close()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[NoticeTown]:
    """A small town in memory, running."""
    async with a_town(tmp_path) as running:
        yield running


@contextlib.asynccontextmanager
async def a_late_provider(town: NoticeTown, takes_after: int, timeout_seconds: float) -> AsyncIterator[Late]:
    """The peer, listening; `provider` hands over to it."""
    peer = Late(takes_after)
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    place = HttpSmsServer(
        f"{base}/send", f"{base}/query", False, timeout_seconds, "CN", frozenset({"OK"}), frozenset({"NONE"})
    )
    providers = [HttpSms(place, HmacSha256("guiyan", SecretStr("a-secret")), town.world.clock, "late") for _ in "12"]

    async def handed() -> bool:
        return bool(peer.handed)

    async with at_work(a_sender(town, providers[0], owner="first")) as (task,):
        await until(handed)
        task.cancel()
    async with at_work(a_sender(town, providers[1], owner="second", settle_seconds=0.2)):
        yield peer
    server.close()


async def a_text(town: NoticeTown) -> str:
    """A notice by SMS to somebody with a number."""
    version = STANDING["contact_missed"]
    person = await town.officer(phone="14000000001")
    return await town.queued(to=person, channel=NoticeChannel.SMS, template_version=version)


async def test_what_is_taken_after_the_first_question_arrives_once(town: NoticeTown) -> None:
    """The sender dies amid the hand-over, the provider says "not there", and takes it only then: it arrives once."""
    id_ = await a_text(town)
    async with a_late_provider(town, takes_after=1, timeout_seconds=0.5) as peer:
        row = await becomes(town, id_, "SENT")
    assert story(row) == ["NoticeQueued", "NoticeSendStarted", "NoticeSent"]
    assert (peer.took, peer.handed) == ({id_: 1}, [id_])


async def test_within_the_providers_own_time_nothing_is_believed_to_be_absent(town: NoticeTown) -> None:
    """However often it says "not there": it may take its own time-out long, and the message waits for as long."""
    id_ = await a_text(town)
    async with a_late_provider(town, takes_after=4, timeout_seconds=30) as peer:
        row = await becomes(town, id_, "SENT")
    assert "NoticeAttemptFailed" not in story(row)
    assert (peer.took, peer.handed) == ({id_: 1}, [id_])


STEPS = st.lists(
    st.tuples(
        st.sampled_from([Lost(), Deferred("not_there"), Taken("r"), Returned(NoticeFailure.ADDRESS_INVALID)]),
        st.floats(0, 200),
    ),
    max_size=30,
)


@given(STEPS, st.sampled_from([0.0, PATIENCE, 300.0]))
def test_not_there_is_believed_when_it_was_said_twice_in_time(
    steps: list[tuple[Outcome, float]], patience: float
) -> None:
    """Asked no sooner than a settle time; two in a row, the second after the provider's time; UNKNOWN after silence."""
    clock = {"now": 1_000.0}
    doubts, said = Doubts(SETTLE, lambda: clock["now"]), list[Outcome]()
    doubts.found([("n", 1)])
    asked_at = 1_000.0
    for answer, seconds in steps:
        clock["now"] += seconds
        doubts.found([("n", 1)])
        assert doubts.may_be_asked("n") == (clock["now"] - asked_at > SETTLE)
        if not doubts.may_be_asked("n"):
            continue
        asked_at = clock["now"]
        said.append(answer)
        match doubts.believed("n", answer, patience):
            case None:
                assert isinstance(answer, Lost | Deferred)
            case Deferred():
                assert said[-2:] == [answer, answer]
                assert clock["now"] - 1_000.0 > patience
                return
            case Lost():
                assert said.count(Lost()) == ASKS_MOST
                return
            case _:
                assert isinstance(answer, Taken | Returned)
                return
    assert said.count(Lost()) < ASKS_MOST
    assert patience or not any(isinstance(a, Deferred) and isinstance(b, Deferred) for a, b in pairwise(said))


def test_whoever_is_settled_meanwhile_is_forgotten() -> None:
    """An answer about a notice that is not open any more says nothing, and a new doubt begins anew."""
    clock = {"now": 0.0}
    doubts = Doubts(SETTLE, lambda: clock["now"])
    doubts.found([("n", 1)])
    clock["now"] = 61.0
    assert doubts.believed("n", Deferred("not_there"), 0) is None
    doubts.found([])
    assert doubts.believed("n", Deferred("not_there"), 0) is None
    doubts.found([("n", 1)])
    clock["now"] = 122.0
    assert not doubts.believed("n", Deferred("not_there"), 0), "the first word of a new doubt"


def test_what_was_said_of_one_attempt_says_nothing_of_the_next() -> None:
    """Absent twice and handed over again between two looks: the new attempt is in doubt anew."""
    clock = {"now": 0.0}
    doubts, absent = Doubts(SETTLE, lambda: clock["now"]), Deferred("not_there")
    doubts.found([("n", 1)])
    for believed in (None, absent):
        clock["now"] += SETTLE + 1
        assert doubts.believed("n", absent, PATIENCE) == believed
    doubts.found([("n", 2)])
    clock["now"] += SETTLE + 1
    assert doubts.believed("n", absent, PATIENCE) is None, "the first word of this attempt"
    clock["now"] += SETTLE + 1
    assert doubts.believed("n", absent, PATIENCE) == absent
