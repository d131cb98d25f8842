"""Carries out what care there is in the sample city at contact's doors: each an ordinary command over HTTP."""

from __future__ import annotations

import asyncio
from datetime import date

import httpx

from guiyan.cli.sample.care import care_chains
from guiyan.cli.sample.processes import Command
from guiyan.cli.up.processes import Doors


async def tell_care(client: httpx.AsyncClient, today: date) -> int:
    """Some of each, for members away in the order of their ids; gives how many commands. A repeat changes nothing."""
    doors = Doors(client)
    away = await doors.rows("/v1/members-away", sort="_id")
    before = [one for one in away if one["away_since"] <= today.isoformat()]

    async def one(chain: list[Command]) -> int:
        first, *steps = chain
        record = (await doors.post(first))["id"]
        for step in steps:
            await doors.post(step._replace(path=step.path.replace("{id}", record)))
        return len(chain)

    return sum(await asyncio.gather(*(one(chain) for chain in care_chains(before, today))))
