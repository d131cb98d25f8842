"""Pages: templates in both languages, and what every page shows around itself."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, RedirectResponse, Response

from guiyan.console.assets import Assets
from guiyan.console.i18n import words
from guiyan.console.screens import EVERYBODY
from guiyan.console.security.session import Session
from guiyan.console.words import ROLES, SHANGHAI, moment
from guiyan.service.language import Language

MAX_NEXT_CHARS: Final = 500
SEE_OTHER: Final = 303
LANGUAGES: Final[tuple[Language, ...]] = ("zh-CN", "en")


@dataclass(frozen=True)
class Pages:
    """The templates, once a language."""

    assets: Assets
    environments: dict[Language, Environment]

    @classmethod
    def make(cls, assets: Assets) -> Pages:
        """Ready to render."""
        return cls(assets, {language: _environment(language, assets) for language in LANGUAGES})

    def text(self, language: Language, template: str, **context: Any) -> str:
        """A template filled."""
        return self.environments[language].get_template(template).render(**context)


def _environment(language: Language, assets: Assets) -> Environment:
    environment = Environment(
        loader=PackageLoader("guiyan.console"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    told = words(language)
    environment.install_gettext_callables(told.gettext, told.ngettext, newstyle=True)  # type: ignore[attr-defined] # the extension's
    environment.globals.update(
        assets=assets,
        language=language,
        pick=told.pick,
        several=told.several,
        new_key=lambda: secrets.token_urlsafe(18),
        moment=moment,
        role_word=lambda role: told.pick(*ROLES[role]),
    )
    return environment


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page, or a part of one, as an answer in the user's language."""
    holder = getattr(request.state, "holder", None)
    session: Session | None = holder.session if holder else None
    pages: Pages = request.app.state.pages
    around = {
        "session": session,
        "office": bool(session and session.roles & EVERYBODY),
        "nav": request.app.state.nav.of(session) if session else (),
        "printed_at": datetime.now(SHANGHAI),
        "here": request.url.path,
    }
    text = pages.text(request.state.language, template, **{**around, **context})
    headers = {"Content-Language": request.state.language, "Vary": "HX-Request, HX-Target, Cookie"}
    return HTMLResponse(text, status, headers=headers)


def own_address(text: str | None, otherwise: str = "/") -> str:
    """An address of ours to go on to; the desk, or what is told, for anything that might lead elsewhere."""
    if text is None or len(text) > MAX_NEXT_CHARS or not text.isprintable():
        return otherwise
    return text if text.startswith("/") and not text.startswith(("//", "/\\")) else otherwise


def go_on(request: Request, address: str) -> Response:
    """To another page of ours once a form was carried out, whether a script sent the form or not."""
    if "hx-request" in request.headers:
        return Response(headers={"HX-Redirect": address})
    return RedirectResponse(address, SEE_OTHER)


def newest(request: Request) -> tuple[tuple[str, str], ...]:
    """What a service is asked so that the page shows the change that was just made; nothing where there was none."""
    after = request.query_params.get("after", "")
    return (("after_sequence", after),) if after.isdigit() else ()


def wants_part(request: Request, target: str) -> bool:
    """Whether htmx asks for one part of the page only."""
    return request.headers.get("hx-target") == target
