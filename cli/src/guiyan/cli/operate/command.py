"""The commands behind `guiyan projections` and `guiyan parked`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import typer
from nats.aio.client import Client

from guiyan.cli.connection import connected
from guiyan.cli.failures import FAILED, Misuse, Unreachable
from guiyan.cli.installation import Installation
from guiyan.cli.interrupting import run
from guiyan.cli.keys.folder import SERVICES
from guiyan.cli.operate.control import ask, work
from guiyan.cli.output import Output
from guiyan.cli.speech import Sentence, say

projections = typer.Typer(no_args_is_help=True, help="The read models of the services.")
parked = typer.Typer(no_args_is_help=True, help="What waits for a person.")
ServiceName = StrEnum("ServiceName", {name.upper(): name for name in SERVICES})  # type: ignore[misc] # its members are the services there are
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Service = Annotated[ServiceName | None, typer.Option("--service", help="One service; all when absent.")]
OneService = Annotated[ServiceName, typer.Option("--service", help="The service that it waits in.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="As `guiyan parked list` shows it.")]
T = TypeVar("T")
SERVICE = Sentence("service", "服务")
PROJECTION = Sentence("projection", "投影")
STATUS_COLUMNS = {
    "service": SERVICE,
    "projection": PROJECTION,
    "kind": Sentence("kind", "类别"),
    "version": Sentence("version", "版本"),
    "generation": Sentence("generation", "代"),
    "state": Sentence("state", "状态"),
    "position": Sentence("position", "位置"),
    "lag_events": Sentence("lag events", "滞后事件"),
    "lag_seconds": Sentence("lag seconds", "滞后秒数"),
    "parked": Sentence("parked", "搁置"),
}
REBUILT_COLUMNS = {
    "service": SERVICE,
    "projection": PROJECTION,
    "equal": Sentence("equal", "一致"),
    "documents": Sentence("documents", "文档数"),
    "differing": Sentence("differing", "不一致数"),
    "built_seconds": Sentence("seconds", "秒数"),
    "switched": Sentence("switched", "已切换"),
}
PARKED_COLUMNS = {
    "service": SERVICE,
    "id": Sentence("id", "编号"),
    "what": Sentence("what", "对象"),
    "consumer": Sentence("where", "位置"),
    "type": Sentence("type", "类型"),
    "error": Sentence("error", "错误"),
}
NOTHING = Sentence("No service has a projection.", "没有任何投影。")


def _run(act: Callable[[Client], Awaitable[T]]) -> T:
    async def connected_act() -> T:
        async with connected(Installation.find()) as client:
            return await act(client)

    return run(connected_act())


def _chosen(service: ServiceName | None) -> Sequence[str]:
    return (str(service),) if service else SERVICES


@projections.command()
def status(*, service: Service = None, as_json: AsJson = False) -> None:
    """Show position, state and lag of every projection and policy; exit code 1 when a service does not answer."""
    output = Output(as_json=as_json)
    names = _chosen(service)

    async def collect(client: Client) -> list[tuple[str, dict[str, Any] | Unreachable]]:
        return list(zip(names, await asyncio.gather(*(_status(client, name) for name in names)), strict=True))

    found = _run(collect)
    silent = [answer for _, answer in found if isinstance(answer, Unreachable)]
    if len(silent) == len(found):
        raise silent[0]
    rows = [row for name, answer in found for row in _rows(name, answer)]
    output.table(Sentence("Projections", "投影"), STATUS_COLUMNS, rows, NOTHING)
    for name, answer in found:
        if not isinstance(answer, Unreachable) and answer["set_aside"]:
            output.note(*_forged(name, answer["set_aside"]))
    if silent:
        raise typer.Exit(FAILED)


def _forged(service: str, count: int) -> tuple[str, str]:
    """What to say of messages that a service did not believe."""
    return (
        f"{service}: {count} message(s) of the ledger carry no right MAC, set aside; see operate.md, Forgeries.",
        f"{service}:账本中有 {count} 条消息的 MAC 不符,已隔离;处理办法见 operate.md 的 Forgeries 一节。",
    )


def _rows(service: str, answer: dict[str, Any] | Unreachable) -> list[tuple[object, ...]]:
    """A line per projection and policy; a service that does not answer has one that says so."""
    if isinstance(answer, Unreachable):
        return [(service, None, None, None, None, "unreachable", None, None, None, None)]
    parts = [("projection", one) for one in answer["projections"]] + [("policy", one) for one in answer["policies"]]
    return [(service, *_line(kind, one)) for kind, one in parts]


async def _status(client: Client, service: str) -> dict[str, Any] | Unreachable:
    try:
        answer: dict[str, Any] = await ask(client, service, "status")
    except Unreachable as silent:
        return silent
    return answer


def _line(kind: str, one: dict[str, Any]) -> tuple[object, ...]:
    figures = (one["version"], one["generation"], one["state"], one["position"], one["lag_events"])
    return (one["name"], kind, *figures, round(one["lag_seconds"], 3), one["parked"])


@projections.command()
def rebuild(
    projection: Annotated[str | None, typer.Argument(help="Which one; all of the service when absent.")] = None,
    *,
    service: Service = None,
    force: Annotated[bool, typer.Option("--force", help="Switch although the two differ.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build read models anew beside the live ones, compare document by document, and switch when they are equal."""
    output = Output(as_json=as_json)
    if projection and not service:
        raise Misuse(
            "A projection is named together with its service. Add --service, as `guiyan projections status` shows it.",
            "指定投影时须同时指明服务。请加上 --service,可用 `guiyan projections status` 查看。",
        )

    async def build(client: Client) -> list[tuple[Any, ...]]:
        lines = [
            (name, line)
            for name in _chosen(service)
            for line in ([projection] if projection else await ask(client, name, "names"))
        ]
        rows: list[tuple[Any, ...]] = []
        with output.progress("rebuilding", "正在重建", len(lines)) as bar:
            for done, (name, line) in enumerate(lines):
                bar.show(done, len(lines), f"{name} {line}")
                result = await work(client, name, "rebuild", projection=line, force=force)
                rows.append((name, line, *_rebuilt(result)))
        return rows

    rows = _run(build)
    output.table(Sentence("Rebuilt", "已重建"), REBUILT_COLUMNS, rows, NOTHING)
    if not all(row[2] or (force and row[-1]) for row in rows):
        raise typer.Exit(FAILED)


