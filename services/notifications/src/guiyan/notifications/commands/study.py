"""Commands on study activities: who may, whom an announcement is for, whose window it is tied to (S-24 to S-29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from guiyan.events.codes import AttendanceMode, OrganisationKind
from guiyan.events.notifications.study import ActivityPlan, AttendanceRecorded, MaterialDispatched
from guiyan.ledger import Clock, Commands, Decider, Ledger, Outcome, Refused, Sealer, business_date
from guiyan.notifications.domain import activity as ask
from guiyan.notifications.domain.activity import Activity
from guiyan.notifications.domain.attendance import ATTENDANCE, Record, Withdraw, attendance_id, taken_part
from guiyan.notifications.domain.material import MATERIAL, Dispatch, Material
from guiyan.notifications.domain.material import Command as MaterialCommand
from guiyan.notifications.projections.activities import MATERIALS, PARTICIPANTS, SWEEPS, participant_id
from guiyan.notifications.projections.learners import LEARNERS, invited
from guiyan.service.caller import Caller, Commander
from guiyan.service.directory import Directory
from guiyan.service.problems import NotFound
from guiyan.service.reads import CountingReads, Document, wait_for
from guiyan.service.rulebook import Rulebook

WAIT_SECONDS: Final = 5.0
BRANCHES: Final = frozenset(
    {
        OrganisationKind.BRANCH,
        OrganisationKind.JOINT_BRANCH,
        OrganisationKind.TEMPORARY_BRANCH,
        OrganisationKind.MOBILE_BRANCH,
    }
)
"""What members belong to, and so what holds activities for them (S-24)."""


@dataclass(frozen=True)
class StudyDesk:
    """What the doors, timers and reports of study activities work with."""

    ledger: Ledger
    commands: Commands
    sealer: Sealer
    clock: Clock
    directory: Directory
    rulebook: Rulebook
    decider: Decider[Activity, ask.Act]
    study: CountingReads
    public_url: str = ""
    """Where the public page is reached from outside; empty: as the request says."""

    async def draft(self, caller: Commander, plan: ActivityPlan, on: date | None) -> Outcome:
        """Note an activity of a branch at work in the scope; one tied to a sweep lies in its days."""
        found = await self.directory.find(plan.branch)
        if found is None or not caller.scope.covers(plan.branch) or not found.is_active:
            raise Refused("organisation_outside", pointer="/branch")
        if found.kind not in BRANCHES:
            raise Refused("not_a_branch", pointer="/branch")
        if plan.sweep_id is not None:
            await self._check_window(plan)
        return await self._run(caller, caller.new_id("activity"), ask.Draft(**self.when(on), plan=plan))

    async def act(self, caller: Commander, id_: str, act: ask.Act) -> Outcome:
        """Do one act on an activity of the scope."""
        await self.get(caller, id_)
        return await self._run(caller, id_, act)

    async def announce(self, caller: Commander, id_: str, on: date | None, **told: Any) -> Outcome:
        """Announce it to the branch's members of now, and to those it is host to."""
        activity = await self.get(caller, id_)
        await self._catch_up()
        count = await self.study.count(LEARNERS, invited(activity.branch))
        return await self._run(caller, id_, ask.Announce(**self.when(on), invited=count, **told))

    async def answer(self, caller: Commander, id_: str, on: date | None, **told: Any) -> Outcome:
        """A member answers, or the office writes it down for one it may speak for."""
        await self.get(caller, id_)
        told["member_id"] = await self.speaks_for(caller, id_, told["member_id"])
        on_behalf = caller.is_office
        return await self._run(caller, id_, ask.Answer(**self.when(on), on_behalf=on_behalf, **told))

    async def judge(self, caller: Commander, id_: str, on: date | None, **told: Any) -> Outcome:
        """A member who was there says whether it was of use, or the office writes it down."""
        await self.get(caller, id_)
        member_id = told["member_id"] = await self.speaks_for(caller, id_, told["member_id"])
        part = await self.study.get(PARTICIPANTS, participant_id(id_, member_id)) or {}
        attended = part.get("mode") is not None
        return await self._run(caller, id_, ask.Judge(**self.when(on), attended=attended, **told))

    async def attend(
        self, caller: Commander, id_: str, member_id: str, mode: AttendanceMode, hours: float | None
    ) -> Outcome:
        """Somebody was there: of the branch, or a guest; the day is the activity's own."""
        activity = await self.get(caller, id_)
        member = await self._find_concerned(caller, activity, member_id)
        facts = self.attendance(id_, activity, member, member_id, mode, hours)
        command = Record(facts, activity.held_on or self.clock.today(), self.clock.today())
        aggregate = attendance_id(id_, member_id)
        return await self.commands.execute(ATTENDANCE, aggregate, command, caller.context, caller.expected_version)

    def attendance(  # noqa: PLR0913, PLR0917 - one argument a fact
        self,
        id_: str,
        activity: Activity,
        member: Document,
        member_id: str,
        mode: AttendanceMode,
        hours: float | None,
    ) -> AttendanceRecorded:
        """An attendance as the rules let it stand."""
        told = AttendanceRecorded(
            member_id=member_id, activity_id=id_, kind=activity.plan["kind"], mode=mode, hours=hours
        )
        return taken_part(told, activity, own=member["branch"] == activity.branch)

    async def withdraw(self, caller: Commander, id_: str, member_id: str, on: date | None) -> Outcome:
        """It had been recorded in error; only while the record is open."""
        activity = await self.get(caller, id_)
        if activity.state is ask.S.RECORDED:
            raise Refused("attendance_closed")
        when = self.when(on)
        command = Withdraw(when["on"], when["today"])
        return await self.commands.execute(ATTENDANCE, attendance_id(id_, member_id), command, caller.context)

    async def close(self, caller: Commander, id_: str, on: date | None) -> Outcome:
        """Close the record, with the numbers of all that was written by now."""
        await self.get(caller, id_)
        await self._catch_up()
        modes = await self.study.count_by(PARTICIPANTS, {"activity_id": id_, "mode": {"$ne": None}}, "mode")
        online, at_host = modes.get("ONLINE", 0), modes.get("AT_HOST", 0)
        act = ask.Close(**self.when(on), attended=sum(modes.values()), online=online, at_host=at_host)
        return await self._run(caller, id_, act)

    async def dispatch(self, caller: Commander, facts: MaterialDispatched, on: date | None) -> Outcome:
        """A letter or material was sent to a member of the scope; what belongs to an activity names it."""
        member = await self._find_member(facts.member_id)
        if not caller.scope.covers(member["branch"]):
            raise Refused("member_unknown", pointer="/member_id")
        if facts.activity_id is not None:
            try:
                await self.get(caller, facts.activity_id)
            except NotFound:
                raise Refused("activity_unknown", pointer="/activity_id") from None
        when = self.when(on)
        command = Dispatch(facts, when["on"], when["today"])
        return await self.commands.execute(MATERIAL, caller.new_id("material"), command, caller.context)

    async def handle(self, caller: Commander, id_: str, command: MaterialCommand) -> Outcome:
        """What became of something sent; raises NotFound outside the scope."""
        try:
            material, _ = await self.commands.load(MATERIAL, id_)
        except ValueError:
            raise NotFound from None
        if material == Material():
            raise NotFound
        row = await self.study.get(MATERIALS, id_)
        caller.scope.check(row["branch"] if row else None)
        return await self.commands.execute(MATERIAL, id_, command, caller.context, caller.expected_version)

    async def get(self, caller: Caller, id_: str) -> Activity:
        """An activity from the ledger; raises NotFound outside the scope, and for members what is not theirs."""
        activity = await self.find(id_)
        if activity is None:
            raise NotFound
        if caller.is_office:
            caller.scope.check(activity.branch)
        elif activity.announced_on is None or not await self._is_invited(caller.principal.sub, activity.branch):
            raise NotFound
        return activity

    async def find(self, id_: str) -> Activity | None:
        """An activity from the ledger, or None."""
        try:
            activity, _ = await self.commands.load(self.decider, id_)
        except ValueError:
            return None
        return None if activity.state is None else activity

    async def speaks_for(self, caller: Caller, id_: str, member_id: str | None) -> str:
        """For whom the caller may answer: members for themselves, offices for those the activity concerns."""
        if not caller.is_office:
            if member_id not in {None, caller.principal.sub}:
                raise Refused("member_unknown", pointer="/member_id")
            return caller.principal.sub
        if member_id is None:
            raise Refused("member_needed", pointer="/member_id")
        await self._find_concerned(caller, await self.get(caller, id_), member_id)
        return member_id

    async def where(self, caller: Caller) -> dict[str, Any]:
        """The query for the activities that a caller may see; members see what was announced where they belong."""
        if caller.is_office:
            return caller.scope.where("branch")
        member = await self.study.get(LEARNERS, caller.principal.sub) or {}
        branches = [one for one in (member.get("branch"), member.get("host")) if one]
        return {"branch": {"$in": branches}, "announced_on": {"$ne": None}}

    def when(self, on: date | None) -> dict[str, Any]:
        """The dates of an act: the business date told, else today."""
        today = self.clock.today()
        return {"on": on or today, "today": today}

    async def _find_member(self, member_id: str) -> Document:
        await self._catch_up()
        member = await self.study.get(LEARNERS, member_id)
        if member is None or (member["branch"] is None and member["host"] is None):
            raise Refused("member_unknown", pointer="/member_id")
        return member

    async def _find_concerned(self, caller: Caller, activity: Activity, member_id: str) -> Document:
        """A member of the activity's branch, one of its guests, or one of the caller's own."""
        member = await self._find_member(member_id)
        if activity.branch not in {member["branch"], member["host"]} and not caller.scope.covers(member["branch"]):
            raise Refused("member_unknown", pointer="/member_id")
        return member

    async def _is_invited(self, member_id: str, branch: str) -> bool:
        member = await self.study.get(LEARNERS, member_id) or {}
        return branch in {member.get("branch"), member.get("host")}

    async def _check_window(self, plan: ActivityPlan) -> None:
        sweep = await self.study.get(SWEEPS, plan.sweep_id or "")
        roots = {one.code for one in self.directory.path(plan.branch)}
        if sweep is None or sweep["root_org"] not in roots:
            raise Refused("sweep_unknown", pointer="/sweep_id")
        day = business_date(plan.starts_at).isoformat()
        if not sweep["opens_on"] <= day <= sweep["closes_on"]:
            raise Refused(
                "outside_sweep", pointer="/starts_at", opens_on=sweep["opens_on"], closes_on=sweep["closes_on"]
            )

    async def _catch_up(self) -> None:
        """Wait until everything written so far is read."""
        await wait_for(self.study, await self.ledger.head(), WAIT_SECONDS)

    async def _run(self, caller: Commander, id_: str, act: ask.Act) -> Outcome:
        await self.rulebook.refresh()
        return await self.commands.execute(self.decider, id_, act, caller.context, caller.expected_version)
