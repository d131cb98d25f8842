"""Fills an empty city: organisations over HTTP, the roster as an office sends it, the townships' reports over NATS."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from typing import Any

import httpx
from nats.aio.client import Client

from guiyan.cli.clock.moving import ManualClockMover
from guiyan.cli.connection import connected, township_connected
from guiyan.cli.explain import problem_text
from guiyan.cli.failures import SeedFailed
from guiyan.cli.importing import send_roster
from guiyan.cli.installation import Installation
from guiyan.cli.keys.folder import SERVICES
from guiyan.cli.output import Output
from guiyan.cli.sample.folder import Sample, SampleEvent
from guiyan.cli.sample.study import BRANCHES
from guiyan.cli.up.care import tell_care
from guiyan.cli.up.papers import holders, tell_certificates
from guiyan.cli.up.processes import Doors, tell_processes
from guiyan.cli.up.study import tell_study

ANSWER_SECONDS = 10.0
RECEIPT_SECONDS = 60.0
AT_ONCE = 8
POINT_NAMES = {"CENTRE": "中心", "STATION": "站", "SUBSTATION": "分站"}
FOREIGN_TO_REGISTRY = ("service_point_level",)  # service points are contact's business


async def fill_city(installation: Installation, sample: Sample, token: str, output: Output) -> None:
    """Bring the whole sample up to the clock's first date in; raises SeedFailed or ImportFailed."""
    count = await create_organisations(installation, sample.organisations(), token)
    output.step("organisations", f"{count} organisations created", f"已建立 {count} 个党组织", count=count)
    rules = await add_rules(installation, sample.rules(), token)
    output.step("rules", f"{rules} rules in the rule library", f"制度库收录 {rules} 份文件", count=rules)
    points = await open_service_points(installation, sample.organisations(), token)
    output.step("service_points", f"{points} service points opened", f"已设立 {points} 个服务点", count=points)
    result = await asyncio.to_thread(send_roster, installation.service_url("registry"), token, sample.roster, output)
    output.step(
        "roster",
        f"roster imported: {result['accepted']:,} members, {result['faulty']} faulty rows, "
        f"{result['rows_per_second']:,} rows/s",
        f"名册已导入:{result['accepted']:,} 名党员,{result['faulty']} 行有误,每秒 {result['rows_per_second']:,} 行",
        accepted=result["accepted"],
        faulty=result["faulty"],
    )
    outcomes = await report(installation, list(sample.events(before=sample.clock_start)))
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(outcomes.items()))
    output.step("reports", f"townships reported: {told}", f"乡镇上报:{told}", outcomes=dict(outcomes))
    await _processes(installation, sample, token, output)
    papers = await _papers(installation, token)
    output.step("certificates", f"{papers} activity certificates posted", f"已邮寄 {papers} 本活动证", count=papers)
    cared = await _care(installation, sample, token)
    output.step(
        "care", f"aid, leads, visits home, targets: {cared} steps", f"帮扶、信息、返乡与目标:{cared} 步", count=cared
    )
    studied = await _study(installation, sample, token)
    output.step(
        "study",
        f"study activities, letters, a quarter's message: {studied} steps",
        f"学习活动、函件与季度短信:{studied} 步",
        count=studied,
    )


async def _processes(installation: Installation, sample: Sample, token: str, output: Output) -> None:
    """What people have done at the doors by now, when the services know all that was reported."""
    headers, url = {"Authorization": f"Bearer {token}"}, installation.service_url("registry")
    async with connected(installation) as nats, httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
        mover = ManualClockMover(nats, SERVICES)
        await mover.settle()
        today = sample.clock_start.date()
        counts = await tell_processes(client, sample.organisations(), sample.quiet(), today, mover.settle)
        await mover.settle()
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    output.step(
        "processes",
        f"dues, probation, retained relations and a sweep: {told}",
        f"党费、预备党员、保留关系与摸底排查:{told}",
        counts=dict(counts),
    )


async def _papers(installation: Installation, token: str) -> int:
    """Certificates for members of whom the registry tells that they are away."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        connected(installation) as nats,
        httpx.AsyncClient(base_url=installation.service_url("registry"), headers=headers, timeout=30) as registry,
        httpx.AsyncClient(base_url=installation.service_url("transfers"), headers=headers, timeout=30) as transfers,
    ):
        away = await Doors(registry).rows("/v1/departures", state="AWAY", dest_certainty="CHANGING", sort="_id")
        count = await tell_certificates(transfers, holders(away))
        await ManualClockMover(nats, SERVICES).settle()
    return count


async def _care(installation: Installation, sample: Sample, token: str) -> int:
    """What care there is by now, when contact knows who is away."""
    headers, url = {"Authorization": f"Bearer {token}"}, installation.service_url("contact")
    async with connected(installation) as nats, httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
        mover = ManualClockMover(nats, SERVICES)
        count = await tell_care(client, sample.clock_start.date())
        await mover.settle()
    return count


async def _study(installation: Installation, sample: Sample, token: str) -> int:
    """What is studied and sent by now, when notifications knows who is away."""
    headers, url = {"Authorization": f"Bearer {token}"}, installation.service_url("notifications")
    organisations = sample.organisations()
    parents = {one["org_code"]: one["parent"] for one in organisations if one["kind"] == "BRANCH"}
    branches = sorted(parents)[:: max(1, len(parents) // BRANCHES)][:BRANCHES]
    async with connected(installation) as nats, httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
        mover = ManualClockMover(nats, SERVICES)
        count = await tell_study(client, branches, parents[branches[0]], sample.clock_start.date(), mover.settle)
        await mover.settle()
    return count


async def create_organisations(installation: Installation, commands: list[dict[str, Any]], token: str) -> int:
    """Create them, parents before children; a repeat after an interruption changes nothing."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=installation.service_url("registry"), headers=headers, timeout=30) as client:
        for command in commands:
            body = {
                key: value for key, value in command.items() if key not in FOREIGN_TO_REGISTRY and value is not None
            }
            key = {"Idempotency-Key": f"sample-{command['org_code']}"}
            answer = await client.post("/v1/organisations", json=body, headers=key)
            if answer.is_error:
                code, why = command["org_code"], problem_text(answer)
                raise SeedFailed(f"Organisation {code} was refused: {why}", f"党组织 {code} 未被受理:{why}")
    return len(commands)


