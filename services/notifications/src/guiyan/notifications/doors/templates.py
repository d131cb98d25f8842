"""`/v1/templates`: what messages say; an office checks its words, tries them out, publishes a version, retires one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from guiyan.ledger import Clock, Commands, Ledger
from guiyan.notifications.domain import sandbox
from guiyan.notifications.domain.checks import Fault, Limits, filled, problems_of
from guiyan.notifications.domain.editions import BUILT_IN, OFFICE_FIRST
from guiyan.notifications.domain.fields import FIELDS, TITLES, fields_of, samples_of
from guiyan.notifications.domain.sms import sms_length
from guiyan.notifications.domain.template import TEMPLATE, Command, Publish, Retire, template_id
from guiyan.notifications.domain.wording import Wording
from guiyan.notifications.doors.template_bodies import RetireAsk, WordsAsk
from guiyan.notifications.projections.templates import TEMPLATES
from guiyan.notifications.wordings import Wordings, current_version
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, Commander, commands, requires, shell
from guiyan.service.listing import Listing
from guiyan.service.messages import Catalogue
from guiyan.service.problems import FieldProblem, Invalid, NotFound
from guiyan.service.reads import Document, Reads
from guiyan.service.resources import answer, document_answer, get_history, history_answer
from guiyan.service.rows import Rows
from guiyan.service.rulebook import Rulebook
from guiyan.service.tables import Column

Reader = Annotated[Caller, requires(*sorted(OFFICE_ROLES), Role.AUDITOR)]
Editor = Annotated[Caller, requires(Role.CITY_OFFICER)]
Publisher = Annotated[Commander, commands(Role.CITY_OFFICER)]

LIST: Final = Listing(
    name="templates",
    collection=TEMPLATES,
    title_zh="消息模板",
    title_en="Templates of messages",
    columns=(
        Column("_id", "模板", "Template", 24, name="template"),
        Column("zh", "用途", "Used for (zh)", 30, name="title_zh"),
        Column("en", "英文用途", "Used for", 40, name="title_en"),
        Column("current", "现用版本", "Version in use", 10),
        Column("versions", "版本数", "Versions", 10),
        Column("own", "本单位修改", "Words of the office", 10),
        Column("campaign", "可用于季度短信", "For campaigns", 10),
        Column("version", "记录版本", "Version", 8),
    ),
    sorts=("_id",),
)


CAMPAIGN_KNOWS: Final = frozenset({"quarter"})
"""The fields that a campaign can fill in."""


@dataclass(frozen=True)
class TemplateDoors:
    """What these doors work with."""

    commands: Commands
    ledger: Ledger
    clock: Clock
    reads: Reads
    wordings: Wordings
    rulebook: Rulebook

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["templates"])
        one = "/v1/templates/{template}"
        router.get("/v1/templates", summary="Templates of messages", **LIST.openapi())(self.list_templates)
        router.get(one, summary="One template: its fields, and the words in use")(self.get_template)
        router.get(f"{one}/versions/{{version}}", summary="The words of one version")(self.get_version)
        router.get(f"{one}/history", summary="Every event of one template")(self.template_history)
        router.post(f"{one}/check", summary="What keeps these words from being used")(self.check)
        router.post(f"{one}/preview", summary="These words filled with sample data")(self.preview)
        router.post(f"{one}/publish", summary="Publish these words as the next version")(self.publish)
        router.post(f"{one}/retire", summary="A version is used for new messages no more")(self.retire)
        return router

    async def list_templates(self, request: Request, caller: Reader) -> Response:
        """Every template, with the version that new messages are made from."""
        sequence = await caller.wait.until_applied(self.reads)
        found = {one["_id"]: one for one in await self.reads.find(TEMPLATES, {})}
        rows = [_line(name, found.get(name)) for name in FIELDS]
        return await LIST.answer(request, caller, Rows({TEMPLATES: rows}, sequence))

    async def get_template(self, template: str, caller: Reader) -> JSONResponse:
        """What it may use, with samples; its versions; the words in use."""
        await caller.wait.until_applied(self.reads)
        document = await self._document(template)
        line = _line(template, document)
        body = {
            **{name: line[name] for name in ("current", "own", "version")},
            "template": template,
            "title_zh": line["zh"],
            "title_en": line["en"],
            "fields": [
                {"name": name, "kind": one.kind, "zh": one.zh, "en": one.en, "samples": list(one.samples)}
                for name, one in fields_of(template).items()
            ],
            "filters": list(sandbox.FILTERS),
            "versions": _versions(template, document),
            "wordings": await self._shown(template, line["current"]),
        }
        return document_answer(body, version=line["version"], sequence=await self.reads.applied())

    async def get_version(self, template: str, version: str, caller: Reader) -> JSONResponse:
        """As it was published, retired or not: what was queued with it is worded so."""
        await caller.wait.until_applied(self.reads)
        document = await self._document(template)
        told = next((one for one in _versions(template, document) if str(one["version"]) == version), None)
        if told is None:
            raise NotFound
        body = {"template": template, **told, "wordings": await self._shown(template, told["version"])}
        return document_answer(body, sequence=await self.reads.applied())

    async def template_history(self, template: str, caller: Reader) -> JSONResponse:
        """Oldest first; none for one that no office has worded itself."""
        sequence = await caller.wait.until_applied(self.reads)
        id_ = template_id(_known(template))
        try:
            return history_answer(await get_history(self.ledger, TEMPLATE, id_))
        except NotFound:
            return JSONResponse({"id": id_, "events": [], "sequence": sequence})

    async def check(self, template: str, body: WordsAsk, request: Request, caller: Editor) -> JSONResponse:
        """Every fault with its place, in the caller's language; nothing is written."""
        faults = await self._faults(_known(template), body.all())
        return JSONResponse({"usable": not faults, "problems": _told(faults, request, caller)})

    async def preview(self, template: str, body: WordsAsk, request: Request, caller: Editor) -> JSONResponse:
        """Subject and text with each set of samples, an SMS with its segments; the faults beside them."""
        words = body.all()
        faults = await self._faults(_known(template), words)
        previews = await run_in_threadpool(lambda: [_preview(template, one) for one in words])
        return JSONResponse({"usable": not faults, "problems": _told(faults, request, caller), "previews": previews})

    async def publish(self, template: str, body: WordsAsk, caller: Publisher) -> JSONResponse:
        """Checked once more; from now on new messages are made from it. Personal data have no place in it."""
        words = body.all()
        faults = await self._faults(_known(template), words)
        if faults:
            raise Invalid([FieldProblem(one.pointer, one.code, one.params) for one in faults])
        return await self._do(template, caller, Publish(template, words, self.clock.today()))

    async def retire(self, template: str, body: RetireAsk, caller: Publisher) -> JSONResponse:
        """The newest one in use takes its place, at last the program's own words."""
        return await self._do(_known(template), caller, Retire(template, body.version, self.clock.today()))

    async def _do(self, template: str, caller: Commander, command: Command) -> JSONResponse:
        id_ = template_id(template)
        return answer(await self.commands.execute(TEMPLATE, id_, command, caller.context, caller.expected_version))

    async def _faults(self, template: str, words: Sequence[Wording]) -> list[Fault]:
        await self.rulebook.refresh()
        most = self.rulebook.value("notice.sms_segments_most", self.clock.today())
        assert isinstance(most, int)  # noqa: S101 - the parameter's unit says so
        return await run_in_threadpool(problems_of, template, words, Limits(most))

    async def _document(self, template: str) -> Document | None:
        return await self.reads.get(TEMPLATES, _known(template))

    async def _shown(self, template: str, version: int) -> list[dict[str, Any]]:
        edition = await self.wordings.find_edition(template, version)
        return [_wording(one) for one in edition.wordings] if edition else []


