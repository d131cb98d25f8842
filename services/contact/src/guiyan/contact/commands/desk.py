"""The desk: what handlers, policies and timers of contact work with."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from guiyan.contact.domain import rules
from guiyan.contact.domain.commands import Act, Agree, ContactHost, Pause, Plan, Resume
from guiyan.contact.domain.numbering import duty_id
from guiyan.contact.domain.parameters import Parameters
from guiyan.contact.domain.state import Duty
from guiyan.contact.domain.window import Window, months_of, window_at
from guiyan.contact.projections.cycle import BRANCHES
from guiyan.contact.projections.people import PEOPLE
from guiyan.contact.projections.rows import DUTIES, UNSETTLED_PARTS, window_of
from guiyan.ledger import Call, Clock, Commands, Context, Decider, Document, Outcome
from guiyan.ledger.calendar import Quarter
from guiyan.service.directory import Directory
from guiyan.service.reads import CountingReads
from guiyan.service.rulebook import Rulebook


@dataclass(frozen=True)
class Desk:
    """Write path, clock, the cycle's documents, the directory, and the rulebook that the decider looks up."""

    commands: Commands
    clock: Clock
    cycle: CountingReads
    directory: Directory
    rulebook: Rulebook
    decider: Decider[Duty, Act]

    async def find(self, id_: str, *, fresh: bool = False) -> Duty | None:
        """A duty as it is now, from the ledger; None when it was never planned, or the id can be nobody's."""
        try:
            duty, _ = await self.commands.load(self.decider, id_, fresh=fresh)
        except ValueError:
            return None
        return None if duty.state is None else duty

    async def act(self, id_: str, act: Act, context: Context, expected_version: int | None = None) -> Outcome:
        """Do one act on one duty; the host that was asked is the one of now, when none is named."""
        await self.rulebook.refresh()
        if isinstance(act, ContactHost | Agree) and act.host_branch is None:
            row = await self.cycle.get(DUTIES, id_)
            act = replace(act, host_branch=row["host_branch"] if row else None)
        return await self.commands.execute(self.decider, id_, act, context, expected_version)

    async def parameters(self, on: date) -> Parameters:
        """The parameters valid on a business date."""
        await self.rulebook.refresh()
        return self.rulebook.valid(Parameters, on)

    async def find_person(self, member_id: str) -> Document | None:
        """What is known of a member."""
        return await self.cycle.get(PEOPLE, member_id)

    async def find_keeper(self, branch: str) -> str | None:
        """The contact person of a branch; None is a gap."""
        found = await self.cycle.get(BRANCHES, branch)
        return found["contact_person_id"] if found else None

    async def find_keeper_of(self, person: Document) -> str | None:
        """Who keeps contact with a member: whoever was named for the member, else the branch's contact person."""
        return person["keeper"] or await self.find_keeper(person["branch"])

    async def find_duty(self, member_id: str, on: date, quarter: str | None) -> str | None:
        """The member's duty that a contact of a day belongs to: of the quarter that is named, else whose days hold it.

        The quarter's own is found in the ledger, so that it need not have reached the projection.
        """
        of = Quarter.parse(quarter) if quarter else Quarter.of(on)
        id_ = duty_id(member_id, of)
        duty, day = await self.find(id_), on.isoformat()
        if duty is not None and duty.is_unsettled:
            return id_
        where: dict[str, Any] = {"quarter": quarter} if quarter else {}
        rows = await self.cycle.find(DUTIES, {"member_id": member_id, **where, "opens_on": {"$lte": day}})
        held = [one for one in rows if one["closes_on"] >= day or one["part"] == "paused"]
        held.sort(key=lambda one: (one["part"] in UNSETTLED_PARTS, one["opens_on"]))
        if held and (duty is None or held[-1]["part"] in UNSETTLED_PARTS):
            return str(held[-1]["_id"])
        return None if duty is None else id_

    async def unsettled_duties(self, **where: str) -> list[Document]:
        """The duties that nothing has settled yet, open or paused, of a member or of a branch."""
        return await self.cycle.find(DUTIES, {**where, "part": {"$in": list(UNSETTLED_PARTS)}})

    async def window_at(self, person: Document, day: date) -> Window:
        """The window of a member away that a day lies in: a quarter, or what the trip calls for (§2.5)."""
        return window_at(day, months_of(person["away"]["cycle"], await self.parameters(day)))

    async def is_covered(self, member_id: str, person: Document, day: date) -> bool:
        """Whether a duty of the member's trip that nothing has settled was planned for a window that holds a day.

        The ledger is asked: what has just stopped one may not have reached the rows.
        """
        rows = await self.unsettled_duties(member_id=member_id, departure_id=person["away"]["departure_id"])
        found = [await self.find(row["_id"], fresh=True) for row in rows if window_of(row).holds(day)]
        return any(one is not None and one.is_unsettled for one in found)

    async def plan(
        self, member_id: str, person: Document, window: Window, on: date, opens_from: date | None = None
    ) -> Call:
        """The plan of a window for a member who is away; from a later day on where what was before covers its first."""
        away = person["away"]
        since = date.fromisoformat(away["since"])
        act = Plan(
            on=on,
            today=on,
            member_id=member_id,
            departure_id=away["departure_id"],
            branch=person["branch"],
            quarter=str(window.quarter),
            opens_on=max(rules.first_day(window, since), opens_from or date.min),
            closes_on=window.last,
            cycle_from=None if window.is_quarter else window.first,
            away_since=since,
            told_late_on=await self._told_late_on(person, since),
            contact_person_id=await self.find_keeper_of(person),
            host_branch=away["host_branch"],
            open_transfer=person["open_transfer"],
            agreed=away["agreed"],
        )
        return Call(self.decider, window.duty_id(member_id), act)

    async def _told_late_on(self, person: Document, since: date) -> date | None:
        """The day on which a leaving was told whose own window was over by then (ADR 0031)."""
        told = person["away"]["told_on"] and date.fromisoformat(person["away"]["told_on"])
        return told if told and (await self.window_at(person, told)).first > since else None

    def when(self, on: date | None) -> dict[str, Any]:
        """The dates of an act: the business date told, else today."""
        today = self.clock.today()
        return {"on": on or today, "today": today}


def clock_of(person: Document, on: date) -> Act:
    """The clock of a member's duties: it stands while a transfer is open or the host keeps contact, else it runs."""
    if person["open_transfer"] is not None or (person["away"] or {}).get("agreed"):
        return Pause(on=on, today=on, transfer_id=person["open_transfer"])
    return Resume(on=on, today=on)
