"""A whole service on real servers: start, doors, reports, clock, operations, drain."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from libs.service.tests.sample_service import BLUEPRINT, SampleSettings
from nats.aio.client import Client

from guiyan.events import new_id
from guiyan.service.auth import Role
from guiyan.service.conformance import MARK, NONSENSE, check_problem
from guiyan.service.directory import OrganisationDirectory
from guiyan.service.ingest_event import id_of_unnamed
from guiyan.service.ingest_waiting import PAGE, Waiting
from guiyan.service.problems import Unavailable
from guiyan.service.service import CannotStart, Service, running
from guiyan.service.testing import Issuer, client, until

ORG = "110000000001"
ISSUER = Issuer()
OFFICER = ISSUER.bearer(Role.CITY_OFFICER, org=ORG)
OPERATOR = ISSUER.bearer(Role.OPS, org=ORG, sub="ops-1")


@pytest.fixture
def environment(service_environment: Callable[[str], dict[str, str]], tmp_path: Path) -> dict[str, str]:
    """The service's variables, with tokens of this test's issuer."""
    return service_environment("registry") | {"GUIYAN_JWKS": str(ISSUER.write_jwks(tmp_path / "jwks.json"))}


Started = tuple[Service[Any], httpx.AsyncClient]


@pytest.fixture
async def started(environment: dict[str, str]) -> AsyncIterator[Started]:
    """The service at work, and a client."""
    async with opened(environment) as both:
        yield both


@contextlib.asynccontextmanager
async def opened(environment: dict[str, str]) -> AsyncIterator[Started]:
    """Start it, hand it out, drain it."""
    settings = SampleSettings.load(environment)
    async with running(BLUEPRINT, settings) as service, client(service.app) as http:
        yield service, http


async def name_it(http: httpx.AsyncClient, name: str, **headers: str) -> httpx.Response:
    """Send the command."""
    return await http.post(f"/v1/names/{ORG}/set", json={"name": name}, headers=OFFICER | headers)


async def test_a_writer_reads_its_own_write(started: Started) -> None:
    """A command's sequence, given as after_sequence, is in the list; the version guards the next change."""
    _, http = started
    made = await name_it(http, "first")
    assert made.json()["version"] == 1
    listed = await http.get(f"/v1/names?after_sequence={made.json()['sequence']}", headers=OFFICER)
    assert listed.json()["items"] == [{"id": ORG, "name": "first"}]
    assert (await name_it(http, "second", **{"If-Match": '"7"'})).status_code == 409
    changed = await name_it(http, "second", **{"If-Match": made.headers["etag"]})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    history = (await http.get(f"/v1/names/{ORG}/history", headers=OFFICER)).json()
    assert [event["type"] for event in history["events"]] == ["OrganisationCreated", "OrganisationRenamed"]
    assert history["events"][0]["sequence"] == "1.0"


