"""An office on the in-memory twin: the write path of transfers without a server, with a plan of faults if wanted."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from guiyan.events import derived_id
from guiyan.ledger import Commands, Context, ManualClock
from guiyan.ledger.faults import FaultPlan
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.memory.keys import MemoryKeyStore
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.memory.log import MemoryLog
from guiyan.ledger.seal import PersonSealer
from guiyan.service.rulebook import Rulebook
from guiyan.service.testing import MemoryReads
from guiyan.transfers.commands.desk import Desk
from guiyan.transfers.commands.issue import Letters
from guiyan.transfers.domain.decide import TRANSFER

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)


class Office:
    """Desk and letters on a log in memory; another office on the same log is another replica."""

    def __init__(self, log: MemoryLog | None = None, faults: FaultPlan | None = None) -> None:
        self.log = log or MemoryLog()
        self.clock = ManualClock(NOW)
        self.ledger = MemoryLedger(self.log, faults=faults)
        sealer = PersonSealer(MemoryKeyStore(), MasterKeys.made_up())
        self.desk = Desk(Commands(self.ledger, sealer, self.clock), self.clock, Rulebook(MemoryReads({})), TRANSFER)
        self.letters = Letters(self.desk, self.no_hint)
        self._numbers = count(1)

    async def no_hint(self, issuer: str, year: int) -> int:
        """Nobody knows the last number: the register is read from its start."""
        del issuer, year
        return 0

    def context(self, name: str = "") -> Context:
        """The circumstances of a command; the same name is the same command."""
        command_id = derived_id(NOW, "command", name or f"{id(self)}-{next(self._numbers)}")
        return Context(command_id, "tester", "654002001000", command_id, command_id)
