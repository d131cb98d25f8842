"""The story, step by step: a member leaves, nobody calls, a reminder comes, the relation moves; killed and rebuilt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nats.aio.client import Client

from guiyan.cli.clock.moving import ManualClockMover
from guiyan.cli.connection import connected
from guiyan.cli.failures import FAILED, Failure, JourneyFailed
from guiyan.cli.installation import Installation
from guiyan.cli.journey.city import City, Document, open_city, until
from guiyan.cli.journey.stage import Stage
from guiyan.cli.keys.folder import SERVICES
from guiyan.cli.operate.control import ask, work
from guiyan.cli.output import Output, say
from guiyan.cli.sample.folder import Sample, SampleEvent
from guiyan.cli.speech import Sentence
from guiyan.cli.up.seed import report
from guiyan.cli.up.supervisor import Supervisor
from guiyan.events import new_id
from guiyan.events.codes import PersonCategory
from guiyan.ledger import SHANGHAI
from guiyan.ledger.working_days import add_working_days

OPEN_DUTIES = frozenset({"PLANNED", "ATTEMPTED", "PARTIAL"})
MONTHS_A_QUARTER = 3
MONTHS_A_YEAR = 12
LEFT_FACTS = ("reason", "range", "dest_area_code", "dest_certainty", "dest_unit_kind", "source")


@dataclass
class Story:
    """What the steps hand on to each other."""

    city: City
    clock: ManualClockMover
    client: Client
    installation: Installation
    sample: Sample
    supervisor: Supervisor
    member: Document = field(default_factory=dict)
    to_branch: str = ""
    duty: Document = field(default_factory=dict)
    missed_id: str = ""
    end_state: Document = field(default_factory=dict)

    async def now(self) -> datetime:
        """The installation's time."""
        found = await self.clock.read()
        if found is None:
            raise JourneyFailed("the installation has no manual clock", "本系统没有手动时钟")
        return found


async def run_journey(
    installation: Installation,
    sample: Sample,
    supervisor: Supervisor,
    output: Output,
    *,
    picture: Path | None = None,
) -> int:
    """Run every step and tell each; 0 when all came out as they must, else 1."""
    stage = Stage(output, picture)
    stage.title(Sentence("A member leaves: the journey", "一名党员外出:全程演示"))
    code = 0
    async with open_city(installation) as city, connected(installation) as client:
        story = Story(city, ManualClockMover(client, SERVICES), client, installation, sample, supervisor)
        for act in STEPS:
            started = time.monotonic()
            try:
                told = await act(story)
            except Failure as failed:
                stage.step(act.__name__, str(failed), time.monotonic() - started, good=False)
                code = FAILED
                break
            stage.step(act.__name__, told, time.monotonic() - started, good=True)
    good = Sentence("the journey came out as it must", "全程结果正确")
    stage.verdict(good if code == 0 else Sentence("the journey failed", "演示失败"), code)
    return code


async def roster_is_in(story: Story) -> str:
    """Someone at home is chosen for the journey, and a branch elsewhere to go to."""
    away = {one["member_id"] for one in await story.city.all("registry", "/v1/departures", open="true")}
    parents = {one["org_code"]: one["parent"] for one in story.sample.organisations() if one["kind"] == "BRANCH"}
    townships = set(story.installation.keys.townships())
    members = await story.city.all("registry", "/v1/members")
    for member in members:
        full = member["person_category"] == PersonCategory.FULL  # of others both sides agree first who converts
        if full and member["id"] not in away and parents.get(member["branch"]) in townships:
            story.member = member
            break
    else:
        raise JourneyFailed("every member is away: there is nobody left to leave", "所有党员均已外出,无人可演示")
    home = parents[story.member["branch"]]
    story.to_branch = next(code for code, parent in parents.items() if parent in townships and parent != home)
    return say(
        f"{len(members):,} members are in the register, {len(away)} of them away",
        f"名册共 {len(members):,} 名党员,其中外出 {len(away)} 名",
    )


