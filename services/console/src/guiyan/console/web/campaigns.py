"""`/campaigns/new`: whom a campaign reaches, and in which words, is seen before anybody is written to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from guiyan.console import pickers
from guiyan.console.client import ApiProblem, Away
from guiyan.console.pages import SEE_OTHER, page
from guiyan.console.screens import OFFICERS
from guiyan.console.web.faults import refusal
from guiyan.console.web.visitor import Here, Visitor
from guiyan.console.words import code_word

router = APIRouter()
SERVICE: Final = "notifications"
KINDS: Final = ("COMMITTEE", "WORK_COMMITTEE", "GENERAL_BRANCH", "BRANCH")
GREETING: Final = "quarterly_greeting"
NAMES: Final = ("org_code", "quarter", "template", "starts_on")


@router.get("/campaigns/new")
async def plan_page(request: Request, here: Here) -> Response:
    """The form; once it is filled in, what it would do, and the button that does it."""
    _may(here)
    given = {name: request.query_params.get(name, "") for name in NAMES}
    return await _page(request, here, given)


@router.post("/campaigns/new")
async def plan(request: Request, here: Here) -> Response:
    """Planned as it was previewed, under the page's key: sent twice, it is planned once."""
    _may(here)
    form = await request.form()
    given = {name: str(form.get(name, "")) for name in NAMES}
    body = {name: value for name, value in given.items() if value}
    try:
        told = await here.api.post(SERVICE, "/v1/campaigns", body, key=str(form.get("_key", "")))
    except (ApiProblem, Away) as error:
        said, status = refusal(error, here)
        return await _page(request, here, given, said, status=status)
    onward = urlencode({"done": "campaign:new", "after": told.get("sequence", "")})
    return RedirectResponse(f"/ledgers/campaigns/{told['id']}?{onward}", SEE_OTHER)


def _may(here: Visitor) -> None:
    if not here.has(*OFFICERS):
        raise HTTPException(403)


async def _page(
    request: Request, here: Visitor, given: Mapping[str, str], problems: list[str] | None = None, *, status: int = 200
) -> Response:
    said = list(problems or [])
    values = {**given, "template": given["template"] or GREETING}
    preview = None
    if given["org_code"]:
        try:
            preview = await _preview(here, values)
            values["quarter"] = values["quarter"] or preview["quarter"]
        except (ApiProblem, Away) as error:
            said += refusal(error, here)[0]
    organisations, templates = await asyncio.gather(pickers.organisations(here, KINDS), _templates(here))
    return page(
        request,
        "campaign.html",
        status=status,
        values=values,
        organisations=organisations,
        templates=templates,
        preview=preview,
        problems=list(dict.fromkeys(said)),
    )


async def _preview(here: Visitor, values: Mapping[str, str]) -> dict[str, Any]:
    """How many would get it by which channel, how many would not and why, and the words, in words."""
    asked = (("under", values["org_code"]), ("template", values["template"]))
    told = await here.api.get(SERVICE, "/v1/campaigns/preview", asked)
    await here.books.learn(here.api, {*told["branches"], values["org_code"]})
    channels = [(code_word("NoticeChannel", one, here.words), many) for one, many in told["channels"].items()]
    reasons = [(code_word("Suppression", one, here.words), many) for one, many in told["suppressed"].items()]
    words = [(code_word("NoticeChannel", one, here.words), text) for one, text in told["words"].items()]
    branches = [(here.books.organisation(one), one, many) for one, many in told["branches"].items()]
    return {
        **told,
        "organisation": here.books.organisation(values["org_code"]),
        "channels": channels,
        "suppressed": reasons,
        "words": words,
        "branches": branches,
    }


async def _templates(here: Visitor) -> list[tuple[str, str]]:
    """The templates that there are, in words; the greeting alone where the service is away."""
    try:
        found = (await here.api.get(SERVICE, "/v1/templates", (("limit", "500"),)))["items"]
    except (ApiProblem, Away):
        return [(GREETING, GREETING)]
    return [(one["template"], here.words.pick(one["title_zh"], one["title_en"])) for one in found if one["campaign"]]
