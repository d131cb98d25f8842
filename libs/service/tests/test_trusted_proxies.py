"""Whose word counts on where a request comes from: only that of the addresses a setting names."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from guiyan.service.process import server_of
from guiyan.service.process_settings import ProcessSettings, SettingsError

SAID = "203.0.113.9"
ALSO = "198.51.100.7"


async def who(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the address that a request counts as coming from."""
    client = Request(scope).client
    await PlainTextResponse(client.host if client else "-")(scope, receive, send)


async def told(trusted: str, said: str | None) -> str:
    """From where a request of this machine comes, for a process that trusts these."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = server_of(who, ProcessSettings(trusted_proxies=trusted))
        serving = asyncio.create_task(server.serve(sockets=[free]))
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{free.getsockname()[1]}") as http:
                headers = {} if said is None else {"X-Forwarded-For": said}
                return (await http.get("/", headers=headers)).text
        finally:
            server.should_exit = True
            await serving


@pytest.mark.parametrize(
    ("trusted", "said", "counts"),
    [
        ("", SAID, "127.0.0.1"),
        ("10.0.0.0/8", SAID, "127.0.0.1"),
        ("127.0.0.1", SAID, SAID),
        ("10.0.0.1, 127.0.0.0/8", SAID, SAID),
        ("127.0.0.1", f"{ALSO}, {SAID}", SAID),
        (f"127.0.0.1,{SAID}", f"{ALSO}, {SAID}", ALSO),
        ("127.0.0.1", None, "127.0.0.1"),
    ],
)
async def test_only_a_trusted_address_tells_for_whom_it_asks(trusted: str, said: str | None, counts: str) -> None:
    """Nobody is believed unless named; of a chain, the last that is not itself trusted counts."""
    assert await told(trusted, said) == counts


@pytest.mark.parametrize("wrong", ["console", "10.0.0.0/33", "127.0.0.1,,", "*"])
def test_what_is_no_address_is_told_at_start(wrong: str) -> None:
    """In a sentence with the setting's name; a star would believe everybody."""
    with pytest.raises(SettingsError, match="GUIYAN_TRUSTED_PROXIES"):
        ProcessSettings.load({"GUIYAN_TRUSTED_PROXIES": wrong})
