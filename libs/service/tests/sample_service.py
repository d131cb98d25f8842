"""A small service for tests of the shell: counts organisations, and renames one when a timer or a report says so."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from guiyan.events import Event, registry
from guiyan.events.codes import OrganisationKind
from guiyan.ledger import Call, Decider, Docs, Draft, Fact, Projection, Refused, Timer
from guiyan.service.auth import Role
from guiyan.service.blueprint import Blueprint, Composed, Parts
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.ingest_event import IngestEvent, IngestResult
from guiyan.service.listing import Listing
from guiyan.service.messages import Message
from guiyan.service.process import main
from guiyan.service.resources import answer, get_history, history_answer
from guiyan.service.settings import Settings
from guiyan.service.tables import Column


class SampleSettings(Settings):
    """It acts as registry: that user exists on every server."""

    service: ClassVar[str] = "registry"
    default_port: ClassVar[int] = 0


class Name(BaseModel):
    """A command and a body: call the organisation so."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(min_length=1, max_length=60)


def _decide(command: tuple[Name, Any], state: str) -> Sequence[Draft]:
    wanted, today = command
    if wanted.name == state:
        raise Refused("same_name")
    if not state:
        created = registry.OrganisationCreated(
            name=wanted.name, short_name=wanted.name, kind=OrganisationKind.BRANCH, area_code="654002"
        )
        return [Draft(created, today)]
    return [Draft(registry.OrganisationRenamed(name=wanted.name, short_name=wanted.name), today)]


def _evolve(state: str, event: Event) -> str:
    return str(event.data.get("name", state))


ORGANISATION: Decider[str, tuple[Name, Any]] = Decider("registry", "organisation", str, _evolve, _decide)


class Names(Projection):
    """The name of each organisation; one named `soon` gets another name a day later."""

    name = "names"
    handles = frozenset({"OrganisationCreated", "OrganisationRenamed"})

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Keep the newest name."""
        called: str = fact.event.data["name"]
        docs.put("names", fact.aggregate_id, {"name": called, "version": fact.event.streamversion})
        if called == "soon":
            due_at = fact.event.time + timedelta(days=1)
            docs.schedule(Timer(f"rename/{fact.aggregate_id}", due_at, "rename", {"code": fact.aggregate_id}))


NAMES = Listing(
    "names",
    collection="names",
    title_zh="名称",
    title_en="Names",
    columns=(Column("_id", "代码", "Code"), Column("name", "名称", "Name")),
)


def compose(parts: Parts[SampleSettings]) -> Composed:
    """Doors, a timer and a report's handler."""
    names = parts.reads(Names)
    router = APIRouter()

    @router.get("/v1/names", **NAMES.openapi())
    async def listed(request: Request, caller: Annotated[Caller, requires(Role.CITY_OFFICER)]) -> Response:
        """Names in scope."""
        return await NAMES.answer(request, caller, names, where=caller.scope.where("_id"))

    @router.post("/v1/names/{code}/set")
    async def set_name(code: str, body: Name, by: Annotated[Commander, commands(Role.CITY_OFFICER)]) -> Response:
        """Name it."""
        command = (body, parts.clock.today())
        return answer(await parts.commands.execute(ORGANISATION, code, command, by.context, by.expected_version))

    @router.get("/v1/names/{code}/history")
    async def history(code: str, caller: Annotated[Caller, requires(Role.CITY_OFFICER)]) -> Response:
        """Its history."""
        caller.scope.check(code)
        return history_answer(await get_history(parts.ledger, ORGANISATION, code))

    async def returned(event: IngestEvent) -> IngestResult:
        command = (Name(name=f"returned {event.id}"), event.occurred_on)
        return IngestResult.accepted(await parts.commands.execute(ORGANISATION, event.org, command, event.context()))

    def rename(timer: Timer) -> list[Call]:
        return [Call(ORGANISATION, timer.data["code"], (Name(name="later"), parts.clock.today()))]

    return Composed(
        routers=[router],
        timers={"rename": rename},
        ingest={"MemberReturned": returned},
        answers_unknown=True,
        takes_ingest_by_http=True,
    )


BLUEPRINT = Blueprint(
    title="Sample",
    settings=SampleSettings,
    compose=compose,
    projections=(Names(),),
    messages={"same_name": Message("It is called so already.", "名称未改变。")},
)

if __name__ == "__main__":
    main(BLUEPRINT)