def _known(template: str) -> str:
    """The name; raises NotFound for one that is no template."""
    if template not in FIELDS:
        raise NotFound
    return template


def _line(template: str, document: Document | None) -> dict[str, Any]:
    zh, en = TITLES[template]
    current = current_version(template, document)
    versions = len(_versions(template, document))
    told = {"_id": template, "zh": zh, "en": en, "current": current, "versions": versions}
    told["campaign"] = set(FIELDS[template]) <= CAMPAIGN_KNOWS
    return {**told, "own": current >= OFFICE_FIRST, "version": (document or {"version": 0})["version"]}


def _versions(template: str, document: Document | None) -> list[dict[str, Any]]:
    """The program's own first, then the office's."""
    own = [{"version": number, "published_on": None, "retired_on": None} for number in BUILT_IN[template]]
    names = ("version", "published_on", "retired_on")
    return [*own, *({name: one[name] for name in names} for one in (document or {"versions": []})["versions"])]


def _wording(one: Wording) -> dict[str, Any]:
    told = {"channel": one.channel, "language": one.language, "subject": one.subject, "lines": list(one.lines)}
    return {**told, "digest": one.digest}


def _preview(template: str, one: Wording) -> dict[str, Any]:
    return {
        "channel": one.channel,
        "language": one.language,
        "samples": [_tried(template, one, sample) for sample in samples_of(template)],
    }


def _tried(template: str, one: Wording, sample: dict[str, str]) -> dict[str, Any]:
    """One filled sample; without a text where it cannot be filled."""
    try:
        subject, body = filled(template, one, sample)
    except (sandbox.Unreadable, sandbox.Unfilled):
        return {"values": sample, "subject": None, "text": None}
    length = sms_length(body)
    sms = {"encoding": length.encoding, "units": length.units, "segments": length.segments, "room": length.room}
    return {"values": sample, "subject": subject, "text": body, **({"sms": sms} if one.channel == "SMS" else {})}


def _told(faults: Sequence[Fault], request: Request, caller: Caller) -> list[dict[str, Any]]:
    catalogue: Catalogue = shell(request).catalogue
    return [
        {"pointer": one.pointer, "code": one.code, "detail": catalogue.text(one.code, caller.language, one.params)}
        for one in faults
    ]
