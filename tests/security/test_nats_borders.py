"""The borders of the NATS server, on the configuration of production: each hole that was measured is closed.

A refused publish has no answer in the client (the server reports it beside the connection), so each test looks at
what the streams hold afterwards; a border is only proved when the same act by its rightful user succeeds.
"""

import asyncio
import json
from functools import partial
from typing import Any

import nats
import pytest
from tests.security.users import Counts, Login, eventually
from tests.server_sources import TOWNSHIPS

from guiyan.cli.keys import SERVICES
from guiyan.cli.servers import Embedded

OWN, FOREIGN = TOWNSHIPS


async def test_a_township_reports_its_own_and_gets_an_acknowledgement(login: Login, counts: Counts) -> None:
    """The rightful act: own code, and acknowledged each time it is sent."""
    township, before = await login(f"township-{OWN}"), await counts()
    for _ in range(2):
        reply = await township.client.request(f"ingest.{OWN}.MemberLeft", b"{}", timeout=2)
        assert json.loads(reply.data)["seq"]
    assert (await counts())["INGEST"] == before["INGEST"] + 2


async def test_one_townships_message_id_swallows_no_other_report(login: Login, counts: Counts) -> None:
    """Two townships number their messages alike: both are stored, as soon as the shortest window is over.

    INGEST is one stream, and its message ids are one list; one event is one effect by its own id, not by this one.
    """
    own, foreign, before = await login(f"township-{OWN}"), await login(f"township-{FOREIGN}"), await counts()
    for township, org in ((own, OWN), (foreign, FOREIGN)):
        headers = {"Nats-Msg-Id": "42"}
        reply = await township.client.request(f"ingest.{org}.MemberLeft", b"{}", timeout=2, headers=headers)
        assert not json.loads(reply.data).get("duplicate", False)
        await asyncio.sleep(0.3)  # the server tells nobody when it forgets an id
    assert (await counts())["INGEST"] == before["INGEST"] + 2


@pytest.mark.parametrize(
    "reply",
    [
        "evt.registry.member.victim",
        f"ingest.{FOREIGN}.MemberLeft",
        f"receipt.{FOREIGN}.1",
        f"receipt.{OWN}.1",
        "$KV.KEYS.victim",
        "$KV.CLOCK.now",
        "$JS.API.STREAM.PURGE.INGEST",
        "$JS.API.STREAM.DELETE.INGEST",
        "$JS.API.STREAM.MSG.DELETE.LEDGER",
        "$JS.API.CONSUMER.RESET.INGEST.ingest-registry",
    ],
)
async def test_a_reply_subject_injects_nothing(reply: str, login: Login, counts: Counts) -> None:
    """A township's report with a made-up reply subject is stored as a report; its acknowledgement lands nowhere."""
    township, before = await login(f"township-{OWN}"), await counts()
    await township.try_publish(f"ingest.{OWN}.MemberLeft", reply=reply)
    await eventually(partial(_stored, counts, "INGEST", before["INGEST"] + 1))
    after = await counts()
    assert after == before | {"INGEST": before["INGEST"] + 1}


@pytest.mark.parametrize("reply", ["evt.registry.member.victim", f"ingest.{FOREIGN}.MemberLeft", "$KV.KEYS.victim"])
async def test_a_receipt_request_injects_nothing(reply: str, login: Login, counts: Counts) -> None:
    """The direct get of a receipt cannot be answered into another stream."""
    service, township = await login("registry"), await login(f"township-{OWN}")
    await service.client.jetstream().publish(f"receipt.{OWN}.direct", b"accepted")
    before = await counts()
    await township.try_publish(f"$JS.API.DIRECT.GET.RECEIPTS.receipt.{OWN}.direct", reply=reply)
    assert await township.answer(f"$JS.API.DIRECT.GET.RECEIPTS.receipt.{OWN}.none") is not None
    assert await counts() == before


@pytest.mark.parametrize(
    "subject",
    [
        f"ingest.{FOREIGN}.MemberLeft",
        f"ingest.{OWN}.MemberLeft.more",
        "evt.registry.member.1",
        f"receipt.{OWN}.1",
        f"$JS.API.DIRECT.GET.RECEIPTS.receipt.{FOREIGN}.1",
        "$JS.API.DIRECT.GET.RECEIPTS",
        "$JS.API.DIRECT.GET.LEDGER.evt.registry.member.1",
        "$JS.API.STREAM.INFO.LEDGER",
        "$JS.API.INFO",
        "$KV.KEYS.person",
        "$KV.CLOCK.now",
        "svc.registry.settle",
    ],
)
async def test_nothing_else_exists_for_a_township(subject: str, login: Login, counts: Counts) -> None:
    """A foreign code, another's receipt, the ledger, the JetStream API: nobody answers and nothing is stored."""
    township, before = await login(f"township-{OWN}"), await counts()
    answer = await township.answer(subject)
    assert answer == "nobody" or "not enabled" in answer["error"]["description"]
    assert await counts() == before


async def test_a_township_sees_its_own_receipts_alone(login: Login) -> None:
    """Live receipts of another township never reach it, not even over wildcards."""
    service, township = await login("registry"), await login(f"township-{OWN}")
    everything = await township.client.subscribe(">")
    receipts = await township.client.subscribe("receipt.*.*")
    await township.client.flush()
    js = service.client.jetstream()
    await js.publish(f"receipt.{FOREIGN}.live", b"secret")
    await js.publish(f"receipt.{OWN}.live", b"mine")
    for subscription in (everything, receipts):
        assert (await subscription.next_msg(timeout=2)).subject == f"receipt.{OWN}.live"
        assert subscription.pending_msgs == 0


