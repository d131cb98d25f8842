"""`guiyan import`: sends a roster to the registry and shows how it goes."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from guiyan.cli.columns import draw
from guiyan.cli.explain import problem_text
from guiyan.cli.failures import FAILED, ImportFailed, Misuse
from guiyan.cli.installation import Installation
from guiyan.cli.output import Bar, Output
from guiyan.cli.speech import Sentence, language, say
from guiyan.cli.tokens import CITY, make_token, require_org_code
from guiyan.service.auth import Role

LOOK_SECONDS = 0.25
PATIENCE_SECONDS = 60.0
SHOWN_PROBLEMS = 5
SHOWN_BRANCHES = 50
COUNTS = {
    "rows": ("rows", "行"),
    "accepted": ("accepted", "受理"),
    "repeated": ("known already", "已存在"),
    "differs": ("differing from the register", "与名册不同"),
    "faulty": ("faulty", "有误"),
    "departures": ("away", "外出"),
}
Result = dict[str, Any]


def import_roster(  # noqa: PLR0913 - the options of the command
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, readable=True, help="Roster, XLSX or CSV.")
    ] = None,
    *,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", "--what-if", help="Only tell what would come of it, branch by branch; --what-if is the same."
        ),
    ] = False,
    template: Annotated[
        Path | None, typer.Option("--template", help="Write an empty roster to fill in there, and import nothing.")
    ] = None,
    org: Annotated[str, typer.Option("--org", help="On whose behalf; 12 digits.")] = CITY,
    faulty: Annotated[
        Path | None, typer.Option("--faulty", help="Where to put the faulty rows; beside the roster when absent.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Import a roster: one event per accepted row, faulty rows back as a workbook with reasons."""
    output = Output(as_json=as_json)
    require_org_code(org)
    if (file is None) is (template is None):
        raise Misuse(
            "Name a roster to import, or a file for --template. See `guiyan import --help`.",
            "请指定要导入的花名册, 或用 --template 指定模板文件。详见 `guiyan import --help`。",
            code="usage",
        )
    installation = Installation.find()
    token = make_token(installation.keys.path, "operator-import", [Role.CITY_OFFICER], org)
    url = installation.service_url("registry")
    if template is not None:
        fetch(url, token, "/v1/imports/template.xlsx", template)
        output.result({"template": str(template)}, f"template: {template}", f"模板: {template}")
        return
    assert file is not None  # noqa: S101 - asked for above
    result = send_roster(url, token, file, output, dry_run=dry_run)
    if result["has_faulty_file"]:
        where = faulty or file.with_name(f"{file.stem}-faulty.xlsx")
        fetch(url, token, f"/v1/imports/{result['id']}/faulty.xlsx", where)
        result["faulty_file"] = str(where)
    output.result(result, _told(result), _told(result))
    if result["faulty"]:
        raise typer.Exit(FAILED)


def send_roster(url: str, token: str, file: Path, output: Output, *, dry_run: bool = False) -> Result:
    """Send a roster and wait until it is done; raises ImportFailed with the registry's reason, or httpx.HTTPError."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language()}
    with httpx.Client(base_url=url, headers=headers, timeout=PATIENCE_SECONDS) as client:
        with file.open("rb") as content:
            answer = client.post("/v1/imports", params={"dry_run": dry_run}, files={"file": ("roster", content)})
        if answer.status_code != httpx.codes.ACCEPTED:
            raise _refused(answer)
        with output.progress("reading the file", "正在读取文件") as bar:
            found = _watch(client, answer.json(), bar)
    if found["state"] != "done":
        why = str(found.get("reason") or found["state"])
        code = str((found.get("error") or {}).get("code", "import_failed"))
        raise ImportFailed(f"The roster was not imported. {why}", f"名册未导入。{why}", code=code)
    return found


def fetch(url: str, token: str, path: str, where: Path) -> None:
    """Save a workbook of the registry's."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(url + path, headers=headers, timeout=PATIENCE_SECONDS)
    where.write_bytes(answer.raise_for_status().content)


