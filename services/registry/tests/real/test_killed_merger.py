"""A merger whose process is killed in the middle is finished by the next one, without being asked (ADR 0013)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from nats.aio.client import Client
from services.registry.tests.city import CITY, HOME, NEXT, id_number
from services.registry.tests.imports.test_imports import a_row, roster
from services.registry.tests.real.test_service import ISSUER, Environment, import_, organise, since

from guiyan.cli.keys import KeyFolder
from guiyan.cli.servers.ports import choose
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsLedger
from guiyan.service.auth import Role
from guiyan.service.testing import until

MEMBERS = 200
START = datetime(2026, 7, 1, 2, tzinfo=UTC)


@pytest.fixture
def environment(service_environment: Callable[[str], Environment], tmp_path: Path) -> Environment:
    """The registry's variables: tokens of this test's issuer, a port of its own, and a clock that the test moves."""
    more = {"GUIYAN_JWKS": str(ISSUER.write_jwks(tmp_path / "jwks.json")), "GUIYAN_CLOCK": "manual"}
    return service_environment("registry") | more | {"GUIYAN_PORT": str(choose(1)[0])}


@contextlib.asynccontextmanager
async def a_process(environment: Environment) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient]]:
    """The registry as a process of its own, and a city officer's client; killed at the end."""
    run = [sys.executable, "-m", "guiyan.registry"]
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*run, env=os.environ | environment, stdout=quiet, stderr=quiet)
    headers = ISSUER.bearer(Role.CITY_OFFICER, org=CITY)
    try:
        url = f"http://127.0.0.1:{environment['GUIYAN_PORT']}"
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as http:

            async def answers() -> bool:
                with contextlib.suppress(httpx.TransportError):
                    return (await http.get("/v1/organisations")).status_code == 200
                return False

            await until(answers, seconds=60)
            yield process, http
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def first_has_gone(ledger: NatsLedger, after: int) -> None:
    """Wait until a member has gone over."""
    async for commits in ledger.follow(after):
        if any(event.type == "BranchAssigned" for commit in commits for event in commit.events):
            return


async def test_a_killed_merger_is_finished_by_the_next_process(
    environment: Environment, admin: Client, keys: KeyFolder
) -> None:
    """SIGKILL when the first member has gone over: shown as planned; ten minutes later all have, each once."""
    prefix = environment["GUIYAN_STREAM_PREFIX"]

    async def clock(at: datetime) -> None:
        await admin.jetstream().publish(f"$KV.{prefix}CLOCK.now", at.isoformat().encode())

    await clock(START)
    ledger = NatsLedger(admin, KeyRing.load(keys.mac_keys_file("registry")), prefix=prefix)
    async with a_process(environment) as (process, http):
        await organise(http)
        await import_(http, roster(*(a_row(number, id_no=id_number(number)) for number in range(MEMBERS))))
        head = await ledger.head()
        merging = asyncio.create_task(http.post(f"/v1/organisations/{HOME}/merge", json={"into": NEXT}))
        await first_has_gone(ledger, head)
        process.kill()
        await process.wait()
        with pytest.raises(httpx.TransportError):
            await merging
    async with a_process(environment) as (_, http):
        home = (await http.get(f"/v1/organisations/{HOME}?after_sequence={await ledger.head()}")).json()
        assert (home["active"], [(one["change"], one["into"]) for one in home["planned"]]) == (True, [("MERGE", NEXT)])
        await clock(START + timedelta(minutes=11))

        async def ended() -> bool:
            return bool((await http.get(f"/v1/organisations/{HOME}")).json()["successors"] == [NEXT])

        await until(ended, seconds=60)
        figures = [(await count(http, branch, await ledger.head())) for branch in (HOME, NEXT)]
        assert figures == [0, MEMBERS]
        written = Counter(event.type for event in await since(ledger, head))
        assert (written["BranchAssigned"], written["OrganisationMerged"]) == (MEMBERS, 1)


async def count(http: httpx.AsyncClient, branch: str, sequence: int) -> int:
    """How many members a branch has."""
    return len((await http.get(f"/v1/members?branch={branch}&limit=500&after_sequence={sequence}")).json()["items"])
