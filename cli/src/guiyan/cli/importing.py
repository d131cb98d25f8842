"""`guiyan import`: sends a roster to the registry and shows how it goes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from guiyan.cli.installation import Installation, NoInstallation
from guiyan.cli.keys.tokens import issue_token
from guiyan.cli.output import Output
from guiyan.cli.tokens import CITY
from guiyan.service.auth import Role

LOOK_SECONDS = 0.25
RUNNING = frozenset({"QUEUED", "RUNNING"})


def import_roster(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Roster, XLSX or CSV.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would come of it.")] = False,
    org: Annotated[str, typer.Option(help="On whose behalf; 12 digits.")] = CITY,
    faulty: Annotated[
        Path | None, typer.Option(help="Where to put the faulty rows; beside the roster when absent.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Import a roster: one event per accepted row, faulty rows back as a workbook with reasons."""
    output = Output(as_json=as_json)
    try:
        installation = Installation.find()
        token = issue_token(installation.keys.path, "operator-import", [Role.CITY_OFFICER], org)
        result = send_roster(installation.service_url("registry"), token, file, output, dry_run=dry_run)
        if result.get("faulty"):
            where = faulty or file.with_name(f"{file.stem}-faulty.xlsx")
            fetch_faulty(installation.service_url("registry"), token, result["id"], where)
            output.note(f"faulty rows with their reasons: {where}", f"问题行及原因:{where}")
    except (NoInstallation, OSError, httpx.HTTPError, ImportFailed) as error:
        output.fail(str(error) or type(error).__name__, f"导入未完成:{error}")
    numbers: dict[str, Any] = {
        key: result.get(key)
        for key in ("rows", "accepted", "repeated", "differs", "faulty", "departures")
        if key in result
    }
    output.result({**numbers, **result}, f"done: {numbers}", f"完成:{numbers}")
    if result.get("faulty"):
        raise typer.Exit(1)


class ImportFailed(Exception):  # noqa: N818 - its text is what a person reads
    """The registry did not take the roster; the text says why."""


def send_roster(url: str, token: str, file: Path, output: Output, *, dry_run: bool = False) -> dict[str, Any]:
    """Send a roster and wait until it is done; raises ImportFailed with the registry's reason."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=60.0) as client:
        answer = client.post("/v1/imports", params={"dry_run": dry_run}, files={"file": (file.name, file.read_bytes())})
        if answer.status_code != httpx.codes.ACCEPTED:
            raise ImportFailed(_reason(answer))
        found: dict[str, Any] = answer.json()
        with output.progress("importing", "正在导入", total=found.get("rows")) as bar:
            while str(found.get("state")).upper() in RUNNING:
                time.sleep(LOOK_SECONDS)
                found = client.get(f"/v1/imports/{found['id']}").raise_for_status().json()
                bar.update(bar.task_ids[0], completed=found.get("done", 0), total=found.get("rows"))
    if str(found.get("state")).upper() == "FAILED":
        raise ImportFailed(str(found.get("reason") or found.get("error") or "the registry gave no reason"))
    return found


def fetch_faulty(url: str, token: str, import_id: str, where: Path) -> None:
    """Save the workbook of faulty rows."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{url}/v1/imports/{import_id}/faulty.xlsx", headers=headers, timeout=60.0)
    where.write_bytes(answer.raise_for_status().content)


def _reason(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return f"the registry answered {answer.status_code}"
    faults = "; ".join(fault["detail"] for fault in problem.get("errors", ()))
    return " ".join(part for part in (problem.get("detail", ""), faults) if part)