async def test_a_retry_under_the_same_key_is_one_change(started: Started) -> None:
    """Twenty sends of one command at once: one event, one answer."""
    _, http = started
    answers = await asyncio.gather(*(name_it(http, "once", **{"Idempotency-Key": "k"}) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    refused = await name_it(http, "once")
    assert (refused.status_code, refused.json()["detail"]) == (409, "名称未改变。")


async def test_ready_tells_dependencies_and_lag(started: Started) -> None:
    """`/readyz` names every dependency and projection; `/metrics` has the lags as numbers."""
    _, http = started
    made = await name_it(http, "first")
    await http.get(f"/v1/names?after_sequence={made.json()['sequence']}", headers=OFFICER)

    async def ready() -> bool:
        return (await http.get("/readyz")).status_code == 200

    await until(ready)
    body = (await http.get("/readyz")).json()
    assert {name for name, state in body["dependencies"].items() if state["ok"]} == {
        "nats",
        "mongodb",
        "follower",
        "ingest",
    }
    assert {"names_v1", f"directory_v{OrganisationDirectory.version}"} <= {one["name"] for one in body["projections"]}
    assert all(one["lag_events"] == 0 for one in body["projections"])
    metrics = (await http.get("/metrics")).text
    assert 'guiyan_projection_lag_events{projection="names_v1"} 0.0' in metrics
    assert "guiyan_follower_commits_total" in metrics


async def test_a_service_whose_consumer_is_gone_is_not_ready(started: Started, admin: Client, prefix: str) -> None:
    """A consumer deleted under the service is told by nobody else."""
    _, http = started
    await admin.jetstream().delete_consumer(f"{prefix}INGEST", "ingest-registry")

    async def told() -> bool:
        answer = await http.get("/readyz")
        return answer.status_code == 503 and not answer.json()["dependencies"]["ingest"]["ok"]

    await until(told)


def report(**changes: Any) -> dict[str, Any]:
    """A township's event."""
    member_id = new_id(datetime.now(UTC))
    return {
        "specversion": "1.0",
        "id": new_id(datetime.now(UTC)),
        "type": "MemberReturned",
        "source": "township-system",
        "occurredon": "2026-03-01",
        "data": {"member_id": member_id},
    } | changes


TOWNSHIP = ISSUER.bearer(Role.TOWNSHIP_OFFICER, org=ORG)


async def test_reports_over_http_come_back_as_receipts(started: Started) -> None:
    """An array of reports, good, bad and doubled: one receipt each, in order; the whole sent again is duplicates."""
    _, http = started
    good, bad = report(), report(type="Coronation")
    answer = await http.post(f"/v1/ingest/{ORG}", json=[good, bad, 7, good], headers=TOWNSHIP)
    assert (answer.status_code, answer.json()["pending"]) == (200, 0)
    receipts = answer.json()["receipts"]
    assert [one["outcome"] for one in receipts[:3]] == ["accepted", "rejected", "rejected"]
    assert receipts[0]["ingest_id"] == good["id"]
    assert receipts[1]["problems"][0]["code"] == "unknown_type"
    again = (await http.post(f"/v1/ingest/{ORG}", json=[good], headers=TOWNSHIP)).json()
    assert [one["outcome"] for one in again["receipts"]] == ["duplicate"]
    found = await http.get(f"/v1/ingest/{ORG}/{good['id']}", headers=TOWNSHIP)
    assert found.json()["outcome"] == "duplicate"


async def test_one_event_by_both_ways_at_once_is_one_effect(started: Started, admin: Client, prefix: str) -> None:
    """The same id over HTTP and NATS in parallel, with other content each time: one effect, the rest duplicates."""
    service, http = started
    await name_it(http, "first")
    event_id = new_id(datetime.now(UTC))
    bodies = [report(id=event_id) for _ in range(6)]
    subject = f"{prefix}ingest.{ORG}.MemberReturned"
    answers, *_ = await asyncio.gather(
        http.post(f"/v1/ingest/{ORG}", json=bodies[:3], headers=TOWNSHIP),
        *(admin.jetstream().publish(subject, json.dumps(body).encode()) for body in bodies[3:]),
    )
    assert {one["outcome"] for one in answers.json()["receipts"]} <= {"accepted", "duplicate"}

    async def all_answered() -> bool:
        return (await admin.jetstream().stream_info(f"{prefix}RECEIPTS")).state.messages == len(bodies)

    await until(all_answered)
    history = await http.get(f"/v1/names/{ORG}/history", headers=OFFICER)
    assert [one["data"]["name"] for one in history.json()["events"]] == ["first", f"returned {event_id}"]
    assert service.health is not None


async def test_what_is_not_handled_yet_is_pending_and_what_nobody_sent_is_not_there(
    started: Started, admin: Client, prefix: str
) -> None:
    """202 with Retry-After for what waits in INGEST, with or without an id of its own; 404 for all else."""
    _, http = started
    waiting = report(type="ContactAttempted")  # contact, which handles these, does not run here
    subject = f"{prefix}ingest.{ORG}.ContactAttempted"
    named = await admin.jetstream().publish(subject, json.dumps(waiting).encode())
    unnamed = await admin.jetstream().publish(subject, b"{broken")
    for ingest_id, sequence in ((waiting["id"], named.seq), (id_of_unnamed(ORG, unnamed.seq), unnamed.seq)):
        answer = await http.get(f"/v1/ingest/{ORG}/{ingest_id}", headers=TOWNSHIP)
        told = {"ingest_id": ingest_id, "outcome": "pending", "ingest_sequence": sequence}
        assert (answer.status_code, answer.json()) == (202, told)
        assert answer.headers["retry-after"]
    for unknown in (waiting["data"]["member_id"], new_id(datetime.now(UTC)), "x"):
        check_problem(await http.get(f"/v1/ingest/{ORG}/{unknown}", headers=TOWNSHIP), 404, "not_found")


async def test_a_long_queue_is_looked_through_or_said_to_be_too_long(
    started: Started, admin: Client, prefix: str
) -> None:
    """Page after page; when the time is up before the end, neither pending nor unknown is claimed: 503."""
    service, _ = started
    bodies = [report(type="ContactAttempted") for _ in range(2 * PAGE + 1)]
    subject = f"{prefix}ingest.{ORG}.ContactAttempted"
    acks = await asyncio.gather(*(admin.jetstream().publish(subject, json.dumps(one).encode()) for one in bodies))
    places = {body["id"]: ack.seq for body, ack in zip(bodies, acks, strict=True)}
    last = max(places, key=lambda id_: places[id_])
    waiting = Waiting(service.bus, "INGEST")
    assert await waiting.find(ORG, last) == places[last]
    assert await waiting.find("110000000002", last) is None
    with pytest.raises(Unavailable):
        await Waiting(service.bus, "INGEST", search_seconds=-1).find(ORG, last)


@pytest.mark.parametrize("media_type", ["application/json", "application/x-ndjson", "text/csv", ""])
async def test_no_nonsense_breaks_the_ingest_door(
    started: Started, admin: Client, prefix: str, media_type: str
) -> None:
    """Whatever bytes come, under whatever type: a problem, or a rejection for each item; never a fault of ours."""
    _, http = started
    for body in NONSENSE:
        answer = await http.post(f"/v1/ingest/{ORG}", content=body, headers=TOWNSHIP | {"Content-Type": media_type})
        assert answer.status_code in {200, 400, 413, 415, 422}, (body[:80], answer.text)
        assert MARK not in answer.text
        if answer.status_code == 200:
            assert {one["outcome"] for one in answer.json()["receipts"]} == {"rejected"}, body[:80]
    assert (await admin.jetstream().stream_info(f"{prefix}LEDGER")).state.messages == 0


async def test_ndjson_lines_that_are_no_json_are_rejected_one_by_one(started: Started) -> None:
    """A broken line costs its neighbours nothing."""
    _, http = started
    body = b"\n".join([json.dumps(report()).encode(), b"{broken", b"", json.dumps(report()).encode()])
    headers = TOWNSHIP | {"Content-Type": "application/x-ndjson"}
    answer = await http.post(f"/v1/ingest/{ORG}", content=body, headers=headers)
    assert [one["outcome"] for one in answer.json()["receipts"]] == ["accepted", "rejected", "accepted"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("110000000002", b"[{}]", 404),
        (ORG, b"[]", 422),
        (ORG, b"[", 400),
        (ORG, b"[" + b"{}," * 1000 + b"{}]", 413),
    ],
)
async def test_a_request_that_is_no_list_of_reports_is_refused_whole(
    started: Started, path: str, body: bytes, status: int
) -> None:
    """Foreign organisation 404, nothing in it 422, malformed 400, too many 413: nothing is published."""
    _, http = started
    headers = TOWNSHIP | {"Content-Type": "application/json"}
    assert (await http.post(f"/v1/ingest/{path}", content=body, headers=headers)).status_code == status


async def test_an_operator_rebuilds_a_projection(started: Started) -> None:
    """Asked by HTTP, carried out beside the live documents, compared, switched; member roles may not."""
    _, http = started
    made = await name_it(http, "first")
    await http.get(f"/v1/names?after_sequence={made.json()['sequence']}", headers=OFFICER)
    assert (await http.get("/v1/projections", headers=OFFICER)).status_code == 403
    assert (await http.post("/v1/projections/none/rebuild", headers=OPERATOR)).status_code == 404
    asked = await http.post("/v1/projections/names/rebuild", headers=OPERATOR)
    assert asked.status_code == 202

    async def done() -> bool:
        found = (await http.get(asked.headers["location"], headers=OPERATOR)).json()
        assert found["state"] != "failed", found
        return bool(found["state"] == "done" and found["result"]["switched"])

    await until(done, seconds=20)
    assert (await http.get("/v1/names", headers=OFFICER)).json()["items"] == [{"id": ORG, "name": "first"}]
    assert (await http.get("/v1/parked", headers=OPERATOR)).json() == {"items": []}


async def test_the_documents_describe_the_service(started: Started) -> None:
    """AsyncAPI names what is taken and what is written; a browser gets a page that needs nothing from elsewhere."""
    _, http = started
    document = (await http.get("/asyncapi")).json()
    assert document["asyncapi"].startswith("3.")
    assert "OrganisationCreated" in document["channels"]["ledger_organisation"]["messages"]
    page = (await http.get("/asyncapi", headers={"Accept": "text/html"})).text
    assert "<script" not in page


async def ask(admin: Client, subject: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """A request on the service's channel."""
    answer = await admin.request(subject, json.dumps(body or {}).encode(), timeout=5)
    found: dict[str, Any] = json.loads(answer.data)
    return found


async def test_the_channel_answers_operations(started: Started, admin: Client, prefix: str) -> None:
    """What HTTP offers an operator, NATS offers the command line; nonsense gets an answer too."""
    subject = f"{prefix}svc.registry.control"
    assert (await ask(admin, subject, {"operation": "names"}))["result"] is not None
    assert (await ask(admin, subject, {"operation": "dance"}))["ok"] is False
    assert (await ask(admin, subject, {"operation": ["x"]}))["code"] == "malformed"
    answer = await admin.request(subject, b"\xff{", timeout=5)
    assert json.loads(answer.data)["ok"] is False


async def test_the_machines_clock_cannot_be_moved(started: Started, admin: Client, prefix: str) -> None:
    """In production the command is told that it may not."""
    answer = await ask(admin, f"{prefix}svc.registry.settle")
    assert answer["clock"] == "system"
    assert "GUIYAN_CLOCK=manual" in answer["error"]


async def set_clock(admin: Client, prefix: str, at: datetime) -> None:
    """What `guiyan clock` does."""
    await admin.jetstream().publish(f"$KV.{prefix}CLOCK.now", at.isoformat().encode())


async def test_timers_fire_when_the_manual_clock_is_moved(
    environment: dict[str, str], admin: Client, prefix: str
) -> None:
    """The answer to settle names the next due time; moved there, the timer fires and the service comes to rest."""
    start = datetime(2026, 1, 5, 1, tzinfo=UTC)
    await set_clock(admin, prefix, start)
    subject = f"{prefix}svc.registry.settle"
    async with opened(environment | {"GUIYAN_CLOCK": "manual"}) as (_, http):
        await name_it(http, "soon")

        async def planned() -> bool:
            answer = await ask(admin, subject)
            return bool(answer["idle"] and answer["next_due_at"])

        await until(planned)
        answer = await ask(admin, subject)
        assert datetime.fromisoformat(answer["now"]) == start
        due_at = datetime.fromisoformat(answer["next_due_at"])
        assert due_at == start + timedelta(days=1)
        await set_clock(admin, prefix, due_at)

        async def fired() -> bool:
            return bool((await ask(admin, subject))["idle"])

        await until(fired)  # and what follows of it is there when the service first says so
        names = (await http.get("/v1/names", headers=OFFICER)).json()["items"]
        assert names == [{"id": ORG, "name": "later"}]
        history = (await http.get(f"/v1/names/{ORG}/history", headers=OFFICER)).json()["events"]
        assert datetime.fromisoformat(history[-1]["time"]) == due_at


async def test_a_key_of_another_service_is_told_at_start(environment: dict[str, str], keys: Any) -> None:
    """A service given another's signing key does not start."""
    settings = SampleSettings.load(environment | {"GUIYAN_MAC_KEYS_FILE": str(keys.mac_keys_file("contact"))})
    with pytest.raises(CannotStart, match="not for registry"):
        async with running(BLUEPRINT, settings):
            pass


async def test_a_missing_consumer_is_told_at_start(environment: dict[str, str], admin: Client, prefix: str) -> None:
    """Without the deploy step the service does not start, and says what to run."""
    await admin.jetstream().delete_consumer(f"{prefix}INGEST", "ingest-registry")
    with pytest.raises(CannotStart, match="deploy step"):
        async with opened(environment):
            pass
