"""Commands on lost-contact cases: numbered per member, so that at most one is open, whatever races (§2.7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from guiyan.contact.commands.search_means import MeansHeld
from guiyan.contact.domain import lost_acts as ask
from guiyan.contact.domain.lost_parameters import LostParameters
from guiyan.contact.domain.lost_state import Case
from guiyan.contact.domain.numbering import lost_contact_id
from guiyan.contact.domain.parameters import Parameters
from guiyan.contact.domain.window import QUARTER_MONTHS, months_of
from guiyan.contact.projections import lost_people as people
from guiyan.contact.projections.lost_people import LOST_PEOPLE
from guiyan.contact.projections.lost_rows import LOST_CONTACTS, counted_from
from guiyan.contact.projections.people import PEOPLE
from guiyan.events.codes import LostStep, SearchMeans
from guiyan.ledger import (
    Call,
    Clock,
    Commands,
    Context,
    Decider,
    Document,
    History,
    Ledger,
    Outcome,
    Sealer,
    Timer,
    business_date,
)
from guiyan.ledger.calendar import add_months
from guiyan.service import numbered
from guiyan.service.directory import Directory
from guiyan.service.problems import NotFound
from guiyan.service.reads import CountingReads, wait_for
from guiyan.service.rulebook import Rulebook

WAIT_SECONDS: Final = 5.0


@dataclass(frozen=True)
class LostDesk:
    """What doors, policies and timers of lost contact work with."""

    ledger: Ledger
    commands: Commands
    sealer: Sealer
    clock: Clock
    directory: Directory
    rulebook: Rulebook
    lost: CountingReads
    means: MeansHeld
    decider: Decider[Case, ask.LostAct]

    async def find(self, id_: str) -> tuple[Case, History] | None:
        """A case as it is now and its history, from the ledger; None when there is none, or the id can be nobody's."""
        return await numbered.find(self.commands, self.decider, id_)

    async def find_person(self, member_id: str) -> Document | None:
        """What is known of a member."""
        return await self.lost.get(LOST_PEOPLE, member_id)

    async def know(self, member_id: str) -> Document:
        """The same, after waiting for everything that the ledger holds now; raises NotFound."""
        await wait_for(self.lost, await self.ledger.head(), WAIT_SECONDS)
        found = await self.find_person(member_id)
        if found is None or found["branch"] is None:
            raise NotFound
        return found

    async def committee(self, branch: str) -> str:
        """The basic committee that a branch stands under; the organisation above where none is known."""
        await self.directory.refresh()
        return self.directory.committee_above(branch)

    async def way_up(self, branch: str) -> tuple[str, ...]:
        """The branch and every organisation above it: who may decide about its members."""
        await self.directory.refresh()
        return tuple(one.code for one in self.directory.path(branch))

    def told_watch(
        self, member_id: str, person: Document, last_seen_on: date | None, *, on: date, today: date
    ) -> ask.Watch:
        """What opens a watch by an officer's word; the records here stand before what was told."""
        return ask.Watch(
            on=on,
            today=today,
            member_id=member_id,
            branch=person["branch"],
            departure_id=(person["away"] or {}).get("departure_id"),
            last_seen_on=people.since(person) or last_seen_on,
        )

    async def since(self, id_: str, person: Document) -> date | None:
        """Since when contact is lost in a case: by the member's signs, else as was told at its opening."""
        row = await self.lost.get(LOST_CONTACTS, id_)
        return people.since(person) if row is None else counted_from(row, person)

    async def held(self, member_id: str, means: SearchMeans, on: date) -> bool | None:
        """Whether the organisation holds a means for a member, by all that the ledger holds now."""
        await self._means_know()
        return await self.means.held(member_id, means, on)

    async def relay_person(self, member_id: str, on: date) -> bool:
        """Whether somebody was nominated on the day: a withdrawal of this moment counts already."""
        await self._means_know()
        return await self.means.relay_person(member_id, on)

    async def _means_know(self) -> None:
        head = await self.ledger.head()
        for one in (self.means.cycle, self.means.points, self.means.relays):
            await wait_for(one, head, WAIT_SECONDS)

    async def parameters(self, on: date) -> LostParameters:
        """The parameters valid on a business date."""
        await self.rulebook.refresh()
        return self.rulebook.valid(LostParameters, on)

    async def missed_long_enough(self, member_id: str, on: date, missed_in_a_row: int) -> bool:
        """Whether so many duties were missed in a row, and they have as many months as so many quarters."""
        person = await self.means.cycle.get(PEOPLE, member_id)
        wanted = (await self.parameters(on)).misses_to_township
        cycle = ((person or {}).get("away") or {}).get("cycle")
        months = missed_in_a_row * months_of(cycle, self.rulebook.valid(Parameters, on))
        return missed_in_a_row >= wanted and months >= wanted * QUARTER_MONTHS

    async def act(self, id_: str, act: ask.LostAct, context: Context, version: int | None = None) -> Outcome:
        """Do one act on one case."""
        await self.rulebook.refresh()
        return await self.commands.execute(self.decider, id_, act, context, version)

    async def watch(self, act: ask.Watch, context: Context) -> Outcome:
        """Open the member's next case; whoever comes second is told that one is open.

        A repeat of the same command finds its own first try on the way.
        """

        async def begin(id_: str) -> Outcome:
            return await self.act(id_, act, context)

        return await numbered.begin_next(
            numbers(act.member_id), self.find, begin, context.command_id, used="lost_contact_number_used"
        )

    async def watch_by_system(self, member_id: str, on: date, missed: int, cause_id: str | None) -> Call | None:
        """The call that opens a watch of somebody away; None when one is open, or this cause has opened one before."""
        person = await self.find_person(member_id)
        if person is None or person["away"] is None or person["status"] != "NORMAL":
            return None
        for id_ in numbers(member_id):
            found = await self.find(id_)
            if found is None:
                return Call(self.decider, id_, _watch(member_id, person, on, missed))
            case, history = found
            if case.is_open or history.events[0].causationid == cause_id:
                return None
        raise AssertionError("numbers do not end")

    async def silence(self, timer: Timer) -> Sequence[Call]:
        """The clock: the member is silent for so long that a watch begins, if it is still so.

        Not while a transfer is open (ADR 0022): whoever asked for that is dealt with by origin and receiver.
        """
        member_id, since = timer.data["member_id"], timer.data["since"]
        person = await self.find_person(member_id)
        silent = None if person is None else people.silent_since(person)
        if silent is None or silent.isoformat() != since:
            return []
        if await self._transfer_open(member_id):
            return []
        call = await self.watch_by_system(member_id, business_date(timer.due_at), 0, None)
        return [] if call is None else [call]

    async def silence_after_transfer(self, member_id: str, today: date, cause_id: str) -> Sequence[Call]:
        """A transfer rests or ended without moving anybody: a silence that had lasted long enough is watched now."""
        person = await self.find_person(member_id)
        silent = None if person is None else people.unwatched_silence(person)
        if person is None or silent is None or await self._transfer_open(member_id):
            return []
        months = (await self.parameters(today)).watch_after(abroad=people.is_abroad(person))
        if add_months(silent, months) > today:
            return []
        call = await self.watch_by_system(member_id, today, 0, cause_id)
        return [] if call is None else [call]

    async def _transfer_open(self, member_id: str) -> bool:
        known = await self.means.cycle.get(PEOPLE, member_id)
        return known is not None and known["open_transfer"] is not None

    async def due(self, timer: Timer) -> Sequence[Call]:
        """The clock: a day has come on which people may or should act; the case decides whether it still waits."""
        row = await self.lost.get(LOST_CONTACTS, timer.data["case_id"])
        if row is None:
            return []
        due_on = date.fromisoformat(timer.data["due_on"])
        act = ask.TellDue(
            on=due_on, today=due_on, branch=row["branch"], step=LostStep(timer.data["step"]), due_on=due_on
        )
        return [Call(self.decider, timer.data["case_id"], act)]


def _watch(member_id: str, person: Document, on: date, missed: int) -> ask.Watch:
    return ask.Watch(
        on=on,
        today=on,
        member_id=member_id,
        branch=person["branch"],
        departure_id=person["away"]["departure_id"],
        missed_in_a_row=missed,
        last_seen_on=people.since(person),
    )


def numbers(member_id: str) -> Iterator[str]:
    """The ids of the member's cases, first to last and on."""
    return numbered.numbers(lost_contact_id, member_id)
