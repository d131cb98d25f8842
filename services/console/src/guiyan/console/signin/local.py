"""An account kept by registry: name, password, second factor at its `POST /v1/sessions` (domain.md §5.2, 8.1.4.1)."""

from typing import Final

from guiyan.console.client import Clients, check
from guiyan.console.signin.ways import CODE_WANTED, LOCKED, REFUSED, SignedIn, SignInRefused
from guiyan.service.language import Language

SECOND_FACTOR: Final = 428
LOCKED_STATUS: Final = 423
REFUSED_STATUS: Final = frozenset({400, 401, 403, 404, 422})
SECONDS_A_MINUTE: Final = 60


async def sign_in(clients: Clients, language: Language, name: str, password: str, code: str = "") -> SignedIn:
    """The token of an account; raises SignInRefused, or what `check` raises when registry cannot answer."""
    body = {"name": name, "password": password, **({"code": code} if code else {})}
    response = await clients.send("registry", "POST", "/v1/sessions", json=body, headers={"Accept-Language": language})
    if response.status_code == SECOND_FACTOR:
        raise SignInRefused(CODE_WANTED, wants_code=True)
    if response.status_code == LOCKED_STATUS:
        seconds = response.headers.get("retry-after", "")
        raise SignInRefused(LOCKED, minutes=-(-int(seconds) // SECONDS_A_MINUTE) if seconds.isdigit() else None)
    if response.status_code in REFUSED_STATUS:
        raise SignInRefused(REFUSED, wants_code=bool(code))
    check("registry", response)
    told = response.json()
    return SignedIn(str(told["token"]), bool(told.get("must_change_password")))
