"""The office for activity certificates: what its doors ask for, looked up before a rule decides."""

from dataclasses import dataclass
from datetime import date

from guiyan.events.codes import CertGround, TransferObstacle
from guiyan.ledger import Call, Context, Document, Outcome, Refused, Timer
from guiyan.service.directory import Directory
from guiyan.service.problems import NotFound
from guiyan.service.reads import Reads
from guiyan.transfers.commands.asked import committee_of
from guiyan.transfers.commands.certificate_paper import CertificatePaper
from guiyan.transfers.commands.certificates import CertificateDesk, CertificateNumbers, Issuer
from guiyan.transfers.domain import certificate_acts as ask
from guiyan.transfers.domain.certificate_state import Certificate
from guiyan.transfers.domain.certificate_steps import RESPONSIBLE, By
from guiyan.transfers.office import Office
from guiyan.transfers.projections.absences import absence_of, was_away
from guiyan.transfers.projections.certificate_rows import CERTIFICATES, NUMBERS


@dataclass(frozen=True, slots=True)
class Ground:
    """On which ground a certificate is asked for, where people say it."""

    ground: CertGround | None = None
    obstacle: TransferObstacle | None = None


@dataclass(frozen=True)
class CertificateOffice:
    """Desk, numbers, directory and reads; and the office of transfers, which knows members and open transfers."""

    office: Office
    desk: CertificateDesk
    numbers: CertificateNumbers
    paper: CertificatePaper

    @property
    def directory(self) -> Directory:
        """The organisations."""
        return self.office.directory

    @property
    def reads(self) -> Reads:
        """The read model."""
        return self.office.reads

    async def get(self, id_: str) -> Certificate:
        """A certificate as it is now, from the ledger; raises NotFound."""
        found = await self.desk.find(id_)
        if found is None:
            raise NotFound
        return found[0]

    async def get_row(self, id_: str) -> Document:
        """Its row, after waiting for everything that the ledger holds now: who is its host, by the member's trip."""
        state = await self.get(id_)
        await self.office.find_person(state.member_id)
        row = await self.reads.get(CERTIFICATES, id_)
        if row is None:
            raise NotFound
        return row

    async def request(self, member: Document, member_id: str, on: date, said: Ground, context: Context) -> Outcome:
        """Ask for a certificate for a known member who is away, or about to be; not while a transfer is open (S-16)."""
        return await self.desk.request(await self._asked(member, member_id, on, said), context)

    async def replace(self, id_: str, said: Ground, on: date, context: Context, version: int | None) -> Outcome:
        """A new certificate for a lost one, on the ground of the old one unless another is told."""
        lost = await self.get(id_)
        member = await self.office.find_person(lost.member_id)
        if member is None:
            raise NotFound
        kept = said if said.ground else Ground(lost.ground, lost.obstacle)
        act = await self._asked(member, lost.member_id, on, kept)
        return await self.desk.replace_lost(id_, act, context, version)

    async def _asked(self, member: Document, member_id: str, on: date, said: Ground) -> ask.RequestCertificate:
        _check_standing(member)
        absence = absence_of(member)
        if absence is None:
            raise Refused("certificate_not_away")
        await self._check_no_transfer(member_id)
        return ask.RequestCertificate(
            on=on,
            today=self.desk.today(),
            member_id=member_id,
            branch=member["branch"],
            absence=absence,
            ground=said.ground,
            obstacle=said.obstacle,
        )

    async def _check_no_transfer(self, member_id: str) -> None:
        """While the relation may be moving no certificate is asked for: one of the two, never both (S-16)."""
        newest = await self.office.desk.find_newest(member_id)
        found = None if newest is None else await self.office.desk.find(newest)
        if found is not None and found[0].is_open:
            raise Refused("certificate_transfer_open")

    async def give_number(self, id_: str, by: str, on: date, context: Context, version: int | None) -> Outcome:
        """The county department's next number."""
        await self.directory.refresh()
        issuer = self.directory.known(by)
        if issuer is None:
            raise Refused("organisation_unknown")
        return await self.numbers.give(id_, Issuer(by, issuer.area_code), on, context, version)

    async def issue(self, id_: str, on: date, context: Context, version: int | None) -> Outcome:
        """The branch hands it out; not to somebody who is home, nor while a transfer is open."""
        state = await self.get(id_)
        member = await self.office.find_person(state.member_id)
        if member is None or absence_of(member) is None:
            raise Refused("certificate_not_away")
        await self._check_no_transfer(state.member_id)
        return await self.desk.act(id_, ask.IssueCertificate(on=on, today=self.desk.today()), context, version)

    async def dispatch(self, id_: str, act: ask.Dispatch, context: Context, version: int | None) -> Outcome:
        """The member gets it; not while a transfer is open."""
        await self._check_no_transfer((await self.get(id_)).member_id)
        return await self.desk.act(id_, act, context, version)

    async def hand_in(self, id_: str, act: ask.HandIn, context: Context, version: int | None) -> Outcome:
        """The member hands it in, and has come home by that day (§2.4); coming home is recorded first."""
        member = await self.office.find_person((await self.get(id_)).member_id)
        if member is not None and was_away(member, act.on):
            raise Refused("certificate_still_away")
        return await self.desk.act(id_, act, context, version)

    def when(self, on: date | None) -> dict[str, date]:
        """The dates of an act: the business date told, else today."""
        return self.office.when(on)

    def committee(self, certificate: Certificate) -> str:
        """The basic committee that seals, as of the directory's last refresh."""
        return committee_of(self.directory, certificate.branch)

    async def say_step_overdue(self, timer: Timer) -> list[Call]:
        """The day after a step's last: the certificate decides whether it still waits for it."""
        data, on = timer.data, date.fromisoformat(timer.data["due_on"])
        await self.directory.refresh()
        act = ask.SayCertificateStepOverdue(
            on=on,
            today=on,
            step=data["step"],
            since=date.fromisoformat(data["since"]),
            due_on=date.fromisoformat(data["due"]),
            working_days=data["days"],
            responsible_org=self._responsible(data["step"], data["branch"]),
        )
        return [Call(self.desk.decider, data["certificate_id"], act)]

    def _responsible(self, step: str, branch: str) -> str | None:
        who = RESPONSIBLE[step]
        if who is By.BRANCH:
            return branch
        if who is By.COMMITTEE:
            return committee_of(self.directory, branch)
        return next((one.code for one in self.directory.path(branch)), None)


def _check_standing(member: Document) -> None:
    """A certificate is a member's; not of one whose membership is suspended or has ended (§2.11)."""
    if member["ended"]:
        raise Refused("membership_ended")
    if member["suspended"]:
        raise Refused("membership_suspended")


async def last_certificate_number(reads: Reads, prefix: str, year: int) -> int:
    """The last number the projection knows of; a hint, it may be behind."""
    found = await reads.get(NUMBERS, f"{prefix}-{year}")
    return found["last"] if found else 0
