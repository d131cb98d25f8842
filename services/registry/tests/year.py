"""A year of a small city for tests, told step by step: trips, hosts, contacts, transfers, moves, mergers, dues."""

from __future__ import annotations

from hypothesis import strategies as st
from services.registry.tests.city import FAR, HOME, NEXT, OTHER_TOWN, TOWN
from services.registry.tests.elsewhere import Elsewhere
from services.registry.tests.office import Office

from guiyan.events.codes import LostCause
from guiyan.events.contact import ContactCompleted, ReportGiven
from guiyan.events.contact.lost_contact import ContactRegained, LostContactOpened
from guiyan.events.notifications import AttendanceRecorded
from guiyan.events.transfers.transfer import (
    IncomingTransferRecorded,
    RelationTransferred,
    TransferRequested,
    TransferStepOverdue,
    TransferWithdrawn,
)

BRANCHES = (HOME, NEXT, FAR)
ACTS = (
    "leave", "announce", "report_in", "accept", "end_hosting", "return", "close", "lose", "regain", "contact", "attend",
    "report", "inflow", "end_inflow", "transfer", "step_overdue", "withdraw", "move", "merge", "probationary",
    "owe", "relate", "go_out", "come_in",
)  # fmt: skip
STEPS = st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.sampled_from(BRANCHES), st.integers(0, 5))
REASONS = ("MIGRANT_WORK", "BUSINESS", "STUDY")
PLACES = ("440306", "440305", "310115", None)


