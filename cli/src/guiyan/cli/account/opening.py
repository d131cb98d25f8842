"""Opens accounts over HTTP by the installation's own keys: the same doors, one administrator's power at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from guiyan.cli.explain import problem_text
from guiyan.cli.failures import Failure
from guiyan.cli.keys.files import write_secret
from guiyan.cli.tokens import make_token
from guiyan.service.auth import Role

OPENS, GRANTS = "installation-sys", "installation-sec"
"""Who acts when the installation's keys do: two subjects, so that the ledger shows both powers."""
HEADINGS: Final = "role\tname\tone-time password\torganisation\taccount\n"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account to be opened: its role, sign-in name, holder, organisation; the member, for a member's own."""

    role: str
    name: str
    holder: str | None
    org: str
    member_id: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What its holder is handed: the name, and the password that must be changed."""

    role: str
    name: str
    one_time_password: str
    org: str
    account_id: str

    def document(self) -> dict[str, str]:
        """For programs; without the password, which stands in the file alone."""
        return {name: value for name, value in asdict(self).items() if name != "one_time_password"}


class AccountDoors:
    """Registry's doors of accounts, for an organisation and all below it."""

    def __init__(self, client: httpx.AsyncClient, headers: Mapping[str, Mapping[str, str]]) -> None:
        self._http, self._headers = client, headers

    async def open(self, wanted: Wanted) -> Given:
        """Open it and grant its role; a repeat gives another one-time password, since the first is shown once."""
        body = {"name": wanted.name, "display_name": wanted.holder, "org_code": wanted.org}
        body |= {} if wanted.member_id is None else {"member_id": wanted.member_id}
        made = await self._post(Role.SYS_ADMIN, "/v1/accounts", body, key=f"account-{wanted.name}"[:120])
        account_id, password = str(made["id"]), made["one_time_password"]
        await self._post(Role.SEC_ADMIN, f"/v1/accounts/{account_id}/grant-role", {"role": wanted.role})
        return Given(wanted.role, wanted.name, password or await self._reset(account_id), wanted.org, account_id)

    async def rescue(self, name: str) -> Given:
        """Another one-time password for the account of this name, unlocked; raises Failure when there is none."""
        answer = await self._http.get("/v1/accounts", params={"name": name}, headers={**self._headers[Role.SYS_ADMIN]})
        found = _checked(answer)["items"]
        if not found:
            raise Failure(
                f"There is no account {name} in this organisation. Correct the name, or --org.",
                f"该党组织没有账号 {name}。请更正登录名或 --org。",
                code="no_such_account",
            )
        account_id = str(found[0]["account_id"])
        password = await self._reset(account_id)
        await self._post(Role.SYS_ADMIN, f"/v1/accounts/{account_id}/unlock", {})
        return Given(", ".join(found[0]["roles"]), name, password, str(found[0]["org_code"]), account_id)

    async def _reset(self, account_id: str) -> str:
        told = await self._post(Role.SYS_ADMIN, f"/v1/accounts/{account_id}/reset-password", {})
        return str(told["one_time_password"])

    async def _post(self, role: str, path: str, body: dict[str, Any], *, key: str | None = None) -> dict[str, Any]:
        headers = {**self._headers[role], **({} if key is None else {"Idempotency-Key": key})}
        return _checked(await self._http.post(path, json=body, headers=headers))


def headers_of(keys: Path, org: str) -> dict[str, dict[str, str]]:
    """Headers of both administrators, by the issuer key of the installation; raises Failure where there is none."""
    subjects = {str(Role.SYS_ADMIN): OPENS, str(Role.SEC_ADMIN): GRANTS}
    return {role: {"Authorization": f"Bearer {make_token(keys, sub, [role], org)}"} for role, sub in subjects.items()}


def write_down(file: Path, given: Sequence[Given]) -> None:
    """Put names and one-time passwords into a new file that its owner alone reads; raises FileExistsError."""
    rows = [f"{one.role}\t{one.name}\t{one.one_time_password}\t{one.org}\t{one.account_id}\n" for one in given]
    write_secret(file, HEADINGS + "".join(rows))


def _checked(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        why = problem_text(answer)
        raise Failure(f"Registry refused: {why}", f"registry 未受理:{why}", code="refused", status=answer.status_code)
    return dict(answer.json())
