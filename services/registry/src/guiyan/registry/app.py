"""The registry put together: the one place that knows all its parts."""

from collections.abc import Sequence
from datetime import date
from typing import Final, cast

from guiyan.ledger import Call, History, Ledger, Timer
from guiyan.registry import retention_calendar
from guiyan.registry.areas import Areas
from guiyan.registry.commands.account_desk import AccountDesk
from guiyan.registry.commands.account_names import AccountNames
from guiyan.registry.commands.identities import Identities
from guiyan.registry.commands.tools import Tools
from guiyan.registry.commands.trips import read_trips
from guiyan.registry.domain.departure import DEPARTURE, Recognise
from guiyan.registry.domain.hosting import RemindHost
from guiyan.registry.doors import ROUTERS
from guiyan.registry.doors.imports import MEDIA_TYPES
from guiyan.registry.doors.ingest import ingest_handlers
from guiyan.registry.due import ArrearsClock, PlannedChanges
from guiyan.registry.hashing import Hasher
from guiyan.registry.imports.jobs import Imports
from guiyan.registry.imports.run import BulkLedger
from guiyan.registry.imports.runner import Runner, RunnerBySize, RunnerHere
from guiyan.registry.imports.worker import WorkerRunner
from guiyan.registry.messages import MESSAGES
from guiyan.registry.policies.consent import ConsentEnds
from guiyan.registry.policies.desk import Desks, KeepDesk, TaskTimers
from guiyan.registry.policies.duplicates import DuplicateWatch
from guiyan.registry.policies.hosting import HostingFollows
from guiyan.registry.policies.inflow import InflowGoesWithOutflow
from guiyan.registry.policies.membership import MembershipEnds, MembershipStands
from guiyan.registry.policies.probation import ProbationFollows
from guiyan.registry.policies.relation import RelationMoves
from guiyan.registry.policies.retention import RetentionFollows
from guiyan.registry.policies.sweeps import SweepsKnow
from guiyan.registry.probation_calendar import ProbationCalendar
from guiyan.registry.projections import (
    Accesses,
    Accounts,
    CodeTables,
    Desk,
    Inflows,
    Organisations,
    PolicyLibrary,
    Register,
    Sweeps,
)
from guiyan.registry.projections.departures import HOST_ANSWER, RECOGNISE
from guiyan.registry.projections.dues import NOTE_ARREARS
from guiyan.registry.projections.notebook import RAISE_TASK
from guiyan.registry.projections.organisations import ORGANISATION_CHANGE
from guiyan.registry.reservations import Reservations
from guiyan.registry.session_tokens import SessionTokens
from guiyan.registry.settings import RegistrySettings, limits_of
from guiyan.registry.strangers import Strangers
from guiyan.registry.sweep_calendar import SweepCalendar
from guiyan.service.blueprint import Blueprint, Composed, Parts
from guiyan.service.limiter import Limiter
from guiyan.service.middleware import Gate
from guiyan.service.rulebook import PolicyParameters
from guiyan.service.turns import Turns


def make_tools(parts: Parts[RegistrySettings]) -> Tools:
    """What the handlers work with."""
    reservations, register = Reservations(parts.database, parts.clock), parts.reads(Register)
    return Tools(
        ledger=parts.ledger,
        commands=parts.commands,
        clock=parts.clock,
        blind=parts.index,
        reservations=reservations,
        identities=Identities(parts.ledger, parts.commands, parts.index, reservations, register),
        register=register,
        organisations=parts.reads(Organisations),
        inflows=parts.reads(Inflows),
        sweeps=parts.reads(Sweeps),
        desk=parts.reads(Desk),
        policies=parts.reads(PolicyLibrary),
        accesses=parts.reads(Accesses),
        codes=parts.reads(CodeTables),
        areas=Areas(parts.reads(CodeTables)),
        changes=parts.reads(PolicyParameters),
        directory=parts.directory,
        rulebook=parts.rulebook,
        sealer=parts.sealer,
        tree=Turns(parts.store.leases, "organisation_tree"),
        parameters_turn=Turns(parts.store.leases, "policy_parameters"),
        links=Turns(parts.store.leases, "member_links"),
        numbers=Turns(parts.store.leases, "sweep_numbers"),
    )


