"""`guiyan token`: a bearer token of an installation that issues its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from guiyan.cli.installation import Installation
from guiyan.cli.keys.tokens import issue_token
from guiyan.cli.output import Output
from guiyan.service.auth import Role

CITY = "654002000000"


def token(
    role: Annotated[list[Role], typer.Option("--role", help="A role; repeat it for several.")],
    *,
    org: Annotated[str, typer.Option(help="Code of the own organisation, 12 digits.")] = CITY,
    sub: Annotated[str, typer.Option(help="Who it is for.")] = "officer-1",
    hours: Annotated[int, typer.Option(min=1, max=24 * 31, help="How long it is valid.")] = 12,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Print a token for the Authorization header."""
    output = Output(as_json=as_json)
    if len(org) != len(CITY) or not (org.isascii() and org.isdigit()):
        raise typer.BadParameter("--org takes 12 digits")
    keys = Installation.folder_keys().path
    try:
        made = issue_token(Path(keys), sub, [str(one) for one in role], org, hours * 3600)
    except FileNotFoundError:
        output.fail(
            f"no issuer key in {keys}/: start an installation with `guiyan up` first", f"{keys}/ 中没有签发密钥"
        )
    output.result({"token": made}, made, made)
