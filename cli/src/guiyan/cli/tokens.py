"""`guiyan token`: a bearer token of an installation that issues its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from joserfc.errors import JoseError

from guiyan.cli.failures import Failure, Misuse
from guiyan.cli.installation import Installation
from guiyan.cli.keys.tokens import issue_token
from guiyan.cli.output import Output
from guiyan.service.auth import ADMIN_ROLES, Role

CITY = "654002000000"
SECONDS_AN_HOUR = 3600


def token(
    role: Annotated[list[Role], typer.Option("--role", help="A role; repeat it for several.")],
    *,
    org: Annotated[str, typer.Option("--org", help="Code of the own organisation, 12 digits.")] = CITY,
    sub: Annotated[str, typer.Option("--sub", help="Who it is for.")] = "officer-1",
    hours: Annotated[int, typer.Option("--hours", min=1, max=24 * 31, help="How many hours it is valid.")] = 12,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Print a token for the Authorization header."""
    require_org_code(org)
    require_one_administrator(role)
    roles = [str(one) for one in role]
    made = make_token(Installation.folder_keys().path, sub, roles, org, hours * SECONDS_AN_HOUR)
    expires = datetime.fromtimestamp(int(time.time()) + hours * SECONDS_AN_HOUR, tz=UTC)
    document = {"token": made, "sub": sub, "roles": roles, "org": org, "expires_at": expires.isoformat()}
    Output(as_json=as_json).result(document, made, made)


def make_token(keys: Path, sub: str, roles: Sequence[str], org: str, seconds: int = SECONDS_AN_HOUR) -> str:
    """A token by the installation's own issuer key; raises Failure when there is none, or it cannot be read."""
    try:
        return issue_token(keys, sub, roles, org, seconds)
    except FileNotFoundError:
        raise Failure(
            f"There is no issuer key in {keys}/. Start an installation with `guiyan up`, or name its key folder in "
            "GUIYAN_KEYS; where an identity provider issues the tokens, ask it for one.",
            f"{keys}/ 中没有签发密钥。请先运行 `guiyan up`,或在 GUIYAN_KEYS 中指明密钥文件夹;"
            "若由身份提供方签发令牌,请向其申请。",
            code="no_issuer_key",
        ) from None
    except (ValueError, KeyError, TypeError, JoseError):
        raise Failure(
            f"The issuer key in {keys}/ cannot be read. Put issuer.json back from the backup of the key folder.",
            f"无法读取 {keys}/ 中的签发密钥。请从密钥文件夹的备份中恢复 issuer.json。",
            code="broken_key",
        ) from None


def require_one_administrator(roles: Sequence[Role]) -> None:
    """Raise Misuse for roles that no service takes together: three administrators, none may hold two roles."""
    held = [str(one) for one in dict.fromkeys(roles) if one in ADMIN_ROLES]
    if len(held) > 1:
        raise Misuse(
            f"One person is one administrator at most: every service refuses a token with {' and '.join(held)}. "
            "Make one for each.",
            f"三员分立,一人只能担任一种管理员:同时带有 {'、'.join(held)} 的令牌会被所有服务拒绝。请分别签发。",
            code="admin_roles_combined",
            roles=held,
        )


def require_org_code(text: str) -> None:
    """Raise Misuse for what is no organisation code."""
    if len(text) != len(CITY) or not (text.isascii() and text.isdigit()):
        raise Misuse("--org takes an organisation code of 12 digits.", "--org 应为 12 位数字的党组织代码。")
