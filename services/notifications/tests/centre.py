"""A message centre for the tests: smpp34's server, which takes, refuses, is silent, hangs up and receipts as told."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

import smpp34

THROTTLED: Final = 0x58
NO_SUCH_NUMBER: Final = 0x0B
RECEIPTED_MESSAGE_ID: Final = 0x001E
MESSAGE_STATE: Final = 0x0427
SOURCE: Final = "106900001"


@dataclass
class Centre:
    """What it does with the next messages, and what it took: (number, text with its header, data coding, esm class)."""

    port: int
    status: int = 0
    silent: bool = False
    hang_up: bool = False
    refuse_after: int | None = None
    receipts: tuple[str, ...] = ()
    """What each message that asks for receipts gets: the states, one receipt each, in order."""
    by_text: bool = False
    error: str = "000"
    taken: list[tuple[str, bytes, int, int]] = field(default_factory=list)
    sessions: dict[str, Any] = field(default_factory=dict)
    held: list[Any] = field(default_factory=list)

    async def serve(self, server: smpp34.Server) -> None:
        """Answer until cancelled."""
        while True:
            event = await server.next()
            if isinstance(event, smpp34.Esme):
                self.sessions[event.session_id] = event
            elif isinstance(event, smpp34.SubmitSmEvent):
                await self._submitted(event)
            else:
                self.sessions.pop(event.session_id, None)

    async def _submitted(self, event: smpp34.SubmitSmEvent) -> None:
        if self.refuse_after is not None and len(self.taken) >= self.refuse_after:
            event.reject(THROTTLED)
            return
        if self.status:
            event.reject(self.status)
            return
        self.taken.append((event.destination_addr, event.short_message, event.data_coding, event.esm_class))
        if self.silent or self.hang_up:
            self.held.append(event)
            if self.hang_up:
                await self.sessions[event.session_id].unbind()
            return
        number = f"m-{len(self.taken)}"
        event.accept(number)
        if event.registered_delivery:
            for state in self.receipts:
                await self.receipt(event.session_id, number, state)

    async def receipt(self, session_id: str, number: str, state: str) -> None:
        """Send a receipt, by TLV or by text alone."""
        stat, code = {"DELIVRD": ("DELIVRD", 2), "UNDELIV": ("UNDELIV", 5), "ENROUTE": ("ENROUTE", 1)}[state]
        text = f"id:{number} sub:001 dlvrd:001 submit date:2604010900 done date:2604010901 stat:{stat} err:{self.error}"
        tlvs = [
            smpp34.Tlv(RECEIPTED_MESSAGE_ID, number.encode() + b"\0"),
            smpp34.Tlv(MESSAGE_STATE, bytes((code,))),
        ]
        await self.sessions[session_id].deliver_sm(
            SOURCE, text.encode(), source_addr="8614000000001", esm_class=4, tlvs=[] if self.by_text else tlvs
        )


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def a_centre(port: int | None = None, kind: type[Centre] = Centre) -> AsyncIterator[Centre]:
    """A centre on loopback."""
    centre = kind(port or free_port())
    server = smpp34.Server("127.0.0.1", centre.port, system_id="centre")
    await server.start()
    serving = asyncio.create_task(centre.serve(server))
    try:
        yield centre
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        await server.stop()
