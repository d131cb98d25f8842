"""A service as a process: it listens at once, drains on SIGTERM, and says in one sentence why it cannot start."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from guiyan.service.auth import Role
from guiyan.service.testing import Issuer, until
from guiyan.service.wire import HEAD_LIMIT_BYTES

SERVICE = Path(__file__).parent / "sample_service.py"
ORG = "110000000001"
ISSUER = Issuer()
OFFICER = ISSUER.bearer(Role.CITY_OFFICER, org=ORG)


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(service_environment: Callable[[str], dict[str, str]], tmp_path: Path) -> dict[str, str]:
    """The process's variables."""
    return service_environment("registry") | {
        "GUIYAN_JWKS": str(ISSUER.write_jwks(tmp_path / "jwks.json")),
        "GUIYAN_PORT": str(free_port()),
        "GUIYAN_DRAIN_SECONDS": "10",
        "PATH": os.environ["PATH"],
    }


async def start(environment: dict[str, str]) -> Process:
    """Start it."""
    return await asyncio.create_subprocess_exec(sys.executable, str(SERVICE), env=environment, stderr=PIPE, stdout=PIPE)


@pytest.fixture
async def http(environment: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of it."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{environment['GUIYAN_PORT']}") as client:
        yield client


async def answers(http: httpx.AsyncClient, path: str, status: int = 200) -> None:
    """Wait until an address answers so."""

    async def so() -> bool:
        try:
            return (await http.get(path)).status_code == status
        except httpx.TransportError:
            return False

    await until(so, seconds=20)


async def end(process: Process) -> tuple[int, str]:
    """Its exit code and what it said."""
    _, said = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode is not None
    return process.returncode, said.decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_drains_on_a_signal(
    environment: dict[str, str], http: httpx.AsyncClient, number: signal.Signals
) -> None:
    """Told to stop in the midst of commands: each one sent is answered, the exit code is 0, nothing was lost."""
    process = await start(environment)
    await answers(http, "/readyz")
    sending = [
        asyncio.create_task(http.post(f"/v1/names/{ORG}/set", json={"name": f"n{count}"}, headers=OFFICER))
        for count in range(20)
    ]
    await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
    process.send_signal(number)
    found = await asyncio.gather(*sending, return_exceptions=True)
    code, said = await end(process)
    assert code == 0, said
    assert "Traceback" not in said
    done = [one for one in found if isinstance(one, httpx.Response)]
    assert {one.status_code for one in done} <= {200, 409, 503}
    assert any(one.status_code == 200 for one in done)


async def test_it_is_alive_while_it_waits_for_its_clock(environment: dict[str, str], http: httpx.AsyncClient) -> None:
    """Before it has started: `/healthz` is 200, the rest 503; a signal ends it at once, with code 0."""
    process = await start(environment | {"GUIYAN_CLOCK": "manual"})
    await answers(http, "/healthz")
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "starting")
    process.terminate()
    assert (await end(process))[0] == 0


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        ({"GUIYAN_CLOCK": "sundial"}, 2, "GUIYAN_CLOCK is wrong"),
        ({"GUIYAN_NATS_URL": "nats://127.0.0.1:1"}, None, "waiting for NATS"),
        ({"GUIYAN_STREAM_PREFIX": "nowhere_"}, 1, "there is no such stream"),
        ({"GUIYAN_OTLP_ENDPOINT": "ftp://x"}, 2, "GUIYAN_OTLP_ENDPOINT is wrong"),
    ],
)
async def test_what_is_wrong_is_told_in_a_sentence(
    environment: dict[str, str], changes: dict[str, str], code: int | None, sentence: str
) -> None:
    """A wrong setting, a missing stream, a server that is not there: said plainly, without a traceback."""
    process = await start(environment | changes)
    if code is None:  # it goes on waiting: a server may still be starting
        assert process.stderr is not None
        async with asyncio.timeout(20):
            while sentence.encode() not in await process.stderr.readline():
                pass
        process.terminate()
        assert (await end(process))[0] == 0
        return
    found, said = await end(process)
    assert found == code, said
    assert sentence in said
    assert "Traceback" not in said


async def test_a_port_in_use_is_told(environment: dict[str, str]) -> None:
    """The port is named, and what to do."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", int(environment["GUIYAN_PORT"])))
        holder.listen()
        code, said = await end(await start(environment))
    assert code == 1
    assert f"port {environment['GUIYAN_PORT']} on 127.0.0.1 cannot be used" in said
    assert "set GUIYAN_PORT" in said


async def test_a_head_without_end_is_broken_off(environment: dict[str, str], http: httpx.AsyncClient) -> None:
    """Headers that never stop fill no memory: 431, and the connection is closed; others are served meanwhile."""
    process = await start(environment)
    try:
        await answers(http, "/healthz")
        reader, writer = await asyncio.open_connection("127.0.0.1", int(environment["GUIYAN_PORT"]))
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ".ljust(HEAD_LIMIT_BYTES, b"a"))
        writer.write(b"a")
        async with asyncio.timeout(10):
            answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 431 ")
        writer.close()
        await answers(http, "/healthz")
    finally:
        process.kill()
        await process.wait()


async def test_a_long_body_is_not_taken_for_a_head(environment: dict[str, str], http: httpx.AsyncClient) -> None:
    """However a request's bytes are cut on the way, a body of any length is the application's to limit."""
    process = await start(environment)
    try:
        await answers(http, "/readyz")
        for length in (10_000, 70_000, 200_000, 600_000):
            for _ in range(3):
                answer = await http.post("/v1/things", content=b" " * length, headers=OFFICER)
                assert answer.status_code not in {431, 500}, length
    finally:
        process.kill()
        await process.wait()
