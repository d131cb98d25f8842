"""Carries out what people of the sample city have done at the registry's doors: each an ordinary command over HTTP."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import Any

import httpx

from guiyan.cli.explain import problem_text
from guiyan.cli.failures import SeedFailed
from guiyan.cli.sample import processes
from guiyan.cli.sample.people import Member
from guiyan.cli.sample.processes import Command, Quiet

AT_ONCE = 8
PAGE_ROWS = 500
Settle = Callable[[], Awaitable[Any]]


class Doors:
    """The registry's doors as a city officer: some requests at a time, each under its own key."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def post(self, command: Command) -> dict[str, Any]:
        """Carry a command out; raises SeedFailed where it is refused."""
        return await self._post(command.path, command.body, {"Idempotency-Key": command.key})

    async def each(self, commands: Iterable[Command]) -> int:
        """Commands that do not depend on each other; gives how many."""
        return len(await asyncio.gather(*(self.post(one) for one in commands)))

    async def in_turn(self, chains: Iterable[list[Command]]) -> int:
        """Chains of commands beside each other, each chain one after the other; gives how many commands."""

        async def one(chain: list[Command]) -> int:
            for command in chain:
                await self.post(command)
            return len(chain)

        return sum(await asyncio.gather(*(one(chain) for chain in chains)))

    async def rows(self, path: str, **asked: Any) -> list[dict[str, Any]]:
        """A list, from its first page: no list here is longer."""
        async with self._turns:
            answer = await self._client.get(path, params={**asked, "limit": PAGE_ROWS})
        _require_done(answer, path)
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def id_of(self, member: Member) -> str:
        """The id of a member of the roster."""
        found = await self._post("/v1/members/find", {"id_no": member.id_no}, {})
        return str(found["items"][0]["id"])

    async def ids_of(self, members: Iterable[Member]) -> list[str]:
        """The ids of several, in their order."""
        return list(await asyncio.gather(*(self.id_of(one) for one in members)))

    async def _post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        async with self._turns:
            answer = await self._client.post(path, json=body, headers=headers)
        _require_done(answer, path)
        done: dict[str, Any] = answer.json()
        return done


async def tell_processes(
    client: httpx.AsyncClient, organisations: list[dict[str, Any]], quiet: Quiet, today: date, settle: Settle
) -> Counter[str]:
    """Dues, probation, retained relations and a sweep; gives how many of each. A repeat changes nothing."""
    doors = Doors(client)
    parents = {one["org_code"]: one["parent"] for one in organisations if one["kind"] == "BRANCH"}
    counts = Counter({"dues": await _dues(doors, quiet, today), "probation": await _probation(doors, today)})
    counts["retained"] = await _retained(doors, quiet, parents, today)
    counts["checked"] = await _sweep(doors, quiet, parents, today, settle)
    return counts


async def _dues(doors: Doors, quiet: Quiet, today: date) -> int:
    ids = await doors.ids_of(quiet.payers())
    return await doors.in_turn(processes.dues_commands(place, one, today) for place, one in enumerate(ids))


async def _probation(doors: Doors, today: date) -> int:
    found = await doors.rows("/v1/probations", open="true")
    return await doors.in_turn(processes.probation_commands(one, today) for one in found if one["ends_on"])


async def _retained(doors: Doors, quiet: Quiet, parents: dict[str, str], today: date) -> int:
    """The holder is the last of the townships and departments; the last request still waits for its answer."""
    branch, holder = max(parents.items())
    ids = await doors.ids_of(quiet.retained(today))
    for place, member_id in enumerate(ids):
        command = processes.retention_request(place, member_id, holder, today)
        id_ = (await doors.post(command))["id"]
        if place < len(ids) - 1:
            since = command.body["from_on"]
            kept = {"branch": branch, "occurred_on": since}
            await doors.post(Command(f"/v1/retentions/{id_}/retain", kept, f"sample-retained-{member_id}"))
    return len(ids)


async def _sweep(doors: Doors, quiet: Quiet, parents: dict[str, str], today: date, settle: Settle) -> int:
    """One township sweeps its branches: all are checked, all but the last hand their sheet in."""
    township = min(parents.values())
    branches = sorted(code for code, parent in parents.items() if parent == township)
    sweep_id = (await doors.post(processes.sweep_plan(township, today)))["id"]
    await settle()
    found_out = set(await doors.ids_of(quiet.found_out(branches)))
    rows = await doors.rows(f"/v1/sweeps/{sweep_id}/rows", sort="_id")
    unchecked = [one for one in rows if one["listed"]]
    count = await doors.each(processes.check_commands(sweep_id, unchecked, found_out, today))
    count += await doors.each(processes.guest_commands(sweep_id, branches, today))
    path = f"/v1/sweeps/{sweep_id}/sheets"
    await doors.each(Command(f"{path}/{code}/submit", {}, f"sample-submit-{sweep_id}-{code}") for code in branches[:-1])
    return count


def _require_done(answer: httpx.Response, path: str) -> None:
    if answer.is_error:
        why = problem_text(answer)
        raise SeedFailed(f"{path} was refused: {why}", f"{path} 未被受理:{why}")
