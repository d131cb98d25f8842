"""Commands on inquiries: who may take, answer and pass one on (S-23, domain.md §2.12)."""

from dataclasses import dataclass
from typing import Any

from guiyan.contact.commands.organisations import check_at_work
from guiyan.contact.domain import inquiry as ask
from guiyan.contact.domain.inquiry import Inquiry
from guiyan.contact.domain.steps import Step
from guiyan.contact.projections.people import PEOPLE
from guiyan.contact.projections.service_points import SERVICE_POINTS
from guiyan.events.contact import InquiryReceived
from guiyan.events.contact.inquiry import AskerText
from guiyan.ledger import Clock, Commands, Decider, Ledger, Outcome, Refused, Sealer
from guiyan.service.auth import OFFICE_ROLES
from guiyan.service.caller import Caller, Commander
from guiyan.service.directory import Directory
from guiyan.service.problems import NotFound
from guiyan.service.reads import CountingReads, Document, Reads, wait_for
from guiyan.service.rulebook import Rulebook

WAIT_SECONDS = 5.0


@dataclass(frozen=True)
class InquiryDesk:
    """What the doors and timers of inquiries work with."""

    ledger: Ledger
    commands: Commands
    sealer: Sealer
    clock: Clock
    directory: Directory
    rulebook: Rulebook
    decider: Decider[Inquiry, Step]
    inquiries: CountingReads
    cycle: Reads
    points: Reads

    async def receive(
        self, caller: Commander, facts: dict[str, Any], text: AskerText | None, when: dict[str, Any]
    ) -> Outcome:
        """Take an inquiry for an organisation at work in the scope; a member's own goes to the member's branch."""
        person = await self._find_asker(caller, facts.get("member_id"))
        org_code = facts.get("org_code") or (person["branch"] if person else caller.scope.org)
        point_id = facts.get("service_point_id")
        await self._check_point(caller, point_id)
        if is_officer(caller):
            await check_at_work(self.directory, org_code, "/org_code", within=caller.scope)
        asker_id = facts.get("member_id") or caller.new_id("asker")
        received = InquiryReceived(**{**facts, "org_code": org_code, "asker_id": asker_id, "due_on": when["on"]})
        return await self._run(caller, caller.new_id("inquiry"), ask.Receive(**when, facts=received, text=text))

    async def act(self, caller: Commander, id_: str, act: Step) -> Outcome:
        """Do one act on an inquiry that the caller answers for; whom it is passed on to is here and at work."""
        await self.find(caller, id_)
        if isinstance(act, ask.PassOn) and act.to_org is not None:
            await check_at_work(self.directory, act.to_org, "/to_org")
        return await self._run(caller, id_, act)

    async def find(self, caller: Caller, id_: str) -> Inquiry:
        """An inquiry from the ledger; raises NotFound where the caller neither took it, has to answer it, nor asked."""
        try:
            inquiry, _ = await self.commands.load(self.decider, id_)
        except ValueError:
            raise NotFound from None
        if inquiry.state is None:
            raise NotFound
        if not is_officer(caller):
            if inquiry.member_id != caller.principal.sub:
                raise NotFound
        elif not caller.scope.covers(inquiry.answers_here):
            caller.scope.check(inquiry.taken_by)
        return inquiry

    def when(self, on: Any) -> dict[str, Any]:
        """The dates of an act: the business date told, else today."""
        today = self.clock.today()
        return {"on": on or today, "today": today}

    async def _find_asker(self, caller: Caller, member_id: str | None) -> Document | None:
        """The member who asks: of the scope, or who calls oneself; whoever else asks is no member here."""
        if member_id is None:
            return None
        await wait_for(self.cycle, await self.ledger.head(), WAIT_SECONDS)
        person = await self.cycle.get(PEOPLE, member_id)
        known = person is not None and (not is_officer(caller) or caller.scope.covers(person["branch"]))
        if not known:
            raise Refused("member_not_found", pointer="/member_id")
        return person

    async def _check_point(self, caller: Caller, point_id: str | None) -> None:
        """The service point that took it is open and in the scope."""
        if point_id is None:
            return
        point = await self.points.get(SERVICE_POINTS, point_id)
        if point is None or not point["open"] or not caller.scope.covers(point["org_code"]):
            raise Refused("service_point_not_found", pointer="/service_point_id")

    async def _run(self, caller: Commander, id_: str, act: Step) -> Outcome:
        await self.rulebook.refresh()
        return await self.commands.execute(self.decider, id_, act, caller.context, caller.expected_version)


def is_officer(caller: Caller) -> bool:
    """Whether an office asks, and no member."""
    return bool(caller.principal.roles & OFFICE_ROLES)
