"""Carries out what is studied and sent in the sample city at notifications' doors: ordinary commands over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date

import httpx

from guiyan.cli.sample import study
from guiyan.cli.sample.processes import Command
from guiyan.cli.up.processes import Doors, Settle


async def tell_study(
    client: httpx.AsyncClient, branches: Sequence[str], township: str, today: date, settle: Settle
) -> int:
    """Activities, letters, a campaign and one who replied to it; gives how many commands. A repeat changes nothing."""
    doors = Doors(client)
    lists = await asyncio.gather(*(doors.rows("/v1/study-hours", branch=one, sort="_id") for one in branches))
    members = {branch: [str(one["member_id"]) for one in rows] for branch, rows in zip(branches, lists, strict=True)}
    away = sorted(str(one["member_id"]) for rows in lists for one in rows if one["away"])
    plans = study.activity_plans(branches, today)
    noted = [(state, command, str((await doors.post(command))["id"])) for state, command in plans]
    sent = [await doors.post(one) for one in study.letters(away, today)]
    begun = await doors.post(study.campaign(township, today))
    await settle()
    closed = {str(one["activity_id"]) for one in await doors.rows("/v1/activities", state="RECORDED")}
    chains = [
        _chain(state, id_, members[command.body["branch"]], today, online=command.body.get("online", False))
        for state, command, id_ in noted
        if id_ not in closed  # by an earlier run, which was interrupted later on
    ]
    there = [Command(f"/v1/materials/{one['id']}/receive", {}, f"sample-there-{one['id']}") for one in sent[:2]]
    acts = await doors.in_turn([*chains, there])
    return len(noted) + len(sent) + 1 + acts + await _reply(doors, str(begun["id"]))


def _chain(state: str, id_: str, members: Sequence[str], today: date, *, online: bool) -> list[Command]:
    """What happens to an activity until it is so far."""
    if state == "DRAFT":
        return []
    if state == "ANNOUNCED":
        return study.announcing(id_, members, online=online)
    return study.holding(id_, members, today, online=online, recorded=state == "RECORDED")


async def _reply(doors: Doors, campaign_id: str) -> int:
    """The first member of it called back: an inquiry of the branch."""
    results = await doors.rows(f"/v1/campaigns/{campaign_id}/results", sort="_id")
    for one in results[:1]:
        body = {"member_id": one["member_id"], "result": "CALLED_BACK"}
        await doors.post(Command(f"/v1/campaigns/{campaign_id}/note-result", body, f"sample-reply-{campaign_id}"))
    return len(results[:1])
