"""The commands `guiyan account first` and `guiyan account rescue`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import httpx
import typer

from guiyan.cli.account.opening import AccountDoors, Given, Wanted, headers_of, write_down
from guiyan.cli.failures import Failure, Misuse
from guiyan.cli.installation import Installation
from guiyan.cli.interrupting import run
from guiyan.cli.output import Output
from guiyan.cli.tokens import CITY, require_org_code
from guiyan.service.auth import Role

app = typer.Typer(no_args_is_help=True, help="Accounts of people who sign in here: the first ones, and rescue.")
Org = Annotated[str, typer.Option("--org", help="Code of the own organisation, 12 digits.")]
Out = Annotated[Path, typer.Option("--out", help="File for the one-time passwords; made anew, for its owner alone.")]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
_NAME_AND_HOLDER = "As NAME=HOLDER: sign-in name, and the person's name."


@app.command()
def first(  # noqa: PLR0913 - the options of the command
    sys_admin: Annotated[str, typer.Option("--sys-admin", help=_NAME_AND_HOLDER)],
    sec_admin: Annotated[str, typer.Option("--sec-admin", help=_NAME_AND_HOLDER)],
    audit_admin: Annotated[str | None, typer.Option("--audit-admin", help=_NAME_AND_HOLDER)] = None,
    *,
    org: Org = CITY,
    out: Out = Path("accounts.txt"),
    as_json: Json = False,
) -> None:
    """Open the first administrators' accounts; these open and grant all others."""
    require_org_code(org)
    told = {Role.SYS_ADMIN: sys_admin, Role.SEC_ADMIN: sec_admin, Role.AUDIT_ADMIN: audit_admin}
    wanted = [_wanted(role, text, org) for role, text in told.items() if text is not None]
    _require_new(out)

    async def opened(doors: AccountDoors) -> list[Given]:
        return [await doors.open(one) for one in wanted]

    _hand_out(run(_at_the_doors(org, opened)), out, Output(as_json=as_json))


@app.command()
def rescue(
    name: Annotated[str, typer.Argument(help="Sign-in name.")],
    *,
    org: Org = CITY,
    out: Out = Path("account.txt"),
    as_json: Json = False,
) -> None:
    """Unlock an account and give it another one-time password, when no administrator can."""
    require_org_code(org)
    _require_new(out)

    async def rescued(doors: AccountDoors) -> list[Given]:
        return [await doors.rescue(name)]

    _hand_out(run(_at_the_doors(org, rescued)), out, Output(as_json=as_json))


async def _at_the_doors(org: str, act: Callable[[AccountDoors], Awaitable[list[Given]]]) -> list[Given]:
    installation = Installation.find()
    headers = headers_of(installation.keys.path, org)
    async with httpx.AsyncClient(base_url=installation.service_url("registry"), timeout=30) as client:
        return await act(AccountDoors(client, headers))


def _wanted(role: Role, text: str, org: str) -> Wanted:
    name, sign, holder = text.partition("=")
    if not (name and sign and holder):
        raise Misuse(
            f"{text} names no account: it takes NAME=HOLDER, such as zhang.san='Zhang San'.",
            f"{text} 不是账号:应为 登录名=使用人,如 zhang.san=张三。",
            code="usage",
        )
    return Wanted(str(role), name, holder, org)


def _require_new(out: Path) -> None:
    """Before anything is opened: passwords that could not be written down would be lost."""
    if out.exists():
        raise Failure(
            f"{out} is there already. Take another file, or remove it when its passwords were handed out.",
            f"{out} 已存在。请另选文件,或在密码发放后将其删除。",
            code="file_exists",
        )


def _hand_out(given: list[Given], out: Path, output: Output) -> None:
    write_down(out, given)
    names = ", ".join(one.name for one in given)
    output.result(
        {"accounts": [one.document() for one in given], "file": str(out)},
        f"{names}: the one-time passwords are in {out}. Hand each to its holder, then remove the file.",
        f"{names}:一次性密码在 {out} 中,请分别交给使用人,然后删除该文件。",
    )
