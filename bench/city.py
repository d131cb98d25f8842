"""A registry filled as an office does it: organisations one by one, then the roster."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import httpx

from bench.place import LOOK_SECONDS, Place
from guiyan.cli.sample.folder import Sample
from guiyan.cli.up.services import ServiceProcess

NOT_FOR_THE_REGISTRY = ("service_point_level",)
IMPORT_SECONDS = 1_800.0


@dataclass(frozen=True, slots=True)
class Imported:
    """An import that came to its end: seconds until every row was written, and until queries showed them all."""

    report: dict[str, Any]
    written_seconds: float
    shown_seconds: float


def client_of(place: Place, service: ServiceProcess) -> httpx.AsyncClient:
    """A city officer at a service's door."""
    headers = {"Authorization": f"Bearer {place.token()}"}
    return httpx.AsyncClient(base_url=service.url, headers=headers, timeout=60.0)


async def create_organisations(http: httpx.AsyncClient, sample: Sample) -> None:
    """The tree, parents before children."""
    for command in sample.organisations():
        body = {name: one for name, one in command.items() if name not in NOT_FOR_THE_REGISTRY and one is not None}
        (await http.post("/v1/organisations", json=body)).raise_for_status()


async def import_roster(http: httpx.AsyncClient, sample: Sample) -> Imported:
    """Send the roster and wait until queries show all of it; raises RuntimeError when a row was not taken."""
    content = await asyncio.to_thread(sample.roster.read_bytes)
    began = time.perf_counter()
    answer = await http.post("/v1/imports", content=content, headers={"Content-Type": "application/octet-stream"})
    location = answer.raise_for_status().headers["Location"]
    report = await _ended(http, location)
    written = time.perf_counter() - began
    while (await http.get("/v1/members", params={"limit": 1, "after_sequence": report["sequence"]})).is_error:
        if time.perf_counter() - began > IMPORT_SECONDS:
            raise RuntimeError("the register did not show the imported members in time")
    shown = time.perf_counter() - began
    if report["accepted"] != sample.manifest["members"]:
        raise RuntimeError(f"the import took {report['accepted']} of {sample.manifest['members']} rows")
    return Imported(report, written, shown)


async def _ended(http: httpx.AsyncClient, location: str) -> dict[str, Any]:
    deadline = time.perf_counter() + IMPORT_SECONDS
    while True:
        report: dict[str, Any] = (await http.get(location)).raise_for_status().json()
        if report["state"] == "done":
            return report
        if report["state"] != "running" or time.perf_counter() > deadline:
            raise RuntimeError(f"the import ended as {report['state']}: {report.get('error')}")
        await asyncio.sleep(LOOK_SECONDS)
