"""Commands on service points: who may, and what they stand under (S-18 to S-20)."""

from dataclasses import dataclass
from datetime import date

from guiyan.contact.commands.organisations import check_at_work
from guiyan.contact.domain.service_point import (
    SERVICE_POINT,
    Change,
    Close,
    Command,
    Open,
    Release,
    Server,
    ServicePoint,
    Staff,
)
from guiyan.contact.projections.service_points import SERVICE_POINTS
from guiyan.events.contact.service_point import (
    ServicePointChanged,
    ServicePointOpened,
    ServicePointStaffed,
    StaffText,
)
from guiyan.ledger import Clock, Commands, Ledger, Outcome, Refused, Sealer
from guiyan.service.caller import Commander
from guiyan.service.directory import Directory
from guiyan.service.problems import NotFound
from guiyan.service.reads import CountingReads, Reads, wait_for

WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class NamedServer:
    """Somebody who serves; `person_id` is absent for somebody new here."""

    text: StaffText
    in_charge: bool = False
    person_id: str | None = None


@dataclass(frozen=True)
class PointDesk:
    """What the doors of service points work with."""

    ledger: Ledger
    commands: Commands
    sealer: Sealer
    clock: Clock
    directory: Directory
    points: Reads
    cycle: CountingReads

    async def open(
        self, caller: Commander, facts: ServicePointOpened, staff: tuple[NamedServer, ...], on: date | None
    ) -> Outcome:
        """Open a point of an active organisation of the scope, under one of the scope."""
        await check_at_work(self.directory, facts.org_code, "/org_code", within=caller.scope)
        parent = None if facts.parent_id is None else await self._parent(caller, facts.parent_id)
        servers = tuple(_server(caller, one, place) for place, one in enumerate(staff))
        act = Open(on=on or self.clock.today(), today=self.clock.today(), facts=facts, parent=parent, staff=servers)
        return await self._run(caller, caller.new_id("service_point"), act)

    async def change(self, caller: Commander, id_: str, facts: ServicePointChanged, on: date | None) -> Outcome:
        """Change a point's details."""
        await self.get(caller, id_)
        return await self._run(caller, id_, Change(on=on or self.clock.today(), today=self.clock.today(), facts=facts))

    async def staff(self, caller: Commander, id_: str, server: NamedServer, on: date | None) -> Outcome:
        """Name somebody who serves."""
        await self.get(caller, id_)
        today = self.clock.today()
        return await self._run(caller, id_, Staff(on=on or today, today=today, server=_server(caller, server, 0)))

    async def release(self, caller: Commander, id_: str, person_id: str, on: date | None) -> Outcome:
        """Somebody no longer serves."""
        await self.get(caller, id_)
        today = self.clock.today()
        return await self._run(caller, id_, Release(on=on or today, today=today, person_id=person_id))

    async def close(self, caller: Commander, id_: str, on: date | None) -> Outcome:
        """Close a point that nothing stands under any more, counted when all that was written is read."""
        await self.get(caller, id_)
        await wait_for(self.points, await self.ledger.head(), WAIT_SECONDS)
        below = await self.points.count(SERVICE_POINTS, {"parent_id": id_, "open": True})
        today = self.clock.today()
        return await self._run(caller, id_, Close(on=on or today, today=today, below=below))

    async def get(self, caller: Commander, id_: str) -> ServicePoint:
        """A point of the scope, from the ledger; raises NotFound."""
        try:
            point, _ = await self.commands.load(SERVICE_POINT, id_)
        except ValueError:
            raise NotFound from None
        caller.scope.check(point.org_code)
        return point

    async def _parent(self, caller: Commander, id_: str) -> ServicePoint:
        try:
            return await self.get(caller, id_)
        except NotFound:
            raise Refused("service_point_not_found", pointer="/parent_id") from None

    async def _run(self, caller: Commander, id_: str, act: Command) -> Outcome:
        return await self.commands.execute(SERVICE_POINT, id_, act, caller.context, caller.expected_version)


def _server(caller: Commander, named: NamedServer, place: int) -> Server:
    person_id = named.person_id or caller.new_id("server", str(place))
    return Server(ServicePointStaffed(person_id=person_id, in_charge=named.in_charge), named.text)
