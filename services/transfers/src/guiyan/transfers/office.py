"""The office: everything that the doors of transfers, HTTP and ingest, ask for; one object made in `app`."""

from dataclasses import dataclass, replace
from datetime import date

from guiyan.events.codes import HandedOverHow, PersonCategory
from guiyan.ledger import Call, Context, Document, Ledger, Outcome, Refused, Timer
from guiyan.ledger.blind import BlindIndex
from guiyan.service.directory import Directory
from guiyan.service.problems import NotFound
from guiyan.service.reads import CountingReads, Reads, wait_for
from guiyan.transfers.commands import asked as filled
from guiyan.transfers.commands.asked import Asked
from guiyan.transfers.commands.desk import Desk
from guiyan.transfers.commands.entered import Entered, incoming_of
from guiyan.transfers.commands.issue import Letters
from guiyan.transfers.commands.nearest import Nearest, nearest
from guiyan.transfers.commands.paper import Paper
from guiyan.transfers.commands.request import request
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain.letter import LETTER_NUMBER
from guiyan.transfers.domain.numbering import letter_id
from guiyan.transfers.domain.state import Transfer
from guiyan.transfers.projections.people import PEOPLE
from guiyan.transfers.projections.rows import LETTERS, TRANSFERS
from guiyan.transfers.projections.suggestions import is_called_for

WAIT_SECONDS = 5.0