async def township_reports(story: Story) -> str:
    """The township's system reports MemberLeft over NATS, from its own account."""
    parents = {one["org_code"]: one["parent"] for one in story.sample.organisations()}
    org, now = parents[story.member["branch"]], await story.now()
    pattern = next(one.event for one in story.sample.events() if one.event["type"] == "MemberLeft")
    facts = {name: pattern["data"][name] for name in LEFT_FACTS if name in pattern["data"]}
    event = {
        **pattern,
        "id": new_id(now),
        "source": f"township/{org}",
        "actororg": org,
        "time": now.isoformat(),
        "occurredon": now.astimezone(SHANGHAI).date().isoformat(),
        "data": {"member_id": story.member["id"], **facts},
    }
    outcomes = await report(story.installation, [SampleEvent(now, org, event)])
    if dict(outcomes) != {"accepted": 1}:
        raise JourneyFailed(
            f"the report of MemberLeft was not accepted: {dict(outcomes)}", f"MemberLeft 上报未被受理:{dict(outcomes)}"
        )
    return say("a township reports by NATS that a member has left: accepted", "乡镇系统经 NATS 上报一名党员外出:已受理")


async def duty_appears(story: Story) -> str:
    """The quarter's contact duty is on the desk."""

    async def look() -> Document | None:
        rows = await story.city.all("contact", "/v1/duties", member_id=story.member["id"])
        return next((one for one in rows if one["state"] in OPEN_DUTIES), None)

    story.duty = await until(Sentence("the contact duty", "联系任务"), look)
    return say(f"the contact duty of {story.duty['quarter']} is on the desk", f"{story.duty['quarter']} 联系任务已生成")


async def quarter_passes(story: Story) -> str:
    """The clock moves past the quarter's end while each service is killed once."""
    now = await story.now()
    local = now.astimezone(SHANGHAI)
    first = add_working_days(next_quarter(local.date()), 0).result  # reminders reach an office on working days
    target = datetime(first.year, first.month, first.day, 10, tzinfo=SHANGHAI)
    waiting = list(SERVICES)

    def kill_one(_: datetime) -> None:
        if waiting:
            story.supervisor.services[waiting.pop(0)].kill()

    await story.clock.advance(target - now, kill_one)
    for name in waiting:
        story.supervisor.services[name].kill()
    await story.supervisor.ready()
    await story.clock.settle()
    return say(
        f"the quarter passes ({(target - now).days} days), every service is killed with SIGKILL on the way",
        f"季度结束(推进 {(target - now).days} 天),其间每个服务各被强制终止一次",
    )


async def contact_is_missed(story: Story) -> str:
    """The ledger says ContactMissed, once."""

    async def look() -> str | None:
        history = await story.city.get("contact", f"/v1/duties/{story.duty['id']}/history")
        missed = [one["id"] for one in history["events"] if one["type"] == "ContactMissed"]
        if len(missed) > 1:
            raise JourneyFailed(f"the duty was missed {len(missed)} times", f"该任务记录了 {len(missed)} 次失联")
        return missed[0] if missed else None

    story.missed_id = await until(Sentence("ContactMissed", "ContactMissed"), look)
    return say("nobody called: ContactMissed is in the ledger, once", "无人联系:账本中有且仅有一条 ContactMissed")


async def one_reminder(story: Story) -> str:
    """Exactly one mail for it lies in the mailbox."""

    async def look() -> list[Path] | None:
        return story.city.mails(story.missed_id) or None

    mails = await until(Sentence("the reminder", "提醒"), look)
    await story.clock.settle()
    mails = story.city.mails(story.missed_id)
    if len(mails) != 1:
        raise JourneyFailed(f"{len(mails)} mails for one missed contact", f"一次失联发出了 {len(mails)} 封邮件")
    return say(f"one reminder is in the mailbox: {mails[0].name}", f"邮箱中有一封提醒:{mails[0].name}")


async def relation_moves(story: Story) -> str:
    """A transfer is requested, approved, issued, handed over, received."""
    city, base = story.city, f"journey-{story.member['id']}-{story.missed_id}"
    month = (await story.now()).astimezone(SHANGHAI).strftime("%Y-%m")
    body = {"member_id": story.member["id"], "to_branch": story.to_branch, "dues_paid_to": month}
    asked = await city.post("transfers", "/v1/transfers", body, key=f"{base}-request")
    path = f"/v1/transfers/{asked['id']}"
    for verb in ("approve", "issue", "hand-over"):
        await city.post("transfers", f"{path}/{verb}", key=f"{base}-{verb}")
    await city.post("transfers", f"{path}/receive", {"to_branch": story.to_branch}, key=f"{base}-receive")
    return say(
        "a transfer is requested, approved, issued, handed over, received", "组织关系转接:申请、同意、开具、递交、接收"
    )


