"""Where to look once everything runs: addresses, and a ready-made token per role."""

from __future__ import annotations

from pathlib import Path

from guiyan.cli.columns import draw
from guiyan.cli.installation import CONSOLE, Installation, all_ports
from guiyan.cli.keys.tokens import issue_token
from guiyan.cli.output import Output
from guiyan.cli.speech import Sentence
from guiyan.cli.tokens import CITY
from guiyan.cli.up.environment import MAILBOX, TOKENS
from guiyan.service.auth import Role

HOURS = 12
TOWN, BRANCH = "654002001000", "654002001001"
"""Where the made-up city has most to look at: members away and taken in, dues, retained relations, activities."""
SERVICES_TABLE = (
    Sentence("Where to look", "访问地址"),
    {"service": Sentence("service", "服务"), "page": Sentence("page", "页面")},
)
TOKENS_TABLE = (
    Sentence("A token per role", "各角色令牌"),
    {
        "role": Sentence("role", "角色"),
        "organisation": Sentence("organisation", "党组织"),
        "file": Sentence("file", "文件"),
    },
)
OPENED = "accounts-are-open"
"""Beside the data: that the accounts were opened, and for which member."""
ORGS = {Role.TOWNSHIP_OFFICER: TOWN, Role.BRANCH_SECRETARY: BRANCH, Role.BRANCH_CONTACT: BRANCH}


def show_welcome(installation: Installation, output: Output, *, event: str = "ready") -> None:
    """Print addresses and write the tokens beside the data, because they are too long to read on a screen.

    `event` names the step for programs: `ready` is the last of a start, `alive` comes before a journey.
    """
    folder = installation.folder / TOKENS
    folder.mkdir(mode=0o700, exist_ok=True)
    files = {role: _write_token(installation, role) for role in Role}
    services = {name: installation.service_url(name) for name in all_ports()}
    if output.as_json:
        tokens = {str(role): str(file) for role, file in files.items()}
        mailbox = str(installation.folder / MAILBOX)
        output.step(event, "everything runs", "全部运行中", services=services, tokens=tokens, mailbox=mailbox)
        return
    pages = {name: url if name == CONSOLE else f"{url}/docs" for name, url in services.items()}
    print(draw(*SERVICES_TABLE, list(pages.items())))
    rows = [(str(role), ORGS.get(role, CITY), str(file)) for role, file in files.items()]
    print(draw(*TOKENS_TABLE, rows))
    token = files[Role.CITY_OFFICER]
    address = f'"{services["registry"]}/v1/departures?limit=3"'
    try_it = f'curl -H "Authorization: Bearer $(cat {token})" {address}'
    mail = f"{installation.folder / MAILBOX}/"
    output.step(
        event,
        f"\nMail: {mail}\nTry: {try_it}\nCtrl-C stops everything; the next start goes on with the same data.",
        f"\n邮箱:{mail}\n试试:{try_it}\n按 Ctrl-C 停止;下次启动继续使用同一数据。",
    )


def _somebody(installation: Installation) -> str:
    """The member whose account was opened: the token of a member is of a record, or opens none."""
    try:
        return (installation.folder / OPENED).read_text().strip()
    except OSError:
        return ""


def _write_token(installation: Installation, role: Role) -> Path:
    """The file with a token of this role."""
    sub = f"{role.lower().replace('_', '-')}-1"
    if role is Role.MEMBER:
        sub = _somebody(installation) or sub
    token = issue_token(installation.keys.path, sub, [str(role)], ORGS.get(role, CITY), HOURS * 3600)
    file = installation.folder / TOKENS / f"{role.lower()}.jwt"
    file.write_text(token + "\n")
    file.chmod(0o600)
    return file