async def add_rules(installation: Installation, commands: list[dict[str, Any]], token: str) -> int:
    """Fill the rule library; a repeat after an interruption changes nothing."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=installation.service_url("registry"), headers=headers, timeout=30) as client:
        return await post_rules(client, commands)


async def post_rules(client: httpx.AsyncClient, commands: list[dict[str, Any]]) -> int:
    """One request a rule (S-01)."""
    for number, command in enumerate(commands):
        key = {"Idempotency-Key": f"sample-rule-{number}"}
        answer = await client.post("/v1/policy-documents", json=command, headers=key)
        if answer.is_error:
            named, why = command["document_no"], problem_text(answer)
            raise SeedFailed(f"Rule {named} was refused: {why}", f"文件 {named} 未被受理:{why}")
    return len(commands)


async def open_service_points(installation: Installation, commands: list[dict[str, Any]], token: str) -> int:
    """Open the centre, the stations and the substations; a repeat after an interruption changes nothing."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=installation.service_url("contact"), headers=headers, timeout=30) as client:
        async with connected(installation) as nats:
            await ManualClockMover(nats, SERVICES).settle()  # contact knows every organisation
        return await post_service_points(client, commands)


async def post_service_points(client: httpx.AsyncClient, commands: list[dict[str, Any]]) -> int:
    """One for each organisation that has a level: staffed by its secretary, in charge, and its contact person."""
    ids: dict[str, str] = {}
    centre: str | None = None
    for command in commands:
        level, code = command["service_point_level"], command["org_code"]
        if level is None:
            continue
        parent = ids.get(command["parent"] or "") or centre
        key = {"Idempotency-Key": f"sample-point-{code}"}
        answer = await client.post("/v1/service-points", json=_service_point(command, parent), headers=key)
        if answer.is_error:
            why = problem_text(answer)
            raise SeedFailed(f"Service point of {code} was refused: {why}", f"服务点 {code} 未被受理:{why}")
        ids[code] = answer.json()["id"]
        centre = centre or ids[code]
    return len(ids)


def _service_point(command: dict[str, Any], parent: str | None) -> dict[str, Any]:
    people = [(command["secretary"], True), (command["contact_person"], False)]
    kind = POINT_NAMES[command["service_point_level"]]
    return {
        "level": command["service_point_level"],
        "name": f"{command['short_name']}党员服务{kind}",
        "org_code": command["org_code"],
        "parent_id": parent,
        "area_code": command["area_code"],
        "address": command["address"],
        "phone": next(iter(command["inquiry_phones"]), None),
        "staff": [{"name": one["name"], "phone": one["phone"], "in_charge": leads} for one, leads in people],
    }


async def report(installation: Installation, events: list[SampleEvent]) -> Counter[str]:
    """Publish events as their townships do, each from its own account, and wait for every receipt."""
    by_org: dict[str, list[SampleEvent]] = defaultdict(list)
    for event in events:
        by_org[event.org_code].append(event)
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(org: str) -> Counter[str]:
        async with limit, township_connected(installation, org) as client:
            return await _report(client, org, by_org[org])

    outcomes: Counter[str] = Counter()
    for found in await asyncio.gather(*(one(org) for org in by_org)):
        outcomes.update(found)
    return outcomes


async def _report(client: Client, org: str, events: list[SampleEvent]) -> Counter[str]:
    receipts: dict[str, dict[str, Any]] = {}
    complete = asyncio.Event()
    wanted = {event.event["id"] for event in events}

    async def received(message: Any) -> None:
        receipt = json.loads(message.data)
        receipts[receipt["ingest_id"]] = receipt
        if wanted <= receipts.keys():
            complete.set()

    await client.subscribe(f"receipt.{org}.*", cb=received)
    await client.flush()
    for event in events:
        await client.request(event.subject, json.dumps(event.event).encode(), timeout=ANSWER_SECONDS)
    try:
        await asyncio.wait_for(complete.wait(), RECEIPT_SECONDS)
    except TimeoutError:
        missing = len(wanted - receipts.keys())
        raise SeedFailed(
            f"{missing} of {len(wanted)} reports of {org} got no receipt. See the registry's log, and run it again.",
            f"{org} 的 {len(wanted)} 条上报中有 {missing} 条没有回执。请查看 registry 日志后重新运行。",
        ) from None
    return Counter(receipt["outcome"] for receipt in receipts.values())