async def register_follows(story: Story) -> str:
    """Registry shows the new branch; contact has no open duty of the old one."""

    async def look() -> Document | None:
        member = await story.city.get("registry", f"/v1/members/{story.member['id']}")
        duties = await story.city.all("contact", "/v1/duties", member_id=story.member["id"])
        moved = member["branch"] == story.to_branch
        return member if moved and not any(one["state"] in OPEN_DUTIES for one in duties) else None

    await until(Sentence("the new branch in the register, and the end of the old duty", "新支部与原任务的停止"), look)
    await story.clock.settle()
    story.end_state = await fingerprint(story)
    return say("registry shows the new branch, contact has stopped the old duty", "名册已显示新支部,原联系任务已停止")


async def survives_the_kill(story: Story) -> str:
    """All services are killed at once; the end state is the same."""
    for service in story.supervisor.services.values():
        service.kill()
    await story.supervisor.ready()
    await story.clock.settle()
    after = await fingerprint(story)
    if after != story.end_state:
        differing = difference(story.end_state, after)
        raise JourneyFailed(f"after the kill the end state differs: {differing}", f"强制终止后结果不同:{differing}")
    return say(
        "all services killed at once and restarted: the same end state, one reminder",
        "全部服务同时强制终止并重启:结果不变,提醒仍只有一封",
    )


async def documents_are_rebuilt(story: Story) -> str:
    """Every projection is built anew and compared document by document; services beside each other."""
    count = sum(await asyncio.gather(*(_rebuild_all(story.client, service) for service in SERVICES)))
    if await fingerprint(story) != story.end_state:
        raise JourneyFailed("after the rebuild the end state differs", "重建后结果不同")
    return say(f"{count} projections dropped and rebuilt: documents equal", f"{count} 个投影全部重建:文档完全一致")


async def _rebuild_all(client: Client, service: str) -> int:
    """Rebuild a service's projections one after the other; gives how many; raises JourneyFailed where one differs."""
    lines: list[str] = await ask(client, service, "names")
    for line in lines:
        result = await work(client, service, "rebuild", projection=line)
        if not result.get("equal", False):
            raise JourneyFailed(
                f"{service} {line}: the rebuilt documents differ: {result}",
                f"{service} {line}:重建的文档不一致:{result}",
            )
    return len(lines)


STEPS: tuple[Callable[[Story], Awaitable[str]], ...] = (
    roster_is_in,
    township_reports,
    duty_appears,
    quarter_passes,
    contact_is_missed,
    one_reminder,
    relation_moves,
    register_follows,
    survives_the_kill,
    documents_are_rebuilt,
)


async def fingerprint(story: Story) -> Document:
    """What the doors tell of the member now, without what may differ by time of asking."""
    member_id = story.member["id"]
    member = await story.city.get("registry", f"/v1/members/{member_id}")
    return {
        "member": {key: value for key, value in member.items() if key != "sequence"},
        "departures": await story.city.all("registry", "/v1/departures", member_id=member_id),
        "transfers": await story.city.all("transfers", "/v1/transfers", member_id=member_id),
        "duties": await story.city.all("contact", "/v1/duties", member_id=member_id),
        "notices": await story.city.all("notifications", "/v1/notices", member_id=member_id),
        "mails": len(story.city.mails(story.missed_id)),
    }


def difference(before: Document, after: Document) -> dict[str, Any]:
    """The parts of two fingerprints that differ."""
    return {key: (before[key], after[key]) for key in before if before[key] != after[key]}


def next_quarter(day: date) -> date:
    """The first day of the quarter after the one that `day` lies in."""
    month = day.month - (day.month - 1) % MONTHS_A_QUARTER + MONTHS_A_QUARTER
    return date(day.year + (month > MONTHS_A_YEAR), (month - 1) % MONTHS_A_YEAR + 1, 1)