def _watch(client: httpx.Client, found: Result, bar: Bar) -> Result:
    """How the import stands at its end; a registry that is just being restarted is asked again."""
    lost_at: float | None = None
    while found["state"] == "running":
        time.sleep(LOOK_SECONDS)
        try:
            answer = client.get(f"/v1/imports/{found['id']}")
        except httpx.TransportError:
            answer = None
        if answer is None or answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            lost_at = lost_at or time.monotonic()
            if time.monotonic() - lost_at < PATIENCE_SECONDS:
                continue
            raise ImportFailed(
                "The registry went away during the import. Import the same file again: what is in stays in.",
                "导入期间 registry 停止应答。请重新导入同一文件:已导入的内容不会重复。",
                code="service_unreachable",
            )
        lost_at = None
        found = answer.raise_for_status().json()
        if found["total"] is not None:  # the file has been read
            doing = say("checking only", "正在试运行") if found["dry_run"] else say("importing", "正在导入")
            bar.show(found["done"], found["total"], doing)
    return found


def _refused(answer: httpx.Response) -> ImportFailed:
    why = problem_text(answer)
    return ImportFailed(
        f"The registry refused the roster ({answer.status_code}): {why}",
        f"registry 拒绝了名册({answer.status_code}):{why}",
        code="refused",
        status=answer.status_code,
    )


def _told(result: Result) -> str:
    """What came of it, for a person."""
    head = say("Would be", "预计") if result["dry_run"] else say("Imported", "已导入")
    figures = ", ".join(f"{result[name]:,} {say(*words)}" for name, words in COUNTS.items())
    lines = [f"{head}: {figures}"]
    dropped = ", ".join(one["title"] for one in result["dropped_columns"])
    if dropped:
        lines.append(say(f"never read: {dropped}", f"依规不读取的列:{dropped}"))
    if result["unread_columns"]:
        unread = ", ".join(result["unread_columns"])
        lines.append(say(f"columns not known: {unread}", f"未识别的列:{unread}"))
    lines.append(_branches(result["branches"]))
    lines.extend(_difference(one, each) for one in result["differing"][:SHOWN_PROBLEMS] for each in one["differences"])
    lines.extend(_problem(one) for one in result["problems"][:SHOWN_PROBLEMS])
    if "faulty_file" in result:
        where = result["faulty_file"]
        lines.append(say(f"faulty rows with their reasons: {where}", f"问题行及原因:{where}"))
    return "\n".join(lines)


def _branches(branches: Sequence[Mapping[str, Any]]) -> str:
    """The same counts branch by branch; rows that name no one branch at the end."""
    columns = {"branch": Sentence("branch", "党支部")} | {
        name: Sentence(*COUNTS[name]) for name in ("accepted", "repeated", "differs", "faulty")
    }
    none = say("(no one branch)", "(未能识别党支部)")
    rows = [
        [one["name"] or one["branch"] or none, *(one[name] for name in columns if name != "branch")]
        for one in branches[:SHOWN_BRANCHES]
    ]
    more = len(branches) - len(rows)
    table = draw(Sentence("By branch", "按党支部"), columns, rows)
    return table + ("\n" + say(f"and {more:,} more: --json", f"另有 {more:,} 个党支部: --json") if more > 0 else "")


def _difference(one: Mapping[str, Any], each: Mapping[str, Any]) -> str:
    new, old = each["file"], each["register"]
    return say(
        f"  row {one['row']}, {each['field']}: {new} in the file, {'nothing' if old is None else old} in the register",
        f"  第 {one['row']} 行 {each['field']}: 文件为 {new}, 名册为 {'空' if old is None else old}",
    )


def _problem(one: Mapping[str, Any]) -> str:
    return say(
        f"  row {one['row']}, {one['column']}: {one['message_en']}",
        f"  第 {one['row']} 行 {one['column']}:{one['message_zh']}",
    )
