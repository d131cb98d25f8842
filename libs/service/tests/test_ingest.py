"""The ingest door on a real server: one effect and one receipt for each event, whatever is sent and whatever fails."""

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from libs.service.tests.township import MEMBER, NOW, RegistrySettings, Township, report
from nats.aio.client import Client
from nats.aio.msg import Msg

from guiyan.events import Event, encode_data, registry
from guiyan.ledger import LedgerUnavailable, Outcome, Refused
from guiyan.service.bus import Bus
from guiyan.service.conformance import MARK, NONSENSE
from guiyan.service.ingest import Ingest
from guiyan.service.ingest_event import IngestEvent, IngestResult
from guiyan.service.messages import Catalogue, Message
from guiyan.service.metrics import Metrics
from guiyan.service.problems import FieldProblem
from guiyan.service.testing import until


class Domain:
    """A stand-in for a service: returns a member, remembers commands by id as the ledger does, fails when told to."""

    def __init__(self) -> None:
        self.done: dict[str, Outcome] = {}
        self.calls: list[str] = []
        self.failures: list[Exception] = []
        self.fail_after_writing = False
        self.results: list[IngestResult] = []

    async def handle(self, event: IngestEvent) -> IngestResult:
        """Write one event for each command id."""
        self.calls.append(event.id)
        if self.failures and not self.fail_after_writing:
            raise self.failures.pop(0)
        if self.results:
            return self.results.pop(0)
        context = event.context()
        earlier = self.done.get(context.command_id)
        if earlier is not None:
            outcome = Outcome(earlier.id, earlier.version, earlier.sequence, earlier.events, duplicate=True)
        else:
            outcome = self.done[context.command_id] = _outcome(event, len(self.done) + 1)
        if self.failures:
            raise self.failures.pop(0)
        return IngestResult.accepted(outcome)


def _outcome(event: IngestEvent, sequence: int) -> Outcome:
    payload = registry.MemberReturned(member_id=MEMBER, branch=event.org)
    written = Event(
        source="guiyan/registry",
        type="MemberReturned",
        dataschema="guiyan:MemberReturned:1",
        data=encode_data(payload),
        id=event.new_id("event"),
        subject=f"departure/{event.new_id('departure')}",
        time=NOW,
        occurredon=event.occurred_on,
        actor=event.context().actor,
        actororg=event.org,
        causationid=event.id,
        correlationid=event.correlation_id or event.id,
        streamversion=1,
    )
    return Outcome(written.aggregate_id, 1, sequence, (written,))


@pytest.fixture
def domain() -> Domain:
    """The service behind the door."""
    return Domain()


Opened = Callable[[], contextlib.AbstractAsyncContextManager[Ingest]]


@pytest.fixture
def open_door(service_environment: Callable[[str], dict[str, str]], domain: Domain) -> Opened:
    """Opens the door as a process would, as often as a test likes."""

    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Ingest]:
        metrics = Metrics()
        bus = Bus(RegistrySettings.load(service_environment("registry")), metrics)
        catalogue = Catalogue({"not_away": Message("The member is not away.", "该党员未外出。")})
        ingest = Ingest(bus, {"MemberReturned": domain.handle}, catalogue, metrics, answers_unknown=True)
        ingest.subscribe()
        await bus.connect()
        await ingest.check()
        await bus.start()
        try:
            yield ingest
        finally:
            await ingest.stop()
            await bus.stop()

    return opened


@pytest.fixture
def township(admin: Client, prefix: str, township_codes: tuple[str, ...]) -> Township:
    """One township's system."""
    return Township(admin, prefix, township_codes[0])


async def test_an_event_has_one_effect_and_one_receipt(open_door: Opened, township: Township, domain: Domain) -> None:
    """A right event is accepted, and the receipt names what was written and where."""
    body = report()
    async with open_door():
        sequence = await township.send(body)
        (receipt,) = await township.receipts(1)
    (outcome,) = domain.done.values()
    assert receipt == {
        "ingest_id": body["id"],
        "outcome": "accepted",
        "events": [{"id": outcome.events[0].id, "type": "MemberReturned", "sequence": "1.0"}],
        "problems": [],
        "ingest_sequence": sequence,
    }


