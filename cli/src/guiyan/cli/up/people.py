"""Accounts of the made-up city: one for each role, with one-time passwords in a file beside the data."""

from __future__ import annotations

from typing import Final

import httpx

from guiyan.cli.account.opening import AccountDoors, Wanted, headers_of, write_down
from guiyan.cli.installation import Installation
from guiyan.cli.keys.tokens import issue_token
from guiyan.cli.output import Output
from guiyan.cli.tokens import CITY
from guiyan.cli.up.welcome import OPENED, ORGS
from guiyan.events.codes import AccountRole
from guiyan.service.auth import Role

FILE: Final = "accounts.txt"


async def open_sample_accounts(installation: Installation, output: Output) -> None:
    """Open them once; whoever signs in changes the password, and enrols a device where the role sees member data."""
    file, mark = installation.folder / FILE, installation.folder / OPENED
    if file.exists() or mark.exists():  # whoever has handed the passwords out removes the file
        return
    headers = {"Authorization": f"Bearer {issue_token(installation.keys.path, 'installation', ['CITY_OFFICER'], CITY)}"}
    async with httpx.AsyncClient(base_url=installation.service_url("registry"), timeout=30) as client:
        member_id = await find_somebody(client, headers)
        doors = AccountDoors(client, headers_of(installation.keys.path, CITY))
        given = [await doors.open(one) for one in sample_accounts(member_id)]
    write_down(file, given)
    mark.write_text(member_id or "")
    output.step(
        "accounts",
        f"{len(given)} accounts, one for each role; names and one-time passwords: {file}",
        f"{len(given)} 个账号,每种角色一个;登录名和一次性密码见 {file}",
        count=len(given),
        file=str(file),
    )


def sample_accounts(member_id: str | None) -> list[Wanted]:
    """Which accounts: names as the roles are called, holders that nobody takes for a person."""
    return [
        Wanted(
            str(role),
            role.lower().replace("_", "."),
            f"示例{AccountRole(role).zh}",
            ORGS.get(role, CITY),
            member_id if role == Role.MEMBER else None,
        )
        for role in Role
        if role != Role.MEMBER or member_id is not None
    ]


async def find_somebody(client: httpx.AsyncClient, headers: dict[str, str]) -> str | None:
    """A member who is away, whose own account shows something; None when nobody is."""
    query = {"state": "AWAY", "limit": "1", "sort": "_id"}
    answer = await client.get("/v1/departures", params=query, headers=headers)
    found = answer.raise_for_status().json()["items"]
    return str(found[0]["member_id"]) if found else None
