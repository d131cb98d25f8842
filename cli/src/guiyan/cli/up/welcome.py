"""Where to look once everything runs: addresses, and a ready-made token per role."""

from __future__ import annotations

from guiyan.cli.installation import SERVICE_PORTS, Installation
from guiyan.cli.keys.tokens import issue_token
from guiyan.cli.output import Output, say
from guiyan.cli.tokens import CITY
from guiyan.cli.up.environment import MAILBOX
from guiyan.service.auth import Role

HOURS = 12
SHOWN_ROLES = (Role.CITY_OFFICER, Role.TOWNSHIP_OFFICER, Role.BRANCH_SECRETARY, Role.BRANCH_CONTACT, Role.AUDITOR)
TOWN, BRANCH = "654002010000", "654002010004"
ORGS = {Role.TOWNSHIP_OFFICER: TOWN, Role.BRANCH_SECRETARY: BRANCH, Role.BRANCH_CONTACT: BRANCH}


def show_welcome(installation: Installation, output: Output) -> None:
    """Print addresses and write the tokens beside the data, because they are too long to read on a screen."""
    folder = installation.folder / "tokens"
    folder.mkdir(mode=0o700, exist_ok=True)
    rows = []
    for role in Role:
        org = ORGS.get(role, CITY)
        token = issue_token(
            installation.keys.path, f"{role.lower().replace('_', '-')}-1", [str(role)], org, HOURS * 3600
        )
        file = folder / f"{role.lower()}.jwt"
        file.write_text(token + "\n")
        file.chmod(0o600)
        rows.append((str(role), org, str(file)))
    output.table(
        say("Where to look", "访问地址"),
        [say("service", "服务"), say("page", "页面")],
        [(name, f"http://127.0.0.1:{port}/docs") for name, port in SERVICE_PORTS.items()],
    )
    output.table(
        say("A token per role", "各角色令牌"),
        [say("role", "角色"), say("organisation", "党组织"), say("file", "文件")],
        rows,
    )
    example = (
        f'curl -H "Authorization: Bearer $(cat {folder}/city_officer.jwt)" http://127.0.0.1:8101/v1/departures?limit=3'
    )
    output.note(
        f"\nmail: {installation.folder / MAILBOX}/   try: {example}",
        f"\n邮箱:{installation.folder / MAILBOX}/   试试:{example}",
    )
    output.note(
        "Ctrl-C stops everything; `make run` goes on with the same data.",
        "Ctrl-C 停止;再次 make run 继续使用同一数据。",
    )