async def test_the_same_event_sent_twice_is_a_duplicate(open_door: Opened, township: Township, domain: Domain) -> None:
    """Sent twice: one effect, the second receipt says duplicate and names the same events."""
    body = report()
    async with open_door() as ingest:
        await township.send(body)
        await township.send(body)
        first, second = await township.receipts(2)
        await township.settled(ingest)
    assert (first["outcome"], second["outcome"]) == ("accepted", "duplicate")
    assert first["events"] == second["events"]
    assert len(domain.done) == 1


@pytest.mark.parametrize(
    ("body", "type_", "pointer", "code"),
    [
        (b"\xff\xfe{", "MemberReturned", "", "malformed"),
        (b"{}{}", "MemberReturned", "", "malformed"),
        (b"[" * 5_000, "MemberReturned", "", "malformed"),
        (b'{"data": NaN}', "MemberReturned", "", "malformed"),
        (b"[]", "MemberReturned", "", "not_an_event"),
        (b"{}", "MemberReturned", "/id", "required"),
        (b" " * 70_000, "MemberReturned", "", "too_large"),
        (report(type="Coronation"), "Coronation", "/type", "unknown_type"),
        (report(), "MemberLeft.x", "/type", "type_mismatch"),
        (report(type="MemberLeft"), "MemberReturned", "/type", "type_mismatch"),
        (report(source="township/654002999999"), "MemberReturned", "/source", "foreign_organisation"),
        (report(actororg="654002999999"), "MemberReturned", "/actororg", "foreign_organisation"),
        (report(data={"member_id": "张三"}), "MemberReturned", "/data/member_id", "bad_form"),
        (report(occurredon="soon"), "MemberReturned", "/occurredon", "not_a_date"),
    ],
)
async def test_what_cannot_be_taken_is_rejected_with_the_reason(  # noqa: PLR0913, PLR0917 - a table of reports
    open_door: Opened,
    township: Township,
    domain: Domain,
    body: dict[str, Any] | bytes,
    type_: str,
    pointer: str,
    code: str,
) -> None:
    """Malformed, foreign, oversize, unknown: one receipt with pointer, code and both languages; nothing is stored."""
    async with open_door() as ingest:
        await township.send(body, type_)
        (receipt,) = await township.receipts(1)
        await township.settled(ingest)
    assert receipt["outcome"] == "rejected"
    assert (pointer, code) in {(one["pointer"], one["code"]) for one in receipt["problems"]}
    assert all(one["message_en"] and one["message_zh"] for one in receipt["problems"])
    assert "张三" not in json.dumps(receipt, ensure_ascii=False)
    assert not domain.done


async def test_nonsense_gets_a_receipt_each_and_holds_nobody_up(
    open_door: Opened, township: Township, domain: Domain
) -> None:
    """Whatever bytes are published: as many rejections as messages, and the sound event behind them is handled."""
    sound = report()
    async with open_door() as ingest:
        for body in NONSENSE:
            await township.send(body)
        await township.send(sound)
        receipts = await township.receipts(len(NONSENSE) + 1, seconds=20)
        await township.settled(ingest)
    assert [one["outcome"] for one in receipts] == [*["rejected"] * len(NONSENSE), "accepted"]
    assert MARK not in json.dumps(receipts, ensure_ascii=False)
    assert domain.calls == [sound["id"]]


async def test_a_refusal_by_the_domain_is_a_rejection(open_door: Opened, township: Township, domain: Domain) -> None:
    """A wrong state is told with its code; the same event may succeed later, when the state allows it."""
    body = report()
    async with open_door() as ingest:
        domain.failures = [Refused("not_away"), Refused("not_away", pointer="/member_id")]
        for _ in range(3):
            await township.send(body)
        first, second, third = await township.receipts(3)
        await township.settled(ingest)
    assert [one["outcome"] for one in (first, second, third)] == ["rejected", "rejected", "accepted"]
    assert first["problems"][0] == {
        "pointer": "",
        "code": "not_away",
        "message_en": "The member is not away.",
        "message_zh": "该党员未外出。",
    }
    assert second["problems"][0]["pointer"] == "/data/member_id"


