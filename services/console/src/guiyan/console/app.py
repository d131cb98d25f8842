"""The console put together: the one place that knows all its parts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import httpx
import structlog
from fastapi import Depends, FastAPI, Request
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from guiyan.console import i18n
from guiyan.console.act import Act
from guiyan.console.assets import Assets
from guiyan.console.board import Board
from guiyan.console.books import Books
from guiyan.console.client import Clients
from guiyan.console.ledger import Ledger
from guiyan.console.lists import Lists
from guiyan.console.pages import Pages
from guiyan.console.screens import PAGES, TASK_PAGES, Navigation, found_in
from guiyan.console.section import Section
from guiyan.console.security.csrf import check_origin
from guiyan.console.security.headers import SecurityHeaders
from guiyan.console.security.session import KeysUnusable, Sealer, SessionKeeper
from guiyan.console.settings import ConsoleSettings
from guiyan.console.signin.oidc import Provider
from guiyan.console.web import (
    account,
    campaigns,
    desk,
    entry,
    faults,
    flow,
    imports,
    ledger,
    own,
    pick,
    proof,
    record,
    signing,
    sweeps,
    templates,
)
from guiyan.console.web import acts as act_doors
from guiyan.console.web import boards as board_doors
from guiyan.service import health as health_doors
from guiyan.service.health import Health
from guiyan.service.messages import Catalogue
from guiyan.service.metrics import Metrics
from guiyan.service.middleware import Doorkeeper, Gate, Gates
from guiyan.service.service import CannotStart
from guiyan.service.watchdog import watch

FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
SECONDS_A_MINUTE: Final = 60
LEAST_ZIPPED_BYTES: Final = 1_000

ROUTERS: Final = (
    signing.router,
    account.router,
    desk.router,
    ledger.router,
    entry.router,
    proof.router,
    own.router,
    record.router,
    act_doors.router,
    pick.router,
    imports.router,
    flow.router,
    board_doors.router,
    sweeps.router,
    campaigns.router,
    templates.router,
    health_doors.router,
)

log = structlog.get_logger("guiyan.console")


@dataclass(frozen=True)
class Around:
    """What the shell's doors of health and metrics look for."""

    metrics: Metrics


def create_app(
    settings: ConsoleSettings,
    *,
    metrics: Metrics | None = None,
    health: Health | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    assets: Assets | None = None,
) -> FastAPI:
    """The application; `transport` stands in for the services in tests. Raises KeysUnusable."""
    metrics = metrics or Metrics()
    found = assets or Assets()
    sealer = Sealer.load(settings.session_keys_file, settings.session_idle_minutes * SECONDS_A_MINUTE)
    app = FastAPI(
        title="Guiyan Console",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        dependencies=[Depends(check_origin)],
    )
    ledgers: list[Ledger] = [one for one in found_in("guiyan.console.ledgers", "LEDGER") if isinstance(one, Ledger)]
    app.state.settings, app.state.sealer = settings, sealer
    app.state.shell, app.state.health = Around(metrics), health or Health("console", {}, metrics)
    app.state.clients = Clients(settings, transport)
    app.state.provider = Provider(settings, sealer.fernet, transport) if settings.oidc_issuer else None
    app.state.pages, app.state.lists, app.state.books = Pages.make(found), Lists(), Books()
    boards = [one for one in found_in("guiyan.console.boards", "BOARD") if isinstance(one, Board)]
    acts = [one for one in found_in("guiyan.console.acts", "ACT") if isinstance(one, Act)]
    sections = [one for one in found_in("guiyan.console.records", "SECTION") if isinstance(one, Section)]
    app.state.ledgers = {one.name: one for one in ledgers}
    app.state.boards = {one.name: one for one in boards}
    app.state.acts = {one.name: one for one in acts}
    ways = {kind: way for ways in _ways(ledgers, acts) for kind, way in ways.items()}
    app.state.task_ways = {**TASK_PAGES, **ways}
    app.state.sections = sorted(sections, key=lambda one: one.order)
    app.state.nav = Navigation([*PAGES, *(one for one in ledgers if one.in_menu), *boards])
    app.add_middleware(faults.LastResort)
    app.add_middleware(GZipMiddleware, minimum_size=LEAST_ZIPPED_BYTES)
    app.add_middleware(SessionKeeper, sealer=sealer, settings=settings)
    app.add_middleware(LanguageChoice)
    gate, uploads = Gate(settings.body_limit_bytes, FORMS), Gate(settings.upload_limit_bytes, FORMS)
    app.add_middleware(Doorkeeper, gates=Gates(gate, {"/imports": uploads}), catalogue=Catalogue(), metrics=metrics)
    app.add_middleware(SecurityHeaders, secure=settings.secure)
    faults.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", found.files())
    return app


def _ways(ledgers: Sequence[Ledger], acts: Sequence[Act]) -> list[dict[str, str]]:
    """Where the kinds of tasks are done."""
    return [*(one.ways for one in ledgers), *(one.ways for one in acts)]


class LanguageChoice:
    """ASGI middleware: the language of a page is the one a person chose, not the browser's."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            scope.setdefault("state", {})["language"] = i18n.language_of(Request(scope).cookies.get(i18n.COOKIE))
        await self._app(scope, receive, send)


class Console:
    """The console in one process: nothing to connect, nothing to follow; only doors."""

    def __init__(self, settings: ConsoleSettings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.health = Health(settings.service, {}, self.metrics)
        self.failed = asyncio.Event()
        self.app: FastAPI
        self._beside: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Read the keys, find the screens; raises CannotStart."""
        try:
            self.app = create_app(self.settings, metrics=self.metrics, health=self.health)
        except KeysUnusable as problem:
            raise CannotStart(str(problem)) from None
        state = self.app.state
        self._beside = [
            asyncio.create_task(watch(self.metrics)),
            asyncio.create_task(state.lists.learn(state.clients)),
        ]
        if not self.app.state.pages.assets.built:
            log.warning("the pages have neither style nor scripts: they were built without Node.js; see README.md")
        log.info("started", screens=len(self.app.state.ledgers))

    async def stop(self) -> None:
        """End the connections to the services."""
        self.health.stopping = True
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        if hasattr(self, "app"):
            await self.app.state.clients.close()
            if self.app.state.provider is not None:
                await self.app.state.provider.close()
