"""The HTTP provider against a server with every kind of bad day, its signature, the door that takes its receipts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from services.notifications.tests.sending import becomes
from services.notifications.tests.town import CITY, TOWN, NoticeTown, a_town

from guiyan.events.codes import NoticeChannel, NoticeFailure
from guiyan.ledger import ManualClock
from guiyan.ledger.testing.commands_conformance import a_context
from guiyan.notifications.channels.http_sms import RECEIPTS_MOST, HttpSms, HttpSmsServer
from guiyan.notifications.channels.port import Message
from guiyan.notifications.channels.receipts import Receipt
from guiyan.notifications.channels.signatures import SKEW_SECONDS, Bearer, HmacSha256, Request, Signature
from guiyan.notifications.domain.notice import NOTICE, Arrived, Claim, Deferred, Lost, Report, Returned, Taken
from guiyan.notifications.domain.provider import PROVIDER, SuspendProvider, provider_id
from guiyan.service.auth import Role
from guiyan.service.conformance import check_problem

CLOCK = ManualClock(datetime(2026, 4, 1, 1, tzinfo=UTC))
NOW = int(CLOCK.now().timestamp())
SIGNED = HmacSha256("guiyan", SecretStr("a-secret"))
MESSAGE = Message("019c1bdd-1680-7712-bd27-176c707fb458", "cause", "张示例", "14000000001", "", "请回电 0999-0000001")


@dataclass
class Gateway:
    """What the server answers, and what it was sent: (request, headers)."""

    status: int = 200
    body: str = '{"code": "OK", "id": "g-1"}'
    hang_up: bool = False
    silent: bool = False
    seen: list[tuple[Request, dict[str, str]]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.seen.append((Request(method, path, body), headers))
        if self.silent:
            await asyncio.sleep(30)
        if not self.hang_up:
            content = self.body.encode()
            writer.write(
                f"HTTP/1.1 {self.status} X\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode()
                + content
            )
        writer.close()


@pytest.fixture
async def gateway() -> AsyncIterator[tuple[Gateway, str]]:
    """The peer and its address."""
    peer = Gateway()
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    yield peer, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


def a_provider(base: str, signature: Signature = SIGNED, **changes: Any) -> HttpSms:
    """The provider of a gateway."""
    settings = HttpSmsServer(
        f"{base}/send", f"{base}/query", False, 0.5, "CN", frozenset({"OK", "0"}), frozenset({"NO_SUCH_NUMBER"})
    )
    return HttpSms(replace(settings, **changes), signature, CLOCK, "web")


async def test_a_message_is_posted_signed_with_its_reference(gateway: tuple[Gateway, str]) -> None:
    """The gateway can check who asks; number with country code, text, the notice's id."""
    peer, base = gateway
    provider = a_provider(base)
    assert await provider.deliver(MESSAGE) == Taken("g-1")
    ((request, headers),) = peer.seen
    assert json.loads(request.body) == {"reference": MESSAGE.reference, "to": "+8614000000001", "text": MESSAGE.body}
    assert request.path == "/send"
    assert SIGNED.holds(request, headers, NOW)
    assert not SIGNED.holds(replace(request, body=b"{}"), headers, NOW)
    await provider.close()


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, '{"code": 0, "id": "g-2"}', Taken("g-2")),
        (200, '{"code": "OK"}', Taken(None)),
        (200, '{"code": "NO_SUCH_NUMBER"}', Returned(NoticeFailure.ADDRESS_INVALID, "NO_SUCH_NUMBER")),
        (200, '{"code": "no credit!"}', Deferred("no_credit_")),
        (200, "hello", Lost()),
        (200, "[]", Lost()),
        (400, "", Deferred("400")),
        (429, "", Deferred("429")),
        (500, "", Lost()),
        (502, "", Lost()),
        (503, "", Deferred("503")),
    ],
)
async def test_what_an_answer_says(gateway: tuple[Gateway, str], status: int, body: str, outcome: object) -> None:
    """Taken, refused for certain, or open: a gateway that gives up may have passed it on."""
    peer, base = gateway
    peer.status, peer.body = status, body
    provider = a_provider(base)
    assert await provider.deliver(MESSAGE) == outcome
    await provider.close()


