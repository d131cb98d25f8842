"""The twin passes the suite that the real ledger passes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from guiyan.ledger.append import Said
from guiyan.ledger.mac import KeyRing, MacKey
from guiyan.ledger.memory import MemoryLedger, MemoryLog
from guiyan.ledger.message import REPEATED, Message
from guiyan.ledger.testing.commands_conformance import CommandsConformance
from guiyan.ledger.testing.forgery_conformance import ForgeryConformance
from guiyan.ledger.testing.grouping_conformance import GroupingConformance
from guiyan.ledger.testing.ledger_conformance import LedgerConformance


class MemoryWorld:
    """Several processes on one log in memory."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.keys = [MacKey(f"{name}-1", name, name.encode() * 8) for name in ("registry", "contact")]

    def ledger(self, service: str = "registry") -> MemoryLedger:
        """See `World.ledger`."""
        return MemoryLedger(self.log, self.ring(service))

    def ring(self, service: str = "registry") -> KeyRing:
        """See `World.ring`."""
        return KeyRing(self.keys, f"{service}-1")

    async def write_raw(self, subject: str, headers: Sequence[tuple[str, str]], body: bytes) -> bool:
        """Write as a server reads it: the first of two equal headers counts, the odd ones are marked."""
        seen: dict[str, str] = {}
        for name, value in headers:
            if name in seen or not name.replace("-", "").isalnum():
                seen[REPEATED] = name
            else:
                seen[name] = value
        return self.log.write([Message(subject, seen, body)]).said is Said.STORED


@pytest.fixture
def world() -> MemoryWorld:
    """A fresh log."""
    return MemoryWorld()


class TestMemoryLedger(LedgerConformance):
    """The ledger's suite."""


class TestForgeryInMemory(ForgeryConformance):
    """The forgery suite."""


class TestCommandsInMemory(CommandsConformance):
    """The suite of the write path."""


class TestGroupingInMemory(GroupingConformance):
    """The suite of commands that are written down together."""
