"""The other side of a sending row, as a process of its own: `python -m bench.peers smtp|smpp`.

It says its port, takes everything, and tells what it took when it is asked (one line of JSON a line of standard input).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

import smpp34
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Taken:
    """How many were taken, when the first and the last, and when each reference was first seen (UNIX seconds)."""

    count: int = 0
    first: float = 0.0
    last: float = 0.0
    at: dict[str, float] = field(default_factory=dict)

    def note(self, reference: str | None) -> None:
        """One more."""
        self.last = time.time()
        self.first = self.first or self.last
        self.count += 1
        if reference is not None:
            self.at.setdefault(reference, self.last)

    def tell(self, *, everything: bool) -> str:
        """As one line."""
        told: dict[str, Any] = {"count": self.count, "first": self.first, "last": self.last, "different": len(self.at)}
        return json.dumps(told | ({"at": self.at} if everything else {}))


@dataclass
class Desk:
    """Takes mails."""

    taken: Taken

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Take one."""
        del server, session
        content = envelope.content or b""
        head = bytes(content if isinstance(content, bytes) else content.encode()).partition(b"\r\n\r\n")[0]
        self.taken.note(message_from_bytes(head)["X-Guiyan-Notice"])
        return "250 OK"


async def main(kind: str) -> None:
    """Serve until standard input ends."""
    taken = Taken()
    loop = asyncio.get_running_loop()
    if kind == "smtp":
        server = await loop.create_server(lambda: SMTP(Desk(taken), enable_SMTPUTF8=True), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        serving = asyncio.create_task(server.serve_forever())
    else:
        port = _free_port()
        centre = smpp34.Server("127.0.0.1", port, system_id="bench", inbound_capacity=1_000)
        await centre.start()
        serving = asyncio.create_task(_accept(centre, taken))
    print(port, flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        if line.strip() == b"forget":
            taken.__init__()  # type: ignore[misc] - as new
        print(taken.tell(everything=line.strip() == b"all"), flush=True)
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def _accept(centre: smpp34.Server, taken: Taken) -> None:
    while True:
        event = await centre.next()
        if isinstance(event, smpp34.SubmitSmEvent):
            taken.note(None)
            event.accept(str(taken.count))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