class Year:
    """A year of a city, told step by step at its doors and by the other services; what is refused is refused."""

    def __init__(self, office: Office) -> None:
        self.office, self.elsewhere = office, Elsewhere(office.city)
        self.people: list[str] = []
        self.transfers: list[tuple[str, str]] = []

    async def begin(self) -> None:
        """Six members in three branches."""
        for number in range(6):
            kind = "PROBATIONARY" if number == 5 else "FULL"
            branch = BRANCHES[number % 3]
            more = {"occurred_on": "2026-04-01", "person_category": kind}
            self.people.append(await self.office.member(branch, number + 1, **more))

    async def trip(self, member: str) -> str:
        """The member's open trip, or an id of nobody's."""
        await self.office.city.settle()
        found = await self.office.city.tools.register.get("members", member)
        return str((found or {}).get("departure_id") or "nobody")

    async def step(self, step: tuple[str, int, str, int]) -> None:
        """One thing that happens."""
        act, number, branch, day = step
        member, on = self.people[number], f"2026-0{4 + day // 2}-{10 + number}"
        await getattr(self, f"_{act}", self._act)(act, member, branch, on)

    async def _act(self, act: str, member: str, branch: str, on: str) -> None:
        verb = act.replace("_", "-")
        body = {"occurred_on": on} | ({"host_branch": branch} if act == "report_in" else {})
        await self.office.post(f"/v1/departures/{await self.trip(member)}/{verb}", body)

    async def _leave(self, _: str, member: str, branch: str, on: str) -> None:
        place = PLACES[int(on[-1]) % 4]
        where = {"dest_area_code": place} if place else {}
        body = {"member_id": member, "reason": REASONS[int(on[-1]) % 3], "source": "SWEEP", "occurred_on": on, **where}
        await self.office.post("/v1/departures", body)

    async def _announce(self, _: str, member: str, branch: str, on: str) -> None:
        body = {"member_id": member, "reason": "STUDY", "occurred_on": on, "planned_on": "2026-07-20"}
        await self.office.post("/v1/departures", body)

    async def _lose(self, _: str, member: str, branch: str, on: str) -> None:
        facts = {"member_id": member, "branch": branch, "since": "2026-01-01", "cause": next(iter(LostCause))}
        await self.elsewhere.tell(LostContactOpened, on, **facts)

    async def _regain(self, _: str, member: str, branch: str, on: str) -> None:
        await self.elsewhere.tell(ContactRegained, on, member_id=member, channel="PHONE")

    async def _contact(self, _: str, member: str, branch: str, on: str) -> None:
        await self.elsewhere.tell(
            ContactCompleted, on, member_id=member, quarter="2026-Q2", channel="PHONE", branch=branch
        )

    async def _attend(self, _: str, member: str, branch: str, on: str) -> None:
        await self.elsewhere.tell(AttendanceRecorded, on, member_id=member, kind="LECTURE", branch=branch)

    async def _report(self, _: str, member: str, branch: str, on: str) -> None:
        await self.elsewhere.tell(ReportGiven, on, member_id=member)

    async def _inflow(self, _: str, member: str, branch: str, on: str) -> None:
        await self.office.post("/v1/inflows", {"host_branch": branch, "name": "王示例", "occurred_on": on})

    async def _end_inflow(self, _: str, member: str, branch: str, on: str) -> None:
        found = await self.office.city.tools.inflows.find("inflows", {"host_branch": branch, "open": True}, limit=1)
        for one in found:
            await self.office.post(f"/v1/inflows/{one['_id']}/end", {"occurred_on": on})

    async def _transfer(self, _: str, member: str, branch: str, on: str) -> None:
        facts = {"member_id": member, "from_branch": branch, "from_committee": TOWN, "to_title": "示例党委"}
        how = {"channel": "PAPER", "change_type": "OUT_INSIDE", "dues_paid_to": "2026-05"}
        id_ = await self.elsewhere.tell(TransferRequested, on, **facts, **how)
        self.transfers.append((id_, member))

    async def _step_overdue(self, _: str, member: str, branch: str, on: str) -> None:
        for id_, whose in self.transfers[-1:]:
            facts = {"member_id": whose, "step": "BRANCH_APPROVAL", "due_on": on}
            await self.elsewhere.tell(TransferStepOverdue, on, id_, **facts)

    async def _withdraw(self, _: str, member: str, branch: str, on: str) -> None:
        for id_, whose in self.transfers[-1:]:
            await self.elsewhere.tell(TransferWithdrawn, on, id_, member_id=whose)

    async def _move(self, _: str, member: str, branch: str, on: str) -> None:
        """To the other township or back again: the branch goes with all its records."""
        parent = OTHER_TOWN if int(on[-1]) % 2 else TOWN
        await self.office.post(f"/v1/organisations/{branch}/move", {"parent": parent, "occurred_on": on})

    async def _merge(self, _: str, member: str, branch: str, on: str) -> None:
        if branch != HOME:
            await self.office.post(f"/v1/organisations/{branch}/merge", {"into": HOME, "occurred_on": on})

    async def _probationary(self, _: str, member: str, branch: str, on: str) -> None:
        body = {"person_category": "PROBATIONARY"}
        await self.office.post(f"/v1/members/{member}/correct", body)

    async def _owe(self, _: str, member: str, branch: str, on: str) -> None:
        amount = {"year": 2026, "rate_class": "FARMER_FIXED", "monthly_amount_fen": 20, "from_month": on[:7]}
        await self.office.post(f"/v1/dues/{member}/set-amount", {**amount, "occurred_on": on})

    async def _relate(self, _: str, member: str, branch: str, on: str) -> None:
        """The open transfer is received: the relation goes over to the branch."""
        for id_, whose in self.transfers[-1:]:
            facts = {"member_id": whose, "from_branch": HOME, "to_branch": branch, "transferred_on": on}
            await self.elsewhere.tell(RelationTransferred, on, id_, **facts)

    async def _go_out(self, _: str, member: str, branch: str, on: str) -> None:
        """The open transfer is received by an organisation outside."""
        for id_, whose in self.transfers[-1:]:
            await self.elsewhere.tell(
                RelationTransferred, on, id_, member_id=whose, from_branch=HOME, transferred_on=on
            )

    async def _come_in(self, _: str, member: str, branch: str, on: str) -> None:
        """A transfer from outside is entered and received."""
        how = {"channel": "PAPER", "change_type": "IN_SAME_PROVINCE", "from_title": "示例省组织部"}
        id_ = await self.elsewhere.tell(IncomingTransferRecorded, on, member_id=member, to_committee=TOWN, **how)
        moved = {"member_id": member, "to_branch": branch, "transferred_on": on}
        await self.elsewhere.tell(RelationTransferred, on, id_, **moved)