@pytest.mark.parametrize("user", [*SERVICES, "operator"])
@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("STREAM.UPDATE.LEDGER", {"name": "LEDGER", "max_msgs": 1}),
        ("STREAM.DELETE.LEDGER", ""),
        ("STREAM.PURGE.LEDGER", ""),
        ("STREAM.MSG.DELETE.LEDGER", {"seq": 1}),
        ("STREAM.CREATE.OTHER", {"name": "OTHER", "subjects": ["other"]}),
        ("STREAM.SNAPSHOT.LEDGER", {"deliver_subject": "_INBOX_x"}),
        ("STREAM.DELETE.KV_KEYS", ""),
        ("CONSUMER.DELETE.INGEST.ingest-registry", ""),
        ("CONSUMER.CREATE.INGEST.spy", {"stream_name": "INGEST", "config": {"name": "spy"}}),
    ],
)
async def test_no_service_changes_a_stream(user: str, call: str, body: Any, login: Login, production: Embedded) -> None:
    """STREAM.UPDATE, DELETE, PURGE and their like are refused for every service and for the operator."""
    someone = await login(user)
    assert await someone.is_refused(f"$JS.API.{call}", body)


async def test_the_streams_stand_after_all_attempts(login: Login, production: Embedded) -> None:
    """After whatever was tried above, a deploy finds every setting as it was made."""
    del login
    outcome = await asyncio.to_thread(production.deploy)
    assert (outcome.made, outcome.updated, outcome.differing) == ([], [], {})


@pytest.mark.parametrize("user", [*SERVICES, "operator", "deploy"])
async def test_a_service_writes_its_own_events_alone(user: str, login: Login, counts: Counts) -> None:
    """Each service may append under its own name and under no other; the operator and the deploy step under none."""
    someone = await login(user)
    for service in SERVICES:
        before = await counts()
        await someone.try_publish(f"evt.{service}.thing.1")
        stored = 1 if service == user else 0
        if stored:
            await eventually(partial(_stored, counts, "LEDGER", before["LEDGER"] + 1))
        assert await counts() == before | {"LEDGER": before["LEDGER"] + stored}


async def test_only_writers_of_keys_touch_them(login: Login, counts: Counts) -> None:
    """Persons' keys are written by the services that hold personal data; transfers and the operator have no hand in."""
    for user, stored in (("registry", 1), ("contact", 1), ("notifications", 1), ("transfers", 0), ("operator", 0)):
        someone, before = await login(user), await counts()
        if stored:
            assert (await someone.answer(f"$KV.KEYS.{user}", "wrapped"))["stream"] == "KV_KEYS"
        else:
            assert await someone.is_refused(f"$KV.KEYS.{user}", "wrapped")
        assert (await counts())["KV_KEYS"] == before["KV_KEYS"] + stored


async def test_only_the_operator_moves_the_clock(login: Login, counts: Counts) -> None:
    """A service follows the clock and cannot set it."""
    before = await counts()
    for service in SERVICES:
        assert await (await login(service)).is_refused("$KV.CLOCK.now", "2030-01-01T00:00:00Z")
    assert await counts() == before
    operator = await login("operator")
    assert (await operator.answer("$KV.CLOCK.now", "2026-02-02T01:00:00Z"))["stream"] == "KV_CLOCK"


async def test_a_service_takes_its_own_ingest_alone(login: Login) -> None:
    """The durable consumer of another service can neither be asked nor emptied."""
    contact = await login("contact")
    assert await contact.answer("$JS.API.CONSUMER.INFO.INGEST.ingest-contact") is not None
    for call in ("CONSUMER.INFO", "CONSUMER.MSG.NEXT", "CONSUMER.RESET"):
        assert await contact.is_refused(f"$JS.API.{call}.INGEST.ingest-registry")
    assert await contact.is_refused("$JS.ACK.INGEST.ingest-registry.1.1.1.1.0")


async def test_only_the_ingest_door_looks_through_what_waits(login: Login) -> None:
    """Registry tells over HTTP that a report is pending; nobody else reads what other services are to be told."""
    question = {"seq": 1, "next_by_subj": "ingest.none", "batch": 1}
    assert (await (await login("registry")).answer("$JS.API.DIRECT.GET.INGEST", question))["Status"] == "404"
    for service in ("contact", "transfers", "notifications"):
        assert await (await login(service)).is_refused("$JS.API.DIRECT.GET.INGEST")


async def test_nobody_listens_to_another_users_answers(login: Login) -> None:
    """The inbox of another user, and another service's requests, cannot be subscribed to."""
    contact = await login("contact")
    for subject in ("_INBOX_registry.>", "svc.registry.>", "evt.>", "$KV.KEYS.>", ">"):
        assert await contact.is_deaf_to(subject)


async def test_the_operator_asks_a_service(login: Login) -> None:
    """`svc.<service>.…` is answered once by that service, to the operator alone."""
    service, operator, other = await login("registry"), await login("operator"), await login("contact")

    async def reply(message: Any) -> None:
        await message.respond(b'{"service": "registry"}')

    await service.client.subscribe("svc.registry.settle", cb=reply)
    await service.client.flush()
    assert await operator.answer("svc.registry.settle") == {"service": "registry"}
    assert await other.is_refused("svc.registry.settle")


async def test_nobody_enters_without_a_key(production: Embedded) -> None:
    """A connection without an nkey is refused."""
    with pytest.raises(nats.errors.Error, match=r"(?i)authorization"):
        await nats.connect(production.addresses.nats_url, allow_reconnect=False, error_cb=_ignore)


async def _ignore(error: Exception) -> None:
    del error


async def _stored(counts: Counts, stream: str, wanted: int) -> bool:
    return (await counts())[stream] == wanted