async def test_a_broken_connection_leaves_it_open_and_none_is_certain(gateway: tuple[Gateway, str]) -> None:
    """Hung up or silent after the request: Lost; nobody listening: certainly not taken."""
    peer, base = gateway
    provider = a_provider(base)
    peer.hang_up = True
    assert await provider.deliver(MESSAGE) == Lost()
    peer.hang_up, peer.silent = False, True
    assert await provider.deliver(MESSAGE) == Lost()
    await provider.close()
    nobody = a_provider("http://127.0.0.1:1")
    assert await nobody.deliver(MESSAGE) == Deferred("no_connection")
    assert await nobody.deliver(replace(MESSAGE, to_address="?")) == Returned(NoticeFailure.ADDRESS_INVALID)


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, '{"code": "OK", "id": "g-1"}', Taken("g-1")),
        (200, '{"code": "NO_SUCH_NUMBER"}', Returned(NoticeFailure.ADDRESS_INVALID, "NO_SUCH_NUMBER")),
        (404, "", Deferred("not_there")),
        (200, '{"code": "PENDING"}', Lost()),
        (429, "", Lost()),
        (500, "", Lost()),
    ],
)
async def test_it_is_asked_by_our_reference(
    gateway: tuple[Gateway, str], status: int, body: str, outcome: object
) -> None:
    """Only a plain "not there" allows another hand-over; whatever else cannot be read is asked again."""
    peer, base = gateway
    peer.status, peer.body = status, body
    provider = a_provider(base)
    assert await provider.ask(MESSAGE.reference) == outcome
    ((request, headers),) = peer.seen
    assert (request.method, request.path) == ("GET", f"/query?reference={MESSAGE.reference}")
    assert SIGNED.holds(request, headers, NOW)
    await provider.close()


async def test_who_has_no_question_is_not_asked() -> None:
    """Then an open outcome is UNKNOWN at once."""
    provider = a_provider("http://127.0.0.1:1", query_url=None)
    assert not provider.answers
    assert await provider.ask("r") == Lost()


@pytest.mark.parametrize("scheme", [SIGNED, Bearer("guiyan", SecretStr("a-secret"))])
def test_a_signature_holds_for_who_knows_the_secret(scheme: Signature) -> None:
    """Another secret, nothing at all, or odd headers do not."""
    request = Request("POST", "/v1/receipts/web", b"[]")
    headers = {name.lower(): value for name, value in scheme.headers(request, NOW).items()}
    other = type(scheme)("guiyan", SecretStr("another"))  # type: ignore[call-arg] # every scheme is made of these two
    assert scheme.holds(request, headers, NOW)
    assert not other.holds(request, headers, NOW)
    assert not scheme.holds(request, {}, NOW)
    assert not scheme.holds(request, dict.fromkeys(headers, "²"), NOW)


def test_a_signature_is_of_now_and_of_this_request() -> None:
    """Five minutes either way; method, path and body belong to it."""
    request = Request("POST", "/v1/receipts/web", b"[]")
    headers = {name.lower(): value for name, value in SIGNED.headers(request, NOW).items()}
    assert SIGNED.holds(request, headers, NOW + SKEW_SECONDS)
    assert not SIGNED.holds(request, headers, NOW + SKEW_SECONDS + 1)
    for changed in (replace(request, path="/v1/receipts/other"), replace(request, method="PUT")):
        assert not SIGNED.holds(changed, headers, NOW)


def said(*rows: Mapping[str, Any]) -> bytes:
    """A body of receipts."""
    return json.dumps(rows).encode()


def heard(body: bytes) -> Any:
    """What the provider makes of a signed body."""
    request = Request("POST", "/v1/receipts/web", body)
    headers = {name.lower(): value for name, value in SIGNED.headers(request, NOW).items()}
    return a_provider("http://127.0.0.1:1").heard(request, headers)


