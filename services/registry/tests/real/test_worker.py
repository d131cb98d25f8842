"""The worker that imports: killed, or left alone by its parent, it leaves nothing half done (real processes)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from services.registry.tests.city import id_number
from services.registry.tests.imports.test_imports import a_row, roster
from services.registry.tests.real.test_service import ISSUER, Environment, import_, opened, organise

from guiyan.registry.imports.runner import SMALL_BYTES
from guiyan.service.testing import until

ROWS = 6000


@pytest.fixture
def environment(service_environment: Callable[[str], Environment], tmp_path: Path) -> Environment:
    """The registry's variables, with tokens of this test's issuer."""
    return service_environment("registry") | {"GUIYAN_JWKS": str(ISSUER.write_jwks(tmp_path / "jwks.json"))}


def many() -> bytes:
    """A roster of six thousand, too large to be imported in the service's own process."""
    numbers = [id_number(place % 1000, date(1960 + place // 1000, 1, 1)) for place in range(ROWS)]
    file = roster(*(a_row(place, id_no=number) for place, number in enumerate(numbers)))
    assert len(file) > SMALL_BYTES
    return file


def workers() -> list[psutil.Process]:
    """The import workers below this process."""
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if "guiyan.registry.imports.worker" in child.cmdline():
                found.append(child)
        except psutil.Error:
            continue
    return found


async def begin(http: httpx.AsyncClient, file: bytes) -> str:
    """Start an import and wait until the first members are in the register; gives its address."""
    started = await http.post("/v1/imports", content=file, headers={"Content-Type": "application/octet-stream"})

    async def under_way() -> bool:
        return bool(workers()) and bool((await http.get("/v1/members?limit=1")).json()["items"])

    await until(under_way, seconds=60)
    return str(started.headers["Location"])


async def entered(http: httpx.AsyncClient, sequence: int) -> int:
    """How many members the register shows, page by page, once it has come that far."""

    async def shows_it() -> bool:
        return (await http.get(f"/v1/members?limit=1&after_sequence={sequence}")).status_code == 200

    await until(shows_it, seconds=60)
    total, cursor = 0, ""
    while True:
        page: dict[str, Any] = (
            await http.get(f"/v1/members?limit=500&after_sequence={sequence}{cursor and '&cursor=' + cursor}")
        ).json()
        total += len(page["items"])
        cursor = page["next_cursor"] or ""
        if not cursor:
            return total


async def test_a_killed_worker_is_told_and_the_same_file_goes_on(environment: Environment) -> None:
    """SIGKILL in the middle: the import ends as failed with what to do; sent again, everybody is in, nobody twice."""
    file = many()
    async with opened(environment) as (_, http):
        await organise(http)
        where = await begin(http, file)
        (worker,) = workers()
        worker.kill()

        async def told() -> bool:
            return bool((await http.get(where)).json()["state"] == "failed")

        await until(told, seconds=100)
        assert (await http.get(where)).json()["error"]["code"] == "interrupted"
        again = await import_(http, file)
        assert (again["state"], again["accepted"] + again["repeated"]) == ("done", ROWS)
        assert await entered(http, again["sequence"]) == ROWS


async def test_a_stopping_service_takes_its_worker_with_it(environment: Environment) -> None:
    """No worker outlives its service; started anew, the service goes on with the import by itself."""
    file = many()
    async with opened(environment) as (_, http):
        await organise(http)
        where = await begin(http, file)
    assert workers() == []
    async with opened(environment) as (_, http):

        async def told() -> bool:
            return bool((await http.get(where)).json()["state"] != "running")

        await until(told, seconds=100)
        ended = (await http.get(where)).json()
        assert (ended["state"], ended["accepted"], ended["done"], ended["total"]) == ("done", ROWS, ROWS, ROWS)
        assert await entered(http, ended["sequence"]) == ROWS
