"""What changes something comes from our own pages: by Sec-Fetch-Site, by Origin, else by the form's own token."""

import secrets
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request

from guiyan.console.security.session import Holder
from guiyan.service.problems import Forbidden

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_FIELD: Final = "_csrf"  # noqa: S105 - the name of a form's field
OWN: Final = frozenset({"same-origin", "none"})


async def check_origin(request: Request) -> None:
    """Raise Forbidden for a change that another site's page asks for.

    Browsers since 2020-2023 say by `Sec-Fetch-Site` where a request comes from; older ones name the `Origin`; those
    that do neither have to bring the token which stands in each of our forms.
    """
    if request.method in SAFE:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        allowed = site in OWN
    elif origin is not None:
        allowed = urlsplit(origin).netloc == request.headers.get("host")
    else:
        allowed = await _brings_token(request)
    if not allowed:
        raise Forbidden("cross_site")


async def _brings_token(request: Request) -> bool:
    holder: Holder = request.state.holder
    told = (await request.form()).get(TOKEN_FIELD)
    return holder.session is not None and isinstance(told, str) and secrets.compare_digest(told, holder.session.csrf)
