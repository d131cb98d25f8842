"""The desk of care: what the doors of aid, leads, ventures, reports, home visits and targets work with."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from guiyan.contact.commands.names import names_of
from guiyan.contact.domain.aid import AID, Approve, Raise, Visit
from guiyan.contact.domain.target import TARGET, Agree, target_id
from guiyan.contact.projections.care import MEMBERS, member_of
from guiyan.contact.projections.people import PEOPLE
from guiyan.events.codes import AidKind, AidRaisedBy
from guiyan.ledger import Clock, Commands, Decider, Document, Ledger, Outcome
from guiyan.ledger.sealing import Sealer
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, Commander
from guiyan.service.directory import Directory
from guiyan.service.parameters import number
from guiyan.service.problems import FieldProblem, Invalid, NotFound
from guiyan.service.reads import CountingReads, wait_for
from guiyan.service.rulebook import Rulebook

WAIT_SECONDS = 5.0


class OfMember(Protocol):
    """The state of a record that is some member's; nobody's before it began."""

    @property
    def member_id(self) -> str:
        """Whose it is."""


S = TypeVar("S", bound=OfMember)
C = TypeVar("C")


@dataclass(frozen=True)
class CareDesk:
    """Write path, clock, directory, parameters, the documents of care, and the members' names."""

    ledger: Ledger
    commands: Commands
    sealer: Sealer
    clock: Clock
    directory: Directory
    rulebook: Rulebook
    care: CountingReads
    cycle: CountingReads

    def when(self, on: date | None) -> dict[str, Any]:
        """The dates of an act: the business date told, else today."""
        today = self.clock.today()
        return {"on": on or today, "today": today}

    async def member(self, caller: Commander, member_id: str, *, own: bool = False) -> Document:
        """A member of the scope, or with `own` the caller's self; raises Invalid for anybody else."""
        found = await self._find_member(member_id)
        mine = own and is_self(caller, member_id)
        if found is None or not (mine or covers(caller, found["branch"])):
            raise Invalid([FieldProblem("/member_id", "member_not_found")])
        return found

    async def get(self, caller: Commander, decider: Decider[S, C], id_: str) -> tuple[S, Document]:
        """A record as it is now, from the ledger, and its member; raises NotFound outside the scope.

        A lead is also in the scope of the organisation that it is for, or was forwarded to.
        """
        try:
            state, _ = await self.commands.load(decider, id_)
        except ValueError:
            raise NotFound from None
        found = await self._find_member(state.member_id) if state.member_id else None
        if found is None or not covers(
            caller, found["branch"], getattr(state, "to_org", None), getattr(state, "forwarded_to", None)
        ):
            raise NotFound
        return state, found

    async def act(self, caller: Commander, decider: Decider[S, C], id_: str, act: C) -> Outcome:
        """Do one act on one record of the scope."""
        await self.get(caller, decider, id_)
        return await self.run(caller, decider, id_, act)

    async def run(self, caller: Commander, decider: Decider[S, C], id_: str, act: C) -> Outcome:
        """Do one act, whoever may have been asked about."""
        return await self.commands.execute(decider, id_, act, caller.context, caller.expected_version)

    async def raise_aid(
        self, caller: Commander, member_id: str, kind: AidKind, raised_by: AidRaisedBy | None, on: date | None
    ) -> Outcome:
        """Ask for help for a member; members ask for themselves, and whoever asks is told by the role otherwise."""
        member = await self.member(caller, member_id, own=True)
        own = is_self(caller, member_id)
        act = Raise(
            **self.when(on),
            member_id=member_id,
            org_code=member["branch"],
            kind=kind,
            raised_by=AidRaisedBy.MEMBER if own else raised_by or asked_by(caller),
            consent_id=member["family_consent_id"],
        )
        return await self.run(caller, AID, caller.new_id("aid"), act)

    async def approve_aid(
        self, caller: Commander, id_: str, document_no: str | None, amount_fen: int | None, on: date | None
    ) -> Outcome:
        """Grant help, in the name of the caller's organisation."""
        org = caller.principal.org
        return await self.act(
            caller, AID, id_, Approve(**self.when(on), decided_by=org, document_no=document_no, amount_fen=amount_fen)
        )

    async def visit(self, caller: Commander, id_: str, *, family: bool, on: date | None) -> Outcome:
        """A visit; of the family by a wish that stands now."""
        _, member = await self.get(caller, AID, id_)
        org, wish = caller.principal.org, member["family_consent_id"]
        return await self.run(caller, AID, id_, Visit(**self.when(on), by_org=org, family=family, consent_id=wish))

    async def agree_target(  # noqa: PLR0913 - what a target is
        self,
        caller: Commander,
        member_id: str,
        year: int,
        *,
        meetings: int,
        study_hours: int | None,
        reports: int,
        on: date | None,
    ) -> Outcome:
        """Agree a year's target; the hours of study are the rule's of that year unless more or fewer are agreed."""
        await self.member(caller, member_id)
        await self.rulebook.refresh()
        hours = study_hours
        if hours is None:
            hours = number(self.rulebook.value("study.hours_per_year", date(year, 1, 1)))
        act = Agree(
            **self.when(on), member_id=member_id, year=year, meetings=meetings, study_hours=hours, reports=reports
        )
        return await self.run(caller, TARGET, target_id(member_id, year), act)

    async def named(self, rows: list[Document]) -> list[Document]:
        """Rows with their members' names, which lists show masked."""
        names = await names_of(self.cycle, PEOPLE, (one["member_id"] for one in rows))
        return [{**one, "name": names.get(one["member_id"])} for one in rows]

    async def _find_member(self, member_id: str) -> Document | None:
        await wait_for(self.care, await self.ledger.head(), WAIT_SECONDS)
        found = member_of(await self.care.get(MEMBERS, member_id))
        return None if found["branch"] is None or found["erased"] else found


def is_self(caller: Caller, member_id: str) -> bool:
    """Whether a member speaks for the own record."""
    return Role.MEMBER in caller.principal.roles and caller.principal.sub == member_id


def covers(caller: Caller, *codes: str | None) -> bool:
    """Whether the caller is of the office, with one of these organisations in the scope."""
    in_scope = any(code is not None and caller.scope.covers(code) for code in codes)
    return bool(caller.principal.roles & OFFICE_ROLES) and in_scope


def asked_by(caller: Commander) -> AidRaisedBy:
    """Who asks for help, by the caller's role."""
    if Role.STATION_STAFF in caller.principal.roles:
        return AidRaisedBy.STATION
    return AidRaisedBy.CONTACT_PERSON if Role.BRANCH_CONTACT in caller.principal.roles else AidRaisedBy.BRANCH
