"""Short words for tests of accounts: administrators, holders, their devices, over the registry's doors."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from joserfc.jwk import KeySet, OKPKey
from services.registry.tests.city import CITY
from services.registry.tests.office import Office

from guiyan.registry.commands.account_desk import AccountDesk
from guiyan.registry.domain.totp import code_at
from guiyan.registry.session_tokens import SessionTokens
from guiyan.service.auth import Authenticator
from guiyan.service.limiter import Limiter

A_DAY_SECONDS = 86_400
GOOD, BETTER = "Xk9#mPl2$vQz", "Rt7!nBw4%hYd"


@dataclass
class Machine:
    """The machine's clock, by which tokens and devices go."""

    seconds: float = field(default_factory=time.time)

    def __call__(self) -> float:
        """Now."""
        return self.seconds

    def pass_(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass."""
        self.seconds += minutes * 60 + seconds


@dataclass
class SigningIn:
    """A registry that signs people in; `machine` is the clock of tokens, the city's own that of everything else."""

    office: Office
    desk: AccountDesk
    machine: Machine = field(default_factory=Machine)

    async def open(self, name: str = "zhang.shili", *roles: str, **more: Any) -> tuple[str, str]:
        """An account with these roles; gives its id and one-time password."""
        body = {"name": name, "display_name": more.pop("display_name", f"某{name}"), "org_code": CITY, **more}
        made = await self.ask("SYS_ADMIN", "/v1/accounts", body)
        assert made.status_code == 201, made.text
        told = made.json()
        for role in roles:
            granted = await self.admin("SEC_ADMIN", told["id"], "grant-role", {"role": role})
            assert granted.status_code == 200, granted.text
        return told["id"], told["one_time_password"]

    async def admin(
        self, role: str, account_id: str, verb: str, body: Any = None, sub: str = "admin-1"
    ) -> httpx.Response:
        """An act of an administrator."""
        return await self.ask(role, f"/v1/accounts/{account_id}/{verb}", body, sub=sub)

    async def ask(
        self, role: str, path: str, body: Any = None, sub: str = "admin-1", org: str = CITY
    ) -> httpx.Response:
        """A change asked for with a token that outlasts the test."""
        headers = self.office.issuer.bearer(role, sub=sub, org=org, ttl_seconds=A_DAY_SECONDS * 400)
        return await self.office.http.post(path, json=body or {}, headers=headers)

    async def sign_in(self, name: str, password: str, code: str | None = None) -> httpx.Response:
        """Try to sign in."""
        body = {"name": name, "password": password} | ({} if code is None else {"code": code})
        return await self.office.http.post("/v1/sessions", json=body)

    async def own(self, token: str, path: str, body: Any = None, method: str = "POST") -> httpx.Response:
        """An act of the holder."""
        headers = {"Authorization": f"Bearer {token}"}
        content = None if method in {"GET", "DELETE"} else (body or {})
        return await self.office.http.request(method, path, json=content, headers=headers)

    async def settled(self, name: str, *roles: str, password: str = GOOD, **more: Any) -> tuple[str, str]:
        """An account whose holder has chosen a password; gives its id and a token."""
        account_id, one_time = await self.open(name, *roles, **more)
        first = await self.sign_in(name, one_time)
        assert first.status_code == 200, first.text
        changed = await self.own(
            first.json()["token"], "/v1/accounts/me/password", {"current": one_time, "new": password}
        )
        assert changed.status_code == 200, changed.text
        return account_id, changed.json()["token"]

    async def enrolled(self, token: str, password: str = GOOD) -> tuple[str, dict[str, Any]]:
        """A device for an account; gives its secret and what `confirm` told."""
        made = await self.own(token, "/v1/accounts/me/second-factor", {"password": password})
        assert made.status_code == 201, made.text
        secret = made.json()["secret"]
        shown = await self.own(token, "/v1/accounts/me/second-factor/confirm", {"code": self.code(secret)})
        assert shown.status_code == 200, shown.text
        return secret, shown.json()

    def code(self, secret: str) -> str:
        """What the device shows now."""
        return code_at(secret, self.machine.seconds)

    async def written(self) -> int:
        """How far the ledger has come."""
        return int(await self.office.city.ledger.head())


def signing_in(office: Office) -> SigningIn:
    """An office whose registry signs tokens that it believes itself."""
    key = OKPKey.generate_key("Ed25519", {"kid": "sessions-test"})
    office.issuer.key_set = KeySet([*office.issuer.key_set.keys, key])
    found = SigningIn(office, office.city.composed.state["accounts"])
    found.desk.by_address = found.desk.by_name = Limiter(1e6, 1_000_000)
    found.desk.tokens = SessionTokens(key, found.machine)
    state = office.app.state
    state.shell = replace(state.shell, authenticator=Authenticator(office.issuer, now=found.machine))
    return found
