"""The commands behind `guiyan projections` and `guiyan parked`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar

import typer
from nats.aio.client import Client
from nats.errors import Error as NatsError

from guiyan.cli.connection import connected
from guiyan.cli.installation import Installation, NoInstallation
from guiyan.cli.keys.folder import SERVICES
from guiyan.cli.operate.control import ServiceRefused, ask, work
from guiyan.cli.output import Output

projections = typer.Typer(no_args_is_help=True, help="The read models of the services.")
parked = typer.Typer(no_args_is_help=True, help="What waits for a person.")
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Service = Annotated[str | None, typer.Option("--service", help="One service; all when absent.")]
T = TypeVar("T")


def _run(output: Output, act: Callable[[Client], Awaitable[T]]) -> T:
    async def connected_act() -> T:
        async with connected(Installation.find()) as client:
            return await act(client)

    try:
        return asyncio.run(connected_act())
    except (NoInstallation, ServiceRefused, OSError, NatsError) as error:
        output.fail(str(error) or f"a service did not answer ({type(error).__name__})", f"未能完成:{error}")


def _chosen(service: str | None) -> Sequence[str]:
    if service is not None and service not in SERVICES:
        raise typer.BadParameter(f"--service is one of {', '.join(SERVICES)}")
    return (service,) if service else SERVICES


@projections.command()
def status(*, service: Service = None, as_json: AsJson = False) -> None:
    """Show position, state and lag of every projection and policy."""
    output = Output(as_json=as_json)
    services = _chosen(service)

    async def collect(client: Client) -> list[tuple[str, dict[str, Any]]]:
        return [(name, await ask(client, name, "status")) for name in services]

    rows = [
        (
            name,
            one["name"],
            one["version"],
            one["generation"],
            one["state"],
            one["position"],
            one["lag_events"],
            f"{one['lag_seconds']:.1f}",
            one["parked"],
        )
        for name, found in _run(output, collect)
        for one in (*found["projections"], *found["policies"])
    ]
    columns = [
        "service",
        "projection",
        "version",
        "generation",
        "state",
        "position",
        "lag events",
        "lag seconds",
        "parked",
    ]
    output.table("Projections", columns, rows)


@projections.command()
def rebuild(
    projection: Annotated[str | None, typer.Argument(help="Which one; all of the service when absent.")] = None,
    *,
    service: Service = None,
    force: Annotated[bool, typer.Option(help="Switch although the two differ.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build read models anew beside the live ones, compare document by document, and switch when they are equal."""
    output = Output(as_json=as_json)
    services = _chosen(service)

    async def build(client: Client) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for name in services:
            for line in [projection] if projection else await ask(client, name, "names"):
                output.note(f"rebuilding {name} {line}", f"正在重建 {name} {line}")
                result = await work(client, name, "rebuild", projection=line, force=force)
                rows.append((name, line, result.get("equal"), result.get("documents"), result.get("switched")))
        return rows

    rows = _run(output, build)
    output.table("Rebuilt", ["service", "projection", "equal", "documents", "switched"], rows)
    if not all(row[2] for row in rows):
        raise typer.Exit(1)


@parked.command("list")
def list_parked(*, service: Service = None, as_json: AsJson = False) -> None:
    """Show what waits for a person, with the reason."""
    output = Output(as_json=as_json)
    services = _chosen(service)

    async def collect(client: Client) -> list[tuple[Any, ...]]:
        return [
            (name, one["id"], one["what"], one.get("consumer"), one.get("type"), one.get("error"))
            for name in services
            for one in await ask(client, name, "parked")
        ]

    output.table("Parked", ["service", "id", "what", "where", "type", "error"], _run(output, collect))


@parked.command()
def retry(
    id_: Annotated[str, typer.Argument(metavar="ID")],
    *,
    service: Annotated[str, typer.Option()],
    as_json: AsJson = False,
) -> None:
    """Try again what was parked."""
    output = Output(as_json=as_json)
    _chosen(service)
    result = _run(output, lambda client: work(client, service, "retry", id=id_))
    output.result(result, f"tried again: {result}", f"已重试:{result}")


@parked.command()
def skip(
    id_: Annotated[str, typer.Argument(metavar="ID")],
    *,
    service: Annotated[str, typer.Option()],
    reason: Annotated[str, typer.Option(help="Why it may be left out; recorded.")],
    as_json: AsJson = False,
) -> None:
    """Leave the event at fault out for good, by decision."""
    output = Output(as_json=as_json)
    _chosen(service)
    result = _run(output, lambda client: work(client, service, "skip", id=id_, reason=reason))
    output.result(result, f"skipped: {result}", f"已跳过:{result}")
