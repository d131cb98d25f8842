"""What the clock does: plan the quarter, remind, end it, mend a duty that was planned while its cause changed."""

from collections.abc import Mapping, Sequence
from datetime import date

from guiyan.contact.commands.desk import Desk, clock_of
from guiyan.contact.domain.commands import Act, End, Reassign, Remind, SettleAgreed, Stop
from guiyan.contact.projections import people, timers
from guiyan.contact.projections.rows import DUTIES, UNSETTLED_PARTS
from guiyan.events.codes import ContactStop
from guiyan.ledger import Call, Document, Timer, business_date
from guiyan.ledger.due import Handler


class DueDuties:
    """The handlers of contact's timers; each costs what its own member costs."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> Mapping[str, Handler]:
        """By the timer's kind."""
        return {
            timers.PLAN: self.plan,
            timers.REMIND: self.remind,
            timers.END: self.end,
            timers.MEND: self.mend,
        }

    async def plan(self, timer: Timer) -> Sequence[Call]:
        """A window begins for a member who is still away."""
        member_id, on = timer.data["member_id"], date.fromisoformat(timer.data["on"])
        person = await self._desk.find_person(member_id)
        if person is None or not people.is_due(person):
            return []
        window = await self._desk.window_at(person, on)
        settled = [] if not person["away"]["agreed"] else await self._desk.unsettled_duties(member_id=member_id)
        over = [Call(self._desk.decider, duty["_id"], SettleAgreed(on=on, today=on)) for duty in settled]
        return [*over, await self._desk.plan(member_id, person, window, on, opens_from=on)]

    def remind(self, timer: Timer) -> Sequence[Call]:
        """Day 45, 75 or 85."""
        on = date.fromisoformat(timer.data["on"])
        return [self._call(timer, Remind(on=on, today=on, day=timer.data["day"]))]

    def end(self, timer: Timer) -> Sequence[Call]:
        """The quarter is over: what was not reached is missed, on its last day."""
        on = date.fromisoformat(timer.data["last_day"])
        return [self._call(timer, End(on=on, today=on, missed_before=timer.data["missed_before"]))]

    async def mend(self, timer: Timer) -> Sequence[Call]:
        """The duty looks again: stopped when its trip has ended, else whose it is, and whether its clock runs."""
        duty = await self._desk.cycle.get(DUTIES, timer.data["duty_id"])
        person = await self._desk.find_person(timer.data["member_id"])
        if duty is None or person is None or duty["part"] not in UNSETTLED_PARTS:
            return []
        today = business_date(timer.due_at)
        if people.has_trip(person, duty):
            keeper = await self._desk.find_keeper_of(person)
            over = Reassign(on=today, today=today, branch=person["branch"], contact_person_id=keeper)
            return [self._call(timer, over), self._call(timer, clock_of(person, today))]
        calls = [self._call(timer, self._stop(duty, person, today))]
        if people.is_due(person):
            window = await self._desk.window_at(person, date.fromisoformat(duty["opens_on"]))
            calls.append(await self._desk.plan(timer.data["member_id"], person, window, today))
        return calls

    def _stop(self, duty: Document, person: Document, today: date) -> Stop:
        return Stop(
            on=today,
            today=today,
            reason=ContactStop(person["stop_reason"] or ContactStop.DEPARTURE_CLOSED),
            departure_id=duty["departure_id"],
            transfer_id=person["transfer_id"],
        )

    def _call(self, timer: Timer, act: Act) -> Call:
        return Call(self._desk.decider, timer.data["duty_id"], act)
