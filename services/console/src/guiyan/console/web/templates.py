"""`/templates/{name}`: the words of a message; a city officer tries others with sample data, and publishes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from guiyan.console.client import ApiProblem, Away
from guiyan.console.pages import SEE_OTHER, newest, page
from guiyan.console.web.faults import refusal
from guiyan.console.web.visitor import Here, Visitor
from guiyan.console.words import code_word
from guiyan.service.auth import Role

router = APIRouter()
SERVICE: Final = "notifications"
EDITORS: Final = (Role.CITY_OFFICER,)
PUBLISH: Final = "publish"
Words = list[dict[str, Any]]


@router.get("/templates/{name}")
async def template_page(name: str, request: Request, here: Here) -> Response:
    """The words in use, and what they may be filled with."""
    template = await here.api.get(SERVICE, f"/v1/templates/{name}", newest(request))
    return _page(request, here, template, template["wordings"])


@router.post("/templates/{name}")
async def try_or_publish(name: str, request: Request, here: Here) -> Response:
    """Other words: tried with sample data, every fault told with its place; published where there is none."""
    if not here.has(*EDITORS):
        raise HTTPException(403)
    form = await request.form()
    template = await here.api.get(SERVICE, f"/v1/templates/{name}")
    words = _told(form, template["wordings"])
    body = {"wordings": words}
    try:
        if form.get("act") == PUBLISH:
            key, version = str(form.get("_key", "")), str(form.get("_version", ""))
            path = f"/v1/templates/{name}/publish"
            told = await here.api.post(SERVICE, path, body, key=key, version=version)
            mark_of = urlencode({"done": f"template:{name}", "after": told.get("sequence", "")})
            return RedirectResponse(f"/templates/{name}?{mark_of}", SEE_OTHER)
        tried = await here.api.post(SERVICE, f"/v1/templates/{name}/preview", body)
    except (ApiProblem, Away) as error:
        said, status = refusal(error, here)
        return _page(request, here, template, words, problems=said, status=status)
    return _page(request, here, template, words, tried=tried)


def _told(form: Any, known: Sequence[Mapping[str, Any]]) -> Words:
    """The words as they were filled in, for the same channels and languages, line by line."""
    return [
        {
            "channel": one["channel"],
            "language": one["language"],
            "subject": str(form.get(f"subject-{at}", "")),
            "lines": str(form.get(f"text-{at}", "")).replace("\r\n", "\n").split("\n"),
        }
        for at, one in enumerate(known)
    ]


def _page(  # noqa: PLR0913 - the words, and how they came out
    request: Request,
    here: Visitor,
    template: Mapping[str, Any],
    words: Sequence[Mapping[str, Any]],
    *,
    tried: Mapping[str, Any] | None = None,
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    names = [f"{code_word('NoticeChannel', one['channel'], here.words)} · {one['language']}" for one in words]
    return page(
        request,
        "template.html",
        status=status,
        which=template,
        title=here.words.pick(template["title_zh"], template["title_en"]),
        parts=list(zip(names, words, tried["previews"] if tried else [None] * len(words), strict=True)),
        problems=[*problems, *((f"{_place(one, names)}{one['detail']}") for one in (tried or {}).get("problems", ()))],
        usable=tried is not None and tried["usable"],
        may_edit=here.has(*EDITORS),
        done=request.query_params.get("done", ""),
    )


def _place(problem: Mapping[str, Any], names: Sequence[str]) -> str:
    """Which words, and which line of them, a fault is in; nothing where it is in no one place."""
    parts = problem["pointer"].strip("/").split("/")
    numbers = [int(one) for one in parts if one.isdigit()]
    where = names[numbers[0]] if numbers and numbers[0] < len(names) else ""
    line = f" {numbers[1] + 1}" if len(numbers) > 1 else ""
    return f"{where}{line}: " if where else ""
