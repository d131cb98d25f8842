"""The parts of the registry put together over a ledger, a database, keys and a clock - real ones, or their twins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guiyan.ledger import Call, Clock, Commands, Document, Ledger, Projection, Sealer, Timer
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.database import Database
from guiyan.ledger.due import DueLoop
from guiyan.ledger.runner import Follower, FollowerSettings
from guiyan.ledger.store import Store
from guiyan.ledger.target import Target
from guiyan.registry.commands.identities import Identities
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.departure import DEPARTURE, Recognise
from guiyan.registry.policies.relation import RelationMoves
from guiyan.registry.projections import Organisations, Register
from guiyan.registry.projections.departures import DEPARTURES, RECOGNISE
from guiyan.registry.reservations import Reservations
from guiyan.registry.turns import Turns
from guiyan.service.directory import Directory, OrganisationDirectory
from guiyan.service.reads import ProjectionReads, Reads

SERVICE = "registry"


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs: the tools behind the doors, the follower that feeds the projections, the loop of the timers."""

    tools: Tools
    store: Store
    follower: Follower
    due_loop: DueLoop


class OpenDeparturesInRegister:
    """Finds the trip that a member is on, in the register."""

    def __init__(self, store: Store) -> None:
        self._departures = store.collection(Register, DEPARTURES)

    async def find_open_departure(self, member_id: str) -> Document | None:
        """The document of the member's open departure, if there is one."""
        return await self._departures.find_one({"member_id": member_id, "open": True})


def compose(  # noqa: PLR0913 - a composition names its parts
    *,
    ledger: Ledger,
    database: Database,
    sealer: Sealer,
    blind: BlindIndex,
    clock: Clock,
    owner: str | None = None,
    horizon: int = 0,
    follower_settings: FollowerSettings | None = None,
) -> Parts:
    """Every part, wired; nothing runs yet. `horizon` is the ledger's head at this moment."""
    store = Store(database, owner=owner)
    commands = Commands(ledger, sealer, clock)
    follower = Follower(
        SERVICE,
        store,
        ledger,
        sealer,
        [OrganisationDirectory(), Organisations(), Register()],
        policies=[RelationMoves(OpenDeparturesInRegister(store))],
        commands=commands,
        settings=follower_settings,
    )
    reservations = Reservations(database, clock)
    register = reads_of(follower, Register)
    tools = Tools(
        ledger=ledger,
        commands=commands,
        clock=clock,
        blind=blind,
        reservations=reservations,
        identities=Identities(commands, blind, reservations, register, horizon),
        register=register,
        organisations=reads_of(follower, Organisations),
        directory=Directory(reads_of(follower, OrganisationDirectory)),
        sealer=sealer,
        tree=Turns(store.leases, "organisation_tree"),
    )
    return Parts(tools, store, follower, DueLoop(follower, commands, clock, {RECOGNISE: recognise}))


def recognise(timer: Timer) -> Sequence[Call]:
    """Six calendar months away: the departure decides whether it still is so (R2)."""
    since, due_on = (date.fromisoformat(timer.data[name]) for name in ("away_since", "due_on"))
    return [Call(DEPARTURE, timer.data["departure_id"], Recognise(since, due_on))]


def reads_of(follower: Follower, projection: type[Projection]) -> Reads:
    """Reads of one projection that can wait for what the follower applies."""
    line = Target.of(projection, 1).line

    async def wait(sequence: int, seconds: float) -> int:
        if sequence and await follower.wait_applied(sequence, seconds, projection):
            return max(sequence, follower.positions.known().get(line, 0))
        if follower.leading:
            return follower.positions.known().get(line, 0)
        stored = await follower.store.checkpoints.positions()
        return stored.get(str(await follower.store.generations.live(line)), 0)

    return ProjectionReads(follower.store, projection, wait)