async def test_a_crash_between_effect_and_receipt_gives_one_accepted_receipt(
    open_door: Opened, township: Township, domain: Domain
) -> None:
    """Written, then died: the redelivery writes nothing more and its receipt is `accepted`, not `duplicate`."""
    domain.fail_after_writing = True
    domain.failures = [RuntimeError("died")]
    async with open_door() as ingest:
        await township.send(report())
        (receipt,) = await township.receipts(1)
        await township.settled(ingest)
    assert receipt["outcome"] == "accepted"
    assert (len(domain.calls), len(domain.done)) == (2, 1)


async def test_while_the_ledger_is_away_nothing_is_lost_and_order_is_kept(
    open_door: Opened, township: Township, domain: Domain
) -> None:
    """An outage: the event is tried again in its place, those behind it wait, each has its effect once."""
    bodies = [report() for _ in range(5)]
    domain.failures = [LedgerUnavailable("away") for _ in range(5)]
    async with open_door() as ingest:
        for body in bodies:
            await township.send(body)
        receipts = await township.receipts(5, seconds=20)
        await township.settled(ingest)
    assert [one["ingest_id"] for one in receipts] == [body["id"] for body in bodies]
    assert {one["outcome"] for one in receipts} == {"accepted"}
    assert len(domain.done) == 5


async def test_later_is_asked_again(open_door: Opened, township: Township, domain: Domain) -> None:
    """A handler whose projection is behind says `later`: the event comes again, and only the end is told."""
    domain.results = [IngestResult.later(FieldProblem("/data/member_id", "member_not_found"))]
    async with open_door() as ingest:
        await township.send(report())
        (receipt,) = await township.receipts(1)
        await township.settled(ingest)
    assert receipt["outcome"] == "accepted"
    assert len(domain.calls) == 2


async def test_a_type_of_another_service_is_left_to_it(open_door: Opened, township: Township, domain: Domain) -> None:
    """Registry sees everything but answers only its own types and those nobody takes."""
    async with open_door() as ingest:
        await township.send(report(type="ContactAttempted"), "ContactAttempted")
        await township.settled(ingest)
        await township.send(report())
        (receipt,) = await township.receipts(1)
    assert receipt["outcome"] == "accepted"


async def test_events_wait_while_the_service_is_down(open_door: Opened, township: Township, domain: Domain) -> None:
    """What is reported while nobody listens is handled when the service is back."""
    bodies = [report() for _ in range(3)]
    for body in bodies:
        await township.send(body)
    async with open_door() as ingest:
        receipts = await township.receipts(3)
        await township.settled(ingest)
    assert [one["ingest_id"] for one in receipts] == [body["id"] for body in bodies]


async def test_stopping_in_an_outage_hands_everything_back(
    open_door: Opened, township: Township, domain: Domain
) -> None:
    """A service told to stop while the ledger is away does not hold on: the next one handles what it had."""
    bodies = [report() for _ in range(3)]
    domain.failures = [LedgerUnavailable("away")] * 1_000
    async with open_door() as ingest:
        for body in bodies:
            await township.send(body)

        async def tried() -> bool:
            return bool(domain.calls)

        await until(tried)
        assert ingest.in_hand
    domain.failures.clear()
    async with open_door() as ingest:
        receipts = await township.receipts(3)
        await township.settled(ingest)
    assert [one["ingest_id"] for one in receipts] == [body["id"] for body in bodies]


async def test_a_rejected_message_delivered_again_stays_rejected(
    open_door: Opened, township: Township, domain: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its receipt stands and only the acknowledgement was lost: no handler sees it again, which might take it now."""
    acknowledge, lost = Msg.ack, list[Msg]()

    async def lose_the_first(message: Msg) -> None:
        if lost:
            await acknowledge(message)
        else:
            lost.append(message)
            await message.nak()

    monkeypatch.setattr(Msg, "ack", lose_the_first)
    domain.results = [IngestResult.rejected(FieldProblem("/data/member_id", "not_away"))]
    async with open_door() as ingest:
        await township.send(report())
        (receipt,) = await township.receipts(1)
        await township.settled(ingest)
    assert receipt["outcome"] == "rejected"
    assert lost
    assert (len(domain.calls), domain.done) == (1, {})
