"""`guiyan up`: everything on this machine, embedded servers included."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from guiyan.cli.clock.moving import ManualClockMover
from guiyan.cli.connection import connected
from guiyan.cli.failures import Failure
from guiyan.cli.installation import DEFAULT_FOLDER, Installation, all_ports
from guiyan.cli.interrupting import end
from guiyan.cli.journey.story import run_journey
from guiyan.cli.keys.folder import SERVICES
from guiyan.cli.keys.tokens import issue_token
from guiyan.cli.output import Output
from guiyan.cli.sample.folder import DEFAULT_AWAY, DEFAULT_MEMBERS, DEFAULT_SEED, Plan, Sample, make_sample
from guiyan.cli.servers.deployment import Outcome
from guiyan.cli.servers.embedded import Embedded
from guiyan.cli.servers.folder import DataFolder
from guiyan.cli.servers.ports import require_free
from guiyan.cli.tokens import CITY
from guiyan.cli.up.people import open_sample_accounts
from guiyan.cli.up.restarts import Restart
from guiyan.cli.up.seed import fill_city
from guiyan.cli.up.supervisor import Supervisor
from guiyan.cli.up.welcome import show_welcome

FILLED = "city-is-filled"
TOWN_ORG_LEVEL = "STATION"


class Show(NamedTuple):
    """What is shown once everything runs: whether it ends then, the journey of a new city, a picture of it."""

    exits: bool
    journey: bool
    picture: Path | None


def up(  # noqa: PLR0913 - a command's options
    data: Annotated[Path, typer.Option("--data", help="Data folder; kept between runs.")] = Path(DEFAULT_FOLDER),
    *,
    exit_: Annotated[
        bool, typer.Option("--exit", help="Run the journey, print its outcome, end with its code.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the sample city.")] = DEFAULT_SEED,
    members: Annotated[int, typer.Option("--members", help="Members of the sample city.")] = DEFAULT_MEMBERS,
    away: Annotated[int, typer.Option("--away", help="How many of them are away.")] = DEFAULT_AWAY,
    no_journey: Annotated[
        bool, typer.Option("--no-journey", help="A new city is filled and shown no journey: ready sooner.")
    ] = False,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Save what the journey shows as SVG.", hidden=True)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tell each step as a JSON object a line (NDJSON).")] = False,
) -> None:
    """Start everything on this machine, make a sample city when there is none, and show where to look."""
    output = Output(as_json=as_json)
    _require_room(data)
    os.environ["GUIYAN_DATA"] = str(data)
    sample = _sample(data, Plan(seed, members, away), output)
    townships = [one["org_code"] for one in sample.organisations() if one["service_point_level"] == TOWN_ORG_LEVEL]
    with Embedded(data, townships=townships) as servers:
        _require_as_the_files_say(servers.deploy())
        installation = Installation(
            data.resolve(),
            servers.addresses.nats_url,
            servers.addresses.mongo_url,
            monitor_url=servers.addresses.monitor_url,
        )
        installation.remember()
        output.step("servers", "nats-server and mongod are up", "nats-server 与 mongod 已启动")
        code = asyncio.run(_live(installation, servers, sample, output, Show(exit_, not no_journey, picture)))
    raise typer.Exit(code)


def _require_room(data: Path) -> None:
    """Folder, disk and ports, looked at before anything is made; raises Misuse or ServersError."""
    ports = all_ports()
    with DataFolder(data):
        for name, port in ports.items():
            require_free(port, name, "GUIYAN_FIRST_PORT")


def _require_as_the_files_say(outcome: Outcome) -> None:
    """Raise Failure when a stream that is there is not set as deploy/nats says."""
    told = "; ".join(f"{name}: {', '.join(settings)}" for name, settings in outcome.differing.items())
    if told:
        raise Failure(
            f"Streams on the server are not as deploy/nats says ({told}). Run the deploy step with --update.",
            f"服务器上的流与 deploy/nats 不符({told})。请用 --update 运行部署步骤。",
            code="streams_differ",
            differing=outcome.differing,
        )


def _sample(data: Path, plan: Plan, output: Output) -> Sample:
    """The sample in the data folder, made when there is none."""
    folder = data / "sample"
    if (folder / "manifest.json").exists():
        return Sample(folder)
    output.step(
        "sample", f"making a city of {plan.members:,} made-up members", f"正在生成 {plan.members:,} 名虚构党员的样例"
    )
    return make_sample(folder, plan)


async def _live(installation: Installation, servers: Embedded, sample: Sample, output: Output, show: Show) -> int:
    """Start the services, fill an empty city, show the journey, and stay until told to stop."""
    stopping = _stop_signals()
    supervisor = Supervisor(
        installation,
        clock="manual",
        servers=servers,
        tell=lambda restart: tell_restart(output, restart),
    )
    try:
        await _set_clock(installation, sample)
        supervisor.start()
        supervisor.watch()
        work = asyncio.create_task(_work(installation, sample, supervisor, output, show))
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            await end(work)
            return 0
        code = work.result()
        if not show.exits:
            await stop
        return code
    finally:
        output.step("stopping", "stopping", "正在停止")
        await supervisor.stop()


def tell_restart(output: Output, restart: Restart) -> None:
    """Something ended by itself and was started again, or could not be: one sentence each time."""
    en, zh = restart.sentence()
    output.step(
        "restarted" if restart.refused is None else "not_restarted",
        f"    {en}",
        f"    {zh}",
        service=restart.name,
        failing=restart.failing,
        log=str(restart.log),
    )


async def _work(installation: Installation, sample: Sample, supervisor: Supervisor, output: Output, show: Show) -> int:
    await supervisor.ready()
    output.step("services", f"services are ready: {', '.join(SERVICES)}", f"服务就绪:{'、'.join(SERVICES)}")
    token = issue_token(installation.keys.path, "city-officer-1", ["CITY_OFFICER"], CITY)
    mark = installation.folder / FILLED
    first = not mark.exists()
    if first:
        await fill_city(installation, sample, token, output)
        mark.touch()
    journey = partial(run_journey, installation, sample, supervisor, output, picture=show.picture)
    shown = journey if show.exits or (first and show.journey) else None
    return await present(installation, output, show, shown, partial(open_sample_accounts, installation, output))


async def present(
    installation: Installation,
    output: Output,
    show: Show,
    journey: Callable[[], Awaitable[int]] | None,
    people: Callable[[], Awaitable[None]],
) -> int:
    """Say where to look, show the journey when there is one, and say it again under its many lines; the exit code.

    `people` opens the accounts: after the journey, which takes months in which one-time passwords would run out.
    """
    if journey is None:
        await people()
        show_welcome(installation, output)
        return 0
    if show.exits:
        return await journey()
    show_welcome(installation, output, event="alive")
    code = await journey()
    await people()
    show_welcome(installation, output)
    return code


async def _set_clock(installation: Installation, sample: Sample) -> None:
    """The manual clock of a new city begins where the sample says."""
    async with connected(installation) as client:
        mover = ManualClockMover(client, SERVICES)
        if await mover.read() is None:
            await mover.set(sample.clock_start)


def _stop_signals(numbers: Sequence[signal.Signals] = (signal.SIGINT, signal.SIGTERM)) -> asyncio.Event:
    stopping = asyncio.Event()
    for number in numbers:
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping
