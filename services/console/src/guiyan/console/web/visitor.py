"""Who looks at a page: the session, the services as that user sees them, the language."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request

from guiyan.console.books import Books
from guiyan.console.client import Api
from guiyan.console.i18n import Words, words
from guiyan.console.lists import Lists
from guiyan.console.security.session import LIVE, Holder, Session
from guiyan.console.signin import local
from guiyan.service.auth import Role

ACCOUNT: Final = "/account"


class AccountFirst(Exception):  # noqa: N818 - named for what comes first
    """The account has to be seen to before anything else: a password past its time, a second factor that is missing."""


class NotSignedIn(Exception):  # noqa: N818 - named for what is wrong
    """Nobody is signed in: the sign-in page comes first."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks, and by what."""

    session: Session
    api: Api
    words: Words
    lists: Lists
    books: Books

    def has(self, *roles: Role) -> bool:
        """Whether one of these roles is held."""
        return bool(self.session.roles & frozenset(roles))


def api_of(request: Request, token: str) -> Api:
    """The services as the holder of a token sees them."""
    state: Any = request.app.state
    return Api(state.clients, token, request.state.language, request.state.correlation_id)


async def _visitor(request: Request) -> Visitor:
    holder: Holder = request.state.holder
    if holder.session is None:
        raise NotSignedIn
    state: Any = request.app.state
    api = api_of(request, holder.session.token)
    if LIVE not in request.headers:
        token = await local.renewed(api, holder.session, time.time())
        if token is not None:
            holder.begin(holder.session.with_token(token, state.settings.session_hours))
            api = api.of(token)
    if holder.session.account_first and not request.url.path.startswith(ACCOUNT):
        raise AccountFirst
    return Visitor(holder.session, api, words(request.state.language), state.lists, state.books)


Here = Annotated[Visitor, Depends(_visitor)]