def make_account_desk(parts: Parts[RegistrySettings], tools: Tools) -> AccountDesk:
    """What the handlers of accounts and sign-ins work with."""
    settings, accounts = parts.settings, parts.reads(Accounts)
    a_second, at_once = settings.sign_ins_per_minute / 60, max(1, round(settings.sign_ins_per_minute))
    return AccountDesk(
        tools=tools,
        accounts=accounts,
        names=AccountNames(parts.ledger, parts.commands, parts.index, tools.reservations, accounts),
        hasher=Hasher.of(
            passes=settings.password_hash_passes,
            kib=settings.password_hash_kib,
            at_once=settings.password_hashes_at_once,
        ),
        tokens=None if settings.sign_in_keys_file is None else SessionTokens.load(settings.sign_in_keys_file),
        strangers=Strangers(parts.database),
        by_address=Limiter(a_second, at_once),
        by_name=Limiter(a_second, at_once),
        administrators=Turns(parts.store.leases, "administrators", held_seconds=4.0),
        beat_seconds=settings.sign_in_beat_seconds,
    )


def compose(parts: Parts[RegistrySettings]) -> Composed:
    """Doors, policies, timers and the import job, wired."""
    tools = make_tools(parts)
    here = RunnerHere(tools, cast("BulkLedger", parts.ledger), limits_of(parts.settings))
    return composed_of(tools, parts, RunnerBySize(here, WorkerRunner(parts.settings)))


def composed_of(tools: Tools, parts: Parts[RegistrySettings], runner: Runner) -> Composed:
    """The same with a runner of imports of one's own choice (tests run them in their own process)."""
    imports = Imports(runner, parts.index, parts.database, parts.store.leases, parts.clock)
    trips = TripsInLedger(tools.ledger)
    desks = Desks(tools.register, tools.directory)
    return Composed(
        routers=ROUTERS,
        state={"tools": tools, "imports": imports, "accounts": make_account_desk(parts, tools)},
        policies=[
            RelationMoves(trips),
            MembershipEnds(trips),
            MembershipStands(trips),
            ProbationFollows(tools.ledger, tools.rulebook),
            RetentionFollows(tools.ledger, tools.register),
            InflowGoesWithOutflow(tools.ledger, tools.inflows),
            HostingFollows(tools.ledger, trips, tools.inflows),
            DuplicateWatch(tools.register, tools.directory),
            ConsentEnds(),
            SweepsKnow(tools.ledger, tools.sweeps),
            KeepDesk(tools.desk, desks),
        ],
        timers={
            ORGANISATION_CHANGE: PlannedChanges(tools).carry_out,
            RECOGNISE: recognise,
            HOST_ANSWER: remind_host,
            **SweepCalendar(tools).handlers(),
            RAISE_TASK: TaskTimers(tools.desk, desks).raise_task,
            NOTE_ARREARS: ArrearsClock(tools).note,
            **ProbationCalendar(tools).handlers(),
            **retention_calendar.HANDLERS,
        },
        ingest=ingest_handlers(tools, parts.directory),
        answers_unknown=True,
        takes_ingest_by_http=True,
        jobs=[imports],
        gates={
            "/v1/imports/": Gate(parts.settings.body_limit_bytes),
            "/v1/imports": Gate(parts.settings.import_body_limit_bytes, MEDIA_TYPES),
        },
    )


class TripsInLedger:
    """Finds a member's trips where they stand, made sure of by the leader."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def find_trips(self, member_id: str) -> Sequence[History]:
        """What the ledger holds of each."""
        return await read_trips(self._ledger, member_id, fresh=True)


def recognise(timer: Timer) -> Sequence[Call]:
    """Six calendar months away: the departure decides whether it still is so (R2)."""
    since, due_on = (date.fromisoformat(timer.data[name]) for name in ("away_since", "due_on"))
    return [Call(DEPARTURE, timer.data["departure_id"], Recognise(since, due_on))]


def remind_host(timer: Timer) -> Sequence[Call]:
    """The host's limit is over: the departure decides whether the answer is still out (domain.md §2.2)."""
    reported_in_on, due_on = (date.fromisoformat(timer.data[name]) for name in ("reported_in_on", "due_on"))
    return [Call(DEPARTURE, timer.data["departure_id"], RemindHost(reported_in_on, due_on))]


BLUEPRINT: Final = Blueprint(
    title="Registry",
    description="Organisations, members and who is away.",
    settings=RegistrySettings,
    compose=compose,
    projections=(
        Organisations(),
        Register(),
        Inflows(),
        Desk(),
        Sweeps(),
        PolicyLibrary(),
        CodeTables(),
        Accounts(),
        Accesses(),
    ),
    messages=MESSAGES,
)