def _rebuilt(result: dict[str, Any]) -> tuple[object, ...]:
    compared = result["comparison"]
    figures = (compared["documents"], compared["count"], result["built_seconds"])
    return (result["equal"], *figures, result["switched"])


@parked.command("list")
def list_parked(*, service: Service = None, as_json: AsJson = False) -> None:
    """Show what waits for a person, with the reason."""
    output = Output(as_json=as_json)

    async def collect(client: Client) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for name in _chosen(service):
            for one in await ask(client, name, "parked"):
                found.append((name, one["id"], one["what"], one.get("consumer"), one.get("type"), one.get("error")))  # noqa: PERF401 - awaits
            if count := (await ask(client, name, "status"))["set_aside"]:
                found.append((name, "-", "forged", None, None, say(*_forged(name, count))))
        return found

    nothing = Sentence("Nothing waits for a person.", "没有待人工处理的事项。")
    output.table(Sentence("Parked", "搁置"), PARKED_COLUMNS, _run(collect), nothing)


@parked.command()
def retry(id_: Id, *, service: OneService, as_json: AsJson = False) -> None:
    """Try again what was parked."""
    result = _run(lambda client: work(client, str(service), "retry", id=id_))
    Output(as_json=as_json).result(result, f"Tried again: {_told(result)}", f"已重试:{_told(result)}")


@parked.command()
def skip(
    id_: Id,
    *,
    service: OneService,
    reason: Annotated[str, typer.Option("--reason", help="Why it may be left out; recorded.")],
    as_json: AsJson = False,
) -> None:
    """Leave the event at fault out for good, by decision."""
    result = _run(lambda client: work(client, str(service), "skip", id=id_, reason=reason))
    Output(as_json=as_json).result(result, f"Left out: {_told(result)}", f"已跳过:{_told(result)}")


def _told(result: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in result.items()) or "-"