def test_receipts_name_a_notice_or_the_providers_own_number() -> None:
    """Final states alone are passed on; what is no receipt is refused as a whole."""
    body = said(
        {"reference": "n-1", "id": "g-1", "state": "DELIVRD"},
        {"id": "g-2", "state": "UNDELIV", "error": "NO_SUCH_NUMBER"},
        {"id": "g-3", "state": "ENROUTE"},
    )
    assert heard(body) == [
        Receipt("web", Arrived(), "g-1", "n-1"),
        Receipt("web", Returned(NoticeFailure.ADDRESS_INVALID, "NO_SUCH_NUMBER"), "g-2"),
    ]
    for wrong in (
        b"{",
        b"[1]",
        b'"x"',
        said({"state": "DELIVRD"}),
        said({"id": "g"}),
        said(*[{}] * (RECEIPTS_MOST + 1)),
        b"[" * 100_000,
        said({"id": "g" * 1_000, "state": "DELIVRD"}),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
            heard(wrong)


PROVIDERS = """
[[provider]]
name = "web"
kind = "http_sms"
send_url = "http://127.0.0.1:1/send"
key_id = "guiyan"
secret = "a-secret"

[[provider]]
name = "inside"
kind = "desk"
"""


async def sent(town: NoticeTown) -> str:
    """A notice that the provider took."""
    id_ = await town.queued(channel=NoticeChannel.SMS)
    today = town.world.clock.today()
    for command in (Claim(NoticeChannel.SMS, "web", today), Report(Taken("g-1"), today)):
        await town.town.parts.commands.execute(NOTICE, id_, command, a_context())
    await town.town.settle()
    return id_


async def test_the_door_takes_signed_receipts_alone(tmp_path: Path) -> None:
    """From this provider, of now: written down. Unsigned, by another, by nobody: 401; no receipts: 400."""
    file = tmp_path / "providers.toml"
    file.write_text(PROVIDERS)
    async with a_town(tmp_path, providers_file=file) as town:
        id_, path = await sent(town), "/v1/receipts/web"
        now = int(town.world.clock.now().timestamp())
        body = said({"reference": id_, "state": "DELIVRD"}, {"id": "g-1", "state": "DELIVRD"})

        async def post(to: str, content: bytes, at: int = now, **more: str) -> Any:
            headers = dict(SIGNED.headers(Request("POST", to, content), at))
            return await town.town.http.post(
                to, content=content, headers={**headers, "Content-Type": "application/json", **more}
            )

        for refused in (
            await town.town.http.post(path, content=body, headers={"Content-Type": "application/json"}),
            await post(path, body, **{"X-Signature": "0" * 64}),
            await post(path, body, at=now - SKEW_SECONDS - 1),
            await post("/v1/receipts/inside", body),
            await post("/v1/receipts/nobody", body),
        ):
            check_problem(refused, 401, "unauthenticated")
        check_problem(await post(path, b"[1]"), 400, "malformed")
        assert (await town.row(id_))["state"] == "SENT"
        taken = await post(path, body)
        assert (taken.status_code, taken.json()) == (200, {"taken": 2})
        row = await becomes(town, id_, "DELIVERED")
        assert [one["event"] for one in row["changes"]].count("NoticeDelivered") == 1


async def test_who_is_suspended_is_shown_to_who_runs_it(tmp_path: Path) -> None:
    """Every provider of the file with its share; since when the others have its part. Officers below the city: 403."""
    file = tmp_path / "providers.toml"
    file.write_text(PROVIDERS)
    async with a_town(tmp_path, providers_file=file) as town:
        today = town.world.clock.today()
        command = SuspendProvider("web", 5, today)
        await town.town.parts.commands.execute(PROVIDER, provider_id("web"), command, a_context())
        await town.town.settle()
        operator = town.town.bearer(Role.OPS, org=CITY)
        web, inside = (await town.town.http.get("/v1/providers", headers=operator)).json()["items"]
        assert (web["name"], web["channel"], web["suspended"], web["failures"]) == ("web", "SMS", True, 5)
        assert web["since"] is not None
        assert (inside["name"], inside["suspended"], inside["since"]) == ("inside", False, None)
        below = town.town.bearer(Role.TOWNSHIP_OFFICER, org=TOWN)
        check_problem(await town.town.http.get("/v1/providers", headers=below), 403, "forbidden")