@dataclass(frozen=True)
class Office:
    """Desk, letters, what is printed, directory, reads, and the index that finds a member by number."""

    ledger: Ledger
    desk: Desk
    letters: Letters
    paper: Paper
    directory: Directory
    reads: CountingReads
    index: BlindIndex

    async def get(self, id_: str) -> Transfer:
        """A transfer as it is now, from the ledger; raises NotFound."""
        found = await self.desk.find(id_)
        if found is None:
            raise NotFound
        return found[0]

    async def find_person(self, member_id: str) -> Document | None:
        """What is known of a member, after waiting for everything that the ledger holds now."""
        await wait_for(self.reads, await self.ledger.head(), WAIT_SECONDS)
        await self.directory.refresh()
        return await self.reads.get(PEOPLE, member_id)

    async def find_member(self, id_index: str) -> str | None:
        """The member whose ID number has this blind index, after waiting likewise."""
        await wait_for(self.reads, await self.ledger.head(), WAIT_SECONDS)
        found = await self.reads.find(PEOPLE, {"id_index": id_index}, limit=1)
        return str(found[0]["_id"]) if found else None

    async def find_by_number(self, id_no: str) -> str | None:
        """The member with this ID number, however it is written."""
        return await self.find_member(self.index.of("id_no", id_no))

    async def find_by_letter(self, issuer: str, year: int, serial: int) -> str | None:
        """The transfer that a letter's number was given to."""
        number, _ = await self.desk.commands.load(LETTER_NUMBER, letter_id(issuer, year, serial))
        return number.transfer_id

    async def request(self, asked: Asked, person: Document, context: Context) -> Outcome:
        """Request a transfer for a known member."""
        act = filled.request_of(asked, person, self.directory, self.desk.today())
        return await request(self.desk, act, context)

    async def nearest(self, area: str) -> Nearest:
        """Who can take a member in at a place: the nearest by area code (S-15)."""
        await self.directory.refresh()
        return nearest(area, self.directory.all(), self.directory.basic_committee)

    async def suggest(self, timer: Timer) -> list[Call]:
        """So long at a fixed place: the member's next transfer is suggested, unless one is under way (S-12)."""
        member_id, trip = timer.data["member_id"], timer.data["departure_id"]
        person = await self.find_person(member_id)
        if person is None or not is_called_for(person) or person["trip"]["id"] != trip:
            return []
        id_ = await self.desk.find_free_number(member_id, trip)
        if id_ is None:
            return []
        on, area = date.fromisoformat(timer.data["due_on"]), person["trip"]["area"]
        near = (await self.nearest(area)).only if area else None
        own = filled.committee_of(self.directory, person["branch"])
        act = ask.Suggest(
            on=on,
            today=on,
            member_id=member_id,
            departure_id=trip,
            branch=person["branch"],
            dest_area_code=area,
            to_committee=None if near == own else near,
        )
        return [Call(self.desk.decider, id_, act)]

    async def prepare_incoming(self, told: Entered, person: Document) -> ask.RecordIncoming:
        """The entry of a transfer from outside for somebody whose relation is there; raises Refused."""
        today = self.desk.today()
        valid = await self.desk.parameters(told.occurred_on or today)
        return incoming_of(told, person, self.directory, valid, today)

    async def enter(self, act: ask.RecordIncoming, context: Context) -> Outcome:
        """Enter it: the member's next transfer, unless one is open."""
        return await request(self.desk, act, context)

    async def find_same_letter(self, told: Entered, member_id: str) -> str | None:
        """Another transfer that was entered from a letter of the same issuer and number, if there is one."""
        if told.letter_sn is None:
            return None
        letter = {"from_title": told.from_title, "letter_year": told.letter_year, "letter_sn": told.letter_sn}
        others = {**letter, "member_id": {"$ne": member_id}}
        found = await self.reads.find(TRANSFERS, others, sort=(("_id", 1),), limit=1)
        return str(found[0]["_id"]) if found else None

    async def issue(  # noqa: PLR0913 - what a letter says
        self,
        id_: str,
        context: Context,
        version: int | None,
        *,
        on: date | None,
        valid_days: int | None,
        dues_paid_to: str | None,
    ) -> Outcome:
        """Issue the letter under the committee's next number of the letter's year."""
        transfer, today = await self.get(id_), self.desk.today()
        act = ask.Issue(
            on=on or today,
            today=today,
            letter_year=(on or today).year,
            letter_sn=0,
            valid_days=valid_days or (await self.desk.parameters(on or today)).valid_days(transfer.channel),
            dues_paid_to=dues_paid_to,
        )
        return await self.letters.issue(id_, act, transfer.from_committee, context, version)

    async def reissue(
        self, id_: str, context: Context, version: int | None, act: ask.Reissue, valid_days: int | None
    ) -> Outcome:
        """A new letter in place of one that expired or was lost, under the committee's next number."""
        transfer = await self.get(id_)
        person = await self.find_person(transfer.member_id)
        valid = await self.desk.parameters(act.on)
        days = valid_days or valid.valid_days(act.channel or transfer.channel)
        graduate = bool(person and person["graduate"])
        said = replace(act, valid_days=days, graduate=graduate, letter_year=act.on.year)
        return await self.letters.issue(id_, said, transfer.from_committee, context, version)

    async def resubmit(self, id_: str, context: Context, version: int | None, act: ask.Resubmit) -> Outcome:
        """What was returned, set right; a receiver that is named is here, at work and has the power to receive."""
        transfer = await self.get(id_)
        await self.directory.refresh()
        receiver = filled.named_receiver(self.directory, act.to_branch, act.to_committee)
        if receiver is not None:
            if receiver.code != transfer.from_committee:
                filled.with_power(receiver, act.to_committee)
            act = replace(act, to_committee=receiver.code, to_title=act.to_title or receiver.name)
        return await self.desk.act(id_, act, context, version)

    async def _probation_ends_on(self, transfer: Transfer) -> date | None:
        """The last day of a probationary member's probation, where it is known."""
        person = await self.find_person(transfer.member_id) if transfer.probationary else None
        told = None if person is None or person["person_category"] != PersonCategory.PROBATIONARY else person
        return date.fromisoformat(told["probation_ends_on"]) if told and told["probation_ends_on"] else None

    async def record_receipt(
        self, id_: str, act: ask.RecordOutsideReceipt | ask.ScanReceipt, context: Context, version: int | None
    ) -> Outcome:
        """A receipt that came back on paper; of a probationary member it matters when probation ends (§2.8)."""
        ends_on = await self._probation_ends_on(await self.get(id_))
        return await self.desk.act(id_, replace(act, probation_ends_on=ends_on), context, version)

    async def receive(  # noqa: PLR0913 - what receiving says
        self,
        id_: str,
        context: Context,
        version: int | None = None,
        *,
        on: date | None = None,
        to_branch: str | None = None,
        how: HandedOverHow | None = None,
    ) -> Outcome:
        """The receiving committee accepts; the branch named now, or by the request, is at work and stands below it."""
        transfer = await self.get(id_)
        await self._check_branch(transfer, to_branch or transfer.to_branch)
        ends_on = await self._probation_ends_on(transfer)
        act = ask.Receive(**self.when(on), to_branch=to_branch, handed_over_how=how, probation_ends_on=ends_on)
        return await self.desk.act(id_, act, context, version)

    async def assign(
        self, id_: str, context: Context, version: int | None, *, on: date | None, to_branch: str
    ) -> Outcome:
        """The receiving committee assigns one of its branches."""
        transfer = await self.get(id_)
        await self._check_branch(transfer, to_branch)
        ends_on = await self._probation_ends_on(transfer)
        act = ask.Assign(**self.when(on), to_branch=to_branch, probation_ends_on=ends_on)
        return await self.desk.act(id_, act, context, version)

    async def act(self, id_: str, act: ask.Act, context: Context, version: int | None = None) -> Outcome:
        """Do an act that needs nothing looked up."""
        return await self.desk.act(id_, act, context, version)

    def when(self, on: date | None) -> dict[str, date]:
        """The dates of an act: the business date told, else today."""
        today = self.desk.today()
        return {"on": on or today, "today": today}

    async def _check_branch(self, transfer: Transfer, to_branch: str | None) -> None:
        if to_branch is None:
            return
        await self.directory.refresh()
        filled.active(self.directory, to_branch, "/to_branch")
        if transfer.to_committee is not None and not filled.under(self.directory, to_branch, transfer.to_committee):
            raise Refused("branch_not_below_receiver", pointer="/to_branch")


async def last_number(reads: Reads, issuer: str, year: int) -> int:
    """The last letter number the projection knows of; a hint, it may be behind."""
    found = await reads.get(LETTERS, f"{issuer}-{year}")
    return found["last"] if found else 0
